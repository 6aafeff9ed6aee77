#pragma once

#include <string>
#include <vector>

#include "compiler/lower/scripts/scan.h"

namespace sluice::lower::scripts {

// Separates what `show` prints (see RunCases) from itself: no value has these characters.
inline constexpr char kItem = '\036';
inline constexpr char kEnd = '\037';

// A script to run with variables set, and what it has to print.
struct Case {
  std::string name;
  std::string script;
  std::vector<std::pair<std::string, std::string>> env;
  std::string expected;
};

// What `show` prints for these arguments: their count, then each behind a kItem, then a kEnd.
std::string Shown(const std::vector<std::string>& arguments);

// Shells of this machine that can stand for a kind: bash; dash and busybox sh.
std::vector<std::string> ShellsFor(Shell shell);

// Runs all cases in one process of `shell` (a command line), each in a subshell of a folder with a file called `match`
// and one called `a b`. `show ARGUMENT…` is a function of the cases. Gives one line for each case that printed
// something else, and one when a file called x appeared.
std::vector<std::string> RunCases(const std::string& shell, const std::vector<Case>& cases);

// Values that shells like to take apart.
const std::vector<std::string>& HostileValues();

}  // namespace sluice::lower::scripts
