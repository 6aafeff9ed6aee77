#include "compiler/diagnostics/render_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <vector>

#include "compiler/base/text.h"

namespace sluice::diagnostics {
namespace {

using source::FileId;
using source::Position;
using source::SourceMap;

constexpr std::string_view kTab = "    ";

// The escapes of a terminal, or nothing.
struct Style {
  std::string_view error, warning, bold, frame, other, reset;
};
constexpr Style kPlain{};
constexpr Style kColor{"\x1b[1;31m", "\x1b[1;33m", "\x1b[1m", "\x1b[34m", "\x1b[36m", "\x1b[0m"};

// A label brought to the screen: its line, and the columns of the shown text (from 0) that it underlines.
struct Mark {
  FileId file;
  uint32_t line;
  size_t column;
  size_t width;
  std::string text;
  bool primary;
};

// How wide a piece of a line is on the screen: a tab takes four columns, every other code point one.
size_t ShownWidth(std::string_view text) {
  const size_t tabs = static_cast<size_t>(std::ranges::count(text, '\t'));
  return CountCodePoints(text) + tabs * (kTab.size() - 1);
}

std::string WithFixMark(const std::string& text, bool has_fix) { return has_fix ? text + "  [fix]" : text; }

Mark Place(const Label& label, bool primary, const SourceMap& sources) {
  const Position begin = sources.Begin(label.at);
  const std::string_view line = sources.Line(begin.file, begin.line);
  const source::SourceFile& file = sources.file(begin.file);
  const size_t start = static_cast<size_t>(line.data() - file.text.data());
  const size_t from = std::clamp<size_t>(begin.byte, start, start + line.size()) - start;
  const size_t to = std::clamp<size_t>(begin.byte + label.at.size(), start + from, start + line.size()) - start;
  const size_t width = std::max<size_t>(1, ShownWidth(line.substr(from, to - from)));
  return {
      begin.file, begin.line, ShownWidth(line.substr(0, from)), width, WithFixMark(label.text, label.fix.has_value()),
      primary};
}

class Renderer {
 public:
  Renderer(const SourceMap& sources, const Style& style) : sources_(sources), style_(style) {}

  void Add(const Diagnostic& d) {
    if (!out_.empty()) out_ += '\n';
    Header(d);
    if (d.whole_file || !d.primary.at.valid())
      WholeFile(d);
    else
      Snippets(d);
    for (const Note& note : d.notes) AddNote(note);
  }
  std::string Take() { return std::move(out_); }

 private:
  void Header(const Diagnostic& d) {
    const std::string_view tone = d.severity == Severity::Error ? style_.error : style_.warning;
    out_ += fmt::format("{}{}[{}]{}: {}{}{}\n", tone, SeverityName(d.severity), Info(d.code).name, style_.reset,
                        style_.bold, d.message, style_.reset);
  }

  void WholeFile(const Diagnostic& d) {
    width_ = 1;
    if (!d.primary.at.valid()) return;
    const FileId file = sources_.FileOf(d.primary.at);
    const bool everywhere = d.primary.at == sources_.WholeFile(file);
    Frame(everywhere ? sources_.file(file).path : PlaceText(sources_.Begin(d.primary.at)));
  }

  std::string PlaceText(const Position& at) const {
    return fmt::format("{}:{}:{}", sources_.file(at.file).path, at.line, at.column);
  }

  void Frame(const std::string& place) {
    out_ += fmt::format("{:{}} {}┌─{} {}\n", "", width_, style_.frame, style_.reset, place);
  }

  void Snippets(const Diagnostic& d) {
    std::vector<Mark> marks{Place(d.primary, true, sources_)};
    for (const Label& label : d.labels) marks.push_back(Place(label, false, sources_));
    uint32_t last_line = 0;
    for (const Mark& mark : marks) last_line = std::max(last_line, mark.line);
    width_ = fmt::format("{}", last_line).size();

    // The primary file first, then the others in the order of their labels.
    std::vector<FileId> files;
    for (const Mark& mark : marks)
      if (std::ranges::find(files, mark.file) == files.end()) files.push_back(mark.file);
    for (FileId file : files) SnippetsOf(file, d, marks);
  }

  void SnippetsOf(FileId file, const Diagnostic& d, const std::vector<Mark>& marks) {
    std::map<uint32_t, std::vector<Mark>> lines;
    for (const Mark& mark : marks)
      if (mark.file == file) lines[mark.line].push_back(mark);
    Position first = sources_.Begin(d.primary.at);
    if (first.file != file)
      for (const Label& label : d.labels)
        if (sources_.FileOf(label.at) == file) {
          first = sources_.Begin(label.at);
          break;
        }
    Frame(PlaceText(first));
    for (auto& [line, here] : lines) SourceLine(file, line, std::move(here));
  }

  void SourceLine(FileId file, uint32_t number, std::vector<Mark> marks) {
    std::ranges::stable_sort(marks, {}, &Mark::column);
    std::string_view line = sources_.Line(file, number);
    Row(fmt::format("{:>{}}", number, width_), ReplaceAll(line, "\t", kTab));
    std::string underline;
    size_t column = 0;
    for (const Mark& mark : marks) {
      if (mark.column < column) continue;  // overlapping labels are a bug of the phase; the first one counts
      underline.append(mark.column - column, ' ');
      underline += fmt::format("{}{}{}", Tone(mark), std::string(mark.width, mark.primary ? '^' : '-'), style_.reset);
      column = mark.column + mark.width;
    }
    if (!marks.back().text.empty()) underline += fmt::format(" {}", marks.back().text);
    Row(std::string(width_, ' '), underline);
    for (size_t i = marks.size() - 1; i-- > 0;)
      if (!marks[i].text.empty()) Row(std::string(width_, ' '), std::string(marks[i].column, ' ') + marks[i].text);
  }

  std::string_view Tone(const Mark& mark) const { return mark.primary ? style_.error : style_.other; }

  void Row(const std::string& number, std::string text) {
    text.erase(text.find_last_not_of(" \t") + 1);
    out_ += fmt::format("{}{} │{}{}{}\n", style_.frame, number, style_.reset, text.empty() ? "" : " ", text);
  }

  void AddNote(const Note& note) {
    bool first = true;
    const std::string text = WithFixMark(note.text, note.fix.has_value());
    for (std::string_view line : SplitString(text, '\n')) {
      out_ += fmt::format("{:{}} {} {}\n", "", width_, first ? "=" : " ", line);
      first = false;
    }
  }

  const SourceMap& sources_;
  const Style& style_;
  std::string out_;
  size_t width_ = 1;
};

}  // namespace

std::string RenderText(std::span<const Diagnostic> diagnostics, const SourceMap& sources, bool color) {
  Renderer renderer(sources, color ? kColor : kPlain);
  for (const Diagnostic& d : diagnostics) renderer.Add(d);
  return renderer.Take();
}

std::string RenderCount(std::span<const Diagnostic> diagnostics) {
  std::string out;
  for (Severity severity : {Severity::Error, Severity::Warning, Severity::Notice}) {
    const auto n = std::ranges::count(diagnostics, severity, &Diagnostic::severity);
    if (n == 0) continue;
    out += fmt::format("{}{} {}{}", out.empty() ? "" : ", ", n, SeverityName(severity), n == 1 ? "" : "s");
  }
  return out;
}

}  // namespace sluice::diagnostics
