// Constant folding may not change a result: generated expressions over constants are compiled twice, once with the
// values as `let`s and once as axes of a matrix. What the first folds to is what the second evaluates to at run time.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "compiler/base/text.h"
#include "compiler/expr/evaluate.h"
#include "compiler/expr/value.h"
#include "tests/property/random.h"
#include "tests/unit/compile/compile_text.h"

namespace sluice::compile {
namespace {

constexpr int kExpressions = 40;  // of one program
constexpr int kPrograms = 25;

// The values that both programs give to the names, as GitHub's evaluator has them.
struct Values {
  std::vector<std::string> texts = {"a", "B", "b a", "", "x-1", "true", "10"};
  std::vector<std::string> numbers = {"0", "1", "2", "10", "0.5", "1.25"};
};

class Generator {
 public:
  explicit Generator(property::Random& random) : random_(random) {}

  std::string Text(int depth) {
    if (depth <= 0 || random_.OneIn(4)) return random_.OneIn(2) ? Literal() : Name('s');
    switch (random_.Below(5)) {
      case 0:
        return fmt::format("({} ? {} : {})", Bool(depth - 1), Text(depth - 1), Text(depth - 1));
      case 1:
        return fmt::format("format('{{0}}-{{1}}', {}, {})", Text(depth - 1), Number(depth - 1));
      case 2:
        return fmt::format("join([{}, {}], '+')", Text(depth - 1), Text(depth - 1));
      case 3:
        return fmt::format("\"${{{{ {} }}}}.${{{{ {} }}}}\"", Text(0), Number(0));
      default:
        return fmt::format("(match {} {{ 1 -> {}, else -> {} }})", Number(0), Text(depth - 1), Text(depth - 1));
    }
  }

  std::string Number(int depth) {
    if (depth <= 0 || random_.OneIn(3)) return random_.OneIn(2) ? Pick(values_.numbers) : Name('n');
    return fmt::format("({} ? {} : {})", Bool(depth - 1), Number(depth - 1), Number(depth - 1));
  }

  std::string Bool(int depth) {
    if (depth <= 0 || random_.OneIn(5)) return random_.OneIn(3) ? "true" : Name('b');
    switch (random_.Below(8)) {
      case 0:
        return fmt::format("!({})", Bool(depth - 1));
      case 1:
        return fmt::format("({} && {})", Bool(depth - 1), Bool(depth - 1));
      case 2:
        return fmt::format("({} || {})", Bool(depth - 1), Bool(depth - 1));
      case 3:
        return fmt::format("({} {} {})", Text(depth - 1), random_.OneIn(2) ? "==" : "!=", Text(depth - 1));
      case 4:
        return fmt::format("({} {} {})", Number(depth - 1), random_.OneIn(2) ? "<" : ">=", Number(depth - 1));
      case 5:
        return fmt::format("contains({}, {})", Text(depth - 1), Text(depth - 1));
      case 6:
        return fmt::format("{}({}, {})", random_.OneIn(2) ? "startsWith" : "endsWith", Text(depth - 1),
                           Text(depth - 1));
      default:
        return fmt::format("({} in [{}, {}])", Text(depth - 1), Text(0), Text(0));
    }
  }

  std::string Pick(const std::vector<std::string>& from) { return from[random_.Below(from.size())]; }
  std::string Literal() { return fmt::format("'{}'", Pick(values_.texts)); }

 private:
  std::string Name(char kind) { return fmt::format("{}{}", kind, 1 + random_.Below(2)); }

