#include "compiler/import_checked.h"

#include <fmt/format.h>

#include <set>
#include <utility>

#include "compiler/compile.h"
#include "compiler/import/provisional.h"
#include "compiler/load/load.h"
#include "compiler/syntax/parse.h"

namespace sluice::compile {
namespace {

struct Trial {
  model::Program program;
  catalogue::Lock lock;
  std::vector<import::Complaint> complaints;
};

Trial Try(const std::string& text, const std::vector<import::Pin>& pins, const catalogue::Lock& lock,
          const catalogue::Project& settings, const std::set<std::string>& declared) {
  Trial trial;
  source::SourceMap sources;
  diagnostics::Sink sink;
  const source::FileId file = sources.Add("import.pipe", text);
  syntax::Ast ast = syntax::Parse(sources, file, sink);
  trial.lock = import::ProvisionalLock(lock, pins, ast, nullptr);
  std::string others;
  for (const std::string& declaration : declared) others += declaration + "\n";
  syntax::Ast elsewhere = syntax::Parse(sources, sources.Add("declared.pipe", others), sink);
  Input input{sources, settings, trial.lock, {{"import.pipe", &ast, true}}, {}};
  if (!others.empty()) input.files.push_back({"declared.pipe", &elsewhere, true});
  input.workflows = import::ProvisionalWorkflows(ast);
  trial.program = std::move(Compile(std::move(input), false, sink).program);
  for (const diagnostics::Diagnostic& d : sink.all())
    trial.complaints.push_back(
        {d.code, d.primary.at.begin - sources.file(file).begin, d.severity == diagnostics::Severity::Error, d.message});
  return trial;
}

}  // namespace

std::optional<CheckedImport> ImportWorkflow(const source::SourceMap& sources, source::FileId file,
                                            const catalogue::Lock& lock, const catalogue::Project& project,
                                            const import::Lifts& lifts, const std::set<std::string>& declared,
                                            diagnostics::Sink& sink) {
  model::Program loaded;
  const auto id = load::LoadWorkflow(sources, file, loaded, sink);
  if (!id) return std::nullopt;
  CheckedImport result;
  const catalogue::Project settings = import::ProvisionalProject(project, loaded, &result.runners);
  const auto compare = [&](const Trial& trial, const std::map<std::string, import::Names>& names) {
    return trial.program.pipelines.size() != 1
               ? std::vector<import::Difference>{}
               : import::Compare(loaded, *id, trial.program, model::PipelineId{0}, trial.lock, names);
  };
  const auto judge = [&](const import::Printed& printed) {
    ++result.rounds;
    Trial trial = Try(printed.text, printed.pins, lock, settings, declared);
    // What this version cannot use yet is written as it shall be.
    std::erase_if(trial.complaints, [](const auto& c) { return c.code == diagnostics::Code::P0115; });
    return import::Judgement{std::move(trial.complaints), compare(trial, printed.names)};
  };
  diagnostics::Sink again;
  auto imported = import::Import(sources, file, judge, lifts, declared, again);
  if (!imported) return std::nullopt;
  result.imported = std::move(*imported);
  const Trial trial = Try(result.imported.text, result.imported.pins, lock, settings, declared);
  std::set<std::string> said;
  for (const import::Complaint& c : trial.complaints)
    if (c.error && said.insert(c.message).second) {
      result.errors.push_back(fmt::format("{} {}", diagnostics::Info(c.code).name, c.message));
      if (c.code == diagnostics::Code::P0115) result.later.insert(result.errors.back());
    }
  if (result.errors.empty()) result.differences = compare(trial, result.imported.names);
  return result;
}

}  // namespace sluice::compile
