#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/base/text.h"
#include "compiler/lower/scripts/programs.h"

namespace sluice::lower::scripts {

// What the scanners of programs share: a position in the text, its holes, and the brackets around.
class ProgramCursor {
 public:
  explicit ProgramCursor(const Template& program) : text_(program.text), holes_(program.holes) {
    scan_.places.resize(holes_.size());
  }

 protected:
  static constexpr size_t kMaxDepth = 100;

  // A call whose arguments are read.
  struct Bracket {
    char open = 0;
    size_t at = 0;
    std::string callee;  // "subprocess.run"; empty: no call
    Range name;
    size_t commas = 0;
  };
  // What makes a program of its arguments.
  struct Evaluator {
    std::string_view names;  // " eval exec "; one that begins with a dot is a method of anything
    Evaluation evaluation;
    bool first_only = false;  // only the first argument
  };

  bool AtEnd() const { return pos_ >= text_.size(); }
  bool IsHole(size_t at) const { return at < text_.size() && std::ranges::binary_search(holes_, at); }
  size_t HoleIndex(size_t at) const {
    return static_cast<size_t>(std::ranges::lower_bound(holes_, at) - holes_.begin());
  }
  // The byte there; a NUL at a hole and behind the end.
  char At(size_t at) const { return at < text_.size() ? text_[at] : '\0'; }
  bool Looking(std::string_view what) const { return std::string_view(text_).substr(pos_).starts_with(what); }
  static bool IsWordByte(char c) { return IsAsciiAlnum(c) || c == '_' || (static_cast<unsigned char>(c) & 0x80) != 0; }
  ProgramPlace& PlaceAt(size_t at) { return scan_.places[HoleIndex(at)]; }
  // Inside a literal: an escape character, and what it escapes; a placeholder stays to be read.
  void SkipEscape() {
    escape_ = pos_++;
    if (!AtEnd() && !IsHole(pos_)) ++pos_, escape_ = std::string::npos;
  }
  // Is the hole at the position behind such a character? Then that is its place.
  bool TakeEscape(ProgramPlace& place) {
    if (escape_ == std::string::npos || escape_ + 1 != pos_) return false;
    place.stand = Stand::Escape;
    place.label = {escape_, pos_};
    return true;
  }
  void Stop(size_t at, size_t length, std::string what, std::string delimiter = {}) {
    if (scan_.unclosed.empty()) scan_.unclosed.push_back({{at, at + length}, std::move(what), std::move(delimiter)});
    pos_ = text_.size();
  }
  // The next byte that is neither blank nor tab.
  size_t SkipBlanks(size_t at) const {
    while (At(at) == ' ' || At(at) == '\t') ++at;
    return at;
  }
  // Is the hole a part of a longer word?
  bool TouchesWord(size_t at) const {
    return (at > 0 && !IsHole(at - 1) && IsWordByte(text_[at - 1])) || (!IsHole(at + 1) && IsWordByte(At(at + 1))) ||
           IsHole(at + 1) || (at > 0 && IsHole(at - 1));
  }
  // Reads to the line end; holes on the way stand in a comment.
  void LineComment() {
    for (; !AtEnd() && text_[pos_] != '\n'; ++pos_)
      if (IsHole(pos_)) PlaceAt(pos_).stand = Stand::Comment;
  }
  void BlockComment(std::string_view close) {
    const size_t open = pos_;
    for (pos_ += 2; !AtEnd(); ++pos_) {
      if (IsHole(pos_)) PlaceAt(pos_).stand = Stand::Comment;
      if (!Looking(close)) continue;
      pos_ += close.size();
      return;
    }
    Stop(open, 2, "comment");
  }
  // The call around that makes a program of the place. Calls of `transparent` methods only shape the text.
  void MarkEvaluation(ProgramPlace& place, const std::vector<Bracket>& brackets,
                      const std::vector<Evaluator>& evaluators, std::string_view transparent) const {
    for (auto bracket = brackets.rbegin(); bracket != brackets.rend(); ++bracket) {
      if (bracket->callee.empty()) continue;
      const std::string method = bracket->callee.substr(bracket->callee.rfind('.') + 1);
      for (const Evaluator& evaluator : evaluators) {
        const bool named = evaluator.names.find(" " + bracket->callee + " ") != std::string_view::npos ||
                           (bracket->callee.find('.') != std::string::npos &&
                            evaluator.names.find(" ." + method + " ") != std::string_view::npos);
        if (!named || (evaluator.first_only && bracket->commas > 0)) continue;
        place.evaluation = evaluator.evaluation;
        place.label = bracket->name;
        place.word = bracket->callee.starts_with(")") ? method : bracket->callee;
        return;
      }
      if (transparent.find(" " + method + " ") == std::string_view::npos) return;
    }
  }

  const std::string& text_;
  const std::vector<size_t>& holes_;
  size_t pos_ = 0;
  size_t depth_ = 0;
  size_t escape_ = std::string::npos;
  ProgramScan scan_;
};

ProgramScan ScanPython(const Template& program);
ProgramScan ScanJavaScript(const Template& program);
ProgramScan ScanPowerShell(const Template& program);

}  // namespace sluice::lower::scripts
