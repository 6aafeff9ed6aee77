#pragma once

#include <string>
#include <string_view>

#include "compiler/base/result.h"
#include "compiler/model/program.h"

namespace sluice::model {

// The JSON form of a whole program: {"version":1,"files":[…],"pipelines":[…],"jobs":[…],"steps":[…],"transfers":[…]}.
// Members that have their default are left out; ids are indices into those lists; a span is {"file", "begin", "end",
// "line", "column"} with offsets in the file, line and column from 1. Deterministic, valid UTF-8, no line ends inside; a
// program holds expressions, never values of secrets.
std::string ToJson(const Program& program);

// The inverse: FromJson(ToJson(p)) is p. Text that is no such program gives one error that says where and why; ids may
// still point nowhere: Verify looks at that.
Result<Program> FromJson(std::string_view text);

}  // namespace sluice::model
