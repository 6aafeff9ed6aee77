#include "cli/mend.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "compiler/diagnostics/apply_fixes.h"
#include "compiler/format/format.h"

namespace sluice::cli {
namespace {

// A fix may open the way for another one; more rounds than this would be two fixes that undo each other.
constexpr int kRounds = 10;

ptrdiff_t Errors(const Project& project) {
  return std::ranges::count(project.sink.all(), diagnostics::Severity::Error, &diagnostics::Diagnostic::severity);
}

using Texts = std::map<std::string, std::string>;

Status WriteAll(FileSystem& files, const Texts& texts) {
  for (const auto& [path, text] : texts) SLUICE_RETURN_IF_ERROR(files.Write(path, text));
  return {};
}

std::string Formatted(const std::string& text) {
  source::SourceMap sources;
  diagnostics::Sink sink;
  return format::Format(sources, sources.Add("text", text), sink).value_or(text);
}

// A file that was formatted is so afterwards.
void KeepFormatted(const std::string& old, std::string& text) {
  if (Formatted(old) == old) text = Formatted(text);
}

// The fixes of this state of the project, in files below its root.
diagnostics::Fixed FixesOf(Project& project, bool unsafe) {
  diagnostics::Sort(project.sink.all(), project.sources);
  auto fixed = diagnostics::ApplyFixes(project.sink.all(), project.sources, unsafe);
  std::erase_if(fixed.files, [&](const auto& file) { return !project.files->IsFile(file.first); });
  for (auto& [path, text] : fixed.files)
    if (const auto old = project.files->Read(path); old.ok() && path.ends_with(".pipe")) KeepFormatted(*old, text);
  return fixed;
}

}  // namespace

Result<Mended> Mend(const Inspect& inspect, bool unsafe) {
  Mended mended;
  SLUICE_ASSIGN(std::unique_ptr<Project> before, inspect());
  for (int round = 0; round < kRounds; ++round) {
    const diagnostics::Fixed fixed = FixesOf(*before, unsafe);
    if (fixed.files.empty()) break;
    Texts old;
    for (const auto& [path, text] : fixed.files) {
      SLUICE_ASSIGN(old[path], before->files->Read(path));
    }
    SLUICE_RETURN_IF_ERROR(WriteAll(*before->files, fixed.files));
    SLUICE_ASSIGN(std::unique_ptr<Project> after, inspect());
    if (Errors(*after) > Errors(*before)) {
      SLUICE_RETURN_IF_ERROR(WriteAll(*before->files, old));
      break;
    }
    mended.fixes += fixed.fixes;
    for (const auto& [path, text] : fixed.files) mended.files.insert(path);
    before = std::move(after);
  }
  return mended;
}

}  // namespace sluice::cli