  property::Random& random_;
  Values values_;
};

struct Binding {
  std::string name, source;
};

std::string ProgramOf(const std::vector<Binding>& bindings, const std::vector<std::string>& values, bool constant) {
  std::string lets, axes, env;
  for (const Binding& each : bindings) {
    lets += fmt::format("let {} = {}\n", each.name, each.source);
    axes += fmt::format("{}{} in [{}]", axes.empty() ? " for " : ", ", each.name, each.source);
  }
  for (size_t i = 0; i < values.size(); ++i) env += fmt::format("        V{}: \"v${{{{ {} }}}}v\"\n", i, values[i]);
  return fmt::format(
      "{}pipeline ci {{\n  on push\n  job test{} {{\n    step \"s\" {{\n      env: {{\n{}      }}\n      run `true`\n"
      "    }}\n  }}\n}}\n",
      constant ? lets : "", constant ? "" : axes, env);
}

std::vector<std::string> ValuesOf(const Compilation& built, size_t count) {
  std::vector<std::string> values;
  if (built.outputs.empty()) return values;
  const std::string& text = built.outputs.begin()->second;
  for (size_t i = 0; i < count; ++i) {
    const std::string key = fmt::format("          V{}: ", i);
    const size_t at = text.find(key);
    if (at == std::string::npos) return {};
    std::string value = text.substr(at + key.size(), text.find('\n', at) - at - key.size());
    if (value.starts_with('\'')) value = ReplaceAll(value.substr(1, value.size() - 2), "''", "'");
    values.push_back(std::move(value));
  }
  return values;
}

// Replaces each placeholder by the text that GitHub's evaluator gives for it.
std::string AtRunTime(const std::string& text, const expr::Environment& environment) {
  std::string result;
  size_t begin = 0;
  for (size_t open = text.find("${{"); open != std::string::npos; open = text.find("${{", begin)) {
    const size_t close = text.find(" }}", open);
    result += text.substr(begin, open - begin);
    const expr::ParseResult parsed = expr::Parse(text.substr(open + 3, close - open - 3));
    if (!parsed.ok()) return "cannot be parsed: " + text;
    const Result<expr::Value> value = expr::Evaluate(*parsed.expr, environment);
    result += value.ok() ? expr::ToText(*value) : "error: " + value.error().message;
    begin = close + 3;
  }
  return result + text.substr(begin);
}

expr::Value ContextOf(const std::vector<Binding>& bindings) {
  std::vector<std::pair<std::string, expr::Value>> matrix;
  for (const Binding& each : bindings) {
    const std::string& source = each.source;
    if (source.starts_with('\''))
      matrix.emplace_back(each.name, source.substr(1, source.size() - 2));
    else if (source == "true" || source == "false")
      matrix.emplace_back(each.name, source == "true");
    else
      matrix.emplace_back(each.name, std::strtod(source.c_str(), nullptr));
  }
  return expr::MakeObject({{"matrix", expr::MakeObject(std::move(matrix))}});
}

TEST(FoldingTest, IsWhatARunComputes) {
  const uint64_t seed = property::SeedOfThisRun();
  property::Random random(seed);
  for (int program = 0; program < kPrograms; ++program) {
    Generator generate(random);
    std::vector<Binding> bindings = {{"b1", "true"}, {"b2", "false"}};
    for (const char* name : {"s1", "s2"}) bindings.push_back({name, generate.Literal()});
    for (const char* name : {"n1", "n2"}) bindings.push_back({name, generate.Pick(Values().numbers)});
    std::vector<std::string> sources;
    for (int i = 0; i < kExpressions; ++i)
      sources.push_back(random.OneIn(2) ? generate.Text(4) : random.OneIn(2) ? generate.Bool(4) : generate.Number(3));
    const std::string constant = ProgramOf(bindings, sources, true), late = ProgramOf(bindings, sources, false);
    const Compilation folded = CompileText({{"ci.pipe", constant}, {"sluice.lock", SmallLock()}});
    const Compilation lowered = CompileText({{"ci.pipe", late}, {"sluice.lock", SmallLock()}});
    const std::vector<std::string> early = ValuesOf(folded, sources.size()), run = ValuesOf(lowered, sources.size());
    ASSERT_EQ(early.size(), sources.size()) << "SLUICE_SEED=" << seed << "\n" << folded.messages << constant;
    ASSERT_EQ(run.size(), sources.size()) << "SLUICE_SEED=" << seed << "\n" << lowered.messages << late;
    const expr::ObjectEnvironment environment(*ContextOf(bindings).object());
    for (size_t i = 0; i < sources.size(); ++i)
      EXPECT_EQ(AtRunTime(early[i], environment), AtRunTime(run[i], environment)) << "SLUICE_SEED=" << seed << "\n"
                                                                                  << sources[i] << "\n"
                                                                                  << early[i] << "\n"
                                                                                  << run[i];
  }
}

}  // namespace
}  // namespace sluice::compile
