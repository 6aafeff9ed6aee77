#pragma once

#include <string>

#include "compiler/syntax/ast.h"

namespace sluice::syntax {

// The tree as indented text, one node a line: what the program means, without places, comments, parentheses, commas,
// line breaks and the kind of quotation marks where it makes no difference. Equal dumps are equal programs.
std::string Dump(const Ast& ast);

}  // namespace sluice::syntax
