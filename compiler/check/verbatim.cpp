// `verbatim "legacy.yml"`: a workflow that people wrote stays as it is, and jobs call it by its name.
#include "compiler/check/verbatim.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/base/text.h"
#include "compiler/check/check.h"
#include "compiler/check/uses_target.h"

namespace sluice::check {
namespace {

// A name alone is one in the folder of the workflows.
std::string PathOf(const std::string& written, const std::string& out) {
  return NormalizePath(written.find('/') == std::string::npos ? out + "/" + written : written);
}

std::string NameOf(const std::string& path) {
  const std::string file = path.substr(path.rfind('/') + 1);
  return file.substr(0, file.rfind('.'));
}

// Why the file is none that can be carried, or "".
std::string WhyNot(const std::string& path, const Session& session) {
  const std::string& out = session.project.out;
  const bool yaml = path.ends_with(".yml") || path.ends_with(".yaml");
  if (!yaml || path.substr(0, path.rfind('/')) != out)
    return fmt::format("GitHub reads workflows as `{}/NAME.yml`", out);
  return session.readers.workflow ? session.readers.workflow(path) : "";
}

}  // namespace

std::vector<std::string> VerbatimWorkflows(const Ast& ast, const std::string& out) {
  std::vector<std::string> paths;
  for (const ItemId id : ast.items)
    if (const auto* decl = ast.As<syntax::VerbatimDecl>(id))
      if (const std::string written = PlainText(ast, decl->path); !written.empty())
        paths.push_back(PathOf(written, out));
  return paths;
}

void ReadVerbatims(Session& session) {
  for (const FileScope& file : session.names.files)
    for (const ItemId id : file.ast->items) {
      const Ast& ast = *file.ast;
      const auto* decl = ast.As<syntax::VerbatimDecl>(id);
      if (decl == nullptr || ast[id].damaged || !decl->path.valid()) continue;
      Reporter::Item item(session.report, &ast[id]);
      const Span at = ast[decl->path].span;
      const std::string written = PlainText(ast, decl->path);
      if (written.empty()) {
        session.report.Add(Build(Code::P0207, at, "`verbatim` names a file", "not the name of one")
                               .Say("Write   verbatim \"legacy.yml\""));
        continue;
      }
      const std::string path = PathOf(written, session.project.out), name = NameOf(path);
      if (const std::string why = WhyNot(path, session); !why.empty()) {
        session.report.Add(Build(Code::P0207, at, fmt::format("`{}` cannot be carried", path), why));
        continue;
      }
      auto& all = session.names.verbatims;
      if (const auto other = std::ranges::find(all, path, &VerbatimEntry::path); other != all.end()) {
        session.report.Add(Build(Code::P0205, at, fmt::format("`{}` is carried twice", path), "the second one")
                               .Also(other->at, "the first one")
                               .Say("Remove one of them."));
        continue;
      }
      for (const PipelineScope& pipeline : session.names.pipelines)
        if (path == fmt::format("{}/{}.yml", session.project.out, pipeline.name.text))
          session.report.Add(Build(Code::P1004, at, fmt::format("a pipeline would be written to `{}`", path),
                                   "the file that is carried")
                                 .Also(pipeline.name.span, "this pipeline")
                                 .Say("Give the pipeline another name, or let it take the file's place."));
      all.push_back({name, path, at});
    }
}

}  // namespace sluice::check
