#include "compiler/catalogue/project_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "compiler/base/file_system.h"
#include "compiler/base/text.h"
#include "compiler/catalogue/runners.h"
#include "compiler/catalogue/table_reader.h"
#include "compiler/catalogue/toml.h"

namespace sluice::catalogue {
namespace {

using diagnostics::Code;
using diagnostics::Severity;
using toml::Entry;
using toml::Value;
using Names = std::vector<std::string_view>;

constexpr auto kOs = std::to_array<std::string_view>({"linux", "windows", "macos"});
constexpr auto kArch = std::to_array<std::string_view>({"x64", "arm64", "x86", "arm"});
constexpr auto kTargets = std::to_array<std::string_view>({"github", "kubernetes", "codebuild"});
constexpr auto kEngines = std::to_array<std::string_view>({"auto", "oci", "podman", "docker", "host"});
constexpr auto kSwitch = std::to_array<std::string_view>({"off", "on"});
constexpr auto kNetworks = std::to_array<std::string_view>({"internal"});

bool LeavesRoot(std::string_view path) {
  const std::string normal = NormalizePath(path);
  return normal.starts_with('/') || normal == ".." || normal.starts_with("../");
}

bool IsVersion(std::string_view text) {
  const auto parts = SplitString(text.substr(0, text.find_first_of("-+")), '.');
  return parts.size() == 3 && std::ranges::all_of(parts, [](std::string_view part) {
           return !part.empty() && std::ranges::all_of(part, IsAsciiDigit);
         });
}

// "30m" or "2h" in minutes; nothing when it is no such time or longer than a job may take (5 days, on a runner of one's own).
std::optional<int64_t> Minutes(std::string_view text) {
  if (text.size() < 2 || text.size() > 5 || (text.back() != 'm' && text.back() != 'h')) return std::nullopt;
  int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size() - 1, count);
  if (error != std::errc() || end != text.data() + text.size() - 1) return std::nullopt;
  if (text.back() == 'h') count *= 60;
  return count >= 1 && count <= 7200 ? std::optional(count) : std::nullopt;
}

class ProjectReader {
 public:
  ProjectReader(diagnostics::Sink& sink, Project& project) : report_(sink), project_(project) {}

  void Read(const Value& root) {
    report_.UnknownKeys(root, "sluice.toml", Names{"project", "github", "runners", "run", "lock", "lint"});
    if (const Value* table = report_.Get(root, "project", Value::Kind::Table)) ReadProjectTable(*table);
    if (const Value* table = report_.Get(root, "runners", Value::Kind::Table)) ReadRunners(*table);
    if (const Value* table = report_.Get(root, "github", Value::Kind::Table)) ReadGithub(*table);
    if (const Value* table = report_.Get(root, "run", Value::Kind::Table)) ReadRun(*table);
    if (const Value* table = report_.Get(root, "lock", Value::Kind::Table)) ReadLockTable(*table);
    if (const Value* table = report_.Get(root, "lint", Value::Kind::Table)) ReadLint(*table);
  }

 private:
  void ReadProjectTable(const Value& table) {
    report_.UnknownKeys(table, "[project]", Names{"version", "name", "sources", "out", "targets"});
    if (const Value* version = report_.Get(table, "version", Value::Kind::String)) {
      if (IsVersion(version->text)) {
        project_.version = version->text;
        project_.version_span = version->span;
      } else {
        report_.Bad(version->span, fmt::format("\"{}\" is no version of sluice", version->text),
                    "three numbers are expected, as in \"0.4.2\"");
      }
    }
    report_.Read(table, "name", project_.name);
    ReadPaths(table, "sources", project_.sources);
    if (const Value* out = report_.Get(table, "out", Value::Kind::String)) {
      if (out->text.empty() || LeavesRoot(out->text)) {
        report_.Bad(out->span, "`out` lies outside the project", "a folder below sluice.toml is expected");
      } else {
        project_.out = NormalizePath(out->text);
      }
    }
    for (const Value& target : report_.Strings(table, "targets"))
      if (std::ranges::find(kTargets, target.text) == kTargets.end())
        report_.Bad(target.span, fmt::format("I do not know a target called `{}`", target.text),
                    "known are: github, kubernetes, codebuild");
    report_.Read(table, "targets", project_.targets);
    std::erase_if(project_.targets,
                  [](const std::string& t) { return std::ranges::find(kTargets, t) == kTargets.end(); });
  }

