#include <cstdio>
#include <cstdlib>
#include <string>

#include "tests/support/program_generator.h"

// programs_driver SEED: prints the generated program of that number.
int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const std::string program = sluice::tests::GenerateProgram(std::strtoull(argv[1], nullptr, 10));
  std::fwrite(program.data(), 1, program.size(), stdout);
  return 0;
}
