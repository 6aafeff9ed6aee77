#include "compiler/lower/scripts/problems.h"

#include <fmt/format.h>

#include <array>

#include "compiler/base/text.h"

namespace sluice::lower::scripts {
namespace {

using diagnostics::Build;
using diagnostics::Code;
using diagnostics::Diagnostic;
using diagnostics::Fix;
using diagnostics::Severity;

std::string Hole(std::string_view source) { return fmt::format("${{{{ {} }}}}", source); }

std::string_view UseName(const Placeholder& placeholder) {
  return placeholder.use == Placeholder::Use::Words ? "words" : "flag";
}

// How to hand a value to an interpreter as data.
struct Remedy {
  std::string_view names;
  std::string_view text;  // {0}: the interpreter, {1}: the placeholder
};
constexpr auto kRemedies = std::to_array<Remedy>({
    {" sh bash dash ash zsh ksh mksh ", R"(Pass it beside the program:   {0} -c '... "$1" ...' _ {1})"},
    {" jq gojq jaq yq ", "Pass it beside the program:   {0} --arg v {1} '... $v ...'"},
    {" awk gawk mawk nawk ", "Pass it beside the program:   {0} -v v={1} '... v ...'"},
    {" psql ", R"(Pass it beside the program:   {0} -v v={1}  and read it as  :'v')"},
    {" python python2 python3 ", R"(Set it in the step's `env` and read it there:   os.environ["NAME"])"},
    {" node nodejs bun deno ", "Set it in the step's `env` and read it there:   process.env.NAME"},
    {" perl ", "Set it in the step's `env` and read it there:   $ENV{{NAME}}"},
    {" ruby ", R"(Set it in the step's `env` and read it there:   ENV["NAME"])"},
    {" php ", R"(Set it in the step's `env` and read it there:   getenv("NAME"))"},
    {" ssh ",
     R"x(Quote it for the shell over there:   {0} HOST "… $(printf %q "$NAME")"  with NAME from the step's `env`)x"},
    {" sed gsed ", "`sed` takes no data: replace with the shell (${{NAME//old/new}}) or with `awk -v`."},
});

}  // namespace

std::string Problems::WhyNot(const Placeholder& placeholder, std::string_view otherwise) const {
  return placeholder.untrusted ? "untrusted: " + *placeholder.untrusted : std::string(otherwise);
}

void Problems::NotClosed(const Unclosed& unclosed) {
  const bool heredoc = unclosed.what == "here-document";
  const bool deep = unclosed.what == kTooDeep;
  Diagnostic problem =
      Build(Code::P0518, text_.At(unclosed.opening),
            deep ? "this script nests quotes and substitutions too deep"
                 : fmt::format("this {} {}", unclosed.what, heredoc ? "does not end" : "is not closed"),
            deep      ? "nobody can tell how the shell reads what follows"
            : heredoc ? fmt::format("no line below is exactly `{}`", unclosed.delimiter)
                      : "the script ends inside of it");
  if (script_.placeholders.empty() && !script_.capture && script_.attempts == 1) problem.severity = Severity::Warning;
  sink_.Add(std::move(problem));
}

void Problems::EvaluatedAgain(const Placeholder& placeholder, const Place& place) {
  const Span label = text_.At(place.label);
  const bool program = place.evaluation == Evaluation::Program;
  Build problem(Code::P0512, placeholder.span,
                fmt::format("this is evaluated again by {}", program ? place.word : shell()),
                WhyNot(placeholder, place.evaluation == Evaluation::Name ? "this would choose the variable"
                                    : placeholder.description.empty()    ? "any text can arrive here"
                                                                         : placeholder.description));
  const bool compares = !place.operand_left.empty();
  std::string why;
  if (compares) {
    why = fmt::format("both sides of `{}` are arithmetic: the text  a[$(cmd)]  would run cmd", place.word);
  } else if (place.evaluation == Evaluation::Arithmetic) {
    why = "arithmetic: the text  a[$(cmd)]  would run cmd";
  } else if (place.evaluation == Evaluation::Name) {
    why = "the name of a variable is expected: the text  a[$(cmd)]  would run cmd";
  } else {
    why = program ? HowItRuns(place) : fmt::format("`{}` reads its words as shell text again", place.word);
  }
  if (label.valid() && !label.contains(placeholder.span)) problem.Also(label, why);
  if (compares && (place.word == "-eq" || place.word == "-ne")) {
    const std::string op = place.word == "-eq" ? "==" : "!=";
    problem.Say(fmt::format("Compare as text:   [[ {} {} {} ]]", text_.Written(place.operand_left), op,
                            text_.Written(place.operand_right)),
                diagnostics::Replace(label, op, "compare as text", false));
  } else if (place.evaluation == Evaluation::Arithmetic) {
    problem.Say("Only an `int` may stand here.");
  } else if (place.evaluation == Evaluation::Name) {
    problem.Say("Write the name itself, or choose between names with `case`.");
  } else if (program) {
    SayProgramRemedy(problem, placeholder, place.word);
  } else {
    problem.Say(fmt::format("Set it in the step's `env` and let the text read it:   {} 'cmd \"$NAME\"'", place.word));
  }
  sink_.Add(problem);
}

void Problems::SayProgramRemedy(Build& problem, const Placeholder& placeholder, std::string_view interpreter) const {
  for (const Remedy& remedy : kRemedies) {
    if (remedy.names.find(fmt::format(" {} ", interpreter)) == std::string_view::npos) continue;
    problem.Say(fmt::format(fmt::runtime(remedy.text), interpreter, Hole(placeholder.source)));
    return;
  }
  problem.Say("Set it in the step's `env` and let the program read the variable.");
}

void Problems::ProgramText(const Placeholder& placeholder, const Place& place) {
  Build problem(Code::P0511, placeholder.span, fmt::format("this value becomes part of a program for {}", place.word),
                "quotes, blanks and `$` in the value would mean something there");
  const Span label = text_.At(place.label);
  if (label.valid()) problem.Also(label, HowItRuns(place));
  SayProgramRemedy(problem, placeholder, place.word);
  sink_.Add(problem);
}

// What the command of the label does with the text.
std::string Problems::HowItRuns(const Place& place) const {
  if (place.word == "ssh") return "runs it over there";
  return text_.Written(place.label).find(' ') != std::string::npos ? "runs its argument" : "reads it as a program";
}

void Problems::NotExpanded(const Placeholder& placeholder, const Place& place) {
  const Span label = text_.At(place.label);
  const std::string keeps = "the shell would keep the name of the variable";
  Build problem(Code::P0513, placeholder.span,
                place.quoting == Quoting::Backslash          ? "nothing expands after a backslash"
                : place.quoting == Quoting::ExpansionPattern ? "a value cannot stand in a pattern"
                                                             : "nothing expands here",
                place.quoting == Quoting::ExpansionPattern ? "its `*`, `?` and `[` would be patterns" : keeps);
  switch (place.quoting) {
    case Quoting::Backslash:
      problem.Also(label, "this one")
          .Say("Remove the backslash.", diagnostics::Replace(label, "", "remove the backslash"));
      problem.Say("A literal `${{` is written `$${{`.");
      break;
    case Quoting::HeredocRaw: {
      const bool backslash = text_.Written(place.label).starts_with('\\');
      problem.Also(label, backslash ? "the backslash switches it off" : "the quotes switch it off");
      problem.Say(fmt::format("Leave the {} away:   <<{}", backslash ? "backslash" : "quotes", place.word),
                  diagnostics::Replace(label, place.word, "let the here-document expand", !place.expands_more));
      if (place.expands_more)
        problem.Say(
            "Other `$`, backticks and backslashes in it would expand too: set the value in the step's `env` instead.");
      break;
    }
    case Quoting::HeredocDelimiter:
      problem.Say("The word behind `<<` has to be plain text.");
      break;
    case Quoting::ExpansionQuote:
      problem.Also(label, "this quote switches it off").Say("Write \"…\" instead of '…' there, or no quotes.");
      break;
    default:
      if (label.valid()) problem.Also(label, "a pattern follows");
      problem.Say(
          fmt::format("Set a variable first:   v={}   and write  \"$v\"  in the pattern.", Hole(placeholder.source)));
  }
  sink_.Add(problem);
}

void Problems::OneWord(const Placeholder& placeholder) {
  Build problem(Code::P0515, placeholder.span, fmt::format("`{}` is passed as one word", placeholder.source),
                "one argument, also if it contains blanks");
  if (placeholder.blank_value.valid()) {
    problem.Also(placeholder.blank_value, "this value has a blank in it");
  } else if (placeholder.declaration.valid()) {
    problem.Also(placeholder.declaration, "this name speaks of several words");
  }
  const std::string words = Hole(fmt::format("words({})", placeholder.source));
  if (!placeholder.untrusted)
    problem.Say(fmt::format("Did you mean `{}`?", words),
                diagnostics::Replace(placeholder.span, words, "pass several words", false));
  problem.Say(fmt::format("If one argument is meant, write quotes around it:   \"{}\"", Hole(placeholder.source)));
  sink_.Add(problem);
}

void Problems::NotAlone(const Placeholder& placeholder, const Place& place) {
  const std::string_view use = UseName(placeholder);
  const bool quoted = place.quoting != Quoting::Unquoted;
  const std::string several = placeholder.use == Placeholder::Use::Words ? "several words" : "two words";
  Diagnostic problem = Build(Code::P0515, quoted ? placeholder.expression : placeholder.span,
                             fmt::format("`{}` cannot {}", use,
                                         quoted        ? "stand in quotes"
                                         : place.alone ? "stand here"
                                                       : "be part of a word"),
                             quoted        ? "quotes make one word of it"
                             : place.alone ? "only an argument can become " + several + ", or none"
                                           : "it may become " + several + ", or none");
  problem.severity = Severity::Error;
  if (!place.quotes.empty()) {
    Fix fix{"remove the quotes", true, {}};
    fix.edits.push_back({text_.At({place.quotes.begin, place.quotes.begin + 1}), ""});
    fix.edits.push_back({text_.At({place.quotes.end - 1, place.quotes.end}), ""});
    problem.notes.push_back({"Remove the quotes.", std::move(fix)});
  } else if (!quoted && !place.alone) {
    problem.notes.push_back({"Put a blank before and after it.", {}});
  } else {
    problem.notes.push_back(
        {fmt::format("Without `{}` it is text of this word:   {}", use, Hole(placeholder.argument)), {}});
  }
  sink_.Add(std::move(problem));
}

void Problems::GlobWithWords(const Placeholder& placeholder, Range glob) {
  Diagnostic problem = Build(Code::P0515, placeholder.expression,
                             "`words` in sh switches off the file patterns of the script", "needs `set -f`")
                           .Also(text_.At(glob), "this pattern would no longer find files")
                           .Say("Use `run bash`, which can split words without it.")
                           .Say("If the pattern is meant as text, quote it.");
  problem.severity = Severity::Error;
  sink_.Add(std::move(problem));
}

void Problems::FlagName(const Placeholder& placeholder) {
  Diagnostic problem =
      Build(Code::P0515, placeholder.expression, fmt::format("\"{}\" is no name of a flag", placeholder.flag_name),
            "letters, digits and  - _ . =  are expected");
  problem.severity = Severity::Error;
  sink_.Add(std::move(problem));
}

void Problems::UntrustedWords(const Placeholder& placeholder) {
  const std::string plain = Hole(placeholder.argument);
  sink_.Add(Build(Code::P0512, placeholder.expression, "an outsider would choose the arguments of this command",
                  "untrusted: " + placeholder.untrusted.value_or(""))
                .Say(fmt::format("Pass it as one argument:   {}", plain),
                     diagnostics::Replace(placeholder.span, plain, "pass one argument", false)));
}

void Problems::ListNotAlone(const Placeholder& placeholder, const Place& place) {
  const std::string joined = fmt::format("join({}, ' ')", placeholder.source);
  sink_.Add(Build(Code::P0308, placeholder.expression, "a list has no text form",
                  place.quoting != Quoting::Unquoted ? "quotes make one word of it"
                  : place.alone                      ? "only arguments can become several words, or none"
                                                     : "each of its texts becomes a word")
                .Say(fmt::format("Say how its elements are joined:   {}", joined),
                     diagnostics::Replace(placeholder.expression, joined, "join the list", false))
                .Say(fmt::format("Or let it stand alone as an argument:   {}", Hole(placeholder.source))));
}

void Problems::ListInSh(const Placeholder& placeholder) {
  sink_.Add(Build(Code::P0308, placeholder.expression, "sh has no lists", "each of its texts would be a word")
                .Say("Use `run bash`.")
                .Say(fmt::format("If no text in it has a blank:   words(join({}, ' '))", placeholder.source)));
}

void Problems::TooLong() {
  const Span at = script_.keyword.valid() ? script_.keyword : script_.placeholders.front().span;
  sink_.Add(Build(Code::P0905, at, "GitHub refuses this script", "more than 21000 characters, and it has placeholders")
                .Say("Put it into a file of the repository and run that:   run `./script.sh`"));
}

}  // namespace sluice::lower::scripts
