#pragma once

#include <fmt/format.h>

#include <string>
#include <vector>

#include "tests/support/program_writer.h"

namespace sluice::tests {

// What a program needs beyond the generator's usual parts to show every construct of the first milestone.
class WholeProgram : public ProgramWriter {
 public:
  using ProgramWriter::ProgramWriter;
  const std::string& names() const { return shared_; }  // the file that the program imports

 protected:
  // names.pipe, what is imported from it, secrets and variables, lists of the file.
  void FileDeclarations() {
    const std::string text = NewName("shared"), list = NewName("systems"), number = NewName("count");
    shared_ = fmt::format(
        "## Names that pipelines share.\nlet {} = {}\nlet {} = [ubuntu-24.04, ubuntu-24.04-arm]\nlet {} = 2 * 3 + 1 - {}\n",
        text, Literal(Type::String), list, number, random_.Below(4));
    if (Chance(50)) {
      Put(fmt::format("import {{ {}, {}, {} }} from \"./names.pipe\"", text, list, number));
      constants_.push_back({text, Type::String});
      constants_.push_back({number, Type::Int});
      runner_lists_.push_back(list);
    } else {
      const std::string module = NewName("module");
      Put(fmt::format("import \"./names.pipe\" as {}", module));
      constants_.push_back({fmt::format("{}.{}", module, text), Type::String});
      constants_.push_back({fmt::format("{}.{}", module, number), Type::Int});
      runner_lists_.push_back(fmt::format("{}.{}", module, list));
    }
    runner_lists_.push_back(fmt::format("[...{}, ubuntu-latest]", runner_lists_.back()));
    if (Chance(70)) Secrets();
    if (Chance(70)) {
      variables_.push_back(fmt::format("SETTING{}", ++names_));
      Put(fmt::format("var {}: string", variables_.back()));
    }
  }

  void Secrets() {
    secrets_.push_back(fmt::format("TOKEN{}", ++names_));
    secrets_.push_back(fmt::format("KEY_{}", ++names_));
    Put(fmt::format("secret {}, {}", secrets_[0], secrets_[1]));
  }

  void Raw(const std::vector<std::string>& lines) {
    Put("raw |");
    lines_.back().no_comment = true;
    for (const std::string& line : lines) lines_.push_back({depth_ + 1, line, true, true});
  }

  void Triggers() {
    static const std::vector<std::string> kMore = {
        "on pull_request(types: [opened, synchronize], paths: [\"src/**\", \"!src/docs/**\"])",
        "on merge_group",
        "on schedule(\"0 3 * * 1\", timezone: \"Europe/Oslo\")",
        "on workflow_call",
        "on release(types: [published])",
    };
    for (size_t i = 0; i < kMore.size(); ++i) {
      if (!Chance(35)) continue;
      Put(kMore[i]);
      pull_request_ = pull_request_ || i == 0;
    }
  }

  void Concurrency(std::string_view group) {
    const std::vector<std::string> forms = {
        "cancel-previous",
        fmt::format("queue(\"{}-${{{{ github.ref }}}}\")", group),
        fmt::format("latest(\"{}\")", group),
        fmt::format("{{ group: \"{}-${{{{ github.ref_name }}}}\", cancel-in-progress: github.event_name == 'push' }}",
                    group),
        fmt::format("{{ group: \"{}\", queue: max }}", group),
    };
    Put("concurrency: " + Pick(forms));
  }

  void PipelineSettings(const std::string& name, std::vector<Value>& visible) {
    Triggers();
    if (secrets_.empty() && Chance(30)) Secrets();
    if (Chance(30)) Put("name: \"The pipeline\"");
    if (Chance(30)) Put("run-name: \"by ${{ github.actor }}\"");
    const bool grouped = Chance(50);
    if (grouped) Concurrency(name);
    if (Chance(30)) Put("permissions: { contents: read, issues: write }");
    if (Chance(20)) Put("runs-on: ubuntu-24.04");
    if (Chance(20)) Put("shell: sh");
    if (Chance(10)) Put("container: \"debian:13.1\"");
    if (Chance(20)) Put("working-directory: \"src\"");
    if (Chance(30)) {
      visible.push_back({NewName("own"), Type::Bool});
      Put(fmt::format("let {} = {}", visible.back().text,
                      Condition(visible.size() > 1 ? constants_ : std::vector<Value>{})));
    }
    if (!grouped && Chance(60)) Raw({"concurrency:", "  group: ${{ github.ref }}"});
  }

