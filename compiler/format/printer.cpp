#include "compiler/format/printer.h"

#include <algorithm>
#include <map>

#include "compiler/base/text.h"

namespace sluice::format {
namespace {

using Kind = Command::Kind;

// A group with a certain line end in it is broken.
void SpreadBreaks(std::vector<Command>& commands) {
  std::vector<size_t> open;
  for (size_t i = 0; i < commands.size(); ++i) {
    const Kind kind = commands[i].kind;
    if (kind == Kind::Open) open.push_back(i);
    if (kind == Kind::HardLine || kind == Kind::Lines)
      for (size_t at = open.size(); at > 0 && !commands[open[at - 1]].broken; --at)
        commands[open[at - 1]].broken = true;
    if (kind != Kind::Close) continue;
    const bool broken = commands[open.back()].broken;
    open.pop_back();
    if (broken && !open.empty()) commands[open.back()].broken = true;
  }
}

class Printer {
 public:
  explicit Printer(const std::vector<Command>& commands) : commands_(commands) {}

  std::string Run() {
    for (size_t i = 0; i < commands_.size(); ++i) One(i);
    EndLine();
    AlignLines();
    std::string out;
    for (const Line& line : lines_) out.append(line.text).append("\n");
    return out;
  }

 private:
  struct Group {
    bool broken = false, forced = false, filled = false;
  };
  struct Line {
    std::string text;
    size_t align_column = 0;  // in bytes; 0: none
    std::string align;
  };

  void One(size_t i) {
    const Command& command = commands_[i];
    switch (command.kind) {
      case Kind::Text:
        return Write(command.text);
      case Kind::Soft:
        return broken() ? NewLine(command.blank) : Write(command.text);
      case Kind::Separator:
        return Separate(i);
      case Kind::HardLine:
        return NewLine(command.blank);
      case Kind::Lines:
        return Block(command);
      case Kind::Open:
        // In a flat group everything is flat.
        groups_.push_back({command.broken || (broken() && !Fits(i)), command.broken, command.filled});
        return;
      case Kind::Close:
        groups_.pop_back();
        return;
      case Kind::Indent:
        ++indent_;
        return;
      case Kind::Dedent:
        --indent_;
        return;
      case Kind::BrokenText:
        if (broken()) Write(command.text);
        return;
      case Kind::Align:
        if (!line_.empty() && current_.align.empty() && (!command.keep || NextGroupFits(i)))
          current_.align_column = line_.size(), current_.align = command.text;
        return;
    }
  }

  bool broken() const { return groups_.empty() || groups_.back().broken; }

  void Separate(size_t i) {
    const Command& command = commands_[i];
    if (!broken()) return Write(", ");
    const bool filled = groups_.back().forced && groups_.back().filled;
    if (filled && command.keep && ElementFits(i + 1)) return Write(", ");
    if (command.comma) Write(",");
    NewLine(command.blank);
  }

  void Write(std::string_view text) {
    if (text.empty()) return;
    if (line_.empty()) {
      if (text.find_first_not_of(' ') == std::string_view::npos) return;
      line_.assign(indent_ * kIndent, ' ');
      line_indent_ = line_.size();
    }
    line_ += text;
  }

  void EndLine() {
    if (line_.empty()) return;
    line_.erase(line_.find_last_not_of(' ') + 1);
    current_.text = std::move(line_);
    lines_.push_back(std::move(current_));
    line_.clear();
    current_ = {};
  }

  void NewLine(bool blank) {
    EndLine();
    if (blank && !lines_.empty() && !lines_.back().text.empty()) lines_.emplace_back();
  }

  void Block(const Command& command) {
    const std::string indent(line_indent_ + kIndent, ' ');
    EndLine();
    for (const std::string& line : command.lines) lines_.push_back({line.empty() ? "" : indent + line, 0, ""});
  }