  void ReadPaths(const Value& table, std::string_view key, std::vector<std::string>& target) {
    const std::vector<Value> items = report_.Strings(table, key);
    if (table.Find(key) == nullptr) return;
    std::vector<std::string> paths;
    for (const Value& item : items) {
      if (item.text.empty() || LeavesRoot(item.text)) {
        report_.Bad(item.span, fmt::format("`{}` lies outside the project", item.text),
                    "a pattern below sluice.toml is expected");
      } else {
        paths.push_back(item.text);
      }
    }
    if (!paths.empty()) target = std::move(paths);
  }

  void ReadGithub(const Value& table) {
    report_.UnknownKeys(table, "[github]",
                        Names{"server", "default-runner", "default-timeout", "cancel-pull-requests", "required"});
    if (const Value* server = report_.Get(table, "server", Value::Kind::String)) {
      const std::string& text = server->text;
      if (text == "github.com" || (text.starts_with("ghes-") && text.size() > 5 &&
                                   text.find_first_not_of("0123456789.", 5) == std::string::npos)) {
        project_.server = text;
      } else {
        report_.Bad(server->span, fmt::format("I do not know a server called `{}`", text),
                    "\"github.com\", or \"ghes-\" and a version, as in \"ghes-3.17\"");
      }
    }
    if (const Value* runner = report_.Get(table, "default-runner", Value::Kind::String)) {
      if (FindRunnerLabel(runner->text) != nullptr || project_.FindRunner(runner->text) != nullptr) {
        project_.default_runner = runner->text;
      } else {
        report_.Bad(runner->span, fmt::format("I do not know a runner called `{}`", runner->text),
                    "not a GitHub label and not declared in [runners]");
      }
    }
    if (const Value* timeout = report_.Get(table, "default-timeout", Value::Kind::String)) {
      if (const auto minutes = Minutes(timeout->text))
        project_.default_timeout = *minutes;
      else
        report_.Bad(timeout->span, fmt::format("`{}` is no time limit of a job", timeout->text),
                    "minutes or hours, at most 5 days, as in \"30m\"");
    }
    report_.Read(table, "cancel-pull-requests", project_.cancel_pull_requests);
    report_.Read(table, "required", project_.required);
  }

  void ReadRunners(const Value& table) {
    for (const Entry& entry : table.entries) {
      if (entry.value.kind != Value::Kind::Table) {
        report_.Bad(entry.value.span, fmt::format("the runner `{}` is not described by a table", entry.key),
                    "write  { os = \"linux\", arch = \"x64\" }");
        continue;
      }
      ReadRunner(entry);
    }
  }

  void ReadRunner(const Entry& entry) {
    const Value& table = entry.value;
    report_.UnknownKeys(table, "a runner", Names{"os", "arch", "image", "tools", "ephemeral", "network"});
    OwnRunner runner;
    runner.label = entry.key;
    runner.span = entry.key_span;
    if (const RunnerLabel* label = FindRunnerLabel(entry.key)) {
      runner.os = label->os;
      runner.arch = label->arch;
    } else {
      report_.Need(table, "os", Value::Kind::String);
      report_.Need(table, "arch", Value::Kind::String);
      runner.os = kOs.front();
      runner.arch = kArch.front();
    }
    report_.ReadMember(table, "os", kOs, runner.os);
    report_.ReadMember(table, "arch", kArch, runner.arch);
    report_.Read(table, "image", runner.image);
    report_.Read(table, "tools", runner.tools);
    report_.Read(table, "ephemeral", runner.ephemeral);
    report_.ReadMember(table, "network", kNetworks, runner.network);
    if (project_.FindRunner(entry.key) != nullptr) {
      report_.Bad(entry.key_span, fmt::format("two runners are called `{}`", entry.key),
                  "GitHub ignores case in labels");
      return;
    }
    project_.runners.push_back(std::move(runner));
  }

