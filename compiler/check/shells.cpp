#include "compiler/check/shells.h"

#include "compiler/catalogue/runners.h"

namespace sluice::check {
namespace {

// The operating system of a label; empty when nobody knows it.
std::string OsOf(const std::string& label, const catalogue::Project& project) {
  if (const catalogue::OwnRunner* own = project.FindRunner(label); own != nullptr && !own->os.empty()) return own->os;
  const catalogue::RunnerLabel* known = catalogue::FindRunnerLabel(label);
  return known == nullptr ? "" : std::string(known->os);
}

std::string_view ProgramOn(const std::string& os) { return os.empty() ? "" : os == "windows" ? "pwsh" : "bash"; }

}  // namespace

bool IsDefaultShell(const TermPtr& shell) { return shell != nullptr && shell->constant.text == kDefaultShell; }

std::string_view ShellProgram(std::string_view shell) {
  std::string_view program = shell.substr(0, shell.find(' '));
  return program.substr(program.rfind('/') == std::string_view::npos ? 0 : program.rfind('/') + 1);
}

std::string_view DefaultProgram(const Job& job, const catalogue::Project& project) {
  if (job.container != nullptr) return "sh";
  if (job.runs_on == nullptr) return ProgramOn(OsOf(project.default_runner, project));
  if (job.runs_on->is_text_constant()) return ProgramOn(OsOf(job.runs_on->constant.text, project));
  if (!job.runs_on->is(TermKind::Axis)) return "";
  std::string_view program;
  for (const MatrixAxis& axis : job.matrix) {
    if (axis.name != job.runs_on->name) continue;
    for (const TermPtr& value : axis.values) {
      const std::string_view one = ProgramOn(OsOf(value->constant.text, project));
      if (one.empty() || (!program.empty() && program != one)) return "";
      program = one;
    }
  }
  return program;
}

}  // namespace sluice::check
