#include "compiler/lower/scripts/program_problems.h"

#include <fmt/format.h>

#include "compiler/base/text.h"
#include "compiler/lower/scripts/references.h"

namespace sluice::lower::scripts {
namespace {

using diagnostics::Build;
using diagnostics::Code;
using diagnostics::Replace;

std::string Hole(std::string_view source) { return fmt::format("${{{{ {} }}}}", source); }

}  // namespace

std::string ProgramProblems::Language() const {
  if (script_.shell == Shell::PowerShell) return "PowerShell";
  return script_.shell == Shell::Python ? "Python" : "JavaScript";
}

std::string ProgramProblems::Reading(std::string_view name) const {
  if (script_.shell == Shell::PowerShell) return fmt::format("$env:{}", name);
  return script_.shell == Shell::Python ? fmt::format("os.environ[\"{}\"]", name) : fmt::format("process.env.{}", name);
}

// May the script, as it is quoted in the source, hold this text?
bool ProgramProblems::CanHold(std::string_view text) const {
  const std::string all = text_.Around();
  if (all.starts_with('`')) return text.find('`') == std::string_view::npos;
  if (all.starts_with('"')) return text.find_first_of("\"\\") == std::string_view::npos;
  return true;
}

// The program as it would be without the quotes of the literal.
std::string ProgramProblems::WithoutQuotes(const Literal& literal) const {
  const Span span = text_.At({0, text_.script().text.size()});
  const Span whole = text_.At(literal.whole);
  const std::string all = text_.Written({0, text_.script().text.size()});
  return all.substr(0, whole.begin - span.begin) + text_.Written(literal.body) + all.substr(whole.end - span.begin);
}

void ProgramProblems::CodeOfAction(const Placeholder& placeholder, const ProgramPlace& place) {
  const bool outsider = placeholder.untrusted.has_value();
  Build problem(
      Code::P0503, placeholder.expression,
      outsider ? "text written by an outsider would become JavaScript" : "a secret would become part of a program",
      outsider ? "untrusted: " + *placeholder.untrusted : "a secret");
  problem.Also(script_.code_input->key, "a code input");
  const Literal& literal = place.literal;
  const bool whole = place.stand == Stand::Literal && literal.body.end == literal.body.begin + 1;
  if (whole) {
    std::string shown = WithoutQuotes(literal);
    if (shown.find('\n') != std::string::npos) shown = text_.Written(literal.body);
    problem.Say(fmt::format("Write the placeholder outside the quotes:   {}\n"
                            "and it is passed as data, through `env` and `process.env`.",
                            shown),
                Replace(text_.At(literal.whole), text_.Written(literal.body), "remove the quotes", false));
  } else if (place.stand == Stand::Literal) {
    SayLiteral(problem, placeholder, place);
  } else {
    problem.Say("Pass it through `env`, and read it as   process.env.NAME");
  }
  sink_.Add(problem);
}

void ProgramProblems::SayLiteral(Build& problem, const Placeholder& placeholder, const ProgramPlace& place) {
  const Literal& literal = place.literal;
  const Span whole = text_.At(literal.whole);
  const std::string written = text_.Written(literal.body);
  if (literal.body.end == literal.body.begin + 1 && !literal.quote.starts_with('@')) {
    problem.Say(fmt::format("Leave the quotes away:   {}", Hole(placeholder.source)),
                Replace(whole, written, "remove the quotes", false));
    return;
  }
  const auto better = ExpandingLiteral(script_.shell, literal, written);
  if (!better) {
    problem.Say("Put it together from parts, with the placeholder outside of the quotes.");
    return;
  }
  const std::string kind = script_.shell == Shell::Python       ? "Make it an f-string"
                           : script_.shell == Shell::JavaScript ? "Make it a template"
                                                                : "Write it between double quotes";
  const bool fits = CanHold(*better) && literal.quote != "@'";
  const std::string note =
      better->find('\n') == std::string::npos ? fmt::format("{}:   {}", kind, *better) : kind + ".";
  if (fits)
    problem.Say(note, Replace(whole, *better, "use a literal that expands", false));
  else
    problem.Say(note);
  if (script_.shell == Shell::JavaScript && !fits)
    problem.Say("A script with backticks is written as a text block:   |");
}

void ProgramProblems::SayName(Build& problem, const Placeholder& placeholder) const {
  const std::string hole = Hole(placeholder.source);
  if (script_.shell == Shell::Python)
    problem.Say(
        fmt::format("By its name, something is read with   getattr(object, {})   or   dictionary[{}]", hole, hole));
  else if (script_.shell == Shell::JavaScript)
    problem.Say(fmt::format("By its name, a property is read with   object[{}]", hole));
  else
    problem.Say(fmt::format("By its name, a property is read with   $object.({})", hole));
}

// A literal in which nothing expands.
bool ProgramProblems::IsPlain(const Literal& literal) const {
  if (literal.quote.empty()) return false;
  if (script_.shell == Shell::Python) return literal.prefix.find_first_of("ft") == std::string::npos;
  return script_.shell == Shell::JavaScript ? literal.quote != "`" : literal.quote.back() == '\'';
}

void ProgramProblems::NotExpanded(const Placeholder& p, const ProgramPlace& place) {
  const Span label = text_.At(place.label);
  if (script_.code_input && (p.untrusted || p.secret)) return CodeOfAction(p, place);
  switch (place.stand) {
    case Stand::Literal: {
      Build problem(Code::P0513, p.span, "nothing expands in this string",
                    fmt::format("{} would keep the name of the variable", Language()));
      SayLiteral(problem, p, place);
      return sink_.Add(problem);
    }
    case Stand::Escape: {
      Build problem(
          Code::P0513, p.span,
          fmt::format("nothing expands after a {}", script_.shell == Shell::PowerShell ? "backtick" : "backslash"),
          fmt::format("{} would keep the name of the variable", Language()));
      if (label.valid()) problem.Also(label, "this one");
      if (IsPlain(place.literal))
        problem.Say("Remove it, and make the string one that expands.");
      else
        problem.Say("Remove it.", Replace(label, "", "remove it", false));
      return sink_.Add(problem.Say("A literal `${{` is written `$${{`."));
    }
    case Stand::Regex:
      return sink_.Add(Build(Code::P0513, p.span, "a value cannot stand in a regular expression",
                             "its characters would mean something there")
                           .Say(fmt::format("Make it from text:   new RegExp(RegExp.escape({}))", Hole(p.source))));
    case Stand::Command:
      return sink_.Add(Build(Code::P0513, p.span, "PowerShell takes no value for the name of a command",
                             "it would only print the value")
                           .Say(fmt::format("Write `&` before it:   & {}", Hole(p.source)),
                                Replace({p.span.begin, p.span.begin}, "& ", "call it", false)));
    case Stand::Name: {
      Build problem(Code::P0513, p.span, "a value cannot be a name here",
                    fmt::format("{} reads a name, and the value is known only in the run", Language()));
      SayName(problem, p);
      return sink_.Add(problem);
    }
    default: {
      Build problem(Code::P0513, p.span, "nothing expands here",
                    fmt::format("{} would keep the name of the variable", Language()));
      if (script_.shell == Shell::PowerShell)
        problem.Say("Write the whole word between double quotes.");
      else
        problem.Say("Assign it to a variable before:   value = " + Hole(p.source));
      return sink_.Add(problem);
    }
  }
}

void ProgramProblems::EvaluatedAgain(const Placeholder& p, const ProgramPlace& place) {
  const bool again = place.evaluation == Evaluation::Again;
  Build problem(Code::P0512, p.span, fmt::format("this is evaluated again by `{}`", place.word),
                p.untrusted             ? "untrusted: " + *p.untrusted
                : p.description.empty() ? "any text can arrive here"
                                        : p.description);
  const Span label = text_.At(place.label);
  if (label.valid()) problem.Also(label, again ? "reads its text as a program" : "reads its text as a command line");
  if (again)
    problem.Say(fmt::format("Let the text read it:   {}   with NAME from the step's `env`", Reading("NAME")));
  else if (script_.shell == Shell::Python)
    problem.Say(
        fmt::format("Pass the words as a list:   subprocess.run([\"git\", \"log\", {}], check=True)", Hole(p.source)));
  else if (script_.shell == Shell::JavaScript)
    problem.Say(place.word.starts_with("exec.")
                    ? fmt::format("Pass the words as a list:   {}(\"git\", [\"log\", {}])", place.word, Hole(p.source))
                    : fmt::format("Pass the words as a list:   execFileSync(\"git\", [\"log\", {}])", Hole(p.source)));
  else
    problem.Say("Pass it as an argument of its own, or through the step's `env`.");
  sink_.Add(problem);
}

void ProgramProblems::ProgramText(const Placeholder& p, const ProgramPlace& place) {
  Build problem(Code::P0511, p.span, fmt::format("this value becomes part of a program for `{}`", place.word),
                "quotes, blanks and `$` in the value would mean something there");
  const Span label = text_.At(place.label);
  if (label.valid()) problem.Also(label, "reads its text as a command line");
  sink_.Add(problem.Say("Pass it as an argument of its own, or through the step's `env`."));
}

void ProgramProblems::OnlyInShells(const Placeholder& p) {
  diagnostics::Diagnostic problem =
      Build(Code::P0515, p.expression,
            fmt::format("`{}` is only for words of a command", p.use == Placeholder::Use::Words ? "words" : "flag"),
            fmt::format("{} has no such words", Language()))
          .Say(fmt::format("As text:   {}", Hole(p.argument)));
  problem.severity = diagnostics::Severity::Error;
  sink_.Add(std::move(problem));
}

void ProgramProblems::NoText(const Placeholder& p) {
  sink_.Add(Build(Code::P0308, p.span, "a list or a record has no text form", "only text can stand here")
                .Say(fmt::format("Write it as JSON:   {}", Hole(fmt::format("toJSON({})", p.source)))));
}

}  // namespace sluice::lower::scripts
