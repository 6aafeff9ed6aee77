#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/model/value.h"

namespace sluice::import {

// For each placeholder of a script: does GitHub's shell make any number of words of it? So it does where it stands alone
// and unquoted among arguments, unless `one_word` says that its value is one word that is not empty.
std::vector<bool> SeveralWords(const model::Value& script, std::string_view shell,
                               const std::function<bool(const expr::Expr&)>& one_word);

// Is some line with text not indented? Only then a text block keeps the script.
bool FlushLeft(std::string_view script);

}  // namespace sluice::import
