#include "compiler/audit/audit.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/compile_project.h"
#include "cli/subcommands.h"
#include "compiler/base/file_system.h"
#include "compiler/emit/github/workflow.h"
#include "compiler/load/load.h"
#include "compiler/load/load_action.h"

namespace sluice::cli {
namespace {

using audit::Finding;

struct AuditFlags {
  std::vector<std::string> paths;
  std::string format = "text";
};

bool IsYaml(const std::string& path) { return path.ends_with(".yml") || path.ends_with(".yaml"); }

// What switches a rule off or is nobody's but GitHub's, as the source says it.
void FromSource(const syntax::Ast& ast, std::vector<Finding>& findings) {
  for (const syntax::Directive& directive : ast.directives) {
    std::string codes;
    for (const syntax::Name& code : directive.codes) codes += (codes.empty() ? "" : ", ") + code.text;
    if (!directive.malformed)
      findings.push_back({"allow", directive.span, fmt::format("{}: {}", codes, directive.reason)});
  }
  for (const syntax::Item& item : ast.item_store) {
    if (std::holds_alternative<syntax::RawDecl>(item.node))
      findings.push_back({"raw", item.span, "GitHub's own YAML: Sluice knows its keys, and not what it means"});
    if (std::holds_alternative<syntax::StepRaw>(item.node))
      findings.push_back({"raw", item.span, "a whole step in GitHub's own words"});
    if (std::holds_alternative<syntax::VerbatimDecl>(item.node))
      findings.push_back({"verbatim", item.span, "this workflow is carried as it is"});
  }
}

// Workflows that people wrote beside the generated ones, from the project's root.
std::vector<std::string> WorkflowsByHand(const Project& project) {
  std::vector<std::string> paths;
  const auto names = project.files->List(project.settings.out);
  if (!names.ok()) return paths;
  for (const std::string& name : *names) {
    const std::string path = project.settings.out + "/" + name;
    if (!IsYaml(path) || !project.files->IsFile(path)) continue;
    const auto text = project.files->Read(path);
    if (text.ok() && !text->starts_with(emit::kHeaderStart)) paths.push_back(path);
  }
  return paths;
}

void FromWorkflow(Project& project, const std::string& shown, std::string text, std::vector<Finding>& findings) {
  const source::FileId file = project.sources.Add(shown, std::move(text));
  if (load::IsActionFile(shown)) return load::CheckAction(project.sources, file, project.sink);
  model::Program program;
  if (!load::LoadWorkflow(project.sources, file, program, project.sink)) return;
  const std::vector<Finding> found = audit::Audit(program);
  findings.insert(findings.end(), found.begin(), found.end());
}

void FromSources(Project& project, std::vector<Finding>& findings) {
  const compile::Compiled compiled = CompileProject(project, false);
  const std::vector<Finding> found = audit::Audit(compiled.program);
  findings.insert(findings.end(), found.begin(), found.end());
  for (const ProjectSource& source : project.parsed) FromSource(source.ast, findings);
}

// The files given, else the sources of the project and the workflows beside them.
Status Collect(Project& project, const AuditFlags& flags, std::vector<Finding>& findings) {
  std::vector<std::string> pipes;
  for (const std::string& path : flags.paths) {
    if (!IsYaml(path)) {
      pipes.push_back(path);
      continue;
    }
    SLUICE_ASSIGN(std::string text, MakeRealFileSystem("")->Read(path));
    FromWorkflow(project, NormalizePath(path), std::move(text), findings);
  }
  const std::vector<std::string> by_hand = flags.paths.empty() ? WorkflowsByHand(project) : std::vector<std::string>();
  for (const std::string& path : by_hand) {
    SLUICE_ASSIGN(std::string text, project.files->Read(path));
    FromWorkflow(project, path, std::move(text), findings);
  }
  if (!flags.paths.empty() && pipes.empty()) return {};
  const Status read = ReadSources(project, pipes);
  // A project may have workflows only.
  if (!read.ok()) return by_hand.empty() || !pipes.empty() ? read : Status();
  FromSources(project, findings);
  return {};
}

size_t RankOf(const Finding& finding) {
  const auto& kinds = audit::Kinds();
  return static_cast<size_t>(std::ranges::find(kinds, finding.kind, &audit::KindInfo::name) - kinds.begin());
}

void PrintText(const Project& project, const std::vector<Finding>& findings) {
  size_t width = 0;
  for (const Finding& finding : findings) width = std::max(width, finding.kind.size());
  for (const Finding& finding : findings) {
    const source::Position at = project.sources.Begin(finding.at);
    fmt::print("{}:{}:{}: {:{}}  {}\n", project.sources.file(at.file).path, at.line, at.column, finding.kind, width,
               finding.message);
  }
}

void PrintJson(const Project& project, const std::vector<Finding>& findings) {
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const Finding& finding : findings) {
    const source::Position at = project.sources.Begin(finding.at);
    all.push_back({{"kind", finding.kind},
                   {"message", finding.message},
                   {"file", project.sources.file(at.file).path},
                   {"line", at.line},
                   {"column", at.column}});
  }
  fmt::print("{}\n", nlohmann::ordered_json{{"version", 1}, {"findings", all}}.dump());
}

// "12 findings: 3 permission, 9 unpinned"
std::string Count(const std::vector<Finding>& findings) {
  std::string text = fmt::format("{} finding{}", findings.size(), findings.size() == 1 ? "" : "s");
  std::string_view separator = ": ";
  for (const audit::KindInfo& kind : audit::Kinds()) {
    const auto count = std::ranges::count(findings, kind.name, &Finding::kind);
    if (count == 0) continue;
    text += fmt::format("{}{} {}", separator, count, kind.name);
    separator = ", ";
  }
  return text;
}

int RunAudit(const AuditFlags& flags, const Globals& globals) {
  auto opened = OpenProject();
  if (!opened.ok()) return Fail(opened.error().message);
  Project& project = **opened;
  std::vector<Finding> findings;
  if (const Status collected = Collect(project, flags, findings); !collected.ok())
    return Fail(collected.error().message);
  if (PrintProblems(project, UseColor(globals, STDERR_FILENO))) return kNo;
  std::erase_if(findings, [](const Finding& finding) { return !finding.at.valid(); });
  std::ranges::sort(findings, {}, [](const Finding& finding) {
    return std::tuple(finding.at.begin, RankOf(finding), finding.message);
  });
  // (std::unique: clang 14 cannot read the one of ranges.)
  const auto alike = [](const Finding& a, const Finding& b) {
    return a.at == b.at && a.kind == b.kind && a.message == b.message;
  };
  findings.erase(std::unique(findings.begin(), findings.end(), alike), findings.end());
  if (flags.format == "json")
    PrintJson(project, findings);
  else
    PrintText(project, findings);
  if (globals.quiet || flags.format == "json") return kOk;
  std::fflush(stdout);
  fmt::print(stderr, "{}\n", Count(findings));
  return kOk;
}

}  // namespace

void AddAudit(CLI::App& app, Invocation& invocation) {
  CLI::App* command = app.add_subcommand(
      "audit", "List what runs with more rights than it shows: raw blocks, allowed rules, pins, triggers, permissions");
  auto flags = std::make_shared<AuditFlags>();
  command->add_option("PATH", flags->paths,
                      "Sources or workflow files (default: the project, and workflows beside it)");
  command->add_option("--format", flags->format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->type_name("FORMAT");
  command->footer("Example: sluice audit .github/workflows/release.yml");
  command->callback([flags, &invocation] {
    invocation.action = [flags, &invocation] { return RunAudit(*flags, invocation.globals); };
  });
}

}  // namespace sluice::cli
