// Any text as a project: parse, check, lower and emit. What is printed must be an error or a workflow that GitHub would
// read, the same each time, and the same after formatting.
//
// The input is the root file; a line `=== PATH` begins another file of the project (`sluice.toml` and `sluice.lock` too).
#include <cstdint>
#include <string>
#include <string_view>

#include "compiler/base/check.h"
#include "compiler/format/format.h"
#include "compiler/load/load.h"
#include "tests/unit/compile/compile_text.h"

namespace {

using namespace sluice;
using compile::Compilation;
using compile::Files;

constexpr std::string_view kNextFile = "\n=== ";
constexpr std::string_view kRoot = "ci.pipe";

Files SplitFiles(std::string_view input) {
  Files files;
  std::string path(kRoot);
  while (true) {
    const size_t end = input.find(kNextFile);
    files.emplace(path, input.substr(0, end == std::string_view::npos ? end : end + 1));
    if (end == std::string_view::npos) break;
    input.remove_prefix(end + kNextFile.size());
    const size_t line = std::min(input.find('\n'), input.size());
    path = input.substr(0, line);
    input.remove_prefix(std::min(line + 1, input.size()));
  }
  files.emplace("sluice.lock", compile::SmallLock());
  return files;
}

bool HasError(const std::string& messages) {
  return messages.starts_with("error[") || messages.find("\nerror[") != std::string::npos;
}

// The verifier and the hunt for holes are the last line of defence: what they stop, the checker should have explained.
void CheckExplained(const std::string& messages, std::string_view input) {
  constexpr std::string_view kExcuse = "Sluice should have said more";
  if (input.find(kExcuse) != std::string_view::npos) return;
  SLUICE_CHECK(messages.find(kExcuse) == std::string::npos, "a mistake without an explanation: " + messages);
}

// Our loader takes what GitHub's parser takes (docs/decisions/0020).
void CheckLoads(const std::string& path, const std::string& workflow) {
  source::SourceMap sources;
  model::Program program;
  diagnostics::Sink sink;
  const auto loaded = load::LoadWorkflow(sources, sources.Add(path, workflow), program, sink);
  SLUICE_CHECK(loaded.has_value(),
               sink.all().empty() ? "not read" : sink.all().front().message + " in what was emitted:\n" + workflow);
}

// The same project with its root formatted; nothing when that has syntax errors.
std::optional<Files> Formatted(Files files) {
  source::SourceMap sources;
  diagnostics::Sink sink;
  std::string& root = files.at(std::string(kRoot));
  auto text = format::Format(sources, sources.Add(std::string(kRoot), root), sink);
  if (!text) return std::nullopt;
  root = *std::move(text);
  return files;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > 4096) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const Files files = SplitFiles(input);
  const Compilation first = compile::CompileText(files);
  CheckExplained(first.messages, input);
  SLUICE_CHECK(!HasError(first.messages) || first.outputs.empty(), "with an error nothing is written");
  const Compilation second = compile::CompileText(files);
  SLUICE_CHECK(first.messages == second.messages && first.outputs == second.outputs, "two builds differ");
  for (const auto& [path, workflow] : first.outputs) CheckLoads(path, workflow);
  if (first.outputs.empty()) return 0;
  const auto formatted = Formatted(files);
  SLUICE_CHECK(formatted.has_value(), "a program without errors is not formatted");
  SLUICE_CHECK(compile::CompileText(*formatted).outputs == first.outputs, "formatting changed the workflow");
  return 0;
}
