#include "calc.h"

#include <charconv>

namespace {

// Takes a number off the front of the text.
std::optional<long> TakeNumber(std::string_view& text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  long value = 0;
  auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  while (text.starts_with(' ')) text.remove_prefix(1);
  return value;
}

}  // namespace

std::optional<long> Calculate(std::string_view text) {
  const auto a = TakeNumber(text);
  if (!a || text.empty()) return std::nullopt;
  const char op = text.front();
  text.remove_prefix(1);
  const auto b = TakeNumber(text);
  if (!b || !text.empty()) return std::nullopt;
  if (op == '+') return *a + *b;
  if (op == '/' && *b != 0) return *a / *b;
  return std::nullopt;
}
