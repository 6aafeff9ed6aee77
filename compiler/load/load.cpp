#include "compiler/load/load.h"

#include "compiler/load/convert.h"
#include "compiler/load/template_reader.h"
#include "compiler/load/yaml_tree.h"
#include "compiler/model/origins.h"

namespace sluice::load {
namespace {

using model::Value;

std::string BaseName(const std::string& path) {
  std::string name = path.substr(path.rfind('/') + 1);
  if (name.ends_with(".yml")) name.resize(name.size() - 4);
  if (name.ends_with(".yaml")) name.resize(name.size() - 5);
  return name;
}

model::Pipeline Convert(const Value& root, Context& context) {
  model::Pipeline pipeline;
  pipeline.name = Get(root, "name");
  pipeline.run_name = Get(root, "run-name");
  pipeline.description = Get(root, "description");
  pipeline.triggers = ConvertTriggers(*root.Find("on"), context);
  if (const Value* permissions = root.Find("permissions")) pipeline.permissions = ConvertPermissions(*permissions);
  pipeline.env = Get(root, "env");
  if (const Value* concurrency = root.Find("concurrency")) pipeline.concurrency = ConvertConcurrency(*concurrency);
  if (const Value* defaults = root.Find("defaults")) pipeline.defaults = ConvertDefaults(*defaults);
  pipeline.jobs = ConvertJobs(*root.Find("jobs"), context);
  return pipeline;
}

}  // namespace

std::optional<model::PipelineId> LoadWorkflow(const source::SourceMap& sources, source::FileId file,
                                              model::Program& program, diagnostics::Sink& sink) {
  const auto document = ReadYaml(sources, file, sink);
  if (!document) return std::nullopt;
  Problems problems(sink);
  TemplateReader reader(sources, problems);
  const auto root = reader.Read(*document->root);
  if (!root || problems.errors() > 0) return std::nullopt;
  Placeholders placeholders(sources, problems);
  model::Program loaded;  // a workflow with mistakes leaves nothing behind
  Context context{sources, problems, placeholders, loaded};
  model::Pipeline pipeline = Convert(*root, context);
  if (problems.errors() > 0) return std::nullopt;
  if (program.jobs.size() == 0 && program.steps.size() == 0) {
    program.jobs = std::move(loaded.jobs);
    program.steps = std::move(loaded.steps);
  } else {
    diagnostics::Sink said_already;
    Problems repeated(said_already);
    Placeholders parser(sources, repeated);
    Context again{sources, repeated, parser, program};
    pipeline = Convert(*root, again);
  }
  pipeline.path = sources.file(file).path;
  pipeline.id = BaseName(pipeline.path);
  pipeline.origin.at = sources.WholeFile(file);
  const model::PipelineId id = program.pipelines.Add(std::move(pipeline));
  model::RecordOrigins(program, sources);
  return id;
}

}  // namespace sluice::load
