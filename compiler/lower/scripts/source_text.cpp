#include "compiler/lower/scripts/source_text.h"

#include <algorithm>

namespace sluice::lower::scripts {
namespace {

// The bytes of `raw` that the bytes of `text` came from: `$${{` became `${{`, CRLF became LF, and with `escapes` \n and
// the like became one character. Text that came about in another way has the whole span everywhere.
void MapBytes(const Part& part, std::string_view raw, std::vector<Span>& bytes) {
  const auto at = [&](size_t begin, size_t end) {
    return Span{part.span.begin + static_cast<uint32_t>(begin), part.span.begin + static_cast<uint32_t>(end)};
  };
  const size_t first = bytes.size();
  size_t i = 0;
  for (size_t j = 0; j < part.text.size();) {
    if (i >= raw.size()) break;
    if (raw.substr(i).starts_with("$${{") && std::string_view(part.text).substr(j).starts_with("${{")) ++i;
    if (raw[i] == '\r' && part.text[j] == '\n') ++i;
    if (part.escapes && raw[i] == '\\') {
      size_t end = std::min(i + 2, raw.size());
      size_t length = 1;
      if (raw.substr(i).starts_with("\\u{")) {
        end = std::min(raw.find('}', i), raw.size() - 1) + 1;
        while (j + length < part.text.size() && (static_cast<unsigned char>(part.text[j + length]) & 0xC0) == 0x80)
          ++length;
      }
      bytes.insert(bytes.end(), std::min(length, part.text.size() - j), at(i, end));
      j += length;
      i = end;
    } else if (i < raw.size() && raw[i] == part.text[j]) {
      bytes.push_back(at(i, i + 1));
      ++i;
      ++j;
    } else {
      break;
    }
  }
  if (bytes.size() - first != part.text.size()) bytes.resize(first), bytes.resize(first + part.text.size(), part.span);
}

}  // namespace

SourceText::SourceText(const Script& script, const source::SourceMap& sources) : sources_(sources), body_(script.span) {
  for (const Part& part : script.parts) {
    if (part.placeholder) {
      template_.holes.push_back(template_.text.size());
      placeholders_.push_back(*part.placeholder);
      template_.text += kHole;
      bytes_.push_back(script.placeholders[*part.placeholder].span);
    } else {
      template_.text += part.text;
      MapBytes(part, part.span.valid() ? sources.Text(part.span) : std::string_view(), bytes_);
    }
  }
}

Span SourceText::At(Range range) const {
  Span span;
  for (size_t i = range.begin; i < range.end && i < bytes_.size(); ++i) span = source::Join(span, bytes_[i]);
  return span;
}

std::string SourceText::Written(Range range) const {
  const Span span = At(range);
  return span.valid() ? std::string(sources_.Text(span)) : template_.text.substr(range.begin, range.end - range.begin);
}

}  // namespace sluice::lower::scripts
