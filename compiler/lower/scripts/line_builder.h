#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/source/source_map.h"

namespace sluice::lower::scripts {

// Grows line by line and remembers where each line was written.
class LineBuilder {
 public:
  void Append(std::string_view text, source::Span span) {
    for (size_t at = 0; at < text.size();) {
      const size_t end = std::min(text.find('\n', at), text.size());
      if (lines_.empty() || text_.ends_with('\n')) lines_.emplace_back();
      lines_.back() = source::Join(lines_.back(), span);
      text_ += text.substr(at, end - at + 1);
      at = end + 1;
    }
  }
  void AppendLine(std::string_view line, source::Span span) {
    if (!text_.empty() && !text_.ends_with('\n')) text_ += '\n';
    Append(line, span);
    text_ += '\n';
  }

  std::string& text() { return text_; }
  std::vector<source::Span>& lines() { return lines_; }

 private:
  std::string text_;
  std::vector<source::Span> lines_;
};

}  // namespace sluice::lower::scripts
