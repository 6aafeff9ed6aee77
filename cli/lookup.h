#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "compiler/catalogue/lock.h"
#include "runtime/fetch/git.h"

// Where `sluice lock` looks: mirrors, the catalogue that comes with Sluice, and the network.
namespace sluice::cli {

struct LookupOptions {
  std::vector<std::string> mirrors;  // folders or URLs that hold owner/repo[.git], or owner/repo=PLACE
  bool network = true;
  std::string server = "https://github.com";
  fetch::Patience patience;
};

// Why a reference has no pin.
struct NoPin {
  enum class Why : unsigned char {
    UnknownAction,  // nearest: the name of one that is known
    UnknownRef,     // nearest: a ref of it that is known
    Branch,         // a branch whose commit has no tag; nearest: a tag
    Failed,         // note says what went wrong
  };
  Why why = Why::Failed;
  std::string nearest;
  std::string note;  // what was asked in vain; may be empty
};

template <class Pin>
using Looked = std::variant<Pin, NoPin>;

class Lookup {
 public:
  explicit Lookup(LookupOptions options) : options_(std::move(options)) {}

  // The commit and signature of `uses A@R`. `fresh`: what the authors say now counts more than the catalogue.
  Looked<catalogue::ActionPin> Action(const std::string& uses, const std::string& ref, bool fresh);
  // The same for a reusable workflow, which no catalogue has.
  Looked<catalogue::WorkflowPin> Workflow(const std::string& uses, const std::string& ref);

  const LookupOptions& options() const { return options_; }
  // A sentence for each place that did not answer and was done without.
  const std::vector<std::string>& notes() const { return notes_; }

 private:
  // A repository that answered.
  struct Place {
    std::string url;
    fetch::RemoteRefs refs;
  };
  struct Commit {
    std::string sha, version;
    std::string ref;  // refs/tags/… when a tag names it
  };

  const Place* Mirror(const std::string& repository);
  const Place* Network(const std::string& repository);
  // Where a repository may lie: the server (or mirror) and the URL there.
  struct Candidate {
    std::string server, url;
  };
  const Place* Find(const std::string& repository, const std::vector<Candidate>& candidates,
                    std::map<std::string, std::optional<Place>>& known);
  std::vector<Candidate> MirrorsOf(const std::string& repository) const;

  std::variant<Commit, NoPin> CommitOf(const Place& place, const std::string& ref) const;
  std::variant<fetch::RemoteFile, NoPin> FileOf(const Place& place, const Commit& commit,
                                                const std::vector<std::string>& paths);
  Looked<catalogue::ActionPin> ActionAt(const Place& place, const std::string& uses, const std::string& ref);
  Looked<catalogue::ActionPin> Shipped(const std::string& uses, const std::string& ref);

  LookupOptions options_;
  std::map<std::string, std::optional<Place>> mirrored_, online_;
  std::map<std::string, std::string> down_;  // servers that did not answer once are not asked again: the reason
  std::string trouble_;                      // of the reference that is looked up now
  bool unreachable_ = false;
  std::vector<std::string> notes_;
};

// Fills in what an action.yml does not say from what the catalogue knows about another version of the action: kinds of
// inputs of the same name, and permissions.
void AddKnownFacts(catalogue::ActionPin& pin);

// The most exact version among the tags that name a commit; `ref` when that is a tag and no version is there.
std::string VersionOf(const fetch::RemoteRefs& refs, const std::string& commit, const std::string& ref);

}  // namespace sluice::cli
