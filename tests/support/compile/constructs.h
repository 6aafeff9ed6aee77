#pragma once

#include <set>
#include <string>

#include "compiler/syntax/ast.h"

namespace sluice::tests {

// Which constructs a program shows, as words: what stands where ("J: output file"; F file, P pipeline, J job, S inside
// an `if`, K step block), settings ("K: timeout:"), triggers ("on push"), kinds of expressions ("a ? b : c"), operators
// and functions ("hashFiles()").
std::set<std::string> ConstructsOf(const syntax::Ast& ast);

}  // namespace sluice::tests