  void JobSettings(const std::string& name, bool matrix, std::vector<Value>& values) {
    if (Chance(20)) Put("name: \"The job ${{ github.run_number }}\"");
    if (Chance(20)) Put("permissions: { packages: write }");
    if (Chance(20)) Put("continue-on-error: true");
    if (Chance(20)) Put("working-directory: \"sub\"");
    if (Chance(20)) Concurrency("group-" + name);
    if (matrix && Chance(40)) Put("max-parallel: 2");
    if (Chance(20))
      Put("container: \"debian:13.1\"");
    else if (Chance(20))
      Put("shell: bash");
    if (Chance(30)) Raw({"environment:", "  name: release"});
    if (Chance(30)) {
      const std::string local = NewName("local");
      Put(fmt::format("let {} = {}", local, Text(values)));
      values.push_back({local, Type::String});
    }
  }

  // An expression of each kind that can stand in a text.
  std::string Expression(const std::vector<Value>& values) {
    std::vector<std::string> forms = {
        "github.ref == 'refs/heads/main' ? \"main\" : \"other\"",
        "startsWith(github.ref, \"refs/tags/\")",
        "endsWith(github.ref_name, '-rc')",
        "contains(github.ref, 'release')",
        "github.ref_name in [\"main\", \"next\"]",
        "format(\"{0} of {1}\", github.run_number, github.actor)",
        "join([\"a\", \"b\"], \"-\")",
        "toJSON(github.event_name)",
        "github['sha']",
        "2 + 3 * 4 - 6 / 2",
        "-1",
        "3 >= 2 && 2 <= 3 && 1 < 2 && 3 > 2",
        "1.5",
    };
    if (pull_request_) forms.push_back("github.event.pull_request.title ?? \"none\"");
    if (!variables_.empty()) forms.push_back("vars." + variables_[0]);
    if (!values.empty()) forms.push_back(Pick(values).text);
    return Pick(forms);
  }

  void MoreSteps(const std::vector<Value>& values) {
    for (size_t n = random_.Below(4); n > 0; --n) {
      switch (random_.Below(10)) {
        case 8:
          RawStep();
          break;
        case 0:
          Script(Chance(50) ? "run bash" : "run sh", Commands(values));
          break;
        case 1:
          Put(fmt::format("step \"Shown\" {{ env: {{ SHOWN: \"${{{{ {} }}}}\" }}, run `env` }}", Expression(values)));
          break;
        case 2:
          ScriptPlaces(values);
          break;
        case 3:
          Action();
          break;
        case 4:
          Latch(values);
          break;
        case 5:
          WithStatus(values);
          break;
        case 6:
          SecretTest();
          break;
        case 7:
          SettledStep(values);
          break;
        default:
          SettledStep(values);
          break;
      }
    }
  }

  void ScriptPlaces(const std::vector<Value>& values) {
    std::string text = "github.ref";
    for (const Value& value : values)
      if (value.type == Type::String && value.text.find('.') == std::string::npos) text = value.text;
    std::vector<std::string> script = {
        fmt::format("echo 'single ${{{{ {} }}}}' \"double ${{{{ {} }}}}\"", text, text),
        fmt::format("# what ${{{{ {} }}}} is", text),
        "cat <<END",
        fmt::format("here ${{{{ {} }}}}", text),
        "END",
        fmt::format("echo \"${{HOME:-${{{{ {} }}}}}}\" \"$(git log -1 ${{{{ github.sha }}}})\"", text),
        fmt::format("printf '%s\\n' ${{{{ words({}) }}}} ${{{{ flag(\"--with=\", {}) }}}}", text, text),
    };
    if (!variables_.empty()) script.push_back(fmt::format("echo ${{{{ vars.{} }}}}", variables_[0]));
    Script("step \"Places\": run", script);
  }

  // A step with everything that a step can have.
  void SettledStep(const std::vector<Value>& values) {
    Open("step \"Settled\"");
    Put("if: " + Condition(values));
    Put("env: { MODE: \"fast\", FIRST: 1 }");
    Put("timeout: 1h30m");
    if (Chance(70)) {
      Put("working-directory: \"deep\"");
      Script("run", Commands(values));
    } else {
      Put("uses actions/checkout@v7");
    }
    Close();
  }

