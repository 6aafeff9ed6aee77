#include "runtime/steps/env_files.h"

#include <fmt/format.h>

#include <optional>

namespace sluice::steps {
namespace {

// Hands out lines without their ends, as .NET's ReadLine: "\n", "\r\n" and a lone "\r" end a line.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}

  // The next line; `end` becomes its line end ("" at the end of the file).
  std::optional<std::string_view> Next(std::string_view& end) {
    if (rest_.empty()) return std::nullopt;
    const size_t stop = rest_.find_first_of("\r\n");
    const std::string_view line = rest_.substr(0, stop);
    end = {};
    if (stop != std::string_view::npos) end = rest_.substr(stop, rest_.substr(stop).starts_with("\r\n") ? 2 : 1);
    rest_.remove_prefix(line.size() + end.size());
    return line;
  }

 private:
  std::string_view rest_;
};

Result<std::string> ReadBlock(Lines& lines, std::string_view delimiter) {
  std::string value;
  std::string_view end, previous_end;
  bool first = true;
  while (auto line = lines.Next(end)) {
    if (*line == delimiter) return value;
    if (!first) value += previous_end;
    value += *line;
    previous_end = end;
    first = false;
  }
  return Error{fmt::format("Invalid value. Matching delimiter not found '{}'", delimiter)};
}

}  // namespace

Result<Pairs> ParseEnvFile(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  Pairs pairs;
  Lines lines(text);
  std::string_view end;
  while (auto line = lines.Next(end)) {
    if (line->empty()) continue;
    const size_t equals = line->find('='), heredoc = line->find("<<");
    if (equals != std::string_view::npos && equals < heredoc) {
      if (equals == 0) return Error{fmt::format("Invalid format '{}'. Name must not be empty", *line)};
      pairs.emplace_back(std::string(line->substr(0, equals)), std::string(line->substr(equals + 1)));
    } else if (heredoc != std::string_view::npos) {
      const std::string_view name = line->substr(0, heredoc), delimiter = line->substr(heredoc + 2);
      if (name.empty() || delimiter.empty())
        return Error{fmt::format("Invalid format '{}'. Name must not be empty and delimiter must not be empty", *line)};
      SLUICE_ASSIGN(std::string value, ReadBlock(lines, delimiter));
      pairs.emplace_back(std::string(name), std::move(value));
    } else {
      return Error{fmt::format("Invalid format '{}'", *line)};
    }
  }
  return pairs;
}

std::vector<std::string> ParsePathFile(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  std::vector<std::string> folders;
  Lines lines(text);
  std::string_view end;
  while (auto line = lines.Next(end))
    if (!line->empty()) folders.emplace_back(*line);
  return folders;
}

}  // namespace sluice::steps
