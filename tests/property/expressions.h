#pragma once

#include <string>

#include "compiler/expr/expr.h"
#include "tests/property/random.h"

// Random expressions, their spellings and their contexts.
namespace sluice::property {

// A tree of at most `depth` levels over all operators, functions (right and wrong argument counts, unknown names) and
// the contexts below.
expr::Expr RandomExpr(Random& random, int depth);

// As RandomExpr, but one that Parse accepts: right counts, known functions.
expr::Expr RandomValidExpr(Random& random, int depth);

// One of the ways to write it: blanks, redundant parentheses, letter case of functions, brackets for dots.
std::string RandomSpelling(Random& random, const expr::Expr& e);

// `text` with some code points or tokens dropped, doubled, swapped or put in.
std::string Damage(Random& random, const std::string& text);

// A JSON object of contexts: nested objects and arrays, keys that differ in case, strings of every kind.
std::string RandomContexts(Random& random);

}  // namespace sluice::property
