#include "tests/unit/compile/compile_text.h"

#include <algorithm>
#include <deque>

#include "compiler/base/file_system.h"
#include "compiler/compile.h"
#include "compiler/diagnostics/render_text.h"
#include "compiler/emit/github/files.h"
#include "compiler/standard/standard.h"
#include "compiler/syntax/parse.h"

namespace sluice::compile {

Compilation CompileText(const Files& files, const std::string& source) {
  source::SourceMap sources;
  diagnostics::Sink sink;
  catalogue::Project project;
  catalogue::Lock lock;
  lock.path = "sluice.lock";
  if (auto toml = files.find("sluice.toml"); toml != files.end())
    project = catalogue::ReadProject(sources, sources.Add("sluice.toml", toml->second), sink);
  if (auto text = files.find("sluice.lock"); text != files.end())
    lock = catalogue::ReadLock(sources, sources.Add("sluice.lock", text->second), sink);
  std::deque<syntax::Ast> trees;
  std::vector<Source> roots;
  auto parse = [&](const std::string& path, bool root) {
    trees.push_back(syntax::Parse(sources, sources.Add(path, files.at(path)), sink));
    return Source{path, &trees.back(), root};
  };
  for (const auto& [path, text] : files)
    if (path.ends_with(".pipe") && (source.empty() ? path.find('/') == std::string::npos : path == source))
      roots.push_back(parse(path, true));
  auto import = [&](const std::string& path, std::vector<Source>& into) {
    for (const Source& known : into)
      if (known.path == path) return true;
    if (const auto module = standard::FindModule(path)) {
      trees.push_back(syntax::Parse(sources, sources.Add(path, std::string(*module)), sink));
      into.push_back({path, &trees.back(), false});
      return true;
    }
    if (!files.contains(path)) return false;
    into.push_back(parse(path, false));
    return true;
  };
  MemoryFileSystem project_files;
  for (const auto& [path, text] : files) (void)project_files.Write(path, text);
  Compiled compiled = Compile({sources, project, lock, roots, import, &project_files}, false, sink);
  Compilation result{diagnostics::RenderText(sink.all(), sources), std::move(compiled.outputs), {}, 0};
  result.errors = static_cast<size_t>(std::ranges::count_if(
      sink.all(), [](const diagnostics::Diagnostic& d) { return d.severity == diagnostics::Severity::Error; }));
  for (emit::EmittedFile& file : emit::EmitFiles(compiled.program)) result.good[file.path] = std::move(file.content);
  return result;
}

std::string SmallLock() {
  return R"(version = 1

[[action]]
uses = "actions/checkout"
ref = "v7"
sha = "3d3c42e5aac5ba805825da76410c181273ba90b1"
version = "v7.0.1"
using = "node24"
permissions = { contents = "read" }
outputs = ["commit", "ref"]

[action.inputs]
fetch-depth = "number"
persist-credentials = "bool"
ref = "string"
sparse-checkout = "lines"

[[action]]
uses = "actions/download-artifact"
ref = "v8"
sha = "3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c"
version = "v8.0.1"
using = "node24"
permissions = {}
outputs = ["download-path"]

[action.inputs]
name = "string"

[[action]]
uses = "actions/upload-artifact"
ref = "v7"
sha = "bbbca2ddaa5d8feaa63e36b76fdaad77386f024f"
version = "v7.0.0"
using = "node24"
permissions = {}
outputs = ["artifact-id"]

[action.inputs]
name = "string"
path = "lines!"
)";
}

}  // namespace sluice::compile
