#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "cli/command.h"
#include "cli/subcommands.h"
#include "compiler/base/file_system.h"
#include "compiler/diagnostics/render_text.h"
#include "compiler/format/format.h"
#include "compiler/syntax/dump.h"
#include "compiler/syntax/parse.h"

namespace sluice::cli {
namespace {

struct FmtOptions {
  std::vector<std::string> paths;
  std::string stdin_name = "standard input";
  bool check = false;
};

// The .pipe files below a folder, sorted; hidden folders are left out.
void AddFolder(const FileSystem& files, const std::string& folder, std::vector<std::string>& out) {
  auto names = files.List(folder.empty() ? "." : folder);
  if (!names.ok()) return;
  for (const std::string& name : *names) {
    if (name.starts_with('.')) continue;
    const std::string path = folder.empty() ? name : JoinPath(folder, name);
    if (files.IsFolder(path)) AddFolder(files, path, out);
    else if (name.ends_with(".pipe") && files.IsFile(path)) out.push_back(path);
  }
}

// Files as given, folders with everything below; without any, the sources of a project without sluice.toml.
bool FindSources(const FileSystem& files, const std::vector<std::string>& paths, std::vector<std::string>& out) {
  for (const std::string& path : paths) {
    if (path == "-" || files.IsFile(path)) out.push_back(path);
    else if (files.IsFolder(path)) AddFolder(files, path, out);
    else return Fail(fmt::format("there is no file or folder `{}`", path)), false;
  }
  if (!paths.empty()) return true;
  if (auto names = files.List("."); names.ok()) {
    for (const std::string& name : *names)
      if (name.ends_with(".pipe") && files.IsFile(name)) out.push_back(name);
  }
  if (files.IsFolder("pipelines")) AddFolder(files, "pipelines", out);
  return true;
}

std::string Meaning(const std::string& name, const std::string& text) {
  source::SourceMap sources;
  diagnostics::Sink sink;
  return syntax::Dump(syntax::Parse(sources, sources.Add(name, text), sink));
}

class Formatter {
 public:
  Formatter(const FmtOptions& options, const Globals& globals)
      : options_(options), globals_(globals), files_(MakeRealFileSystem("")) {}

  int Run() {
    std::vector<std::string> paths;
    if (!FindSources(*files_, options_.paths, paths)) return kCannot;
    if (paths.empty()) return Fail("there are no .pipe files here: name files or folders");
    int result = kOk;
    for (const std::string& path : paths) result = std::max(result, One(path));
    if (options_.check && differing_ > 0 && !globals_.quiet)
      fmt::print(stderr, "{} of {} {} not formatted: `sluice fmt` mends that\n", differing_, paths.size(), differing_ == 1 ? "is" : "are");
    return result;
  }

 private:
  int One(const std::string& path) {
    std::string text;
    if (!ReadInput(path, text)) return kCannot;
    const bool piped = path == "-";
    const std::string name = piped ? options_.stdin_name : path;
    source::SourceMap sources;
    diagnostics::Sink sink;
    const auto formatted = format::Format(sources, sources.Add(name, text), sink);
    if (!formatted) {
      diagnostics::Sort(sink.all(), sources);
      fmt::print(stderr, "{}{}\n", diagnostics::RenderText(sink.all(), sources, UseColor(globals_, STDERR_FILENO)),
                 diagnostics::RenderCount(sink.all()));
      return kNo;
    }
    if (*formatted != text && Meaning(name, *formatted) != Meaning(name, text))
      return Fail(fmt::format("`{}` would change its meaning: this is a bug of sluice, the file is left as it is", name));
    return piped ? WritePiped(name, text, *formatted) : WriteFile(path, text, *formatted);
  }

  int WritePiped(const std::string& name, const std::string& text, const std::string& formatted) {
    if (options_.check) return Differs(name, text != formatted);
    return std::fwrite(formatted.data(), 1, formatted.size(), stdout) == formatted.size() ? kOk : Fail("cannot write to standard output");
  }

  int WriteFile(const std::string& path, const std::string& text, const std::string& formatted) {
    if (options_.check || text == formatted) return Differs(path, text != formatted);
    if (const Status written = files_->Write(path, formatted); !written.ok()) return Fail(written.error().message);
    if (!globals_.quiet) fmt::print(stderr, "formatted {}\n", path);
    return kOk;
  }

  int Differs(const std::string& name, bool differs) {
    if (!differs) return kOk;
    ++differing_;
    fmt::print("{}\n", name);
    return kNo;
  }

  const FmtOptions& options_;
  const Globals& globals_;
  std::unique_ptr<FileSystem> files_;
  size_t differing_ = 0;
};

}  // namespace

void AddFmt(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<FmtOptions>();
  CLI::App* command = app.add_subcommand("fmt", "Format .pipe files in place");
  command->add_option("PATH", options->paths, "Files and folders; - formats standard input to standard output");
  command->add_flag("--check", options->check, "Write nothing; print the files that are not formatted");
  command->add_option("--stdin-name", options->stdin_name, "What messages call standard input")->type_name("FILE");
  command->footer("Example:\n  sluice fmt --check ci.pipe pipelines");
  command->callback(
      [&invocation, options] { invocation.action = [&invocation, options] { return Formatter(*options, invocation.globals).Run(); }; });
}

}  // namespace sluice::cli
