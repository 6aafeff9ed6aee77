#include "compiler/lower/scripts/lower_script.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "compiler/base/text.h"
#include "compiler/lower/scripts/line_builder.h"
#include "compiler/lower/scripts/lower_program.h"
#include "compiler/lower/scripts/names.h"
#include "compiler/lower/scripts/problems.h"
#include "compiler/lower/scripts/quoting.h"
#include "compiler/lower/scripts/source_text.h"

namespace sluice::lower::scripts {
namespace {

using Kind = Placeholder::Kind;
using Use = Placeholder::Use;

bool NeedsExpansion(const Place& place) {
  return place.quoting == Quoting::HeredocRaw || place.quoting == Quoting::HeredocDelimiter ||
         place.quoting == Quoting::Backslash || place.quoting == Quoting::ExpansionQuote ||
         place.quoting == Quoting::ExpansionPattern;
}

bool IsFlagName(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return IsAsciiAlnum(c) || c == '-' || c == '_' || c == '.' || c == '=';
  });
}

// test-args, build_flags, OPTS …
bool SoundsLikeWords(std::string_view path) {
  std::string name = AsciiLower(path);
  std::replace_if(
      name.begin(), name.end(), [](char c) { return !IsAsciiAlnum(c); }, ' ');
  const std::string_view last = std::string_view(name).substr(name.rfind(' ') + 1);
  return last == "args" || last == "flags" || last == "options" || last == "opts";
}

std::vector<std::string> SplitWords(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : std::string(text) + " ") {
    if (c != ' ' && c != '\t' && c != '\n') {
      word += c;
    } else if (!word.empty()) {
      words.push_back(std::exchange(word, {}));
    }
  }
  return words;
}

// Of a workflow command: https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
std::string CommandText(std::string_view text, bool property) {
  std::string out = ReplaceAll(text, "%", "%25");
  if (property) out = ReplaceAll(ReplaceAll(out, ":", "%3A"), ",", "%2C");
  return EscapeDouble(out);
}

class Lowering {
 public:
  Lowering(const Script& script, const source::SourceMap& sources, diagnostics::Sink& sink)
      : script_(script),
        sources_(sources),
        text_(script, sources),
        problems_(script, text_, sink),
        names_(script.env_names) {}

  LoweredScript Run() {
    if (script_.shell == Shell::Unknown) return Pasted();
    scan_ = ScanScript(script_.shell, text_.script());
    closed_ = scan_.unclosed.empty();
    if (!closed_) problems_.NotClosed(scan_.unclosed.front());
    std::vector<std::string> replacements;
    for (size_t hole = 0; hole < text_.script().holes.size(); ++hole)
      replacements.push_back(Replace(script_.placeholders[text_.placeholder(hole)], scan_.places[hole]));
    Assemble(replacements);
    LoweredScript out{std::move(built_.text()), std::move(names_.variables()), std::move(built_.lines()),
                      std::move(pasted_)};
    const size_t characters = CountCodePoints(GithubText(out.text));
    if (!script_.placeholders.empty() && characters > kMaxCharacters) problems_.TooLong();
    return out;
  }

 private:
  // ---- one placeholder ----

  // What stands at a place; mistakes are reported, once for a placeholder.
  std::string Replace(const Placeholder& p, const Place& place) {
    if (p.use == Use::Paste) return Paste(p);
    if (place.quoting == Quoting::Comment)
      return "(" + (place.backticks > 0 ? ReplaceAll(p.source, "`", "'") : p.source) + ")";
    if (!closed_) return FitReference(place, Reference(p, place), "");
    if (NeedsExpansion(place)) return ReplaceUnexpanded(p, place);
    if (p.use != Use::Plain) return p.use == Use::Words ? ReplaceWords(p, place) : ReplaceFlag(p, place);
    if (p.is_list) return ReplaceList(p, place);
    if (p.kind == Kind::Constant) return ReplaceConstant(p, place);
    if (place.evaluation == Evaluation::Arithmetic && p.kind == Kind::Int) {
      const std::string& name = Variable(p, place);
      Guard(p, name);
      return FitReference(place, "${" + name + "}", name);
    }
    if (!Evaluated(p, place)) Hint(p, place);
    const std::string name = p.kind == Kind::File ? "" : Variable(p, place);
    return FitReference(place, Reference(p, place), name);
  }

  // What GitHub does: the value becomes part of the text. Whoever calls this has reported P0513.
  std::string Paste(const Placeholder& p) {
    if (p.kind == Kind::Constant || p.kind == Kind::File) return p.constant;
    pasted_.push_back(p.value);
    return std::string(1, kPasted);
  }

