#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/compile_project.h"
#include "cli/subcommands.h"
#include "cli/workflow_file.h"
#include "compiler/base/file_system.h"
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

// `name`: only that pipeline; empty for all. JSON is always the whole program.
std::string Draw(const model::Program& program, Format format, const std::string& name) {
  if (format == Format::Json) return model::ToJson(program);
  std::string out;
  for (int i = 0; i < static_cast<int>(program.pipelines.size()); ++i) {
    if (!name.empty() && program.pipelines[{i}].id != name) continue;
    if (!out.empty()) out += "\n";
    out += format == Format::Text  ? model::DrawText(program, {i})
           : format == Format::Dot ? model::DrawDot(program, {i})
                                   : model::DrawMermaid(program, {i});
  }
  return out;
}

// The program of a project's sources: of one file or folder, or of all of them.
std::optional<model::Program> CompileSources(const std::string& path, const Globals& globals, int& exit_code) {
  exit_code = kCannot;
  auto opened = OpenProject();
  Status read = opened.ok() ? Status() : Status(opened.error());
  if (read.ok()) read = ReadSources(**opened, path.empty() ? std::vector<std::string>() : std::vector{path});
  if (!read.ok()) {
    Fail(read.error().message);
    return std::nullopt;
  }
  Project& project = **opened;
  model::Program program = CompileProject(project, false, Want::Program).program;
  exit_code = PrintProblems(project, UseColor(globals, STDERR_FILENO)) ? kNo : kOk;
  if (exit_code != kOk) return std::nullopt;
  return program;
}

bool IsPath(const std::string& target) {
  const auto files = MakeRealFileSystem("");
  return target.ends_with(".pipe") || files->IsFile(target) || files->IsFolder(target);
}

int Graph(const GraphOptions& options, const Globals& globals) {
  int exit_code = kCannot;
  std::string name;
  std::optional<model::Program> program;
  if (!options.from_graph.empty()) {
    program = ReadGraphFile(options.from_graph);
  } else if (IsWorkflowFile(options.file)) {
    program = ReadWorkflowFile(options.file, globals, exit_code);
  } else {
    if (!options.file.empty() && !IsPath(options.file)) name = options.file;
    program = CompileSources(name.empty() ? options.file : "", globals, exit_code);
  }
  if (!program) return exit_code;
  const std::string drawn = Draw(*program, options.format, name);
  if (drawn.empty()) return Fail(fmt::format("there is no pipeline `{}`, and no file of that name", name));
  fmt::print("{}", drawn);
  return kOk;
}

}  // namespace

void AddGraph(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<GraphOptions>();
  CLI::App* command = app.add_subcommand("graph", "Show the graph of jobs; as JSON it is the whole model");
  static const std::map<std::string, Format> kFormats{
      {"text", Format::Text}, {"json", Format::Json}, {"dot", Format::Dot}, {"mermaid", Format::Mermaid}};
  command->add_option("PIPELINE|FILE", options->file,
                      "A pipeline, a .pipe file or a workflow file (default: all pipelines)");
  command
      ->add_option("--from-graph", options->from_graph, "Read a graph that `--format json` wrote; - is standard input")
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
