#include "compiler/compile.h"

#include <fmt/format.h>

#include <map>
#include <optional>
#include <utility>

#include "compiler/check/check.h"
#include "compiler/check/directives.h"
#include "compiler/emit/github/workflow.h"
#include "compiler/load/load.h"
#include "compiler/load/load_part.h"
#include "compiler/load/signatures.h"
#include "compiler/lower/lower.h"
#include "compiler/model/verify.h"
#include "compiler/syntax/parse.h"

namespace sluice::compile {
namespace {

using diagnostics::Build;
using diagnostics::Code;

// Reads what the files import, and what that imports.
void ReadImports(Input& input) {
  for (size_t i = 0; i < input.files.size(); ++i) {
    const syntax::Ast* ast = input.files[i].ast;
    for (syntax::ItemId id : ast->items)
      if (const auto* decl = ast->As<syntax::ImportDecl>(id))
        if (const auto path = check::ImportedFile(input.files[i].path, *ast, *decl); path && input.import)
          input.import(*path, input.files);
  }
}

// The signatures of workflow files in the repository that jobs call. One that cannot be read is reported at the call.
std::map<std::string, catalogue::WorkflowPin> ReadWorkflows(const Input& input) {
  std::map<std::string, catalogue::WorkflowPin> workflows = input.workflows;
  if (input.project_files == nullptr) return workflows;
  for (const Source& source : input.files)
    for (const std::vector<std::string>& paths :
         {check::CalledWorkflows(*source.ast), check::VerbatimWorkflows(*source.ast, input.project.out)})
      for (const std::string& path : paths)
        if (const auto text = input.project_files->Read(path); text.ok())
          if (auto signature = load::ReadWorkflowSignature(path, *text); signature.ok()) workflows[path] = *signature;
  return workflows;
}

// Why the file is no workflow that people wrote, or "".
std::string WhyNoWorkflow(const FileSystem* files, const std::string& path) {
  if (files == nullptr) return "";
  const auto text = files->Read(path);
  if (!text.ok()) return "there is no such file";
  if (text->starts_with(emit::kHeaderStart)) return "Sluice wrote it: the source is a pipeline";
  source::SourceMap sources;
  diagnostics::Sink sink;
  model::Program program;
  if (load::LoadWorkflow(sources, sources.Add(path, *text), program, sink)) return "";
  return fmt::format("it is no workflow that GitHub takes: `sluice check {}` says why", path);
}

// Reads what is in the repository and no .pipe file, once for each.
class RepositoryReader {
 public:
  explicit RepositoryReader(const FileSystem* files) : files_(files) {}

  const Result<catalogue::ActionPin>* Action(const std::string& folder) {
    if (auto known = actions_.find(folder); known != actions_.end()) return known->second ? &*known->second : nullptr;
    std::optional<Result<catalogue::ActionPin>>& entry = actions_[folder];
    for (const char* name : {"action.yml", "action.yaml"}) {
      if (files_ == nullptr || entry) break;
      const std::string path = JoinPath(folder, name);
      if (const auto text = files_->Read(path); text.ok()) entry = load::ReadLocalAction(path, *text);
    }
    return entry ? &*entry : nullptr;
  }

 private:
  const FileSystem* files_;
  std::map<std::string, std::optional<Result<catalogue::ActionPin>>> actions_;
};

check::RawStepFacts FactsOfRawStep(const std::string& yaml) {
  const load::StepFacts facts = load::ReadStepFacts(yaml);
  return {facts.id, facts.conditional, facts.goes_on};
}

// P1004: two pipelines of one name would be written to one file.
void CheckOutputs(const check::Program& program, const catalogue::Project& project, diagnostics::Sink& sink) {
  std::map<std::string, const check::Pipeline*> names;
  for (const check::Pipeline& pipeline : program.pipelines) {
    auto [it, fresh] = names.emplace(pipeline.name, &pipeline);
    if (fresh) continue;
    sink.Add(Build(Code::P1004, pipeline.name_at,
                   fmt::format("two pipelines would be written to `{}/{}.yml`", project.out, pipeline.name),
                   "the second one")
                 .Also(it->second->name_at, "the first one")
                 .Say("Give one of them another name."));
  }
}

source::Span PlaceOf(const check::Program& program) {
  return program.pipelines.empty() ? source::Span{} : program.pipelines.front().name_at;
}

// A value that was given up without a word must not become an empty one in a workflow.
void ReportHoles(const check::Program& program, diagnostics::Sink& sink) {
  for (const check::Pipeline& pipeline : program.pipelines) {
    bool hole = pipeline.broken;
    source::Span at = pipeline.name_at;
    for (const check::Job& job : pipeline.jobs)
      check::ForEachValue(job, [&](const check::TermPtr& value) {
        check::Walk(value, [&](const check::Term& term) {
          if (hole || !term.is(check::TermKind::Error)) return;
          hole = true;
          if (term.at.valid()) at = term.at;
        });
      });
    if (hole)
      sink.Add(Build(Code::P0115, at, "this cannot be written as a workflow",
                     "Sluice should have said more: please report it"));
  }
}

}  // namespace

Compiled Compile(Input input, bool deny_warnings, diagnostics::Sink& sink) {
  ReadImports(input);
  std::vector<check::File> files;
  for (const Source& source : input.files) {
    syntax::CheckPlaces(input.sources, *source.ast, sink);
    files.push_back({source.path, source.ast, source.root});
  }
  RepositoryReader repository(input.project_files);
  const check::Readers readers{ReadWorkflows(input),
                               [&](const std::string& path) { return WhyNoWorkflow(input.project_files, path); },
                               [&](const std::string& folder) { return repository.Action(folder); }, FactsOfRawStep};
  const check::Program checked =
      check::Check(input.sources, files, input.lock, input.project, readers, input.project_files, sink);
  CheckOutputs(checked, input.project, sink);
  Compiled result;
  result.program = lower::Lower(input.sources, checked, input.lock, input.project, sink);
  check::ApplyDirectives(input.sources, files, sink);
  catalogue::ApplyLint(input.project, deny_warnings, sink.all());
  diagnostics::Sort(sink.all(), input.sources);
  if (sink.has_errors()) return result;
  ReportHoles(checked, sink);
  // What the checker let through and GitHub would refuse is never written, and never the user's fault alone.
  for (const Error& problem : model::Verify(result.program))
    sink.Add(Build(Code::P0115, PlaceOf(checked),
                   fmt::format("this cannot be written as a workflow: {}", problem.message),
                   "Sluice should have said more: please report it"));
  if (sink.has_errors() || !input.emit) return result;
  for (size_t i = 0; i < result.program.pipelines.size(); ++i) {
    const model::PipelineId id{static_cast<int32_t>(i)};
    result.outputs[result.program.pipelines[id].path] = emit::EmitWorkflow(result.program, id);
  }
  return result;
}

}  // namespace sluice::compile
