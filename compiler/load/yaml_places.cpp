#include "compiler/load/yaml_places.h"

#include <algorithm>

namespace sluice::load {
namespace {

size_t LineEnd(std::string_view text, size_t offset) { return std::min(text.find('\n', offset), text.size()); }

// Without the CR of a CRLF.
size_t TrimmedLineEnd(std::string_view text, size_t offset) {
  const size_t end = LineEnd(text, offset);
  return end > offset && text[end - 1] == '\r' ? end - 1 : end;
}

size_t QuotedEnd(std::string_view text, size_t begin) {
  const char quote = text[begin];
  for (size_t i = begin + 1; i < text.size(); ++i) {
    if (quote == '"' && text[i] == '\\') {
      ++i;
    } else if (text[i] == quote) {
      if (quote == '"' || i + 1 >= text.size() || text[i + 1] != '\'') return i + 1;
      ++i;
    }
  }
  return text.size();
}

// Lines belong to a block while they are blank or at least as deep as its first line with text.
size_t BlockEnd(std::string_view text, size_t begin) {
  size_t end = TrimmedLineEnd(text, begin);
  size_t depth = std::string_view::npos;
  for (size_t line = LineEnd(text, begin) + 1; line < text.size(); line = LineEnd(text, line) + 1) {
    const size_t stop = TrimmedLineEnd(text, line);
    const size_t start = std::min(text.find_first_not_of(' ', line), text.size());
    if (start >= stop) continue;
    if (depth == std::string_view::npos) depth = start - line;
    if (start - line < depth || depth == 0) break;
    end = stop;
  }
  return end;
}

}  // namespace

size_t SkipProperties(std::string_view text, size_t offset) {
  while (offset < text.size() && (text[offset] == '&' || text[offset] == '!')) {
    size_t next = std::min(text.find_first_of(" \t\r\n,]}", offset), text.size());
    next = std::min(text.find_first_not_of(" \t\r\n", next), text.size());
    if (next == offset) break;
    offset = next;
  }
  return offset;
}

size_t ScalarEnd(std::string_view text, size_t begin, std::string_view value) {
  if (begin >= text.size()) return text.size();
  if (text[begin] == '"' || text[begin] == '\'') return QuotedEnd(text, begin);
  if (text[begin] == '|' || text[begin] == '>') return BlockEnd(text, begin);
  if (text.substr(begin).starts_with(value)) return begin + value.size();
  return TrimmedLineEnd(text, begin);
}

bool IsLiteralBlock(std::string_view text, size_t begin) { return begin < text.size() && text[begin] == '|'; }

std::vector<std::pair<size_t, size_t>> BlockLines(std::string_view text, size_t begin, size_t end) {
  std::vector<std::pair<size_t, size_t>> lines;
  for (size_t line = LineEnd(text, begin) + 1; line < end; line = LineEnd(text, line) + 1) {
    const size_t stop = TrimmedLineEnd(text, line);
    lines.emplace_back(std::min(text.find_first_not_of(" \t", line), stop), stop);
  }
  return lines;
}

std::optional<size_t> UnderIndentedLine(std::string_view text, size_t begin, size_t end) {
  const size_t start = begin == 0 ? 0 : text.rfind('\n', begin - 1) + 1;  // npos + 1 is 0
  size_t depth = std::min(text.find_first_not_of(' ', start), begin) - start;
  const bool item = text.substr(start + depth).starts_with("- ") && start + depth < begin;
  if (item) ++depth;
  for (size_t line = LineEnd(text, begin) + 1; line < end; line = LineEnd(text, line) + 1) {
    const size_t first = std::min(text.find_first_not_of(' ', line), text.size());
    if (first < TrimmedLineEnd(text, line) && first - line < depth) return line;
  }
  return std::nullopt;
}

}  // namespace sluice::load
