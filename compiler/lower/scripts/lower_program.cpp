#include "compiler/lower/scripts/lower_program.h"

#include <fmt/format.h>

#include <map>
#include <utility>

#include "compiler/base/text.h"
#include "compiler/lower/scripts/line_builder.h"
#include "compiler/lower/scripts/names.h"
#include "compiler/lower/scripts/problems.h"
#include "compiler/lower/scripts/program_problems.h"
#include "compiler/lower/scripts/programs.h"
#include "compiler/lower/scripts/references.h"
#include "compiler/lower/scripts/source_text.h"

namespace sluice::lower::scripts {
namespace {

using Kind = Placeholder::Kind;
using Use = Placeholder::Use;

// An expression in a comment cannot end it.
std::string ForComment(Shell language, const std::string& source) {
  if (language == Shell::PowerShell) return ReplaceAll(source, "#>", "# >");
  return language == Shell::JavaScript ? ReplaceAll(source, "*/", "* /") : source;
}

class ProgramLowering {
 public:
  ProgramLowering(const Script& script, const source::SourceMap& sources, diagnostics::Sink& sink)
      : script_(script),
        text_(script, sources),
        shared_(script, text_, sink),
        problems_(script, text_, sink),
        names_(script.env_names) {}

  LoweredScript Run() {
    std::vector<std::string> replacements;
    // Without a placeholder nobody has to know how the program is read.
    if (!text_.script().holes.empty()) {
      scan_ = ScanProgram(script_.shell, text_.script());
      environment_ = EnvironmentOf(script_.shell, text_.script().text);
      if (!scan_.unclosed.empty()) shared_.NotClosed(scan_.unclosed.front());
    }
    for (size_t hole = 0; hole < text_.script().holes.size(); ++hole)
      replacements.push_back(Replace(script_.placeholders[text_.placeholder(hole)], scan_.places[hole]));
    Assemble(replacements);
    LoweredScript out{std::move(built_.text()), std::move(names_.variables()), std::move(built_.lines()),
                      std::move(pasted_)};
    if (!script_.placeholders.empty() && CountCodePoints(GithubText(out.text)) > kMaxCharacters) shared_.TooLong();
    return out;
  }

 private:
  std::string Replace(const Placeholder& p, const ProgramPlace& place) {
    if (p.use == Use::Paste) return Paste(p);
    if (place.stand == Stand::Comment) return "(" + ForComment(script_.shell, p.source) + ")";
    const bool sound = scan_.unclosed.empty() && Sound(p, place);
    if (place.stand == Stand::Part) Surround(place.label);
    if (p.kind == Kind::Constant)
      if (const auto constant = ConstantAt(script_.shell, place, p)) return *constant;
    if (sound && !Expands(place)) {
      problems_.NotExpanded(p, place);
      return Paste(p);
    }
    std::string name;
    if (p.kind != Kind::File) name = names_.Get(Value(p), p.path, "");
    needs_os_ = needs_os_ || environment_.needs_os;
    if (p.kind != Kind::Constant) return ReferenceTo(script_.shell, environment_, place, p, name);
    Placeholder read = p;
    read.kind = p.shape == Placeholder::Shape::Json ? Kind::Json : Kind::Text;
    return ReferenceTo(script_.shell, environment_, place, read, name);
  }

  // What GitHub does: the value becomes part of the text. Whoever calls this has reported P0513 or P0503.
  std::string Paste(const Placeholder& p) {
    if (p.kind == Kind::Constant || p.kind == Kind::File) return p.constant;
    pasted_.push_back(p.value);
    return std::string(1, kPasted);
  }

  static expr::Expr Value(const Placeholder& p) {
    return p.kind == Kind::Constant ? expr::String(p.constant) : p.value;
  }

  // Reports what no place is right for; one mistake a placeholder.
  bool Sound(const Placeholder& p, const ProgramPlace& place) {
    const bool structure = p.kind == Kind::Json || p.shape == Placeholder::Shape::Json;
    if (p.use != Use::Plain) return problems_.OnlyInShells(p), false;
    if (structure && place.stand != Stand::Code) return problems_.NoText(p), false;
    if (place.evaluation == Evaluation::None || (p.kind == Kind::Constant && !p.untrusted)) return true;
    if (place.evaluation == Evaluation::Program && !p.untrusted) return problems_.ProgramText(p, place), true;
    return problems_.EvaluatedAgain(p, place), false;
  }

  // Is there a variable at that place?
  static bool Expands(const ProgramPlace& place) {
    return place.stand == Stand::Code || place.stand == Stand::Key || place.stand == Stand::Argument ||
           place.stand == Stand::Part || place.stand == Stand::Text;
  }

  // PowerShell reads variables in a word only between quotes, whatever it begins with.
  void Surround(Range word) {
    inserts_[word.begin] = "\"";
    inserts_[word.end] = "\"";
  }

  void Assemble(const std::vector<std::string>& replacements) {
    if (needs_os_ && !StartsWithImport()) built_.AppendLine("import os", script_.placeholders.front().span);
    size_t hole = 0, at = 0;
    Span last;
    for (const Part& part : script_.parts) {
      last = part.placeholder ? script_.placeholders[*part.placeholder].span : part.span;
      if (part.placeholder) {
        Insert(at++, last);
        built_.Append(replacements[hole++], last);
        continue;
      }
      size_t begin = 0;
      for (auto insert = inserts_.lower_bound(at); insert != inserts_.end() && insert->first < at + part.text.size();
           ++insert) {
        built_.Append(std::string_view(part.text).substr(begin, insert->first - at - begin), part.span);
        built_.Append(insert->second, part.span);
        begin = insert->first - at;
      }
      built_.Append(std::string_view(part.text).substr(begin), part.span);
      at += part.text.size();
    }
    Insert(at, last);
    std::string& text = built_.text();
    if (text.find('\n') != std::string::npos && !text.ends_with('\n')) text += '\n';
  }

  void Insert(size_t at, Span span) {
    if (const auto insert = inserts_.find(at); insert != inserts_.end()) built_.Append(insert->second, span);
  }

  bool StartsWithImport() const {
    const std::string& text = text_.script().text;
    return text.starts_with("import os\n") || text.starts_with("import os\r\n");
  }

  const Script& script_;
  SourceText text_;
  Problems shared_;
  ProgramProblems problems_;
  VariableNames names_;
  ProgramScan scan_;
  Environment environment_;
  bool needs_os_ = false;
  std::map<size_t, std::string> inserts_;  // by offset in the template
  std::vector<expr::Expr> pasted_;
  LineBuilder built_;
};

}  // namespace

LoweredScript LowerProgram(const Script& script, const source::SourceMap& sources, diagnostics::Sink& sink) {
  return ProgramLowering(script, sources, sink).Run();
}

}  // namespace sluice::lower::scripts
