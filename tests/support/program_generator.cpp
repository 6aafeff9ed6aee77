#include "tests/support/program_generator.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "tests/property/random.h"

namespace sluice::tests {
namespace {

using property::Random;

enum class Type : uint8_t { String, Int, Bool };

struct Value {
  std::string text;  // as it is read
  Type type = Type::String;
};

class Generator {
 public:
  Generator(uint64_t seed, const ProgramOptions& options) : random_(seed), options_(options) {}

  std::string Run(size_t jobs) {
    if (Chance(60)) FileLets();
    Pipeline(jobs);
    return Print();
  }

  size_t lines() const { return lines_.size(); }

 private:
  struct Line {
    size_t depth = 0;
    std::string text;
    bool raw = false;         // of a text block
    bool no_comment = false;  // a comment behind it would be text
  };

  // ---- writing
  void Put(std::string text) { lines_.push_back({depth_, std::move(text), false, false}); }
  void Open(std::string text) {
    Put(std::move(text) + " {");
    ++depth_;
  }
  void Close(const std::string& more = "") {
    --depth_;
    Put("}" + more);
    if (more.ends_with("{")) ++depth_;
  }
  void Script(const std::string& head, const std::vector<std::string>& script) {
    if (script.size() == 1 && Chance(70)) return Put(fmt::format("{} `{}`", head, script[0]));
    Put(head + " |");
    lines_.back().no_comment = true;
    for (const std::string& line : script) lines_.push_back({depth_ + 1, line, true, true});
  }

  std::string Print() {
    const std::string unit =
        options_.untidy ? std::vector<std::string>{" ", "   ", "    ", "\t"}[random_.Below(4)] : "  ";
    std::string out;
    for (size_t i = 0; i < lines_.size(); ++i) {
      const Line& line = lines_[i];
      const bool loose = options_.untidy && !line.raw;
      if (loose && Chance(10)) out += Chance(50) ? "\n" : "\n \n\n";
      // (Behind a text block a deeper line would be text, and one indented by other blanks an error.)
      const bool behind_block = i > 0 && lines_[i - 1].raw;
      if (loose && Chance(8)) out += fmt::format("{}# note {}\n", behind_block || Chance(50) ? "" : "      ", i);
      for (size_t d = 0; d < line.depth; ++d) out += unit;
      out += line.text;
      if (loose && !line.no_comment && Chance(10)) out += fmt::format("   # {} explains it", i);
      if (loose && !line.no_comment && Chance(10)) out += "  ";
      out += '\n';
    }
    return out;
  }

  // ---- choosing
  bool Chance(size_t percent) { return random_.Below(100) < percent; }
  template <class T>
  const T& Pick(const std::vector<T>& from) {
    return from[random_.Below(from.size())];
  }
  std::string NewName(std::string_view prefix) {
    return fmt::format("{}{}{}", prefix, Chance(30) ? "-" : "", ++names_);
  }
  std::string Word() {
    static const std::vector<std::string> kWords = {"alpha", "beta", "a b", "1.10", "v2",   "x'y",
                                                    "café",  "100%", "a=b", "on",   "null", "-n"};
    return Pick(kWords);
  }
  Type AnyType() { return static_cast<Type>(random_.Below(3)); }
  static std::string_view TypeName(Type type) {
    return type == Type::String ? "string" : type == Type::Int ? "int" : "bool";
  }
  std::string Literal(Type type) {
    if (type == Type::Int) return fmt::format("{}", random_.Below(5000));
    if (type == Type::Bool) return Chance(50) ? "true" : "false";
    return fmt::format("\"{}\"", Word());
  }
  std::string Echoed(Type type) {
    if (type == Type::Int) return fmt::format("{}", random_.Below(100));
    return type == Type::Bool ? (Chance(50) ? "true" : "false") : fmt::format("text {}", random_.Below(10));
  }

