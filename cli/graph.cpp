#include <cstdio>
#include <map>
#include <memory>
#include <string>

#include <fmt/format.h>

#include "cli/subcommands.h"
#include "cli/workflow_file.h"
#include "compiler/model/draw.h"
#include "compiler/model/json.h"

namespace sluice::cli {
namespace {

enum class Format { Text, Json, Dot, Mermaid };

struct GraphOptions {
  std::string file;
  std::string from_graph;
  Format format = Format::Text;
};

std::string Draw(const model::Program& program, Format format) {
  if (format == Format::Json) return model::ToJson(program);
  std::string out;
  for (int i = 0; i < static_cast<int>(program.pipelines.size()); ++i) {
    if (i > 0) out += "\n";
    out += format == Format::Text  ? model::DrawText(program, {i})
           : format == Format::Dot ? model::DrawDot(program, {i})
                                   : model::DrawMermaid(program, {i});
  }
  return out;
}

int Graph(const GraphOptions& options, const Globals& globals) {
  int exit_code = kCannot;
  std::optional<model::Program> program;
  if (!options.from_graph.empty())
    program = ReadGraphFile(options.from_graph);
  else if (IsWorkflowFile(options.file))
    program = ReadWorkflowFile(options.file, globals, exit_code);
  else if (options.file.empty())
    return Fail("name a workflow file: `sluice graph .github/workflows/ci.yml`");
  else
    return Fail(fmt::format("`{}` is no workflow file: its name ends in .yml or .yaml", options.file));
  if (!program) return exit_code;
  fmt::print("{}", Draw(*program, options.format));
  return kOk;
}

}  // namespace

void AddGraph(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<GraphOptions>();
  CLI::App* command = app.add_subcommand("graph", "Show the graph of jobs; as JSON it is the whole model");
  static const std::map<std::string, Format> kFormats{
      {"text", Format::Text}, {"json", Format::Json}, {"dot", Format::Dot}, {"mermaid", Format::Mermaid}};
  command->add_option("FILE", options->file, "A workflow file");
  command->add_option("--from-graph", options->from_graph, "Read a graph that `--format json` wrote; - is standard input")
      ->type_name("FILE");
  command->add_option("--format", options->format, "text, json, dot or mermaid")
      ->transform(CLI::CheckedTransformer(kFormats))
      ->type_name("FORMAT");
  command->footer("Example: sluice graph .github/workflows/ci.yml --format mermaid");
  command->callback([options, &invocation] {
    invocation.action = [options, &invocation] { return Graph(*options, invocation.globals); };
  });
}

}  // namespace sluice::cli