  void ReadRun(const Value& table) {
    report_.UnknownKeys(table, "[run]", Names{"engine", "network", "env-file"});
    report_.ReadMember(table, "engine", kEngines, project_.engine);
    std::string network = "off";
    report_.ReadMember(table, "network", kSwitch, network);
    project_.network = network == "on";
    report_.Read(table, "env-file", project_.env_file);
  }

  void ReadLockTable(const Value& table) {
    report_.UnknownKeys(table, "[lock]", Names{"mirrors", "network", "timeout"});
    report_.Read(table, "mirrors", project_.mirrors);
    std::string network = "on";
    report_.ReadMember(table, "network", kSwitch, network);
    project_.lock_network = network == "on";
    const Value* timeout = report_.Get(table, "timeout", Value::Kind::Integer);
    if (timeout == nullptr) return;
    if (timeout->integer >= 1 && timeout->integer <= 600)
      project_.lock_timeout = timeout->integer;
    else
      report_.Bad(timeout->span, "`timeout` is the seconds that a server may take", "1 to 600");
  }

  void ReadLint(const Value& table) {
    report_.UnknownKeys(table, "[lint]", Names{"deny", "allow"});
    ReadCodes(table, "deny", project_.deny);
    ReadCodes(table, "allow", project_.allow);
  }

  void ReadCodes(const Value& table, std::string_view key, std::vector<Code>& target) {
    for (const Value& item : report_.Strings(table, key)) {
      const auto code = diagnostics::FindCode(item.text);
      if (!code) {
        report_.Bad(item.span, fmt::format("there is no code `{}`", item.text), "`sluice explain --all` lists them");
      } else if (diagnostics::Info(*code).severity != Severity::Warning) {
        report_.Bad(item.span, fmt::format("`{}` is not a warning", item.text), "this list is for warnings");
      } else {
        target.push_back(*code);
      }
    }
  }

  TableReader report_;
  Project& project_;
};

}  // namespace

const OwnRunner* Project::FindRunner(std::string_view label) const {
  for (const OwnRunner& runner : runners)
    if (EqualsIgnoreCase(runner.label, label)) return &runner;
  return nullptr;
}

Project ReadProject(const source::SourceMap& sources, source::FileId file, diagnostics::Sink& sink) {
  Project project;
  project.path = sources.file(file).path;
  ProjectReader(sink, project).Read(toml::Read(sources, file, sink));
  return project;
}

std::optional<diagnostics::Diagnostic> CheckVersion(const Project& project, std::string_view running) {
  if (!project.version || *project.version == running) return std::nullopt;
  return diagnostics::Build(
             Code::P1001, project.version_span,
             fmt::format("this project is written by sluice {}, and this is {}", *project.version, running),
             "only this version may write its files")
      .Say(fmt::format("Use sluice {}, or change the number here to \"{}\" in a pull request of its own.",
                       *project.version, running));
}

void ApplyLint(const Project& project, bool deny_all, std::vector<diagnostics::Diagnostic>& diagnostics) {
  const auto has = [](const std::vector<Code>& codes, Code code) {
    return std::ranges::find(codes, code) != codes.end();
  };
  std::erase_if(diagnostics, [&](const diagnostics::Diagnostic& d) {
    return d.severity == Severity::Warning && has(project.allow, d.code);
  });
  for (diagnostics::Diagnostic& d : diagnostics)
    if (d.severity == Severity::Warning && (deny_all || has(project.deny, d.code))) d.severity = Severity::Error;
}

}  // namespace sluice::catalogue
