#include "tests/diagnostics/project.h"

#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <regex>
#include <sstream>
#include <stdexcept>

#include "compiler/base/text.h"
#include "tests/support/samples.h"

namespace sluice::tests {
namespace {

const fs::path kOwn = fs::path(SLUICE_SOURCE_DIR) / "tests/testdata/diagnostics";

fs::path DesignFolder() { return fs::path(SharedFolder()) / "design/samples/f"; }

std::string Quoted(const std::string& word) { return "'" + ReplaceAll(word, "'", "'\\''") + "'"; }

std::vector<std::string> ProgramsOf(const fs::path& folder) {
  std::vector<std::string> names;
  if (!fs::is_directory(folder)) return names;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().extension() == ".pipe" || entry.path().extension() == ".yml") names.push_back(entry.path().stem());
  std::ranges::sort(names);
  return names;
}

WrongProgram ProgramOf(const fs::path& folder, const std::string& name) {
  WrongProgram program;
  program.name = name;
  const std::string file = name + (fs::exists(folder / (name + ".yml")) ? ".yml" : ".pipe");
  program.files[file] = ReadFile(folder / file);
  program.files["sluice.lock"] = ReadFile(folder / "sluice.lock");
  program.arguments = "check " + file;
  program.text_file = folder / (name + ".txt");
  return program;
}

// Standard error of a command ends in the count of diagnostics, "1 error, 2 warnings", and may say what else happened.
std::string WithoutCount(const std::string& text) {
  static const std::regex count("(^|\n)[0-9]+ (error|warning|notice)s?(, [0-9]+ (error|warning|notice)s?)*\n");
  return std::regex_replace(text, count, "$1");
}

}  // namespace

std::string ReadFile(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) throw std::runtime_error("cannot read " + path.string());
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

void WriteFile(const fs::path& path, const std::string& content) {
  fs::create_directories(path.parent_path());
  std::ofstream stream(path, std::ios::binary);
  stream << content;
  if (!stream.flush()) throw std::runtime_error("cannot write " + path.string());
}

Project::Project() {
  if (!scratch_.ok()) throw std::runtime_error(scratch_.error());
  folder_ = scratch_.path();
  fs::create_directory(folder_ / "root");
  folder_ /= "root";
  // A git root, so that no folder above can be taken for the project.
  fs::create_directory(folder_ / ".git");
}

Printed Project::Run(const std::string& arguments, const std::string& binary) const {
  const fs::path out = folder_.parent_path() / "out", err = folder_.parent_path() / "err";
  // Only programs about shellcheck run it: it takes longer than everything else.
  const bool shellcheck = fs::exists(folder_ / "shellcheck");
  std::string command =
      (shellcheck ? "" : "SLUICE_SHELLCHECK= ") + Quoted(binary) + " -C " + Quoted(folder_.string()) + " --color never";
  for (std::string_view word : SplitString(arguments, ' ')) command += " " + Quoted(std::string(word));
  const int status = std::system((command + " <&- >" + Quoted(out.string()) + " 2>" + Quoted(err.string())).c_str());
  // A shell reports a program that died by a signal as 128 and more.
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, ReadFile(out), ReadFile(err)};
}

std::vector<std::string> DesignPrograms() { return ProgramsOf(DesignFolder()); }
WrongProgram DesignProgram(const std::string& name) { return ProgramOf(DesignFolder(), name); }
std::vector<std::string> OwnPrograms() { return ProgramsOf(kOwn); }
std::string OwnLock() { return ReadFile(kOwn / "sluice.lock"); }

WrongProgram OwnProgram(const std::string& name) {
  WrongProgram program = ProgramOf(kOwn, name);
  const fs::path more = kOwn / (name + ".d"), arguments = kOwn / (name + ".args");
  if (fs::is_directory(more))
    for (const auto& entry : fs::recursive_directory_iterator(more))
      if (entry.is_regular_file()) program.files[fs::relative(entry.path(), more)] = ReadFile(entry.path());
  if (fs::exists(arguments)) program.arguments = SplitString(ReadFile(arguments), '\n').front();
  return program;
}

Said Say(const Project& project, const WrongProgram& program, const std::string& binary) {
  for (const auto& [path, content] : program.files) project.Write(path, content);
  Said said{project.Run(program.arguments, binary), {}};
  said.text = program.arguments.starts_with("check") ? said.printed.out : WithoutCount(said.printed.err);
  return said;
}

std::vector<std::string> CodesOf(const std::string& text) {
  static const std::regex head("^(error|warning|notice)\\[(P[0-9]{4})\\]: ");
  std::vector<std::string> codes;
  std::smatch match;
  for (std::string_view view : SplitString(text, '\n'))
    if (const std::string line(view); std::regex_search(line, match, head)) codes.push_back(match[2]);
  return codes;
}

std::string CaseName(const testing::TestParamInfo<std::string>& name) {
  std::string out = name.param;
  std::ranges::replace_if(
      out, [](char c) { return !IsAsciiAlnum(c); }, '_');
  return out;
}

}  // namespace sluice::tests