  // Does the group that opens at `i` fit on the rest of the line, with what cannot be parted from it?
  bool Fits(size_t i) const {
    size_t depth = 0, width = CountCodePoints(line_.empty() ? std::string(indent_ * kIndent, ' ') : line_);
    for (size_t at = i; at < commands_.size(); ++at) {
      const Command& command = commands_[at];
      // The next group on the line breaks anyway: up to its bracket it has to fit.
      if (command.kind == Kind::Open && command.broken) return depth == 0;
      if (command.kind == Kind::Open) ++depth;
      if (command.kind == Kind::Close && depth > 0) --depth;
      if (depth == 0 && EndsHere(command)) break;
      width += FlatWidth(command);
      if (width > kWidth) return false;
    }
    return true;
  }

  bool NextGroupFits(size_t i) const {
    while (i < commands_.size() && commands_[i].kind != Kind::Open && commands_[i].kind != Kind::HardLine) ++i;
    return i < commands_.size() && commands_[i].kind == Kind::Open && !commands_[i].broken && FitsAhead(i);
  }
  // Like Fits, with a blank and a brace before the group.
  bool FitsAhead(size_t i) const {
    size_t width = CountCodePoints(line_) + 2;
    for (size_t at = i, depth = 0; at < commands_.size(); ++at) {
      if (commands_[at].kind == Kind::Open) ++depth;
      if (commands_[at].kind == Kind::Close && --depth == 0) break;
      width += FlatWidth(commands_[at]);
      if (width > kWidth) return false;
    }
    return width + 1 <= kWidth;
  }

  // Like Fits, for one element of a filled group: to its separator or the group's end.
  bool ElementFits(size_t i) const {
    size_t depth = 0, width = CountCodePoints(line_) + 2;
    for (size_t at = i; at < commands_.size(); ++at) {
      const Command& command = commands_[at];
      if (depth == 0 && (command.kind == Kind::Separator || command.kind == Kind::Close || command.kind == Kind::Soft))
        break;
      if (command.kind == Kind::Open && command.broken) return true;  // it goes on below anyway
      if (command.kind == Kind::Open) ++depth;
      if (command.kind == Kind::Close) --depth;
      width += FlatWidth(command);
      if (width > kWidth) return false;
    }
    return true;
  }

  // Behind a group: where the line may end, given that the group around it is broken or flat.
  bool EndsHere(const Command& command) const {
    if (command.kind == Kind::HardLine || command.kind == Kind::Lines) return true;
    return broken() && (command.kind == Kind::Soft || command.kind == Kind::Separator);
  }

  static size_t FlatWidth(const Command& command) {
    if (command.kind == Kind::Separator) return 2;
    return command.kind == Kind::Text || command.kind == Kind::Soft ? CountCodePoints(command.text) : 0;
  }

  void AlignLines() {
    for (size_t begin = 0; begin < lines_.size();) {
      size_t end = begin + 1;
      const std::string& kind = lines_[begin].align;
      while (!kind.empty() && end < lines_.size() && lines_[end].align == kind && Indent(end) == Indent(begin)) ++end;
      if (end - begin > 1) AlignRun(begin, end);
      begin = end;
    }
  }

  size_t Indent(size_t line) const { return lines_[line].text.find_first_not_of(' '); }

  void AlignRun(size_t begin, size_t end) {
    size_t column = 0, longest = 0;
    const auto columns = [&](size_t i) {
      return CountCodePoints(std::string_view(lines_[i].text).substr(0, lines_[i].align_column));
    };
    for (size_t i = begin; i < end; ++i) column = std::max(column, columns(i));
    for (size_t i = begin; i < end; ++i)
      longest = std::max(longest, CountCodePoints(lines_[i].text) + column - columns(i));
    if (longest > kWidth) return;
    for (size_t i = begin; i < end; ++i) lines_[i].text.insert(lines_[i].align_column, column - columns(i), ' ');
  }

  const std::vector<Command>& commands_;
  std::vector<Line> lines_;
  std::vector<Group> groups_;
  std::string line_;
  Line current_;
  size_t indent_ = 0, line_indent_ = 0;
};

}  // namespace

std::string Print(std::vector<Command> commands) {
  SpreadBreaks(commands);
  return Printer(commands).Run();
}

}  // namespace sluice::format
