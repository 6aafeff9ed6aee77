#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "compiler/base/temporary_folder.h"

namespace sluice::tests {

namespace fs = std::filesystem;

// The whole of a file; throws when there is none, which fails the test with its name.
std::string ReadFile(const fs::path& path);
void WriteFile(const fs::path& path, const std::string& content);

// What one run of `sluice` printed.
struct Printed {
  int exit_code = -1;
  std::string out;
  std::string err;
};

// A project in a folder of its own that goes away with the object.
class Project {
 public:
  Project();

  const fs::path& folder() const { return folder_; }
  void Write(const std::string& path, const std::string& content) const { WriteFile(folder_ / path, content); }
  std::string Read(const std::string& path) const { return ReadFile(folder_ / path); }
  // `sluice -C FOLDER --color never ARGUMENTS`; arguments are split at blanks. `binary`: which build of sluice.
  Printed Run(const std::string& arguments, const std::string& binary = SLUICE_BINARY) const;

 private:
  TemporaryFolder scratch_{"test"};
  fs::path folder_;
};

// A program that is wrong on purpose, the files around it and the exact text that it gives.
struct WrongProgram {
  std::string name;                          // without `.pipe` or `.yml`
  std::map<std::string, std::string> files;  // of the project, the lock included
  std::string arguments;                     // of `sluice`
  fs::path text_file;                        // of the expected text
};

// The programs of the language's design, a folder beside the checkout or in $SLUICE_SHARED. Empty when it is not there.
std::vector<std::string> DesignPrograms();
WrongProgram DesignProgram(const std::string& name);

// Our own, in tests/testdata/diagnostics: NAME.pipe (a workflow: NAME.yml), NAME.txt, and where needed the folder
// NAME.d with more files and NAME.args with other arguments than `check NAME.pipe`.
std::vector<std::string> OwnPrograms();
WrongProgram OwnProgram(const std::string& name);

// The text of sluice.lock that our own programs and the explanations use.
std::string OwnLock();

// Writes the files of `program` to `project` and runs it. `text` is what it said about the program: standard output of
// `check`, standard error without the final count of every other command.
struct Said {
  Printed printed;
  std::string text;
};
Said Say(const Project& project, const WrongProgram& program, const std::string& binary = SLUICE_BINARY);

// The codes that `text` has, in order: "P0107" for each line `severity[P0107]: …`.
std::vector<std::string> CodesOf(const std::string& text);

// The name of the program as gtest takes it for a test case: `01-unit` is `01_unit`.
std::string CaseName(const testing::TestParamInfo<std::string>& name);

}  // namespace sluice::tests
