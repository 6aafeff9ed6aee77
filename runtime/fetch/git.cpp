#include "runtime/fetch/git.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>
#include <thread>

#include "compiler/base/temporary_folder.h"
#include "compiler/base/text.h"
#include "runtime/fetch/process.h"

namespace sluice::fetch {
namespace {

// Sentences of git and its transports (LC_ALL=C), in lower case.
constexpr std::array<std::string_view, 9> kMissing = {"not found",
                                                      "does not exist",
                                                      "does not appear to be a git repository",
                                                      "could not read username",
                                                      "access denied",
                                                      "authentication failed",
                                                      "terminal prompts disabled",
                                                      "permission denied",
                                                      "returned error: 40"};
constexpr std::array<std::string_view, 13> kUnreachable = {
    "could not resolve",    "connection refused", "failed to connect", "unable to connect", "network is unreachable",
    "no route to host",     "timed out",          "connection reset",  "unable to look up", "early eof",
    "hung up unexpectedly", "couldn't connect",   "returned error: 5"};

template <size_t N>
bool HasOne(const std::string& text, const std::array<std::string_view, N>& words) {
  return std::ranges::any_of(words, [&](std::string_view word) { return text.find(word) != std::string::npos; });
}

// The line that says why: git's `fatal:`, else the last one.
std::string Reason(const std::string& errors) {
  std::string last;
  for (std::string_view line : SplitString(errors, '\n')) {
    if (line.empty()) continue;
    if (line.starts_with("fatal: ")) return std::string(line.substr(7));
    if (!line.starts_with("warning: ")) last = line;
  }
  return last.empty() ? "no reason given" : last;
}

Trouble TroubleOf(const std::string& url, const Finished& finished, const Patience& patience) {
  if (finished.timed_out)
    return {Trouble::Kind::Unreachable,
            fmt::format("{} gave no answer in {:.3g} s", url, static_cast<double>(patience.time.count()) / 1000)};
  if (finished.too_much) return {Trouble::Kind::Refused, fmt::format("{} sends more than is sensible", url)};
  const std::string lower = AsciiLower(finished.errors);
  const std::string message = fmt::format("{}: {}", url, Reason(finished.errors));
  // "not found" may stand in a sentence about a host, too.
  if (HasOne(lower, kUnreachable)) return {Trouble::Kind::Unreachable, message};
  if (HasOne(lower, kMissing)) return {Trouble::Kind::Missing, message};
  return {Trouble::Kind::Refused, message};
}

Program Git(std::vector<std::string> arguments, const Patience& patience) {
  Program program;
  program.arguments = {"git"};
  program.arguments.insert(program.arguments.end(), arguments.begin(), arguments.end());
  // Nobody sits there to answer, and `ext::` and other transports that run programs are not for a file to name.
  program.environment = {"GIT_TERMINAL_PROMPT=0",
                         "GIT_ASKPASS=true",
                         "SSH_ASKPASS=true",
                         "GIT_SSH_COMMAND=ssh -o BatchMode=yes",
                         "GIT_ALLOW_PROTOCOL=file:git:http:https:ssh",
                         "LC_ALL=C"};
  program.time = patience.time;
  return program;
}

// Runs git against a server; again after a pause when the network failed. A server that hangs is asked once.
Outcome<std::string> Ask(const std::string& url, const std::vector<std::string>& arguments, const Patience& patience) {
  auto pause = patience.pause;
  for (int attempt = 1;; ++attempt) {
    const Result<Finished> finished = Run(Git(arguments, patience));
    if (!finished.ok()) return Trouble{Trouble::Kind::Refused, finished.error().message};
    if (finished->status == 0 && !finished->timed_out && !finished->too_much) return finished->out;
    Trouble trouble = TroubleOf(url, *finished, patience);
    const bool again = trouble.kind == Trouble::Kind::Unreachable && !finished->timed_out;
    if (!again || attempt >= patience.attempts) return trouble;
    std::this_thread::sleep_for(pause);
    pause *= 2;
  }
}

void TakeRef(std::string_view line, RemoteRefs& refs) {
  constexpr std::string_view kTags = "refs/tags/", kHeads = "refs/heads/", kPeeled = "^{}";
  const size_t tab = line.find('\t');
  if (tab != 40) return;
  const std::string commit(line.substr(0, tab));
  std::string_view name = line.substr(tab + 1);
  if (name.starts_with(kHeads)) refs.branches[std::string(name.substr(kHeads.size()))] = commit;
  if (!name.starts_with(kTags)) return;
  name.remove_prefix(kTags.size());
  // The commit of an annotated tag comes behind the tag object's own line.
  if (name.ends_with(kPeeled)) name.remove_suffix(kPeeled.size());
  refs.tags[std::string(name)] = commit;
}

class Fetching {
 public:
  Fetching(const std::string& url, const Patience& patience) : url_(url), patience_(patience) {}