  // ---- expressions
  // A bool over values and the event.
  std::string Condition(const std::vector<Value>& values, int depth = 0) {
    const size_t kind = random_.Below(depth > 1 ? 3 : 6);
    if (kind == 3) return fmt::format("!({})", Condition(values, depth + 1));
    if (kind == 4) return fmt::format("{} && {}", Operand(values, depth), Operand(values, depth));
    if (kind == 5) return fmt::format("{} || {}", Operand(values, depth), Operand(values, depth));
    if (values.empty() || kind == 0)
      return fmt::format("github.event_name {} '{}'",
                         Chance(50) ? "==" : "!=", Chance(50) ? "push" : "workflow_dispatch");
    const Value& value = Pick(values);
    if (value.type == Type::Bool) return Chance(60) ? value.text : "!" + value.text;
    if (value.type == Type::Int) return fmt::format("{} {} {}", value.text, Chance(50) ? "<" : ">=", random_.Below(50));
    return fmt::format("{} {} '{}'", value.text, Chance(50) ? "==" : "!=", Chance(50) ? "alpha" : "beta");
  }
  std::string Operand(const std::vector<Value>& values, int depth) {
    const std::string inner = Condition(values, depth + 1);
    return inner.find("||") == std::string::npos && inner.find("&&") == std::string::npos ? inner
                                                                                          : fmt::format("({})", inner);
  }
  std::string Text(const std::vector<Value>& values) {
    if (values.empty() || Chance(30)) return fmt::format("\"{}\"", Word());
    return fmt::format("\"{} ${{{{ {} }}}}\"", Chance(50) ? "is" : "a:", Pick(values).text);
  }

  // ---- scripts
  std::vector<std::string> Commands(const std::vector<Value>& values) {
    std::vector<std::string> script;
    for (size_t n = 1 + random_.Below(3); n > 0; --n) {
      const size_t kind = random_.Below(5);
      if (values.empty() || kind == 0)
        script.push_back(fmt::format("echo 'line {}'", random_.Below(100)));
      else if (kind == 1)
        script.push_back(fmt::format("echo \"got ${{{{ {} }}}}\"", Pick(values).text));
      else if (kind == 2)
        script.push_back(fmt::format("printf '%s\\n' ${{{{ {} }}}} 'x # y'", Pick(values).text));
      else if (kind == 3)
        script.push_back(fmt::format("value=${{{{ {} }}}}; echo \"$value\" | tr a b", Pick(values).text));
      else
        script.push_back("for i in 1 2 3; do echo \"$i\"; done");
    }
    return script;
  }

  // ---- declarations
  void FileLets() {
    for (size_t n = 1 + random_.Below(3); n > 0; --n) {
      const Type type = AnyType();
      constants_.push_back({NewName("fact"), type});
      if (Chance(40)) Put("## What is known.");
      Put(fmt::format("let {}{} = {}", constants_.back().text, Chance(30) ? fmt::format(": {}", TypeName(type)) : "",
                      Literal(type)));
    }
  }

  void Pipeline(size_t jobs) {
    const std::string name = NewName("ci");
    std::vector<Value> visible = constants_;
    std::vector<std::string> params;
    for (size_t n = random_.Below(3); n > 0; --n) {
      const Type type = Chance(50) ? Type::String : Type::Bool;
      visible.push_back({NewName("param"), type});
      params.push_back(fmt::format("{}: {} = {}", visible.back().text, TypeName(type), Literal(type)));
    }
    std::string head = fmt::format("pipeline {}", name);
    if (!params.empty()) head += fmt::format("({})", fmt::join(params, ", "));
    Put(Chance(50) ? "## Generated." : "# Generated.");
    Open(head);
    Put(Chance(50) ? "on push" : "on push(branches: [main, \"release/**\"])");
    if (!params.empty() || Chance(30)) Put("on workflow_dispatch");
    if (Chance(40)) Put(fmt::format("timeout: {}m", 1 + random_.Below(30)));
    if (Chance(30)) Put("concurrency: cancel-previous");
    if (Chance(40)) Put(fmt::format("env: {{ LEVEL: {}, PLACE: \"here\" }}", Literal(Type::String)));
    for (size_t i = 0; i < jobs; ++i) Job(visible);
    if (Chance(50)) Put(fmt::format("gate {}: all", NewName("gate")));
    Close();
  }

