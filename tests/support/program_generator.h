#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace sluice::tests {

struct ProgramOptions {
  size_t jobs = 5;       // at most
  bool untidy = false;   // comments, blank lines and odd indentation where they mean nothing
  bool actions = false;  // also `uses actions/checkout@v7`, which needs an entry in the lock
  // Every construct of the first milestone, also those that no local run can play: imports, secrets, files between jobs,
  // containers, all triggers. Needs what compile_text.h's SmallLock pins.
  bool whole = false;
};

// A valid program of the first milestone, made of everything that its table names: parameters, variables of the file,
// matrices of constants, typed outputs of steps and jobs, conditions, `else`, named steps with settings, environments,
// scripts with placeholders, gates. Equal arguments give equal programs. Its scripts only print, and write outputs.
std::string GenerateProgram(uint64_t seed, const ProgramOptions& options = {});

// A whole program and the file that it imports, by path.
std::map<std::string, std::string> GenerateProject(uint64_t seed, bool untidy = false);

// A program of about that many lines (at least 40), for measuring.
std::string GenerateLargeProgram(size_t lines, uint64_t seed = 1);

}  // namespace sluice::tests