  LoweredScript Pasted() {
    std::vector<std::string> replacements;
    for (size_t hole = 0; hole < text_.script().holes.size(); ++hole)
      replacements.push_back(Paste(script_.placeholders[text_.placeholder(hole)]));
    Assemble(replacements);
    return {std::move(built_.text()), {}, std::move(built_.lines()), std::move(pasted_)};
  }

  // Reports what evaluates the value again; false when nothing does.
  bool Evaluated(const Placeholder& p, const Place& place) {
    if (place.evaluation == Evaluation::None) return false;
    if (place.evaluation == Evaluation::Program && !p.untrusted) {
      if (p.kind != Kind::File) problems_.ProgramText(p, place);
    } else {
      problems_.EvaluatedAgain(p, place);
    }
    return true;
  }

  std::string ReplaceUnexpanded(const Placeholder& p, const Place& place) {
    if (place.quoting == Quoting::HeredocRaw && p.kind == Kind::Constant && p.use == Use::Plain)
      if (const auto quoted = QuoteConstant(script_.shell, place, p.constant)) return *quoted;
    problems_.NotExpanded(p, place);
    return Paste(p);
  }

  std::string ReplaceConstant(const Placeholder& p, const Place& place) {
    if (const auto quoted = QuoteConstant(script_.shell, place, p.constant)) {
      if (place.evaluation == Evaluation::None) Hint(p, place);
      return *quoted;
    }
    if (place.evaluation == Evaluation::Arithmetic) problems_.EvaluatedAgain(p, place);
    return FitReference(place, Reference(p, place), "");
  }

  // A plain word that was perhaps meant as several.
  void Hint(const Placeholder& p, const Place& place) {
    if (!place.list || place.quoting != Quoting::Unquoted || !p.is_string) return;
    const bool blank = p.blank_value.valid() && (p.kind != Kind::Constant || p.constant.find(' ') != std::string::npos);
    if (blank || (p.kind != Kind::Constant && SoundsLikeWords(p.path))) problems_.OneWord(p);
  }

  // ---- words and flag ----

  // Are they where a word may become several or none? Reports it if not.
  bool StandsAlone(const Placeholder& p, const Place& place) {
    if (place.evaluation != Evaluation::None && p.kind != Kind::Constant && Evaluated(p, place)) return false;
    if (place.list && place.quoting == Quoting::Unquoted) return true;
    problems_.NotAlone(p, place);
    return false;
  }

  std::string ReplaceWords(const Placeholder& p, const Place& place) {
    if (p.untrusted && place.list && place.evaluation == Evaluation::None) {
      problems_.UntrustedWords(p);
      return FitReference(place, Reference(p, place), "");
    }
    if (!StandsAlone(p, place)) return FitReference(place, Reference(p, place), "");
    if (p.kind == Kind::Constant) return ConstantWords(SplitWords(p.constant), place);
    if (p.kind == Kind::File) return FitReference(place, Reference(p, place), "");
    const std::string name = Variable(p, place);
    if (script_.shell == Shell::Sh) {
      if (!scan_.globs.empty()) problems_.GlobWithWords(p, scan_.globs.front());
      Before("set -f", "set -f", p.span);
      return "${" + name + "}";
    }
    const std::string words = names_.Words(name);
    Before(words, fmt::format(R"(IFS=$' \t\n' read -r -d '' -a {} <<< "${{{}}}" || true)", words, name), p.span);
    return fmt::format("${{{0}[@]+\"${{{0}[@]}}\"}}", words);
  }

  // Each text of the list is a word.
  std::string ReplaceList(const Placeholder& p, const Place& place) {
    if (place.evaluation != Evaluation::None || !place.list || place.quoting != Quoting::Unquoted) {
      problems_.ListNotAlone(p, place);
      return FitReference(place, Reference(p, place), "");
    }
    if (p.kind == Kind::Constant) return ConstantWords(p.items, place);
    if (p.untrusted) {
      problems_.UntrustedWords(p);
      return FitReference(place, Reference(p, place), "");
    }
    if (script_.shell == Shell::Sh) {
      problems_.ListInSh(p);
      return FitReference(place, Reference(p, place), "");
    }
    const std::string name = Variable(p, place);
    const std::string words = names_.Words(name);
    Before(words,
           fmt::format(R"(while IFS= read -r -d '' w; do {}+=("$w"); done < <(jq -j '.[] + "\u0000"' <<< "${{{}}}"))",
                       words, name),
           p.span);
    return fmt::format("${{{0}[@]+\"${{{0}[@]}}\"}}", words);
  }