  void Job(const std::vector<Value>& visible) {
    const std::string name = NewName("job");
    std::vector<Value> values = visible;
    values.insert(values.end(), outputs_.begin(), outputs_.end());
    const bool matrix = Chance(35), conditional = Chance(30);
    std::string head = fmt::format("job {}", name);
    if (matrix) {
      const Value axis{NewName("axis"), Chance(50) ? Type::String : Type::Int};
      head += fmt::format(" for {} in [{}]", axis.text, axis.type == Type::Int ? "22, 24" : "\"one\", \"two words\"");
      values.push_back(axis);
      if (Chance(40)) head += ", " + NewName("side") + " in [1, 2]";
    }
    if (Chance(40)) Put("## Job " + name);
    Open(head);
    if (conditional) Put("if: " + Condition(visible));
    if (Chance(30)) Put("runs-on: ubuntu-latest");
    if (Chance(30)) Put(fmt::format("timeout: {}m", 1 + random_.Below(60)));
    if (Chance(30)) Put(fmt::format("env: {{ FROM_JOB: {} }}", Text(values)));
    if (!jobs_.empty() && Chance(30)) Put(fmt::format("needs: [{}]", Pick(jobs_)));
    if (matrix && Chance(50)) Put("fail-fast: false");
    if (options_.actions && Chance(60))
      Put(Chance(50) ? "uses actions/checkout@v7" : "uses actions/checkout@v7(fetch-depth: 0)");
    std::vector<Value> own = Steps(values);
    if (!matrix && !conditional) {
      for (const Value& value : own) {
        if (Chance(40)) continue;
        const std::string output = NewName("out");
        Put(fmt::format("output {} = {}", output, value.text));
        outputs_.push_back({fmt::format("{}.{}", name, output), value.type});
      }
      jobs_.push_back(name);
    }
    Close();
  }

  // Some steps, at least one; gives the outputs that are certainly there behind them.
  std::vector<Value> Steps(std::vector<Value> values) {
    std::vector<Value> made;
    for (size_t n = 1 + random_.Below(4); n > 0; --n) {
      const size_t kind = random_.Below(6);
      if (kind == 0) Script("run", Commands(values));
      if (kind == 1) Script(fmt::format("step {}: run", Text(values)), Commands(values));
      if (kind == 2) StepWithSettings(values);
      if (kind == 3) If(values);
      if (kind == 4) WithOutcome(values);
      if (kind == 5) WithOutputs(values, made);
    }
    return made;
  }

  void StepWithSettings(const std::vector<Value>& values) {
    Open(Chance(70) ? fmt::format("step {}", Text(values)) : "step");
    if (Chance(50)) Put(fmt::format("env: {{ GIVEN: {}, \"OTHER_ONE\": {} }}", Text(values), Literal(AnyType())));
    if (Chance(40)) Put("timeout: 5m");
    if (Chance(30)) Put("continue-on-error: true");
    Script("run", Commands(values));
    Close();
  }

  void If(const std::vector<Value>& values) {
    Open("if " + Condition(values));
    Script("run", Commands(values));
    if (Chance(30)) Script("step \"Second\": run", Commands(values));
    if (Chance(25)) {
      Close(" else if " + Condition(values) + " {");
      Script("run", Commands(values));
    }
    if (Chance(40)) {
      Close(" else {");
      Script("run", Commands(values));
    }
    Close();
  }

  void WithOutcome(const std::vector<Value>& values) {
    const std::string name = NewName("trial");
    Open(fmt::format("let {} = step \"Trial\"", name));
    Put("continue-on-error: true");
    Script("run", Commands(values));
    Close();
    Open(fmt::format("if {}.outcome == {}", name, Chance(50) ? "success" : "failure"));
    Script("run", Commands(values));
    Close();
  }

  void WithOutputs(std::vector<Value>& values, std::vector<Value>& made) {
    const std::string step = NewName("made");
    std::vector<std::string> fields, script = Commands(values);
    for (size_t n = 1 + random_.Below(3); n > 0; --n) {
      const Type type = AnyType();
      const std::string field = NewName("field");
      fields.push_back(fmt::format("{}: {}", field, TypeName(type)));
      script.push_back(fmt::format("echo \"{}={}\" >> \"$GITHUB_OUTPUT\"", field, Echoed(type)));
      made.push_back({fmt::format("{}.{}", step, field), type});
    }
    Script(fmt::format("let {} = run -> {{ {} }}", step, fmt::join(fields, ", ")), script);
    values.insert(values.end(), made.end() - static_cast<std::ptrdiff_t>(fields.size()), made.end());
  }

  Random random_;
  const ProgramOptions options_;
  std::vector<Line> lines_;
  std::vector<Value> constants_, outputs_;
  std::vector<std::string> jobs_;
  size_t depth_ = 0, names_ = 0;
};

}  // namespace

std::string GenerateProgram(uint64_t seed, const ProgramOptions& options) {
  Random random(seed);
  return Generator(random.Next(), options).Run(1 + random.Below(std::max<size_t>(options.jobs, 1)));
}

std::string GenerateLargeProgram(size_t lines, uint64_t seed) {
  size_t jobs = lines / 12 + 1;
  for (;; jobs += jobs / 8 + 1) {
    Generator generator(seed, {.jobs = jobs, .actions = true});
    std::string program = generator.Run(jobs);
    if (generator.lines() >= lines) return program;
  }
}

}  // namespace sluice::tests
