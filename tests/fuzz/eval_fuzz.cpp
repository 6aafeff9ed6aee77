// The first line is the expression, the rest the contexts as JSON. What parses must print to something that parses to
// the same tree and evaluates to the same result; nothing may crash, hang or take memory without bound.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "compiler/base/check.h"
#include "compiler/expr/evaluate.h"

namespace {

using namespace sluice;

class FuzzEnvironment : public expr::ObjectEnvironment {
 public:
  using ObjectEnvironment::ObjectEnvironment;
  bool Provides(std::string_view function) const override { return function != "cancelled"; }
  Result<expr::Value> CallHost(std::string_view function, const std::vector<expr::Value>& args) const override {
    if (args.size() > 1) return Error{"not here"};
    return expr::Value(function == "success");
  }
};

std::string Outcome(const expr::Expr& e, const expr::Environment& environment) {
  const Result<expr::Value> value = Evaluate(e, environment);
  if (!value.ok()) return "error " + value.error().message;
  // A value of JSON text survives another turn.
  const std::string json = PrintCompactJson(*value);
  const Result<expr::Value> again = expr::ParseJson(json);
  SLUICE_CHECK(again.ok(), "printed JSON does not parse: " + json);
  return std::string(KindName(value->kind())) + " " + json + " " + ToText(*value);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t line = std::min(input.find('\n'), input.size());
  const Result<expr::Value> contexts = expr::ParseJson(input.substr(std::min(line + 1, input.size())));
  const bool object = contexts.ok() && contexts->kind() == expr::Kind::Object;
  const FuzzEnvironment environment(object ? *contexts->object() : expr::Object());
  const std::string text(input.substr(0, line));
  const expr::ParseResult parsed = expr::Parse(text);
  SLUICE_CHECK(parsed.ok() != parsed.error.has_value(), "an expression or an error");
  if (!parsed.ok()) {
    SLUICE_CHECK(parsed.error->offset <= text.size(), "the place lies in the text");
    parsed.error->Sentence(text);
    return 0;
  }
  const std::string printed = Print(*parsed.expr);
  const expr::ParseResult again = expr::Parse(printed);
  // What is printed may be longer than what was read, since operators gain blanks.
  if (!again.ok()) {
    SLUICE_CHECK(again.error->message.find("length") != std::string::npos, printed + ": " + again.error->message);
    return 0;
  }
  SLUICE_CHECK(*again.expr == *parsed.expr, "printing changed the tree: " + printed);
  SLUICE_CHECK(Outcome(*parsed.expr, environment) == Outcome(*again.expr, environment), "printing changed the result");
  return 0;
}