  // Words of the compiler's choice in place of one.
  std::string ConstantWords(const std::vector<std::string>& words, Place place) {
    std::string out;
    for (const std::string& word : words) {
      const auto quoted = QuoteConstant(script_.shell, place, word);
      out += (out.empty() ? "" : " ") + quoted.value_or(SingleQuote(word));
      place.first_word = false;
      place.in_brackets = false;
    }
    return out;
  }

  std::string ReplaceFlag(const Placeholder& p, const Place& place) {
    if (!IsFlagName(p.flag_name)) {
      problems_.FlagName(p);
      return FitReference(place, Reference(p, place), "");
    }
    if (!StandsAlone(p, place)) return FitReference(place, Reference(p, place), "");
    const bool joined = p.flag_name.ends_with('=');
    if (p.kind == Kind::Constant && p.shape == Placeholder::Shape::Bool)
      return ConstantWords(p.constant == "true" ? std::vector{p.flag_name} : std::vector<std::string>(), place);
    if (p.kind == Kind::Constant) {
      if (p.constant.empty()) return "";
      return ConstantWords(joined ? std::vector{p.flag_name + p.constant} : std::vector{p.flag_name, p.constant},
                           place);
    }
    if (p.kind == Kind::Bool) {
      const expr::Expr value = expr::Or({expr::And({p.value, expr::String(p.flag_name)}), expr::String("")});
      const std::string& name = names_.Get(value, p.path, "");
      return fmt::format("${{{0}:+\"${{{0}}}\"}}", name);
    }
    if (p.kind == Kind::File) return p.flag_name + (joined ? "" : " ") + FitReference(place, Reference(p, place), "");
    const std::string& name = Variable(p, place);
    return joined ? fmt::format("${{{0}:+\"{1}${{{0}}}\"}}", name, p.flag_name)
                  : fmt::format("${{{0}:+{1} \"${{{0}}}\"}}", name, p.flag_name);
  }

  // ---- variables and lines ----

  std::string Variable(const Placeholder& p, const Place& place) {
    if (p.kind == Kind::Constant) return names_.Get(expr::String(p.constant), p.path, place.assignment);
    return names_.Get(p.value, p.path, place.assignment);
  }

  // What stands for the value inside double quotes.
  std::string Reference(const Placeholder& p, const Place& place) {
    if (p.kind == Kind::File) {
      const std::string path = "$GITHUB_WORKSPACE/" + EscapeDouble(p.constant);
      // The star of a pattern stands outside the quotes.
      return place.quoting == Quoting::Unquoted ? ReplaceAll(path, "/*", "/\"*\"") : path;
    }
    return "${" + Variable(p, place) + "}";
  }

  void Before(const std::string& key, std::string line, Span span) {
    if (generated_.insert(key).second) before_.emplace_back(std::move(line), span);
  }

