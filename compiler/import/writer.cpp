#include "compiler/import/writer.h"

#include <algorithm>
#include <utility>

namespace sluice::import {
namespace {

constexpr size_t kWidth = 110;

void CollectScalars(const model::Value& value, std::vector<Span>& spans) {
  const bool leaf = value.items.empty() && value.entries.empty();
  if (leaf && value.origin.at.valid() && !value.is(model::Value::Kind::List) && !value.is(model::Value::Kind::Map))
    spans.push_back(value.origin.at);
  for (const model::Value& item : value.items) CollectScalars(item, spans);
  for (const auto& [key, entry] : value.entries) {
    if (key.origin.at.valid()) spans.push_back(key.origin.at);
    CollectScalars(entry, spans);
  }
}

// From the first to the last that a piece stands for: YAML's block collections do not tell their end.
Span Reach(const Piece& piece) {
  Span reach = piece.at;
  for (const Piece& item : piece.items) reach = source::Join(reach, Reach(item));
  for (const Span key : piece.key_places)
    if (key.valid()) reach = source::Join(reach, key);
  return reach;
}

// `## x` and `####` are more than a comment in .pipe.
std::string CommentText(std::string_view text) {
  size_t marks = 0;
  while (marks < text.size() && text[marks] == '#') ++marks;
  std::string result(text.substr(marks));
  if (marks > 0 && (result.empty() || result[0] != ' ')) result = " " + std::string(text);
  while (!result.empty() && (result.back() == ' ' || result.back() == '\t' || result.back() == '\r')) result.pop_back();
  if (!result.empty() && result[0] != ' ') result = " " + result;
  // Never a directive that somebody else wrote for another reader.
  if (result.starts_with(" sluice:")) result = " (" + result.substr(1) + ")";
  return result;
}

}  // namespace

std::vector<Comment> FindComments(const source::SourceMap& sources, source::FileId file, const model::Value& root) {
  const source::SourceFile& source = sources.file(file);
  std::vector<Span> scalars;
  CollectScalars(root, scalars);
  std::ranges::sort(scalars, {}, &Span::begin);
  std::vector<Comment> comments;
  size_t next = 0;
  size_t line = 0;
  uint32_t passed = 0;
  for (size_t i = 0; i < source.text.size(); ++i) {
    while (line + 1 < source.line_starts.size() && source.line_starts[line + 1] <= i) ++line;
    const auto at = static_cast<uint32_t>(source.begin + i);
    while (next < scalars.size() && scalars[next].begin <= at) passed = std::max(passed, scalars[next++].end);
    if (at < passed) continue;
    const size_t start = source.line_starts[line];
    if (source.text[i] != '#' || (i > start && source.text[i - 1] != ' ' && source.text[i - 1] != '\t')) continue;
    const size_t end = std::min(source.text.find('\n', i), source.text.size());
    Comment comment;
    comment.at = at;
    comment.column = static_cast<uint32_t>(i - start);
    comment.line = static_cast<uint32_t>(line + 1);
    comment.alone = source.text.find_first_not_of(" \t", start) == i;
    comment.text = CommentText(std::string_view(source.text).substr(i + 1, end - i - 1));
    comments.push_back(std::move(comment));
    i = end;
  }
  return comments;
}

const Comment* Writer::Trailing(Span at) const {
  if (!at.valid()) return nullptr;
  auto it = std::ranges::lower_bound(comments_, at.end, {}, &Comment::at);
  if (it == comments_.end() || it->done || it->alone) return nullptr;
  const source::Position end = sources_.End(at);
  return it->line == end.line ? &*it : nullptr;
}

void Writer::Take(const Comment* comment) {
  if (comment == nullptr) return;
  comments_[static_cast<size_t>(comment - comments_.data())].done = true;
}

bool Writer::HasComments(Span at) const {
  auto it = std::ranges::lower_bound(comments_, at.begin, {}, &Comment::at);
  for (; it != comments_.end() && it->at < at.end; ++it)
    if (!it->done) return true;
  return false;
}

void Writer::Flush(uint32_t begin, uint32_t end, uint32_t deeper_than) {
  auto it = std::ranges::lower_bound(comments_, begin, {}, &Comment::at);
  for (; it != comments_.end() && it->at < end; ++it) {
    if (it->done || (it->alone && it->column < deeper_than)) continue;
    it->done = true;
    text_ += Indent() + "#" + it->text + "\n";
  }
}

void Writer::Append(const std::string& code, Span at) {
  text_ += Indent() + code;
  if (const Comment* comment = Trailing(at); comment != nullptr) {
    text_ += " #" + comment->text;
    Take(comment);
  }
  text_ += '\n';
}

void Writer::Line(const std::string& code, Span at) {
  if (at.valid()) Flush(0, at.begin);
  Append(code, at);
}

void Writer::Open(const std::string& code, Span at) {
  if (at.valid()) Flush(0, at.begin);
  text_ += Indent() + code + "\n";
  ++depth_;
}

void Writer::Close(const std::string& code) {
  --depth_;
  text_ += Indent() + code + "\n";
}

void Writer::Reopen(const std::string& code) {
  Close(code);
  ++depth_;
}

void Writer::Empty() {
  if (!text_.empty() && !text_.ends_with("\n\n") && !text_.ends_with("{\n")) text_ += '\n';
}

void Writer::Block(const std::string& code, const std::string& text, Span at) {
  if (at.valid()) Flush(0, at.begin);
  text_ += Indent() + code + "|\n";
  size_t begin = 0;
  while (begin <= text.size()) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = std::string_view(text).substr(begin, end - begin);
    if (line.find_first_not_of(" \t") != std::string_view::npos) text_ += Indent() + "  " + std::string(line);
    text_ += '\n';
    begin = end + 1;
  }
}

