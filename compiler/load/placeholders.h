#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "compiler/load/problems.h"
#include "compiler/load/yaml_tree.h"
#include "compiler/model/value.h"
#include "compiler/types/contexts.h"

namespace sluice::load {

// What the expressions of a place may use.
struct Scope {
  types::ContextSet allowed;
  bool status_of_jobs = false;
};

// Reads `${{ }}` in scalars and checks each expression against its scope, as GitHub's reader does.
class Placeholders {
 public:
  Placeholders(const SourceMap& sources, Problems& problems) : sources_(sources), problems_(problems) {}

  // The Value of a text with placeholders: Expression, Text, or a String when there is none. After an error: nothing.
  std::optional<model::Value> Read(const YamlNode& scalar, const Scope& scope);

  // A text that is one expression without `${{ }}` (an `if`). After an error: nothing.
  std::optional<expr::Expr> ReadBare(std::string_view text, Span at, const Scope& scope);

 private:
  // Where an expression stands: the span of it all, and where its text begins (0 if it is not in the source as it is).
  struct Ground {
    Span all;
    uint32_t start;
    Span Part(uint32_t begin, uint32_t end) const {
      return start == 0 || begin == end ? all : Span{start + begin, start + end};
    }
  };
  bool Check(const expr::Expr& e, const Scope& scope, const Ground& ground);
  bool CheckName(const std::string& name, const Scope& scope, Span at);
  bool CheckCall(const expr::Expr& call, const Scope& scope, Span at);
  std::optional<expr::Expr> ReadOne(std::string_view inside, bool alone, const Scope& scope, Span at);
  Span PlaceOf(const YamlNode& scalar, size_t nth, size_t length) const;

  const SourceMap& sources_;
  Problems& problems_;
};

// `text` without the white space around it, as JavaScript sees white space.
std::string_view Trim(std::string_view text);

// `${{ insert }}`: the directive that merges a mapping.
bool IsInsert(const model::Value& value);

}  // namespace sluice::load
