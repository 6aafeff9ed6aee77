#include "cli/command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "compiler/base/file_system.h"

namespace sluice::cli {

int Fail(std::string_view message) {
  fmt::print(stderr, "sluice: {}\n", message);
  return kCannot;
}

bool UseColor(const Globals& globals, int descriptor) {
  if (globals.color != Color::Auto) return globals.color == Color::Always;
  const char* no_color = std::getenv("NO_COLOR");
  return (no_color == nullptr || *no_color == '\0') && ::isatty(descriptor) == 1;
}

bool ReadInput(const std::string& path, std::string& content) {
  auto read = MakeRealFileSystem("")->Read(path == "-" ? "/dev/stdin" : path);
  if (!read.ok()) {
    Fail(path == "-" ? "cannot read standard input" : read.error().message);
    return false;
  }
  content = std::move(*read);
  return true;
}

}  // namespace sluice::cli