  // A condition over what changes inside a job is asked once.
  void Latch(const std::vector<Value>& values) {
    Open("if hashFiles(\"**/lock.txt\") != ''");
    Script("run", Commands(values));
    Script("run", Commands(values));
    Close(" else {");
    Script("run", Commands(values));
    Close();
  }

  void WithStatus(const std::vector<Value>& values) {
    static const std::vector<std::string> kForms = {
        "failure()", "always()", "cancelled()", "success()", "ok()", "failure() && github.ref == 'refs/heads/main'"};
    Open("if " + Pick(kForms));
    const std::string inner = NewName("inner");
    if (Chance(40)) Put(fmt::format("let {} = \"in the block\"", inner));
    Script("run", Commands(values));
    Close();
  }

  void SecretTest() {
    if (secrets_.empty()) return;
    Open(fmt::format("if secrets.{} != ''", secrets_[0]));
    Put(fmt::format("step \"Push\" {{ env: {{ TOKEN: secrets.{} }}, run `./push.sh` }}", secrets_[0]));
    Put(fmt::format("run `echo ${{{{ secrets.{} }}}} | ./login.sh`", secrets_[1]));
    Close(" else {");
    Put("run `echo 'no token'`");
    Close();
  }

  void Action() {
    const std::string name = NewName("got");
    Put(fmt::format(
        "let {} = uses actions/checkout@v7(fetch-depth: 0, ref: \"${{{{ github.sha }}}}\", persist-credentials: true)",
        name));
    Put(fmt::format("run `echo ${{{{ {}.commit }}}} ${{{{ steps.{}.outcome }}}}`", name, name));
    Put("step \"Keep\": uses actions/upload-artifact@v7(name: \"logs-${{ github.run_id }}\", path: [\"logs/\", "
        "\"*.log\"])");
  }

  void FileOutput(const std::string& job) {
    const std::string output = NewName("file");
    Put("run `mkdir -p dist && echo content > dist/data.bin`");
    Put(fmt::format("output {}: file = \"dist/data.bin\"", output));
    files_.push_back(fmt::format("{}.{}", job, output));
  }

  // A step with a key that Sluice does not write, and the shell.
  void RawStep() {
    Open("step");
    Put("shell: bash");
    Raw({"env:", "  FROM_RAW: \"yes\""});
    Put("run `echo \"$FROM_RAW\"`");
    Close();
  }

  // A file that is there whatever happened, and an allowance for what nobody reads.
  void Kept() {
    Open("if !cancelled()");
    const std::string output = NewName("kept");
    Put("# sluice: allow[P0624] people fetch it by hand");
    Put(fmt::format("output {}: file = \"report.xml\"", output));
    Close();
  }

  void ReadFiles() {
    if (files_.empty()) return;
    Put(fmt::format("run `wc -c < ${{{{ {} }}}}`", Pick(files_)));
  }

  // A job that runs whatever became of the others.
  void LastJob(const std::vector<Value>& visible) {
    const std::string list = Pick(runner_lists_), axis = NewName("on");
    Open(fmt::format("job {} for {} in {}, {} in 1..3", NewName("last"), axis, list, NewName("part")));
    Put("if: always()");
    if (!jobs_.empty()) Put(fmt::format("needs: [{}]", fmt::join(jobs_, ", ")));
    Put(fmt::format("runs-on: {}", axis));
    for (const Value& output : outputs_) {
      const std::string job = output.text.substr(0, output.text.find('.')), name = output.text.substr(job.size() + 1);
      Put(fmt::format("run `echo ${{{{ {} ?? {} }}}} ${{{{ {}.result }}}}`", output.text, Literal(output.type), job));
      Open(fmt::format("if {}.result == success", job));
      Put(fmt::format("run `echo ${{{{ needs.{}.outputs.{} }}}} ${{{{ needs.{}.result }}}} ${{{{ matrix.{} }}}}`", job,
                      name, job, axis));
      Close();
    }
    if (!jobs_.empty()) {
      Open("if contains(needs.*.result, 'failure')");
      Script("run", Commands(visible));
      Close();
    }
    Script("run", Commands(visible));
    Close();
  }
};

}  // namespace sluice::tests
