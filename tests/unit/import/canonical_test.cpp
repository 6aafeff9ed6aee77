// Import compares workflows in a canonical form. What it calls the same must be the same: a random expression and its
// canonical form give the same text, or as conditions the same truth, in whatever contexts.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "compiler/expr/evaluate.h"
#include "compiler/expr/expr.h"
#include "compiler/import/canonical_expr.h"
#include "tests/property/random.h"

namespace sluice::import {
namespace {

using expr::Expr;
using expr::Op;
using expr::Value;
using property::Random;

Expr Path(std::initializer_list<const char*> parts) {
  Expr e = expr::Name(*parts.begin());
  for (const char* const* part = parts.begin() + 1; part != parts.end(); ++part) e = expr::Member(std::move(e), *part);
  return e;
}

// What workflows read: texts that may be absent, and inputs of any type.
class Generator {
 public:
  explicit Generator(Random& random) : random_(random) {}

  Expr Any(int depth) {
    if (depth <= 0 || random_.OneIn(4)) return Leaf();
    switch (random_.Below(9)) {
      case 0:
      case 1:
        return Chain(Op::And, depth);
      case 2:
      case 3:
        return Chain(Op::Or, depth);
      case 4:
        return expr::Not(Any(depth - 1));
      case 5:
        return expr::Binary(random_.OneIn(2) ? Op::Equal : Op::NotEqual, Any(depth - 1), Any(depth - 1));
      case 6:
        return expr::Call("case", {Any(depth - 1), Any(depth - 1), Any(depth - 1)});
      case 7:
        return expr::Call("format", {expr::String("{0}-{1}"), Any(depth - 1), Any(depth - 1)});
      default:
        switch (random_.Below(3)) {
          case 0:
            return expr::Call("contains", {Any(depth - 1), Any(depth - 1)});
          case 1:
            return expr::Call("startsWith", {Any(depth - 1), Any(depth - 1)});
          default:
            return expr::Binary(Op::Equal, expr::Call("toJSON", {Leaf()}), expr::String("null"));
        }
    }
  }

  expr::Object Contexts() {
    const auto text = [&]() -> Value {
      static const char* const texts[] = {"", "x", "true", "false", "0", "a b"};
      return random_.OneIn(4) ? Value() : Value(random_.Pick(texts));
    };
    const auto any = [&]() -> Value {
      return random_.OneIn(3)   ? Value(random_.OneIn(2))
             : random_.OneIn(3) ? Value(random_.OneIn(2) ? 0.0 : 7.0)
                                : text();
    };
    expr::Object contexts;
    contexts.Set("env", expr::MakeObject({{"A", text()}, {"B", text()}}));
    contexts.Set("github", expr::MakeObject({{"ref", text()}}));
    contexts.Set("inputs", expr::MakeObject({{"flag", any()}, {"text", any()}}));
    contexts.Set("matrix", expr::MakeObject({{"m", any()}}));
    return contexts;
  }

 private:
  Expr Chain(Op op, int depth) {
    std::vector<Expr> args;
    for (size_t n = 2 + random_.Below(2); n > 0; --n) args.push_back(Any(depth - 1));
    return op == Op::And ? expr::And(std::move(args)) : expr::Or(std::move(args));
  }

  Expr Leaf() {
    static const char* const texts[] = {"", "x", "true", "false", "0"};
    switch (random_.Below(10)) {
      case 0:
        return expr::Boolean(random_.OneIn(2));
      case 1:
        return expr::Number(random_.OneIn(2) ? 0 : 1);
      case 2:
      case 3:
        return expr::String(random_.Pick(texts));
      case 4:
        return Path({"env", "A"});
      case 5:
        return Path({"env", "B"});
      case 6:
        return Path({"github", "ref"});
      case 7:
        return Path({"inputs", "flag"});
      case 8:
        return Path({"inputs", "text"});
      default:
        return Path({"matrix", "m"});
    }
  }

  Random& random_;
};

std::string Shown(const expr::Object& contexts) {
  std::string text;
  for (const auto& [name, value] : contexts.entries) text += name + "=" + expr::PrintCompactJson(value) + " ";
  return text;
}

TEST(CanonicalTest, MeansTheSame) {
  const uint64_t seed = property::SeedOfThisRun();
  Random random(seed);
  Generator generator(random);
  size_t wrong = 0;
  for (size_t i = 0; i < 4'000 && wrong < 10; ++i) {
    const Expr e = generator.Any(1 + static_cast<int>(random.Below(4)));
    const Expr text = Canonical(e, false, {}), truth = Canonical(e, true, {});
    for (size_t n = 0; n < 6; ++n) {
      const expr::Object contexts = generator.Contexts();
      const expr::ObjectEnvironment environment(contexts);
      const auto value = expr::Evaluate(e, environment), same = expr::Evaluate(text, environment),
                 holds = expr::Evaluate(truth, environment);
      if (!value.ok()) continue;
      ASSERT_TRUE(same.ok() && holds.ok()) << expr::Print(e);
      const bool equal = expr::ToText(*value) == expr::ToText(*same) && expr::Truthy(*value) == expr::Truthy(*holds);
      if (equal) continue;
      ++wrong;
      ADD_FAILURE() << "SLUICE_SEED=" << seed << "\n  " << expr::Print(e) << "\n  as text      " << expr::Print(text)
                    << "\n  as condition " << expr::Print(truth) << "\n  in " << Shown(contexts) << "\n  "
                    << expr::ToText(*value) << " / " << expr::ToText(*same) << " / " << expr::Truthy(*holds);
      break;
    }
  }
}

}  // namespace
}  // namespace sluice::import
