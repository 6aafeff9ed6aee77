#pragma once

#include <string>

#include "compiler/emit/yaml/node.h"
#include "compiler/model/program.h"

namespace sluice::emit {

// An expression between its braces: as it was written, or `${{ e }}` in GitHub's spelling.
std::string Placeholder(const expr::Expr& e, const std::string& spelling);

// A model value as GitHub's reader wants it: placeholders in text, numbers in their safe form, `${{` in plain text
// escaped as `${{ '${{' }}`.
Node ToNode(const model::Value& value);
// The text of a String, an Expression or a Text.
std::string ToYamlText(const model::Value& value);

// The value of an `if`: without `${{ }}` where that is a plain scalar, or as it was written.
Node ToNode(const model::Condition& condition);

}  // namespace sluice::emit
