#include "cli/env_file.h"

#include <fmt/format.h>

#include "compiler/base/text.h"

namespace sluice::cli {
namespace {

std::string_view Trim(std::string_view text) {
  while (!text.empty() && std::string_view(" \t\r").find(text.front()) != std::string_view::npos) text.remove_prefix(1);
  while (!text.empty() && std::string_view(" \t\r").find(text.back()) != std::string_view::npos) text.remove_suffix(1);
  return text;
}

std::string Unescape(std::string_view text) {
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      plain += text[i];
      continue;
    }
    const char c = text[++i];
    plain += c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c;
  }
  return plain;
}

std::string ReadValue(std::string_view text) {
  if (text.size() >= 2 && text.front() == '\'' && text.back() == '\'')
    return std::string(text.substr(1, text.size() - 2));
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') return Unescape(text.substr(1, text.size() - 2));
  return std::string(text);
}

}  // namespace

Result<std::map<std::string, std::string>> ParseEnvironmentFile(std::string_view text, const std::string& path) {
  std::map<std::string, std::string> values;
  size_t number = 0;
  for (std::string_view line : SplitString(text, '\n')) {
    ++number;
    line = Trim(line);
    if (line.empty() || line.front() == '#') continue;
    if (line.starts_with("export ")) line = Trim(line.substr(7));
    const size_t equals = line.find('=');
    const std::string_view name = Trim(line.substr(0, equals));
    if (equals == std::string_view::npos || name.empty())
      return Error{fmt::format("{}:{}: expected NAME=value", path, number)};
    values[std::string(name)] = ReadValue(Trim(line.substr(equals + 1)));
  }
  return values;
}

}  // namespace sluice::cli
