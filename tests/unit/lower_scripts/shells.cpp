#include "tests/unit/lower_scripts/shells.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "compiler/base/temporary_folder.h"
#include "compiler/base/text.h"
#include "compiler/lower/scripts/quoting.h"

namespace sluice::lower::scripts {
namespace {

namespace fs = std::filesystem;

constexpr char kCase = '\035';

bool Exists(const std::string& command) { return std::system(("command -v " + command + " >/dev/null").c_str()) == 0; }

std::string ReadAll(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

void WriteAll(const fs::path& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }

std::string Readable(std::string text) {
  for (const auto& [from, to] : {std::pair("\036", "<"), std::pair("\037", ">"), std::pair("\n", "\\n")})
    text = ReplaceAll(text, from, to);
  return text;
}

}  // namespace

std::string Shown(const std::vector<std::string>& arguments) {
  std::string out = std::to_string(arguments.size());
  for (const std::string& argument : arguments) out += kItem + argument;
  if (arguments.empty()) out += kItem;
  return out + kEnd;
}

std::vector<std::string> ShellsFor(Shell shell) {
  std::vector<std::string> shells;
  if (shell == Shell::Sh && Exists("dash")) shells.emplace_back("dash");
  if (shell == Shell::Sh && Exists("busybox")) shells.emplace_back("busybox sh");
  if (shell == Shell::Bash && Exists("bash")) shells.emplace_back("bash --noprofile --norc");
  return shells;
}

std::vector<std::string> RunCases(const std::string& shell, const std::vector<Case>& cases) {
  const TemporaryFolder scratch("shells");
  if (!scratch.ok()) return {scratch.error()};
  const fs::path folder = scratch.path();
  fs::create_directories(folder / "work/d");
  WriteAll(folder / "work/match", "");
  WriteAll(folder / "work/a b", "");
  std::string driver =
      "show() { printf '%s' $#; printf '\\036%s' \"$@\"; printf '\\037'; }\nu=\nunset u w z\ncd work\n";
  for (size_t i = 0; i < cases.size(); ++i) {
    WriteAll(folder / fmt::format("{}.sh", i), cases[i].script);
    driver += fmt::format("printf '\\035{}:'\n( ", i);
    for (const auto& [name, value] : cases[i].env)
      driver += fmt::format("{}={}; export {}; ", name, SingleQuote(value), name);
    driver += fmt::format(". ../{}.sh ) 2>>../errors\n", i);
  }
  WriteAll(folder / "driver", driver);
  const std::string command = fmt::format("cd {} && timeout 100 {} driver > out < /dev/null", folder.string(), shell);
  std::vector<std::string> wrong;
  if (std::system(command.c_str()) < 0) wrong.emplace_back("the shell did not start");
  const std::string out = ReadAll(folder / "out");
  size_t at = 0;
  for (size_t i = 0; i < cases.size(); ++i) {
    const std::string head = fmt::format("{}{}:", kCase, i);
    const size_t begin = out.find(head, at);
    if (begin == std::string::npos) {
      wrong.push_back(fmt::format("{}: did not run", cases[i].name));
      break;
    }
    at = begin + head.size();
    const std::string printed = out.substr(at, std::min(out.find(kCase, at), out.size()) - at);
    if (printed != cases[i].expected)
      wrong.push_back(fmt::format("{}: {}\n  script:   {}\n  expected: {}\n  printed:  {}", shell, cases[i].name,
                                  Readable(cases[i].script), Readable(cases[i].expected), Readable(printed)));
  }
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.path().filename() == "x") wrong.push_back(shell + ": a value was run: the file x is there");
  return wrong;
}

const std::vector<std::string>& HostileValues() {
  static const std::vector<std::string> values = {"",
                                                  "plain",
                                                  "a b",
                                                  "  lead trail  ",
                                                  "it's",
                                                  "say \"hi\"",
                                                  "$(touch x)",
                                                  "`touch x`",
                                                  "a[$(touch x)]",
                                                  "*",
                                                  "?",
                                                  "[a-z]*",
                                                  "~",
                                                  "one\ntwo",
                                                  "trailing\n",
                                                  "\n",
                                                  "\n\n",
                                                  "ünïcödé ☃ 𝄞",
                                                  "back\\slash",
                                                  "\\",
                                                  "two\\\\",
                                                  "\\n\\t",
                                                  "-n",
                                                  "--help",
                                                  "-e",
                                                  "${{ x }}",
                                                  "${HOME}",
                                                  "$HOME",
                                                  "$$",
                                                  "!!",
                                                  "# no comment",
                                                  "; touch x",
                                                  "| touch x",
                                                  "&& touch x",
                                                  "> x",
                                                  "'; touch x; '",
                                                  "\"; touch x; \"",
                                                  "'\"'\"'",
                                                  "}",
                                                  "${x:-}",
                                                  ")",
                                                  "((",
                                                  "\t",
                                                  "EOF",
                                                  "E",
                                                  "%s%d%%",
                                                  "$'\\x41'",
                                                  "a=b",
                                                  "if",
                                                  "\r\n",
                                                  "a,b",
                                                  "{a,b}",
                                                  "1",
                                                  "-5",
                                                  "x]",
                                                  "((touch x))",
                                                  "<(touch x)",
                                                  "EOF\n$(touch x)\nEOF",
                                                  std::string(3000, 'y')};
  return values;
}

}  // namespace sluice::lower::scripts