void Writer::Broken(const std::string& prefix, const Piece& piece, const std::string& suffix) {
  const bool list = piece.kind == Piece::Kind::List;
  const char* open = list ? "[" : piece.kind == Piece::Kind::Args ? "(" : "{";
  const char* close = list ? "]" : piece.kind == Piece::Kind::Args ? ")" : "}";
  Open(prefix + piece.prefix + open);
  for (size_t i = 0; i < piece.items.size(); ++i) {
    const Span at = list ? piece.items[i].at : piece.key_places[i].valid() ? piece.key_places[i] : piece.items[i].at;
    if (at.valid()) Flush(0, at.begin);
    const size_t begin = BeginRegion();
    const std::string key = list || piece.keys[i].empty() ? "" : piece.keys[i] + ": ";
    Put(key, piece.items[i], piece.items[i].at, list ? "," : "");
    if (at.valid() && !list) EndRegion(begin, NodeOfKey(at));
  }
  if (const Span reach = Reach(piece); reach.valid()) Flush(0, reach.end);
  Close(close + suffix);
}

void Writer::Put(const std::string& prefix, const Piece& piece, Span at, const std::string& suffix) {
  if (piece.kind == Piece::Kind::Block) {
    Block(prefix, piece.text, at);
    if (!suffix.empty() && suffix != ",") Line(suffix);
    if (suffix == ",") Line(",");
    return;
  }
  const bool commented = piece.kind != Piece::Kind::Flat && piece.items.size() > 1 && HasComments(Reach(piece));
  std::vector<Piece::Part> parts;
  const auto line = commented ? std::nullopt : piece.OneLine(&parts);
  const bool fits = line && static_cast<size_t>(depth_) * 2 + prefix.size() + line->size() + suffix.size() <= kWidth;
  const bool breakable = piece.kind != Piece::Kind::Flat && !piece.items.empty();
  // Records are read best one entry a line.
  const bool many = piece.kind == Piece::Kind::Record && piece.items.size() > 3;
  if (line && ((fits && !many) || !breakable)) {
    if (at.valid()) Flush(0, at.begin);
    const size_t start = text_.size() + Indent().size() + prefix.size();
    Append(prefix + *line + suffix, piece.at.valid() ? piece.at : at);
    for (const Piece::Part& part : parts)
      regions_.push_back({start + part.begin, start + part.end, NodeOfKey(part.at)});
    return;
  }
  if (at.valid()) Flush(0, at.begin);
  Broken(prefix, piece, suffix);
}

}  // namespace sluice::import
