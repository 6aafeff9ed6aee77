#include "tests/support/program_generator.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "tests/support/whole_program.h"

namespace sluice::tests {
namespace {

class Generator : public WholeProgram {
 public:
  using WholeProgram::WholeProgram;

  std::string Run(size_t jobs) {
    if (options_.whole) FileDeclarations();
    if (Chance(60)) FileLets();
    Pipeline(jobs);
    return Print();
  }

 private:
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
    Put(Chance(50)       ? "on push"
        : options_.whole ? "on push(branches: [main, \"release/**\"], tags: [\"v*\"])"
                         : "on push(branches: [main, \"release/**\"])");
    if (!params.empty() || Chance(30)) Put("on workflow_dispatch");
    if (Chance(40)) Put(fmt::format("timeout: {}m", 1 + random_.Below(30)));
    if (options_.whole)
      PipelineSettings(name, visible);
    else if (Chance(30))
      Put("concurrency: cancel-previous");
    if (Chance(40)) Put(fmt::format("env: {{ LEVEL: {}, PLACE: \"here\" }}", Literal(Type::String)));
    for (size_t i = 0; i < jobs; ++i) Job(visible);
    if (options_.whole && Chance(50)) JobsOfLoop(visible);
    if (options_.whole && Chance(60)) LastJob(visible);
    if (options_.whole && !jobs_.empty() && Chance(40)) Put(fmt::format("gate {}: [{}]", NewName("gate"), Pick(jobs_)));
    if (Chance(50)) Put(fmt::format("gate {}: all", NewName("gate")));
    Close();
  }

  void JobsOfLoop(std::vector<Value> values) {
    const std::string variable = NewName("part"), name = NewName("round");
    values.push_back({variable, Type::String});
    Open(fmt::format("for {} in [\"one\", \"two\"]{}", variable,
                     Chance(30) ? fmt::format(" if {} != \"two\"", variable) : ""));
    Open("job " + name);
    Script("run", Commands(values));
    Close();
    if (Chance(50)) {
      Open("job " + NewName("after"));
      Put(fmt::format("needs: [{}]", name));
      Script("run", Commands(values));
      Close();
    }
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
    if (options_.whole) JobSettings(name, matrix, values);
    if (options_.actions && Chance(60))
      Put(Chance(50) ? "uses actions/checkout@v7" : "uses actions/checkout@v7(fetch-depth: 0)");
    if (options_.whole) MoreSteps(values);
    std::vector<Value> own = Steps(values);
    if (options_.whole && Chance(60)) ReadFiles();
    if (options_.whole && !matrix && !conditional && Chance(40)) FileOutput(name);
    if (options_.whole && !matrix && Chance(20)) Kept();
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
};

}  // namespace

std::string GenerateProgram(uint64_t seed, const ProgramOptions& options) {
  Random random(seed);
  return Generator(random.Next(), options).Run(1 + random.Below(std::max<size_t>(options.jobs, 1)));
}

std::map<std::string, std::string> GenerateProject(uint64_t seed, bool untidy) {
  Random random(seed);
  Generator generator(random.Next(), {.untidy = untidy, .actions = true, .whole = true});
  std::string program = generator.Run(1 + random.Below(5));
  return {{"ci.pipe", std::move(program)}, {"names.pipe", generator.names()}};
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
