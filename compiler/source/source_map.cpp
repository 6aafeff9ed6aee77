#include "compiler/source/source_map.h"

#include <algorithm>

#include "compiler/base/check.h"
#include "compiler/base/text.h"

namespace sluice::source {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::vector<uint32_t> LineStarts(std::string_view text) {
  std::vector<uint32_t> starts{0};
  for (size_t i = 0; i < text.size(); ++i)
    if (text[i] == '\n') starts.push_back(static_cast<uint32_t>(i + 1));
  return starts;
}

}  // namespace

Span Join(Span a, Span b) {
  if (!a.valid()) return b;
  if (!b.valid()) return a;
  return {std::min(a.begin, b.begin), std::max(a.end, b.end)};
}

FileId SourceMap::Add(std::string path, std::string text) {
  SLUICE_CHECK(text.size() < 0xFFFFFFF0u - next_, "more than 4 GiB of sources");
  std::vector<uint32_t> starts = LineStarts(text);
  const uint32_t length = static_cast<uint32_t>(text.size());
  files_.push_back({std::move(path), std::move(text), next_, std::move(starts)});
  next_ += length + 1;  // so that the end of one file is not the begin of the next
  return {static_cast<int32_t>(files_.size()) - 1};
}

FileId SourceMap::Find(std::string_view path) const {
  for (size_t i = 0; i < files_.size(); ++i)
    if (files_[i].path == path) return FileId{static_cast<int32_t>(i)};
  return {};
}

Span SourceMap::WholeFile(FileId id) const { return MakeSpan(id, 0, file(id).text.size()); }

Span SourceMap::MakeSpan(FileId id, size_t begin, size_t end) const {
  const SourceFile& f = file(id);
  SLUICE_CHECK(begin <= end && end <= f.text.size(), "span outside of its file");
  return {f.begin + static_cast<uint32_t>(begin), f.begin + static_cast<uint32_t>(end)};
}

FileId SourceMap::FileOf(Span span) const {
  SLUICE_CHECK(!files_.empty() && span.begin > 0, "a span of no file");
  auto it = std::upper_bound(files_.begin(), files_.end(), span.begin,
                             [](uint32_t offset, const SourceFile& f) { return offset < f.begin; });
  return FileId{static_cast<int32_t>(it - files_.begin()) - 1};
}

Position SourceMap::Locate(uint32_t offset) const {
  const FileId id = FileOf({offset, offset});
  const SourceFile& f = file(id);
  const uint32_t byte = std::min(offset - f.begin, static_cast<uint32_t>(f.text.size()));
  auto it = std::upper_bound(f.line_starts.begin(), f.line_starts.end(), byte);
  const uint32_t line = static_cast<uint32_t>(it - f.line_starts.begin());
  std::string_view before = std::string_view(f.text).substr(*(it - 1), byte - *(it - 1));
  if (line == 1 && before.starts_with(kByteOrderMark)) before.remove_prefix(kByteOrderMark.size());
  return {id, line, static_cast<uint32_t>(CountCodePoints(before)) + 1, byte};
}

std::string_view SourceMap::Text(Span span) const {
  if (!span.valid()) return {};
  const SourceFile& f = file(FileOf(span));
  return std::string_view(f.text).substr(span.begin - f.begin, span.size());
}

std::string_view SourceMap::Line(FileId id, uint32_t line) const {
  const SourceFile& f = file(id);
  SLUICE_CHECK(line >= 1 && line <= f.line_starts.size(), "no such line");
  const size_t begin = f.line_starts[line - 1];
  const size_t end = line < f.line_starts.size() ? f.line_starts[line] - 1 : f.text.size();
  std::string_view text = std::string_view(f.text).substr(begin, end - begin);
  if (text.ends_with('\r')) text.remove_suffix(1);
  if (line == 1 && text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  return text;
}

uint32_t SourceMap::Utf16Column(uint32_t offset) const {
  const Position at = Locate(offset);
  const SourceFile& f = file(at.file);
  const uint32_t start = f.line_starts[at.line - 1];
  std::string_view before = std::string_view(f.text).substr(start, at.byte - start);
  if (at.line == 1 && before.starts_with(kByteOrderMark)) before.remove_prefix(kByteOrderMark.size());
  uint32_t units = 0;
  for (size_t i = 0; i < before.size();) {
    const size_t length = Utf8Length(before, i);
    units += length == 4 ? 2 : 1;
    i += length;
  }
  return units;
}

}  // namespace sluice::source
