#pragma once

#include <string>

#include "compiler/model/value.h"

namespace sluice::model {

// A drawing has no room for what stands in mappings.
enum class Maps : uint8_t { Whole, Hidden };

// A value for people, on one line unless a text of it has several: texts as they are, `${{ }}` around what is not known,
// lists in brackets, mappings in braces (`{…}` when they are hidden).
std::string Show(const Value& value, Maps maps = Maps::Whole);

}  // namespace sluice::model
