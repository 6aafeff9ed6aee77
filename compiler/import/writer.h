#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/import/piece.h"
#include "compiler/model/value.h"

namespace sluice::import {

// A comment of the YAML, without its `#`. Offsets are those of the SourceMap.
struct Comment {
  uint32_t at = 0;
  uint32_t column = 0;  // from 0
  uint32_t line = 0;    // from 1
  bool alone = false;   // nothing stands before it on its line
  bool done = false;    // written, or taken over (the version behind a pin)
  std::string text;
};

// The comments of a workflow: every `#` outside of its scalars.
std::vector<Comment> FindComments(const source::SourceMap& sources, source::FileId file, const model::Value& root);

// The nodes of settings and values, and of whole steps and jobs.
inline uint32_t NodeOfKey(Span key) { return key.begin * 2; }
inline uint32_t NodeOfItem(Span item) { return item.begin * 2 + 1; }

// Which part of the printed text stands for which node of the YAML, so that a complaint about the text finds the node.
struct Region {
  size_t begin = 0, end = 0;  // offsets into the text
  uint32_t node = 0;          // NodeOfKey or NodeOfItem
  bool item = false;          // a directive may stand before it
};

// Collects the lines of the .pipe text. Comments of the YAML are written before the thing that they stood before, or at
// the end of its line.
class Writer {
 public:
  Writer(const source::SourceMap& sources, std::vector<Comment> comments)
      : sources_(sources), comments_(std::move(comments)) {}

  // A line of code that stands for `at`; the comments before it come first.
  void Line(const std::string& code, Span at = {});
  void Open(const std::string& code, Span at = {});  // a line that ends in an opening bracket
  void Close(const std::string& code);
  void Reopen(const std::string& code);  // closes one bracket and opens another on one line
  void Empty();
  // `prefix` and the value behind it, on one line if it fits.
  void Put(const std::string& prefix, const Piece& piece, Span at = {}, const std::string& suffix = "");
  void Block(const std::string& code, const std::string& text, Span at = {});

  // Writes the comments in this range that are not yet written.
  void Flush(uint32_t begin, uint32_t end, uint32_t deeper_than = 0);
  // The comment behind this place on the same line, taken over.
  const Comment* Trailing(Span at) const;
  void Take(const Comment* comment);
  bool HasComments(Span at) const;

  size_t BeginRegion() const { return text_.size(); }
  void EndRegion(size_t begin, uint32_t node, bool item = false) {
    regions_.push_back({begin, text_.size(), node, item});
  }

  const std::string& text() const { return text_; }
  const std::vector<Region>& regions() const { return regions_; }

 private:
  std::string Indent() const { return std::string(static_cast<size_t>(depth_) * 2, ' '); }
  void Broken(const std::string& prefix, const Piece& piece, const std::string& suffix);
  void Append(const std::string& code, Span at);

  const source::SourceMap& sources_;
  std::vector<Comment> comments_;
  std::vector<Region> regions_;
  std::string text_;
  int depth_ = 0;
};

}  // namespace sluice::import
