#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/project.h"
#include "cli/subcommands.h"
#include "compiler/base/file_system.h"
#include "compiler/diagnostics/render_text.h"
#include "compiler/format/format.h"
#include "compiler/format/if_blocks.h"
#include "compiler/syntax/dump.h"
#include "compiler/syntax/parse.h"

namespace sluice::cli {
namespace {

struct FmtOptions {
  std::vector<std::string> paths;
  std::string stdin_name = "standard input";
  bool check = false;
};

std::string Meaning(const std::string& name, const std::string& text) {
  source::SourceMap sources;
  diagnostics::Sink sink;
  return syntax::Dump(syntax::Parse(sources, sources.Add(name, text), sink));
}

class Formatter {
 public:
  Formatter(const FmtOptions& options, const Globals& globals) : options_(options), globals_(globals) {}

  int Run() {
    if (std::ranges::find(options_.paths, "-") != options_.paths.end()) {
      if (options_.paths.size() > 1) return Fail("`-` stands alone: standard input is one file");
      std::string text;
      return ReadInput("-", text) ? Summary(Piped(text), 1) : kCannot;
    }
    auto project = OpenProject();
    if (!project.ok()) return Fail(project.error().message);
    const auto paths = FindSources(**project, options_.paths);
    if (!paths.ok()) return Fail(paths.error().message);
    int result = kOk;
    for (const std::string& path : *paths) result = std::max(result, OnDisk(*(*project)->files, path));
    return Summary(result, paths->size());
  }

 private:
  int Summary(int result, size_t count) const {
    if (options_.check && differing_ > 0 && !globals_.quiet)
      fmt::print(stderr, "{} of {} {} not formatted: `sluice fmt` mends that\n", differing_, count,
                 differing_ == 1 ? "is" : "are");
    return result;
  }

  // The formatted text, or the exit code when there is none.
  std::optional<std::string> Formatted(const std::string& name, const std::string& written, int& code) const {
    source::SourceMap sources;
    diagnostics::Sink sink;
    const std::string text = format::LiftConditions(written);
    auto formatted = format::Format(sources, sources.Add(name, text), sink);
    if (!formatted) {
      diagnostics::Sort(sink.all(), sources);
      fmt::print(stderr, "{}{}\n", diagnostics::RenderText(sink.all(), sources, UseColor(globals_, STDERR_FILENO)),
                 diagnostics::RenderCount(sink.all()));
      code = kNo;
    } else if (*formatted != text && Meaning(name, *formatted) != Meaning(name, text)) {
      code =
          Fail(fmt::format("`{}` would change its meaning: this is a bug of sluice, the file is left as it is", name));
      return std::nullopt;
    }
    return formatted;
  }

  int Piped(const std::string& text) {
    int code = kOk;
    const auto formatted = Formatted(options_.stdin_name, text, code);
    return formatted ? WritePiped(options_.stdin_name, text, *formatted) : code;
  }

  int OnDisk(FileSystem& files, const std::string& path) {
    const auto text = files.Read(path);
    if (!text.ok()) return Fail(text.error().message);
    int code = kOk;
    const auto formatted = Formatted(path, *text, code);
    return formatted ? WriteFile(files, path, *text, *formatted) : code;
  }

  int WritePiped(const std::string& name, const std::string& text, const std::string& formatted) {
    if (options_.check) return Differs(name, text != formatted);
    return std::fwrite(formatted.data(), 1, formatted.size(), stdout) == formatted.size()
               ? kOk
               : Fail("cannot write to standard output");
  }

  int WriteFile(FileSystem& files, const std::string& path, const std::string& text, const std::string& formatted) {
    if (options_.check || text == formatted) return Differs(path, text != formatted);
    if (const Status written = files.Write(path, formatted); !written.ok()) return Fail(written.error().message);
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
  command->callback([&invocation, options] {
    invocation.action = [&invocation, options] { return Formatter(*options, invocation.globals).Run(); };
  });
}

}  // namespace sluice::cli
