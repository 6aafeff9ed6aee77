#pragma once

#include <optional>
#include <string>

#include "compiler/lower/scripts/lower_script.h"
#include "compiler/lower/scripts/programs.h"

// What to write at a place of a program so that its language reads exactly the value there.
namespace sluice::lower::scripts {

// How the program reaches the environment; it may use the usual names for something else.
struct Environment {
  std::string text;       // `os.environ`, `process.env`
  bool needs_os = false;  // Python: `import os` has to stand before
};
Environment EnvironmentOf(Shell language, const std::string& program);

// An expression with the value of the placeholder, whose variable is `name`, fitted to its place.
std::string ReferenceTo(Shell language, const Environment& environment, const ProgramPlace& place,
                        const Placeholder& placeholder, const std::string& name);

// A constant as a literal, or as a part of the literal around. Nothing where no quoting is right.
std::optional<std::string> ConstantAt(Shell language, const ProgramPlace& place, const Placeholder& placeholder);

// The literal around the place, as one that expands; `body` is its text as written, with placeholders. Nothing where the
// language has none.
std::optional<std::string> ExpandingLiteral(Shell language, const Literal& literal, const std::string& body);

}  // namespace sluice::lower::scripts
