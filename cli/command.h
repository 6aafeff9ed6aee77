#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

// What every subcommand shares. A subcommand lives in its own file and is listed in commands.cpp.
namespace sluice::cli {

inline constexpr int kOk = 0;      // all well
inline constexpr int kNo = 1;      // the answer is no: errors found, files differ, a job failed
inline constexpr int kCannot = 2;  // could not do it: usage, unreadable file, the machine lacks something

enum class Color : uint8_t { Auto, Always, Never };

struct Globals {
  std::string directory = ".";  // -C
  Color color = Color::Auto;
  bool quiet = false;
  bool verbose = false;
};

// Adds a subcommand to `app`. Its CLI11 callback stores the work to do in `action`; main runs it and exits with its
// result, so that parsing and doing stay apart.
struct Invocation {
  Globals globals;
  std::function<int()> action;
};
using AddCommand = void (*)(CLI::App& app, Invocation& invocation);

// All subcommands in the order of `sluice --help`.
std::vector<AddCommand> Commands();

// Prints `sluice: MESSAGE` to stderr and gives the exit code 2, for `return Fail(...)`.
int Fail(std::string_view message);

// Should text to this descriptor be coloured? Respects --color, NO_COLOR and whether it is a terminal.
bool UseColor(const Globals& globals, int descriptor);

// The whole of a file, or of standard input for "-". Prints the reason and gives false when it cannot be read.
bool ReadInput(const std::string& path, std::string& content);

}  // namespace sluice::cli
