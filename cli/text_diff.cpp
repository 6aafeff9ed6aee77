#include "cli/text_diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

namespace sluice::cli {
namespace {

constexpr size_t kAround = 3;
// Above this many cells the common lines are not searched for: the changed middle is shown as one hunk.
constexpr size_t kLargestTable = 16'000'000;

struct Line {
  char mark;  // ' ', '-' or '+'
  std::string_view text;
};

std::vector<std::string_view> LinesOf(const std::string& text) {
  std::vector<std::string_view> lines;
  size_t at = 0;
  while (at < text.size()) {
    const size_t end = text.find('\n', at);
    lines.push_back(std::string_view(text).substr(at, end == std::string::npos ? end : end - at));
    if (end == std::string::npos) break;
    at = end + 1;
  }
  return lines;
}

// The longest common subsequence, as marked lines.
std::vector<Line> Align(const std::vector<std::string_view>& a, const std::vector<std::string_view>& b) {
  size_t head = 0, tail = 0;
  while (head < a.size() && head < b.size() && a[head] == b[head]) ++head;
  while (tail < a.size() - head && tail < b.size() - head && a[a.size() - 1 - tail] == b[b.size() - 1 - tail]) ++tail;
  const size_t n = a.size() - head - tail, m = b.size() - head - tail;
  std::vector<Line> lines;
  for (size_t i = 0; i < head; ++i) lines.push_back({' ', a[i]});
  if ((n + 1) * (m + 1) > kLargestTable) {
    for (size_t i = 0; i < n; ++i) lines.push_back({'-', a[head + i]});
    for (size_t k = 0; k < m; ++k) lines.push_back({'+', b[head + k]});
  } else {
    std::vector<uint32_t> longest((n + 1) * (m + 1), 0);
    auto at = [&](size_t i, size_t k) -> uint32_t& { return longest[i * (m + 1) + k]; };
    for (size_t i = n; i-- > 0;)
      for (size_t k = m; k-- > 0;)
        at(i, k) = a[head + i] == b[head + k] ? at(i + 1, k + 1) + 1 : std::max(at(i + 1, k), at(i, k + 1));
    size_t i = 0, k = 0;
    while (i < n || k < m) {
      if (i < n && k < m && a[head + i] == b[head + k])
        lines.push_back({' ', a[head + i]}), ++i, ++k;
      else if (i < n && (k == m || at(i + 1, k) >= at(i, k + 1)))
        lines.push_back({'-', a[head + i++]});
      else
        lines.push_back({'+', b[head + k++]});
    }
  }
  for (size_t i = a.size() - tail; i < a.size(); ++i) lines.push_back({' ', a[i]});
  return lines;
}

}  // namespace

std::string UnifiedDiff(const std::string& path, const std::string& before, const std::string& after) {
  if (before == after) return {};
  const std::vector<Line> lines = Align(LinesOf(before), LinesOf(after));
  std::string text = fmt::format("--- {}\n+++ {}\n", before.empty() ? "/dev/null" : path, path);
  size_t old_line = 1, new_line = 1, i = 0;
  while (i < lines.size()) {
    if (lines[i].mark == ' ') {
      ++i, ++old_line, ++new_line;
      continue;
    }
    const size_t begin = i >= kAround ? i - kAround : 0;
    size_t end = i, quiet = 0;
    for (size_t k = i; k < lines.size() && quiet <= 2 * kAround; ++k) {
      quiet = lines[k].mark == ' ' ? quiet + 1 : 0;
      if (quiet == 0) end = k + 1;
    }
    end = std::min(lines.size(), end + kAround);
    const size_t back = i - begin;
    size_t olds = 0, news = 0;
    std::string body;
    for (size_t k = begin; k < end; ++k) {
      olds += lines[k].mark != '+' ? 1 : 0;
      news += lines[k].mark != '-' ? 1 : 0;
      body += fmt::format("{}{}\n", lines[k].mark, lines[k].text);
    }
    text += fmt::format("@@ -{},{} +{},{} @@\n{}", olds == 0 ? 0 : old_line - back, olds, new_line - back, news, body);
    for (size_t k = i; k < end; ++k) {
      old_line += lines[k].mark != '+' ? 1 : 0;
      new_line += lines[k].mark != '-' ? 1 : 0;
    }
    i = end;
  }
  return text;
}

}  // namespace sluice::cli
