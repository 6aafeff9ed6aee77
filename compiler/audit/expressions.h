#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "compiler/expr/expr.h"
#include "compiler/model/program.h"

namespace sluice::audit {

// `github.event.issue.title` of an expression that only walks through properties, in lower case; empty for others. `*`
// stands for a star and for an index that is not constant.
std::string PathOf(const expr::Expr& e);

// Calls `visit` for the expression and all in it, outermost paths only: of `a.b.c` not `a.b` again.
void ForEachPath(const expr::Expr& e, const std::function<void(const std::string& path)>& visit);
void ForEachExpr(const expr::Expr& e, const std::function<void(const expr::Expr&)>& visit);

// Calls `visit` for each expression in the value, and where it stands.
void ForEachExpr(const model::Value& value, const std::function<void(const expr::Expr&, source::Span)>& visit);

// Text that outsiders can write, as pull requests, issues, comments and branch names are.
bool IsUntrusted(const std::string& path);
// Values that cannot hold characters that a shell minds: numbers, SHAs, names of events.
bool IsHarmless(const std::string& path);

// The constant text, or empty.
std::string ConstantText(const std::optional<model::Value>& value);

}  // namespace sluice::audit
