// Any bytes as a workflow file: load, verify, emit, and read what was emitted again. What is wrong is said at a place in
// the file.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "compiler/diagnostics/render_text.h"
#include "compiler/emit/github/workflow.h"
#include "compiler/load/load.h"
#include "compiler/model/json.h"
#include "compiler/model/verify.h"

namespace {

using namespace sluice;

std::optional<std::string> LoadAndEmit(const std::string& text) {
  source::SourceMap sources;
  model::Program program;
  diagnostics::Sink sink;
  const source::FileId file = sources.Add("w.yml", text);
  const auto pipeline = load::LoadWorkflow(sources, file, program, sink);
  if (pipeline.has_value() == sink.has_errors()) std::abort();
  for (const diagnostics::Diagnostic& problem : sink.all())
    if (!sources.WholeFile(file).contains(problem.primary.at)) std::abort();
  diagnostics::Sort(sink.all(), sources);
  if (diagnostics::RenderText(sink.all(), sources).empty() != sink.all().empty()) std::abort();
  if (!pipeline) return std::nullopt;
  if (!model::Verify(program).empty()) std::abort();
  const auto again = model::FromJson(model::ToJson(program));
  const std::string emitted = emit::EmitWorkflow(program, *pipeline);
  if (!again.ok() || emit::EmitWorkflow(*again, *pipeline) != emitted) std::abort();
  return emitted;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto emitted = LoadAndEmit(std::string(reinterpret_cast<const char*>(data), size));
  // What is emitted is loaded again, and emitting that changes nothing. Only aliases can make it larger than the files
  // that GitHub reads: they are written out.
  constexpr size_t kLargestFile = 1 << 20;
  if (emitted && emitted->size() <= kLargestFile && LoadAndEmit(*emitted) != emitted) std::abort();
  return 0;
}
