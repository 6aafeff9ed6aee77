#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/lower/scripts/scan.h"

// Where the placeholders of a program stand, seen as its language reads it. Sources: about_Parsing, about_Quoting_Rules
// and the tokenizer of PowerShell 7.4; "Lexical analysis" of Python 3.13; ECMA-262, 2025.
namespace sluice::lower::scripts {

enum class Stand : uint8_t {
  Code,      // an expression is expected
  Key,       // JavaScript: the name of a property in `{ name: value }`
  Argument,  // PowerShell: a whole argument of a command
  Part,      // PowerShell: a part of an argument that gets quotes around it; label: the whole word
  Text,      // in a literal that expands: "…" of PowerShell, `…`, f"…"
  Literal,   // in one that does not; label: its opening quote
  Regex,     // in a regular expression of JavaScript
  Comment,
  Command,  // PowerShell: the name of a command
  Name,     // a name is expected, or the text would become a part of one
  Escape,   // directly behind an escape character; label: it
  Nowhere,  // nothing reads a variable here
};

// A literal around a placeholder.
struct Literal {
  Range whole;         // with prefix and quotes
  Range body;          // without
  std::string prefix;  // "f", "rb"
  std::string quote;   // `'`, `"""`, `@"`
  bool raw = false;    // a backslash means itself
  size_t holes = 0;    // placeholders in it
};

struct ProgramPlace {
  Stand stand = Stand::Code;
  Literal literal;                           // Text, Literal
  bool expression = false;                   // Code of PowerShell: an operand, so that a bool can be one
  Evaluation evaluation = Evaluation::None;  // Again (eval and its kin) or Program (a command line); label: its name
  Range label;
  std::string word;   // the text of the label
  std::string inner;  // Python: the quotes that an expression in here may not have
};

struct ProgramScan {
  std::vector<ProgramPlace> places;  // one a hole
  std::vector<Unclosed> unclosed;    // at most one
};

// Reads a program of PowerShell, Python or JavaScript. Total: any text gives a place for every hole.
ProgramScan ScanProgram(Shell language, const Template& program);

}  // namespace sluice::lower::scripts
