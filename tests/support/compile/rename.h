#pragma once

#include <map>
#include <string>

#include "tests/unit/compile/compile_text.h"

namespace sluice::tests {

// Old name -> new name, for every name that the sources declare: pipelines, parameters, jobs, axes, steps, outputs,
// gates, `let`s, imports, secrets and variables. A new name has the old one's length, letters where it has letters, and
// another place in the alphabet: so lines break where they did, quoting and columns stay, and whatever sorts by the
// names of users shows. Meant for names as generated: each unique, with a number in it, so that none is a keyword.
using Renaming = std::map<std::string, std::string>;
Renaming RenameAll(const compile::Files& files);

// The text with every name replaced where it stands as a word, or as a part of one (`ci1-main`), and where it is spelled
// in the name of a variable that Sluice makes (`PIPE_JOB_2_OUT3`).
std::string Renamed(const std::string& text, const Renaming& renaming);

}  // namespace sluice::tests