  Outcome<RemoteFile> Run(const std::string& commit, const std::string& ref, const std::vector<std::string>& paths) {
    if (!scratch_.ok()) return Trouble{Trouble::Kind::Refused, scratch_.error()};
    const std::string here = scratch_.path();
    if (auto made = Local({"init", "--quiet", "--bare", here}); !made.ok()) return made.trouble();
    if (auto named = Local({"--git-dir=" + here, "remote", "add", "origin", url_}); !named.ok()) return named.trouble();
    if (auto got = Get(commit); !got.ok()) {
      // Servers may refuse single commits; a tag they give.
      if (got.trouble().kind == Trouble::Kind::Unreachable || ref.empty()) return got.trouble();
      if (!Get(ref).ok()) return got.trouble();
    }
    return Read(commit, paths);
  }

 private:
  Outcome<std::string> Local(const std::vector<std::string>& arguments) { return Ask(url_, arguments, patience_); }

  Outcome<std::string> Get(const std::string& what) {
    return Local({"--git-dir=" + scratch_.path(), "fetch", "--quiet", "--depth=1", "--no-tags", "--filter=blob:none",
                  "origin", what});
  }

  Outcome<RemoteFile> Read(const std::string& commit, const std::vector<std::string>& paths) {
    const std::string git_dir = "--git-dir=" + scratch_.path();
    std::vector<std::string> list = {git_dir, "ls-tree", "--name-only", commit, "--"};
    list.insert(list.end(), paths.begin(), paths.end());
    auto names = Local(list);
    if (!names.ok()) return names.trouble();
    for (const std::string& path : paths) {
      const auto lines = SplitString(*names, '\n');
      if (std::ranges::find(lines, path) == lines.end()) continue;
      auto text = Local({git_dir, "cat-file", "blob", commit + ":" + path});
      if (!text.ok()) return text.trouble();
      return RemoteFile{path, std::move(*text)};
    }
    return Trouble{Trouble::Kind::Missing,
                   fmt::format("{} has no `{}` at {}", url_, paths.front(), commit.substr(0, 7))};
  }

  std::string url_;
  const Patience& patience_;
  TemporaryFolder scratch_{"lock"};
};

}  // namespace

Outcome<RemoteRefs> ListRefs(const std::string& url, const Patience& patience) {
  auto out = Ask(url, {"ls-remote", "--quiet", "--", url, "refs/tags/*", "refs/heads/*"}, patience);
  if (!out.ok()) return out.trouble();
  RemoteRefs refs;
  for (std::string_view line : SplitString(*out, '\n')) TakeRef(line, refs);
  return refs;
}

Outcome<RemoteFile> FetchFile(const std::string& url, const std::string& commit, const std::string& ref,
                              const std::vector<std::string>& paths, const Patience& patience) {
  return Fetching(url, patience).Run(commit, ref, paths);
}

}  // namespace sluice::fetch
