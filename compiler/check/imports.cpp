#include "compiler/check/imports.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "compiler/base/file_system.h"
#include "compiler/base/text.h"
#include "compiler/check/check.h"
#include "compiler/check/suggest.h"
#include "compiler/standard/standard.h"
#include "compiler/types/contexts.h"

namespace sluice::check {
namespace {

FileScope* FindFile(ProjectScope& names, std::string_view path) {
  for (FileScope& file : names.files)
    if (file.path == path) return &file;
  return nullptr;
}

// "names.pipe" -> "names".
std::string StemOf(std::string_view path) {
  const size_t slash = path.rfind('/');
  std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
  std::string stem;
  for (char c : name.substr(0, name.find('.'))) stem += IsAsciiAlnum(c) || c == '-' || c == '_' ? c : '_';
  return stem;
}

// The constant text behind `import`, or nothing.
std::optional<std::string> WrittenPath(const Ast& ast, const syntax::ImportDecl& decl) {
  const syntax::Expr& path = ast[decl.path];
  if (path.kind != syntax::ExprKind::String) return std::nullopt;
  std::string text;
  for (const syntax::StringPart& part : path.parts) {
    if (part.placeholder.valid()) return std::nullopt;
    text += part.text;
  }
  return text;
}

void Bind(FileScope& file, const syntax::Name& name, Imported imported, Reporter& report) {
  if (types::IsContextName(name.text))
    report.Add(
        Build(Code::P0213, name.span, fmt::format("`{}` is the name of a context", name.text),
              "an import cannot take it")
            .Say("Any other name will do. Only parameters and axes may be called like a context (`inputs.env`)."));
  Span other;
  if (auto let = file.lets.find(name.text); let != file.lets.end()) other = let->second->name.span;
  if (auto it = file.imports.find(name.text); it != file.imports.end()) other = it->second.at;
  if (other.valid()) {
    report.Add(Build(Code::P0205, name.span, fmt::format("`{}` is declared twice", name.text), "the second one")
                   .Also(other, "the first one")
                   .Say("Give one of them another name:   import ... as NAME"));
    return;
  }
  file.imports[name.text] = std::move(imported);
}

bool IsEnvironmentOf(const ProjectScope& names, const FileScope& file, std::string_view name) {
  const EnvironmentEntry* environment = names.FindEnvironment(name);
  return environment != nullptr && environment->file == &file && environment->name == name;
}

void ResolveNames(FileScope& file, FileScope& target, const syntax::ImportDecl& decl, const ProjectScope& names,
                  Reporter& report) {
  for (const syntax::Name& name : decl.names) {
    const bool known = target.Declares(name.text) || IsEnvironmentOf(names, target, name.text);
    const bool hidden = name.text.starts_with('_');
    if (!known || hidden) {
      const std::vector<std::string> exported = target.Exported();
      Build report_one(Code::P0207, name.span, fmt::format("`{}` declares no `{}`", target.path, name.text));
      Suggest(report_one, name.text, name.span, exported,
              hidden && known ? "names that start with `_` stay in their file" : "not there");
      report.Add(std::move(report_one));
      file.imports[name.text] = {nullptr, name.text, name.span};
      continue;
    }
    Bind(file, name, {&target, name.text, name.span}, report);
  }
}

// Its names are known, nothing else: reading them is no second mistake.
void BindUnknown(FileScope& file, const syntax::ImportDecl& decl) {
  for (const syntax::Name& name : decl.names) file.imports[name.text] = {nullptr, name.text, name.span};
  if (decl.alias)
    file.imports[decl.alias->text] = {nullptr, "*", decl.alias->span};
  else if (decl.names.empty() && !decl.package.name.empty())
    file.imports[decl.package.name.back().text] = {nullptr, "*", decl.package.name.back().span};
}

Span SpanOf(const FileScope& file, const syntax::ImportDecl& decl) {
  return decl.path.valid() ? (*file.ast)[decl.path].span : decl.package.span;
}

void ReportMissing(const std::string& path, Span at, Reporter& report) {
  if (!standard::IsModuleName(path)) {
    report.Add(Build(Code::P0207, at, fmt::format("there is no file `{}`", path),
                     "the path counts from the folder of this file"));
    return;
  }
  if (standard::IsPlannedModule(path)) {
    report.Add(Build(Code::P0115, at, fmt::format("`{}` is not supported yet", path), "a later version has it"));
    return;
  }
  Build missing(Code::P0207, at, fmt::format("the standard library has no `{}`", path));
  const std::vector<std::string> modules = standard::ModuleNames();
  Suggest(missing, path, at, modules, "not one of its modules");
  missing.Say(fmt::format("Its modules: {}.", JoinNames(modules)));
  report.Add(std::move(missing));
}

void ResolveImport(FileScope& file, const syntax::ImportDecl& decl, ProjectScope& names, Reporter& report) {
  const auto path = ImportedFile(file.path, *file.ast, decl);
  if (!path) return BindUnknown(file, decl);  // a package of a later version
  const Span at = SpanOf(file, decl);
  const bool module = standard::IsModuleName(*path);
  FileScope* target = FindFile(names, *path);
  if (target == nullptr) {
    ReportMissing(*path, at, report);
    BindUnknown(file, decl);
    return;
  }
  file.imported_files.push_back(target);
  if (module && decl.names.empty() && !decl.alias) {  // `import std.services` binds `services`
    const syntax::Name& last = decl.package.name.back();
    return Bind(file, last, {target, "", last.span}, report);
  }
  if (decl.names.empty() && !decl.alias) {
    const std::string stem = StemOf(*path), written = *WrittenPath(*file.ast, decl);
    report.Add(Build(Code::P0207, at, "this import binds no name", "the file is read, and nothing of it can be used")
                   .Say(fmt::format("Name what you need:   import {{ NAME }} from \"{}\"", written))
                   .Say(fmt::format("Or name the file:   import \"{}\" as {}", written, stem),
                        Replace(Span{at.end, at.end}, " as " + stem, "name the file")));
    return;
  }
  if (decl.alias) Bind(file, *decl.alias, {target, "", decl.alias->span}, report);
  ResolveNames(file, *target, decl, names, report);
}

// Reports the first import of `file` that leads back to it.
bool LeadsTo(const FileScope& from, const FileScope& goal, std::set<const FileScope*>& seen) {
  if (&from == &goal) return true;
  if (!seen.insert(&from).second) return false;
  return std::ranges::any_of(from.imported_files, [&](const FileScope* next) { return LeadsTo(*next, goal, seen); });
}

void FindCircle(const FileScope& file, ProjectScope& names, Reporter& report) {
  for (ItemId id : file.ast->items) {
    const auto* decl = file.ast->As<syntax::ImportDecl>(id);
    if (decl == nullptr) continue;
    const auto path = ImportedFile(file.path, *file.ast, *decl);
    const FileScope* target = path ? FindFile(names, *path) : nullptr;
    std::set<const FileScope*> seen;
    if (target == nullptr || !LeadsTo(*target, file, seen)) continue;
    Reporter::Item item(report, &(*file.ast)[id], (*file.ast)[id].damaged);
    report.Add(Build(Code::P0207, SpanOf(file, *decl), "these files import each other",
                     target == &file ? std::string("this file itself")
                                     : fmt::format("`{}` reads this file again", target->path))
                   .Say("Move what both need to a third file."));
  }
}

}  // namespace

std::optional<std::string> ImportedFile(const std::string& file, const Ast& ast, const syntax::ImportDecl& decl) {
  if (!decl.path.valid()) {
    std::string name;
    for (const syntax::Name& part : decl.package.name) name += (name.empty() ? "" : ".") + part.text;
    return standard::IsModuleName(name) ? std::optional(name) : std::nullopt;
  }
  const auto written = WrittenPath(ast, decl);
  if (!written) return std::nullopt;
  const std::string& text = *written;
  const size_t slash = file.rfind('/');
  const std::string folder = slash == std::string::npos ? "" : file.substr(0, slash);
  return NormalizePath(folder.empty() ? text : JoinPath(folder, text));
}

void ResolveImports(ProjectScope& names, Reporter& report) {
  for (FileScope& file : names.files)
    for (ItemId id : file.ast->items)
      if (const auto* decl = file.ast->As<syntax::ImportDecl>(id)) {
        Reporter::Item item(report, &(*file.ast)[id], (*file.ast)[id].damaged);
        ResolveImport(file, *decl, names, report);
      }
  for (const FileScope& file : names.files) FindCircle(file, names, report);
}

std::vector<std::string> ReachedFiles(const FileScope& file) {
  std::set<const FileScope*> seen;
  std::vector<const FileScope*> todo{&file};
  std::set<std::string> paths;
  while (!todo.empty()) {
    const FileScope* next = todo.back();
    todo.pop_back();
    if (!seen.insert(next).second) continue;
    if (next != &file && !standard::IsModuleName(next->path)) paths.insert(next->path);
    todo.insert(todo.end(), next->imported_files.begin(), next->imported_files.end());
  }
  std::vector<std::string> all{file.path};
  all.insert(all.end(), paths.begin(), paths.end());
  return all;
}

}  // namespace sluice::check
