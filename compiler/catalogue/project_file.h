#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/source/source_map.h"

// What sluice.toml says (language.md 2.14a). Every key is optional; a Project made without a file holds the defaults.
namespace sluice::catalogue {

// A runner of one's own, or an image for local runs of a GitHub label (then os and arch are GitHub's).
struct OwnRunner {
  std::string label;
  std::string os;     // linux, windows, macos
  std::string arch;   // x64, arm64, x86, arm
  std::string image;  // stands for it in local runs; empty: none
  std::vector<std::string> tools;
  bool ephemeral = false;
  std::string network;  // "internal" or empty
  source::Span span;
};

struct Project {
  std::string path;  // as shown: "sluice.toml"; empty without a file

  // [project]
  std::optional<std::string> version;  // of Sluice: the only one that may write
  source::Span version_span;
  std::string name;
  std::vector<std::string> sources = {"*.pipe", "pipelines/**/*.pipe"};
  std::string out = ".github/workflows";
  std::vector<std::string> targets = {"github"};

  // [github]
  std::string server = "github.com";
  std::string default_runner = "ubuntu-latest";
  bool required = false;              // a gate for every pipeline on pull_request that has none
  int64_t default_timeout = 0;        // minutes, of jobs that set none; 0: GitHub's six hours
  bool cancel_pull_requests = false;  // pipelines on pull_request without `concurrency`: the newest push cancels

  // [runners]
  std::vector<OwnRunner> runners;

  // [run]: defaults of the flags of `sluice run`
  std::string engine = "auto";
  bool network = false;
  std::string env_file = ".env.sluice";

  // [lock]: where `sluice lock` looks besides the catalogue
  std::vector<std::string> mirrors;  // folders or URLs that hold owner/repo[.git], or owner/repo=PLACE
  bool lock_network = true;
  int64_t lock_timeout = 20;  // seconds that a server may take to answer

  // [lint]
  std::vector<diagnostics::Code> deny;   // warnings that are errors
  std::vector<diagnostics::Code> allow;  // warnings that are off

  // Without case, as GitHub compares labels.
  const OwnRunner* FindRunner(std::string_view label) const;
};

// Reads sluice.toml. Each mistake is a P1002 with its place; what is wrong keeps its default.
Project ReadProject(const source::SourceMap& sources, source::FileId file, diagnostics::Sink& sink);

// P1001 when the project names another version of Sluice than `running`: such a binary checks but must not write.
std::optional<diagnostics::Diagnostic> CheckVersion(const Project& project, std::string_view running);

// Applies [lint] to what was found: allowed warnings go, denied ones become errors. `deny_all`: --deny warnings.
void ApplyLint(const Project& project, bool deny_all, std::vector<diagnostics::Diagnostic>& diagnostics);

}  // namespace sluice::catalogue
