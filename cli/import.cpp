#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>
#include <set>

#include "cli/command.h"
#include "cli/project.h"
#include "cli/subcommands.h"
#include "compiler/catalogue/lock.h"
#include "compiler/diagnostics/render_text.h"
#include "compiler/import_checked.h"

namespace sluice::cli {
namespace {

struct ImportFlags {
  std::vector<std::string> files;
  std::string out;
  std::vector<std::string> lift;
  bool force = false;

  import::Lifts Lifts() const {
      const auto has = [&](const char* name){return std::ranges::find(lift, name) != lift.end() ||
                                                    std::ranges::find(lift, "all") != lift.end();
};
return {has("needs"), has("defaults"), has("ok"), has("if")};
}  // namespace
};  // namespace sluice::cli

// What became of the files, for the last line.
struct Counts {
  size_t files = 0, equal = 0, raw = 0, blocks = 0, refused = 0, open = 0;
};

std::string Plural(size_t n, std::string_view word) { return fmt::format("{} {}{}", n, word, n == 1 ? "" : "s"); }

// The name of the .pipe file for a workflow: that of its pipeline.
std::string PipeName(const std::string& text) {
  const size_t at = text.starts_with("pipeline ") ? 0 : text.find("\npipeline ") + 1;
  const size_t begin = at + std::string_view("pipeline ").size();
  return text.substr(begin, text.find_first_of(" ({", begin) - begin) + ".pipe";
}

class Importer {
 public:
  Importer(Project& project, const ImportFlags& flags, const Globals& globals)
      : project_(project), flags_(flags), globals_(globals) {}

  int Run() {
    bool unreadable = false;
    for (const std::string& path : flags_.files) unreadable = !One(path) || unreadable;
    if (!globals_.quiet) Summary();
    if (unreadable) return kCannot;
    return counts_.refused + counts_.open > 0 ? kNo : kOk;
  }

 private:
  // False when the file cannot be read or the result not be written.
  bool One(const std::string& path) {
    std::string text;
    if (!ReadInput(path, text)) return false;
    ++counts_.files;
    source::SourceMap sources;
    const source::FileId file = sources.Add(path == "-" ? "stdin.yml" : path, std::move(text));
    diagnostics::Sink sink;
    const auto judged =
        compile::ImportWorkflow(sources, file, project_.lock, project_.settings, flags_.Lifts(), declared_, sink);
    if (!judged) {
      ++counts_.refused;
      diagnostics::Sort(sink.all(), sources);
      fmt::print(stderr, "{}", diagnostics::RenderText(sink.all(), sources, UseColor(globals_, STDERR_FILENO)));
      fmt::print(stderr, "{}: refused, GitHub does not read it either\n", path);
      return true;
    }
    Report(path, *judged, sources);
    // Files of one project: the first that needs a secret declares it.
    if (!flags_.out.empty()) declared_.insert(judged->imported.declared.begin(), judged->imported.declared.end());
    return Write(path, *judged);
  }

  void Report(const std::string& path, const compile::CheckedImport& judged, const source::SourceMap& sources) {
    const import::Imported& imported = judged.imported;
    const bool equal = judged.differences.empty() && judged.errors.empty();
    if (equal)
      ++counts_.equal;
    else
      ++counts_.open;
    if (imported.raw_blocks > 0) ++counts_.raw;
    counts_.blocks += imported.raw_blocks;
    std::string raw = imported.raw_blocks == 0 ? "" : fmt::format(", {}", Plural(imported.raw_blocks, "raw block"));
    fmt::print(stderr, "{}: {}{}\n", path,
               equal                   ? "equal"
               : judged.errors.empty() ? "differs"
                                       : "does not compile",
               raw);
    if (globals_.quiet) return;
    for (const std::string& error : judged.errors) fmt::print(stderr, "  {}\n", error);
    for (const import::Difference& d : judged.differences)
      fmt::print(stderr, "  {}: the YAML says {}, the pipeline {}\n", d.path,
                 d.loaded.empty() ? "nothing" : "`" + d.loaded + "`",
                 d.lowered.empty() ? "nothing" : "`" + d.lowered + "`");
    for (const import::Concession& c : imported.concessions)
      fmt::print(stderr, "  line {}: {}{}\n", sources.Begin(c.at).line, What(c),
                 c.code.empty() ? "" : " (" + c.code + ")");
    for (const std::string& note : imported.notes) fmt::print(stderr, "  note: {}\n", note);
    for (const std::string& runner : judged.runners)
      fmt::print(stderr, "  note: add to [runners] of sluice.toml:  {} = {{ os = \"linux\", arch = \"x64\" }}\n",
                 runner);
    if (!judged.imported.pins.empty())
      fmt::print(stderr, "  note: {} by commit in the YAML: `sluice lock --from-yaml {}` keeps {}\n",
                 judged.imported.pins.size() == 1 ? "one action is pinned"
                                                  : fmt::format("{} actions are pinned", judged.imported.pins.size()),
                 path, judged.imported.pins.size() == 1 ? "it" : "them");
  }

