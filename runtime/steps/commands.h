#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::steps {

// A workflow command that a step printed: `::error file=a.c,line=3::text` or the older `##[error file=a.c;line=3]text`.
// https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
struct Command {
  std::string name;  // lower case
  std::vector<std::pair<std::string, std::string>> properties;
  std::string data;

  // The value of a property, or "".
  std::string Property(std::string_view key) const;
};

// The command in a line of output, or nothing when it is plain text. Blanks before it are allowed. Names that the
// runner does not know are plain text.
std::optional<Command> ParseCommand(std::string_view line);

// Watches the lines of one step: between `::stop-commands::TOKEN` and `::TOKEN::` nothing is a command.
class CommandFilter {
 public:
  // The command of this line, or nothing. The two lines that switch are commands of their own (name `stop-commands`).
  std::optional<Command> Read(std::string_view line);

 private:
  std::string token_;
};

}  // namespace sluice::steps
