#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/base/id.h"

namespace sluice::source {

struct FileTag;
using FileId = Id<FileTag>;

// A range of bytes [begin, end) of the virtual text: all files of a SourceMap one behind the other. {0, 0} is "nowhere".
struct Span {
  uint32_t begin = 0;
  uint32_t end = 0;

  bool valid() const { return end != 0; }
  uint32_t size() const { return end - begin; }
  bool contains(Span other) const { return begin <= other.begin && other.end <= end; }
  friend bool operator==(Span, Span) = default;
};

// The smallest span that holds both; an invalid one counts as nothing.
Span Join(Span a, Span b);

// A place as people and editors name it. Lines and columns count from 1; a column is one Unicode code point.
struct Position {
  FileId file;
  uint32_t line = 0;
  uint32_t column = 0;
  uint32_t byte = 0;  // offset in the file
};

// A text with a name. `begin` is where it starts in the virtual text; a byte order mark is no column.
struct SourceFile {
  std::string path;  // as shown: from the project root
  std::string text;
  uint32_t begin = 0;
  std::vector<uint32_t> line_starts;  // offsets in the file
};

// Owns the texts of a compilation. Views into them stay valid as long as the map. Texts are at most 4 GiB together;
// limits of single files are the lexer's affair.
class SourceMap {
 public:
  FileId Add(std::string path, std::string text);
  const SourceFile& file(FileId id) const { return files_[static_cast<size_t>(id.index)]; }
  size_t size() const { return files_.size(); }
  // The file of that path, or an invalid id.
  FileId Find(std::string_view path) const;

  // The span of a whole file. An empty file has a span of one position.
  Span WholeFile(FileId id) const;
  Span MakeSpan(FileId id, size_t begin, size_t end) const;
  FileId FileOf(Span span) const;
  Position Locate(uint32_t offset) const;
  Position Begin(Span span) const { return Locate(span.begin); }
  Position End(Span span) const { return Locate(span.end); }
  std::string_view Text(Span span) const;
  // The line (from 1) of a file without its line end.
  std::string_view Line(FileId id, uint32_t line) const;
  // The column in UTF-16 code units, from 0, as the Language Server Protocol counts.
  uint32_t Utf16Column(uint32_t offset) const;

 private:
  std::deque<SourceFile> files_;
  uint32_t next_ = 1;  // 0 is nowhere
};

}  // namespace sluice::source
