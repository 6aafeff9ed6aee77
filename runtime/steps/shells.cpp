#include "runtime/steps/shells.h"

#include <fmt/format.h>

#include <utility>

#include "compiler/base/text.h"

namespace sluice::steps {
namespace {

// Words of a command line as .NET's process class splits it, to which the runner hands it: blanks separate, double
// quotes group, and a backslash escapes a double quote. Single quotes are characters like any other.
std::vector<std::string> SplitWords(std::string_view line) {
  std::vector<std::string> words;
  std::string word;
  bool open = false, quoted = false;
  for (size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '\\' && i + 1 < line.size() && line[i + 1] == '"') {
      word += line[++i];
    } else if (c == '"') {
      quoted = !quoted;
      open = true;
    } else if (!quoted && (c == ' ' || c == '\t')) {
      if (open || !word.empty()) words.push_back(std::exchange(word, {}));
      open = false;
    } else {
      word += c;
    }
  }
  if (open || !word.empty()) words.push_back(word);
  return words;
}

Shell PowerShell() {
  return {{"pwsh", "-command", ". '{0}'"},
          ".ps1",
          "$ErrorActionPreference = 'stop'\n",
          "\nif ((Test-Path -LiteralPath variable:\\LASTEXITCODE)) { exit $LASTEXITCODE }\n"};
}

}  // namespace

std::vector<std::string> Shell::CommandLine(const std::string& script_path) const {
  std::vector<std::string> words;
  for (const std::string& word : argv) words.push_back(ReplaceAll(word, "{0}", script_path));
  return words;
}

Result<Shell> FindShell(std::string_view name, bool container_job) {
  if (name.empty()) return Shell{{container_job ? "sh" : "bash", "-e", "{0}"}, ".sh", "", ""};
  const std::string lower = AsciiLower(name);
  if (lower == "bash") return Shell{{"bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "{0}"}, ".sh", "", ""};
  if (lower == "sh") return Shell{{"sh", "-e", "{0}"}, ".sh", "", ""};
  if (lower == "python") return Shell{{"python", "{0}"}, ".py", "", ""};
  if (lower == "pwsh") return PowerShell();
  if (lower == "cmd" || lower == "powershell")
    return Error{fmt::format("the shell `{}` exists on Windows runners only", name)};
  if (name.find("{0}") == std::string_view::npos)
    return Error{
        fmt::format("Invalid shell option `{}`. Shell must be a valid built-in (bash, sh, cmd, powershell, "
                    "pwsh) or a format string containing '{{0}}'",
                    name)};
  std::vector<std::string> words = SplitWords(name);
  if (words.empty()) return Error{"the shell is empty"};
  Shell shell;
  shell.argv = std::move(words);
  // The runner knows its own shells also by the first word of a command line: their files and scripts are the same.
  const std::string program = AsciiLower(shell.argv[0]);
  if (program == "bash" || program == "sh") shell.extension = ".sh";
  if (program == "python") shell.extension = ".py";
  if (program == "pwsh") {
    Shell power = PowerShell();
    power.argv = std::move(shell.argv);
    return power;
  }
  return shell;
}

}  // namespace sluice::steps
