#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "compiler/expr/evaluate.h"

namespace sluice::expr {

// The result as `KIND JSON`, or `parsing: REASON` / `evaluation: REASON`.
inline std::string Eval(std::string_view text, std::string_view contexts = "{}") {
  const Result<Value> object = ParseJson(contexts);
  EXPECT_TRUE(object.ok()) << contexts;
  const ObjectEnvironment environment(*object->object());
  const ParseResult parsed = Parse(text, NamesOf(environment));
  if (!parsed.ok()) return "parsing: " + parsed.error->message;
  const Result<Value> value = Evaluate(*parsed.expr, environment, kLoneMemory);
  if (!value.ok()) return "evaluation: " + value.error().message;
  return std::string(KindName(value->kind())) + " " + PrintCompactJson(*value);
}

}  // namespace sluice::expr
