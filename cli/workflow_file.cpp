#include "cli/workflow_file.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "compiler/diagnostics/render_text.h"
#include "compiler/emit/github/files.h"
#include "compiler/load/load.h"

namespace sluice::cli {

bool IsWorkflowFile(const std::string& path) { return path.ends_with(".yml") || path.ends_with(".yaml"); }

std::optional<model::Program> ReadWorkflowFile(const std::string& path, const Globals& globals, int& exit_code) {
  exit_code = kCannot;
  std::string text;
  if (!ReadInput(path, text)) return std::nullopt;
  source::SourceMap sources;
  const source::FileId file = sources.Add(path, std::move(text));
  model::Program program;
  diagnostics::Sink sink;
  const auto pipeline = load::LoadWorkflow(sources, file, program, sink);
  diagnostics::Sort(sink.all(), sources);
  fmt::print(stderr, "{}", diagnostics::RenderText(sink.all(), sources, UseColor(globals, STDERR_FILENO)));
  exit_code = pipeline ? kOk : kNo;
  if (!pipeline) return std::nullopt;
  return program;
}

std::optional<model::Program> ReadGraphFile(const std::string& path) {
  std::string text;
  if (!ReadInput(path, text)) return std::nullopt;
  auto program = emit::ReadGraph(text);
  if (program.ok()) return std::move(*program);
  Fail(fmt::format("{}: {}", path == "-" ? "standard input" : path, program.error().message));
  return std::nullopt;
}

}  // namespace sluice::cli
