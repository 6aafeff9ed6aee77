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

}  // namespace

bool IsDefaultShell(const TermPtr& shell) { return shell != nullptr && shell->constant.text == kDefaultShell; }

std::string_view ShellProgram(std::string_view shell) {
  std::string_view program = shell.substr(0, shell.find(' '));
  const size_t folder = program.find_last_of("/\\");
  program = program.substr(folder == std::string_view::npos ? 0 : folder + 1);
  return program.ends_with(".exe") ? program.substr(0, program.size() - 4) : program;
}

std::string_view ShellText(std::string_view language) { return language == "node" ? "node {0}" : language; }

Handover HandoverTo(std::string_view program) {
  if (program == "bash" || program == "sh") return Handover::Words;
  if (program == "pwsh" || program == "powershell") return Handover::Text;
  if (program == "node" || program.starts_with("python")) return Handover::Anything;
  return Handover::None;
}

std::string_view OsOfJob(const Job& job, const catalogue::Project& project) {
  const auto name = [&](const std::string& label) -> std::string_view {
    const std::string os = OsOf(label, project);
    return os == "windows" ? "windows" : os == "macos" ? "macos" : os == "linux" ? "linux" : "";
  };
  if (job.runs_on == nullptr) return name(project.default_runner);
  if (job.runs_on->is_text_constant()) return name(job.runs_on->constant.text);
  if (!job.runs_on->is(TermKind::Axis)) return "";
  std::string_view os;
  for (const MatrixAxis& axis : job.matrix) {
    if (axis.name != job.runs_on->name) continue;
    for (const TermPtr& value : axis.values) {
      const std::string_view one = name(value->constant.text);
      if (one.empty() || (!os.empty() && os != one)) return "";
      os = one;
    }
  }
  return os;
}

std::string_view DefaultProgram(const Job& job, const catalogue::Project& project) {
  if (job.container != nullptr) return "sh";
  // Machines of different systems can agree about it.
  std::string_view program;
  std::vector<std::string> labels;
  if (job.runs_on == nullptr) labels = {project.default_runner};
  if (job.runs_on != nullptr && job.runs_on->is_text_constant()) labels = {job.runs_on->constant.text};
  if (job.runs_on != nullptr && job.runs_on->is(TermKind::Axis))
    for (const MatrixAxis& axis : job.matrix)
      if (axis.name == job.runs_on->name)
        for (const TermPtr& value : axis.values) labels.push_back(value->constant.text);
  for (const std::string& label : labels) {
    const std::string os = OsOf(label, project);
    const std::string_view one = os.empty() ? "" : os == "windows" ? "pwsh" : "bash";
    if (one.empty() || (!program.empty() && program != one)) return "";
    program = one;
  }
  return program;
}

}  // namespace sluice::check
