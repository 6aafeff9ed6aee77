#include "runtime/steps/commands.h"

#include <algorithm>
#include <array>

#include "compiler/base/text.h"

namespace sluice::steps {
namespace {

// actions/runner, ActionCommandManager and its extensions.
constexpr std::array<std::string_view, 15> kKnown = {
    "add-mask", "add-matcher", "add-path",       "debug",      "echo",    "endgroup",      "error",  "group",
    "notice",   "save-state",  "remove-matcher", "set-output", "set-env", "stop-commands", "warning"};

bool IsKnown(std::string_view name) { return std::ranges::find(kKnown, name) != kKnown.end(); }

std::string_view TrimStart(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  return text;
}

std::string_view Trim(std::string_view text) {
  text = TrimStart(text);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::string UnescapeData(std::string_view text) {
  std::string plain = ReplaceAll(text, "%0D", "\r");
  plain = ReplaceAll(plain, "%0A", "\n");
  return ReplaceAll(plain, "%25", "%");
}

std::string UnescapeProperty(std::string_view text) {
  std::string plain = ReplaceAll(text, "%0D", "\r");
  plain = ReplaceAll(plain, "%0A", "\n");
  plain = ReplaceAll(plain, "%3A", ":");
  plain = ReplaceAll(plain, "%2C", ",");
  return ReplaceAll(plain, "%25", "%");
}

void ReadProperties(std::string_view text, char separator, Command& command) {
  for (std::string_view piece : SplitString(text, separator)) {
    const size_t equals = piece.find('=');
    if (equals == std::string_view::npos) continue;
    command.properties.emplace_back(std::string(Trim(piece.substr(0, equals))),
                                    UnescapeProperty(piece.substr(equals + 1)));
  }
}

Command MakeCommand(std::string_view head, char separator, std::string_view data) {
  Command command;
  const size_t blank = head.find(' ');
  command.name = AsciiLower(head.substr(0, blank));
  if (blank != std::string_view::npos) ReadProperties(Trim(head.substr(blank)), separator, command);
  command.data = UnescapeData(data);
  return command;
}

}  // namespace

std::string Command::Property(std::string_view key) const {
  for (const auto& [property, value] : properties)
    if (EqualsIgnoreCase(property, key)) return value;
  return "";
}

std::optional<Command> ParseCommand(std::string_view line) {
  std::string_view text = TrimStart(line);
  if (text.starts_with("::")) {
    const size_t end = text.find("::", 2);
    if (end == std::string_view::npos) return std::nullopt;
    Command command = MakeCommand(text.substr(2, end - 2), ',', text.substr(end + 2));
    if (!IsKnown(command.name)) return std::nullopt;
    return command;
  }
  if (const size_t begin = text.find("##["); begin != std::string_view::npos) {
    const size_t end = text.find(']', begin);
    if (end == std::string_view::npos) return std::nullopt;
    Command command = MakeCommand(text.substr(begin + 3, end - begin - 3), ';', text.substr(end + 1));
    if (!IsKnown(command.name)) return std::nullopt;
    return command;
  }
  return std::nullopt;
}

std::optional<Command> CommandFilter::Read(std::string_view line) {
  if (!token_.empty()) {
    if (Trim(line) != "::" + token_ + "::") return std::nullopt;
    token_.clear();
    return Command{"stop-commands", {}, ""};
  }
  std::optional<Command> command = ParseCommand(line);
  if (command && command->name == "stop-commands") token_ = command->data;
  return command;
}

}  // namespace sluice::steps