  void Guard(const Placeholder& p, const std::string& name) {
    Before("int " + name,
           fmt::format(R"(case "${{{}#-}}" in '' | *[!0-9]*) echo "::error {}::{} is not an int"; exit 1 ;; esac)",
                       name, Location(p.span), CommandText(p.source, false)),
           p.span);
  }

  std::string Location(Span span) const {
    if (!span.valid()) return "line=1";
    const source::Position at = sources_.Begin(span);
    return fmt::format("file={},line={}", CommandText(sources_.file(at.file).path, true), at.line);
  }

  std::string CheckLine(const Output& output) const {
    const bool is_bool = output.check == Output::Check::Bool;
    return fmt::format(R"x(case "$(sed -n 's/^{}={}//p' "$GITHUB_OUTPUT" | tail -n 1)" in {}) )x"
                       R"x({}echo "::error {}::output {} is not {}"; exit 1 ;; esac)x",
                       output.name, is_bool ? "" : R"(-\{0,1\})", is_bool ? "true | false" : "'' | *[!0-9]*",
                       is_bool ? ";; *) " : "", Location(output.span), output.name, is_bool ? "a bool" : "an int");
  }

  void Assemble(const std::vector<std::string>& replacements) {
    for (const auto& [line, span] : before_) built_.AppendLine(line, span);
    OpenAttempts();
    OpenCapture();
    size_t hole = 0;
    for (const Part& part : script_.parts) {
      if (part.placeholder) {
        built_.Append(replacements[hole], script_.placeholders[text_.placeholder(hole)].span);
        ++hole;
      } else {
        built_.Append(part.text, part.span);
      }
    }
    // A backslash at the end of the body must not take the next line with it.
    if (scan_.ends_in_backslash && HasChecks()) built_.Append("\n\n", script_.span);
    CloseCapture();
    CloseAttempts();
    WriteCapture();
    for (const Output& output : script_.outputs)
      if (output.check != Output::Check::None) built_.AppendLine(CheckLine(output), output.span);
    std::string& text = built_.text();
    if (text.find('\n') != std::string::npos && !text.ends_with('\n')) text += '\n';
  }

  // Everything that the body prints goes through `tee`. Where the shell does not tell how the first part of a pipe ended,
  // a file does.
  void OpenCapture() {
    if (!script_.capture) return;
    if (script_.capture->pipefail)
      built_.AppendLine("{", script_.span);
    else
      built_.AppendLine(script_.errexit ? "{ set +e; ( set -e" : "{ (", script_.span);
  }

  void CloseCapture() {
    if (!script_.capture) return;
    const std::string file = "\"$RUNNER_TEMP/" + script_.capture->file + "\"";
    if (script_.capture->pipefail) {
      built_.AppendLine("} | tee " + file, script_.span);
    } else {
      const std::string status = "\"$RUNNER_TEMP/" + script_.capture->file + ".status\"";
      built_.AppendLine(fmt::format("); echo \"$?\" > {}; }} | tee {}", status, file), script_.span);
      built_.AppendLine(fmt::format("[ \"$(cat {0})\" = 0 ] || exit \"$(cat {0})\"", status), script_.span);
    }
  }

  // The body runs in a subshell, not under a condition: there the shell would go on when a command fails.
  void OpenAttempts() {
    if (script_.attempts == 1) return;
    built_.AppendLine("pipe_try=1; pipe_wait=5", script_.span);
    built_.AppendLine(script_.errexit ? "while :; do set +e; ( set -e" : "while :; do (", script_.span);
  }

  void CloseAttempts() {
    if (script_.attempts == 1) return;
    const auto line = [&](std::string_view text) { built_.AppendLine(text, script_.span); };
    line(script_.errexit ? "); pipe_status=$?; set -e" : "); pipe_status=$?");
    line("[ \"$pipe_status\" != 0 ] || break");
    line(fmt::format("[ \"$pipe_try\" != {} ] || exit \"$pipe_status\"", script_.attempts));
    line(fmt::format(
        "echo \"::warning::attempt $pipe_try of {} ended with exit code $pipe_status; the next one begins in "
        "$pipe_wait seconds\"",
        script_.attempts));
    line("sleep \"$pipe_wait\"; pipe_try=$((pipe_try + 1)); pipe_wait=$((pipe_wait * 2)); done");
  }

  void WriteCapture() {
    if (!script_.capture) return;
    const std::string file = "\"$RUNNER_TEMP/" + script_.capture->file + "\"";
    // No line of the text can be the mark that ends it.
    built_.AppendLine("PIPE_END=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \\n')", script_.span);
    built_.AppendLine(
        fmt::format(R"x(printf 'stdout<<%s\n%s\n%s\n' "$PIPE_END" "$(cat {})" "$PIPE_END" >> "$GITHUB_OUTPUT")x", file),
        script_.span);
  }

  bool HasChecks() const {
    if (script_.capture || script_.attempts > 1) return true;
    return std::ranges::any_of(script_.outputs, [](const Output& o) { return o.check != Output::Check::None; });
  }

  const Script& script_;
  const source::SourceMap& sources_;
  SourceText text_;
  Problems problems_;
  VariableNames names_;
  Scan scan_;
  bool closed_ = true;
  std::vector<std::pair<std::string, Span>> before_;
  std::set<std::string> generated_;
  std::vector<expr::Expr> pasted_;
  LineBuilder built_;
};

}  // namespace

LoweredScript LowerScript(const Script& script, const source::SourceMap& sources, diagnostics::Sink& sink) {
  return IsPosix(script.shell) || script.shell == Shell::Unknown ? Lowering(script, sources, sink).Run()
                                                                 : LowerProgram(script, sources, sink);
}

std::string GithubText(std::string_view text) { return ReplaceAll(text, "${{", "${{ '${{' }}"); }

std::string QuoteWord(std::string_view text) { return IsPlainWord(text) ? std::string(text) : SingleQuote(text); }

}  // namespace sluice::lower::scripts
