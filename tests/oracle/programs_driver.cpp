#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "tests/support/program_generator.h"
#include "tests/unit/compile/compile_text.h"

using namespace sluice;  // NOLINT(google-build-using-namespace)

namespace {

// A folder for each program: its sources, the lock, and an empty project file so that it is a project of its own.
void WriteProjects(uint64_t first, uint64_t count, const std::filesystem::path& root) {
  for (uint64_t seed = first; seed < first + count; ++seed) {
    const std::filesystem::path folder = root / std::to_string(seed);
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "sluice.toml");
    std::ofstream(folder / "sluice.lock") << compile::SmallLock();
    for (const auto& [path, text] : tests::GenerateProject(seed, seed % 3 == 0)) std::ofstream(folder / path) << text;
  }
}

}  // namespace

// programs_driver SEED: prints the generated program of that number.
// programs_driver --projects FIRST COUNT FOLDER: writes whole projects, each in a folder with its number as name.
int main(int argc, char** argv) {
  const auto number = [&](int i) { return std::strtoull(argv[i], nullptr, 10); };
  if (argc == 5 && std::string_view(argv[1]) == "--projects") {
    WriteProjects(number(2), number(3), argv[4]);
    return 0;
  }
  if (argc != 2) return 2;
  const std::string program = tests::GenerateProgram(number(1));
  std::fwrite(program.data(), 1, program.size(), stdout);
  return 0;
}
