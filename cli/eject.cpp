#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/compile_project.h"
#include "cli/subcommands.h"
#include "compiler/emit/github/workflow.h"
#include "compiler/syntax/ast.h"
#include "compiler/syntax/parse.h"

// Getting out (language.md 2.15): the YAML stays as it is but for the header, and its source goes.
namespace sluice::cli {
namespace {

struct Declared {
  std::string name;
  std::string file;
  source::Span at;
};

std::vector<Declared> DeclaredPipelines(const Project& project) {
  std::vector<Declared> found;
  for (const ProjectSource& source : project.parsed)
    for (const syntax::ItemId id : source.ast.items)
      if (const auto* pipeline = source.ast.As<syntax::PipelineDecl>(id))
        found.push_back({pipeline->name.text, source.path, source.ast[id].span});
  return found;
}

std::string Names(const std::vector<Declared>& pipelines) {
  std::string names;
  for (const Declared& pipeline : pipelines) names += (names.empty() ? "`" : ", `") + pipeline.name + "`";
  return names;
}

Result<Declared> Choose(const std::vector<Declared>& pipelines, const std::string& name) {
  if (pipelines.empty()) return Error{"there is no pipeline to eject"};
  if (name.empty() && pipelines.size() > 1)
    return Error{fmt::format("say which pipeline: there are {}", Names(pipelines))};
  for (const Declared& pipeline : pipelines)
    if (name.empty() || pipeline.name == name) return pipeline;
  return Error{fmt::format("there is no pipeline `{}`: there are {}", name, Names(pipelines))};
}

bool IsBlank(std::string_view line) { return line.find_first_not_of(" \t\r\n") == std::string_view::npos; }

// The text without the declaration, the `##` lines above it and the blank lines behind it.
std::string Without(const std::string& text, size_t begin, size_t end) {
  begin = text.rfind('\n', begin) == std::string::npos || begin == 0 ? 0 : text.rfind('\n', begin) + 1;
  while (begin > 0) {
    const size_t previous =
        begin < 2 || text.rfind('\n', begin - 2) == std::string::npos ? 0 : text.rfind('\n', begin - 2) + 1;
    const size_t word = text.find_first_not_of(" \t", previous);
    if (word >= begin || text.compare(word, 2, "##") != 0) break;
    begin = previous;
  }
  const auto line_end = [&](size_t from) { return std::min(text.find('\n', from), text.size() - 1) + 1; };
  end = line_end(end);
  while (end < text.size() && IsBlank(std::string_view(text).substr(end, line_end(end) - end))) end = line_end(end);
  std::string rest = text.substr(0, begin) + text.substr(end);
  while (end == text.size() && rest.ends_with("\n\n")) rest.pop_back();
  return rest;
}

// Does a source without its pipeline still declare something?
bool DeclaresSomething(const std::string& path, const std::string& text) {
  source::SourceMap sources;
  diagnostics::Sink sink;
  const syntax::Ast ast = syntax::Parse(sources, sources.Add(path, text), sink);
  return !ast.items.empty();
}

Status WriteSource(FileSystem& files, const std::string& path, const std::string& text) {
  return DeclaresSomething(path, text) ? files.Write(path, text) : files.Remove(path);
}

// The project compiles without the pipeline; otherwise its source is put back.
int TakeOut(const Project& before, const Declared& pipeline, const Globals& globals) {
  auto old = before.files->Read(pipeline.file);
  if (!old.ok()) return Fail(old.error().message);
  const size_t begin = before.sources.Begin(pipeline.at).byte;
  const std::string rest = Without(*old, begin, begin + pipeline.at.size());
  if (const Status written = WriteSource(*before.files, pipeline.file, rest); !written.ok())
    return Fail(written.error().message);
  auto after = OpenProject();
  const bool readable = after.ok() && ReadSources(**after, {}).ok();
  if (readable) CompileProject(**after, false);
  if (!readable || !(*after)->sink.has_errors()) return kOk;
  PrintProblems(**after, UseColor(globals, STDERR_FILENO));
  if (const Status restored = before.files->Write(pipeline.file, *old); !restored.ok())
    return Fail(restored.error().message);
  fmt::print(stderr, "`{}` stays: without it the others have these mistakes\n", pipeline.name);
  return kNo;
}

int RunEject(const std::string& name, const Globals& globals) {
  auto opened = OpenProject();
  if (!opened.ok()) return Fail(opened.error().message);
  Project& project = **opened;
  if (const Status read = ReadSources(project, {}); !read.ok()) return Fail(read.error().message);
  const auto pipeline = Choose(DeclaredPipelines(project), name);
  if (!pipeline.ok()) return Fail(pipeline.error().message);
  const compile::Compiled compiled = CompileProject(project, false);
  if (PrintProblems(project, UseColor(globals, STDERR_FILENO))) return kNo;
  const auto& pipelines = compiled.program.pipelines;
  std::string path;
  for (size_t i = 0; i < pipelines.size(); ++i)
    if (const auto& one = pipelines[model::PipelineId{static_cast<int32_t>(i)}]; one.id == pipeline->name)
      path = one.path;
  const auto written = project.files->Read(path);
  if (!written.ok() || *written != compiled.outputs.at(path))
    return Fail(fmt::format("`{}` is not what the sources say: run `sluice build` first", path));
  if (const int code = TakeOut(project, *pipeline, globals); code != kOk) return code;
  const std::string yaml = written->substr(written->find('\n') + 1);
  if (const Status kept = project.files->Write(path, yaml); !kept.ok()) return Fail(kept.error().message);
  if (!globals.quiet) fmt::print("{} is yours now; `{}` is gone from {}\n", path, pipeline->name, pipeline->file);
  return kOk;
}

}  // namespace

void AddEject(CLI::App& app, Invocation& invocation) {
  CLI::App* command = app.add_subcommand("eject", "Keep the YAML of a pipeline and forget its source");
  auto name = std::make_shared<std::string>();
  command->add_option("NAME", *name, "The pipeline; not needed when there is one");
  command->footer("Example: sluice eject ci");
  command->callback(
      [name, &invocation] { invocation.action = [name, &invocation] { return RunEject(*name, invocation.globals); }; });
}

}  // namespace sluice::cli