  static std::string What(const import::Concession& c) {
    if (c.form == "raw") return "kept as raw YAML: " + c.message;
    if (c.form == "untyped") return "taken as GitHub takes it, unchecked: " + c.message;
    if (c.form == "paste") return "its values are pasted: " + c.message;
    if (c.form == "omitted") return "written as left out: " + c.message;
    if (c.form == "allow") return "allowed by a directive: " + c.message;
    return "given an empty default: " + c.message;
  }

  bool Write(const std::string& path, const compile::CheckedImport& judged) {
    const std::string& text = judged.imported.text;
    if (flags_.out.empty()) {
      if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size()) return true;
      Fail("cannot write to standard output");
      return false;
    }
    const auto files = MakeRealFileSystem("");
    const std::string target = JoinPath(flags_.out, PipeName(text));
    if (!written_.insert(target).second) {
      Fail(fmt::format("{}: another file was written to `{}` already: rename one of the two", path, target));
      return false;
    }
    const auto old = files->IsFile(target) ? files->Read(target) : Result<std::string>(Error{""});
    const bool foreign = files->IsFolder(target) || (old.ok() && *old != text);
    if (foreign && (!flags_.force || files->IsFolder(target))) {
      Fail(fmt::format("`{}` is there already: move it away, or overwrite it with --force", target));
      return false;
    }
    if (const Status written = files->Write(target, text); !written.ok()) {
      Fail(written.error().message);
      return false;
    }
    if (!globals_.quiet) fmt::print("{}\n", target);
    return true;
  }

  void Summary() const {
    std::string line = fmt::format("{}: {} equal, {} with raw ({}), {} refused", Plural(counts_.files, "file"),
                                   counts_.equal, counts_.raw, Plural(counts_.blocks, "block"), counts_.refused);
    if (counts_.open > 0) line += fmt::format(", {} not equal", counts_.open);
    fmt::print(stderr, "{}\n", line);
  }

  Project& project_;
  const ImportFlags& flags_;
  const Globals& globals_;
  Counts counts_;
  std::set<std::string> written_;
  std::set<std::string> declared_;
};

int RunImport(const ImportFlags& flags, const Globals& globals) {
  if (flags.files.size() > 1 && flags.out.empty())
    return Fail("several files need a folder: `sluice import --out pipelines FILE.yml…`");
  auto opened = OpenProject();
  if (!opened.ok()) return Fail(opened.error().message);
  return Importer(**opened, flags, globals).Run();
}

}  // namespace

void AddImport(CLI::App& app, Invocation& invocation) {
  auto flags = std::make_shared<ImportFlags>();
  CLI::App* command = app.add_subcommand("import", "Turn GitHub workflows into .pipe that means the same");
  command->add_option("FILE", flags->files, "Workflow files; - is standard input")->required();
  command->add_option("--out", flags->out, "Write NAME.pipe into this folder instead of printing")->type_name("DIR");
  command->add_option("--lift", flags->lift, "Write shorter what means the same: needs, defaults, ok, if, or all")
      ->delimiter(',')
      ->check(CLI::IsMember({"needs", "defaults", "ok", "if", "all"}))
      ->type_name("NAME,...");
  command->add_flag("--force", flags->force, "Overwrite files that are there already");
  command->footer("Example:\n  sluice import --out pipelines .github/workflows/*.yml");
  command->callback([flags, &invocation] {
    invocation.action = [flags, &invocation] { return RunImport(*flags, invocation.globals); };
  });
}

}  // namespace sluice::cli
