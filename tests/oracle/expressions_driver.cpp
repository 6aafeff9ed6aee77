// expressions_driver COUNT: generated expressions and what Sluice makes of them, as JSON lines on stdout;
// expressions.mjs holds them against GitHub's package. A line is {"contexts": TEXT} for the lines after it, or {"expr",
// "kind", "value"}, or {"expr", "error"}. `value` is JSON as text, since NaN and the infinities have no JSON.
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>

#include "compiler/expr/evaluate.h"
#include "compiler/expr/number.h"
#include "tests/property/expressions.h"

namespace sluice {
namespace {

constexpr size_t kExpressionsPerContexts = 500;

// The runner's functions answer with their own call, so that the arguments are compared too.
class DriverEnvironment : public expr::ObjectEnvironment {
 public:
  using ObjectEnvironment::ObjectEnvironment;
  bool Provides(std::string_view) const override { return true; }
  Result<expr::Value> CallHost(std::string_view function, const std::vector<expr::Value>& args) const override {
    std::string text(function);
    for (const expr::Value& arg : args) text += "," + ToText(arg);
    return expr::Value(text);
  }
};

std::string Quote(const std::string& text) { return PrintCompactJson(expr::Value(text)); }

std::string ValueText(const expr::Value& value) {
  return value.kind() == expr::Kind::Number ? expr::ShortestNumber(value.number()) : PrintCompactJson(value);
}

std::string Line(const std::string& text, const expr::Environment& environment) {
  const expr::ParseResult parsed = Parse(text, NamesOf(environment));
  if (!parsed.ok()) return fmt::format(R"({{"expr":{},"error":{}}})", Quote(text), Quote(parsed.error->message));
  const Result<expr::Value> value = Evaluate(*parsed.expr, environment);
  if (!value.ok()) return fmt::format(R"({{"expr":{},"error":{}}})", Quote(text), Quote(value.error().message));
  return fmt::format(R"({{"expr":{},"kind":"{}","value":{}}})", Quote(text), KindName(value->kind()),
                     Quote(ValueText(*value)));
}

int Main(size_t count) {
  const uint64_t seed = property::SeedOfThisRun();
  fmt::print(stderr, "SLUICE_SEED={}\n", seed);
  property::Random random(seed);
  for (size_t i = 0; i < count;) {
    const std::string contexts = property::RandomContexts(random);
    fmt::print("{{\"contexts\":{}}}\n", Quote(contexts));
    const DriverEnvironment environment(*expr::ParseJson(contexts)->object());
    for (size_t n = 0; n < kExpressionsPerContexts && i < count; ++n, ++i) {
      const expr::Expr e = property::RandomExpr(random, 1 + static_cast<int>(random.Below(5)));
      std::string text = property::RandomSpelling(random, e);
      if (random.OneIn(8)) text = property::Damage(random, text);
      fmt::print("{}\n", Line(text, environment));
    }
  }
  return 0;
}

}  // namespace
}  // namespace sluice

int main(int argc, char** argv) { return sluice::Main(argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 100'000); }
