#pragma once

#include <span>
#include <string_view>

#include "compiler/model/program.h"

// The words that enumerations have in JSON, in the order of their values.
namespace sluice::model {

inline constexpr std::string_view kSynthNames[] = {"none", "guard", "put", "get", "latch", "gather", "once"};
inline constexpr std::string_view kKindNames[] = {"null",       "boolean", "number", "string",
                                                  "expression", "text",    "list",   "map"};
inline constexpr std::string_view kShapeNames[] = {"scalar", "file", "folder"};
inline constexpr std::string_view kWhyNames[] = {"order", "output", "file", "result"};
inline constexpr std::string_view kOpNames[] = {
    "null", "boolean", "number", "string", "name", "index", "star", "call", "not",
    "and",  "or",      "==",     "!=",     "<",    "<=",    ">",    ">="};
inline constexpr std::string_view kBodyNames[] = {"run",  "uses",   "put",      "get",
                                                  "wait", "cancel", "parallel", "verbatim"};

constexpr std::span<const std::string_view> NamesOf(Synth) { return kSynthNames; }
constexpr std::span<const std::string_view> NamesOf(Value::Kind) { return kKindNames; }
constexpr std::span<const std::string_view> NamesOf(Transfer::Shape) { return kShapeNames; }
constexpr std::span<const std::string_view> NamesOf(Need::Why) { return kWhyNames; }
constexpr std::span<const std::string_view> NamesOf(expr::Op) { return kOpNames; }

}  // namespace sluice::model
