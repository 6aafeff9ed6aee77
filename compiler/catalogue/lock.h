#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/base/result.h"
#include "compiler/catalogue/versions.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/source/source_map.h"

// What sluice.lock says: the commit and the signature of each action and reusable workflow that the project uses, and the
// digests of its images and tools (language.md 2.14a).
namespace sluice::catalogue {

// How an action reads the text of an input.
//   Lines, Commas, Spaces   a list, split there; Lines also where line ends and commas both split
//   Pairs                   lines of KEY=VALUE
enum class InputKind : uint8_t { String, Bool, Number, Secret, Code, Path, Lines, Commas, Spaces, Pairs, Enum };

struct ActionInput {
  std::string name;
  InputKind kind = InputKind::String;
  std::vector<std::string> members;  // of an Enum
  bool required = false;
  bool deprecated = false;
};

// Access of the job's token to one scope: `contents = "read"`.
struct PermissionGrant {
  std::string scope;
  std::string access;  // read, write
};

// More permissions when an input is given: `input` (any value), `input=value` (that constant), `!input` (not given).
struct ConditionalPermissions {
  std::string input;
  bool negated = false;
  std::optional<std::string> value;
  std::vector<PermissionGrant> grants;
};

struct ActionPin {
  std::string uses;                                         // owner/repo[/path], in the spelling of the lock
  std::string ref;                                          // as written in .pipe
  std::string sha;                                          // 40 hexadecimal digits
  std::string version;                                      // the tag of that commit; empty for a branch (P0705)
  std::string runtime;                                      // `using`: node24, composite, docker …
  std::optional<std::vector<PermissionGrant>> permissions;  // absent: not established (P0903)
  std::vector<ConditionalPermissions> permissions_if;
  std::vector<std::string> outputs;
  std::vector<ActionInput> inputs;  // by name
  bool open = false;  // never in a file: the commit is known and its signature is not, so nothing is held against it

  // Without case, as GitHub matches them.
  const ActionInput* FindInput(std::string_view name) const;
  bool HasOutput(std::string_view name) const;
};

// A container image by the digest of its manifest.
struct ImagePin {
  std::string uses;    // as written: "postgres:15-alpine", without `docker://`
  std::string digest;  // sha256: and 64 hexadecimal digits

  // What is emitted: postgres:15-alpine@sha256:…
  std::string Pinned() const { return uses + "@" + digest; }
};

// One platform's file of a tool.
struct ToolFile {
  std::string platform;  // linux-x64
  std::string url;
  std::string sha256;  // 64 hexadecimal digits
};

struct ToolPin {
  std::string name;
  std::string version;
  std::vector<ToolFile> files;  // by platform

  const ToolFile* FindFile(std::string_view platform) const;
};

struct WorkflowSecret {
  std::string name;
  bool required = false;
};

// A reusable workflow of another repository.
struct WorkflowPin {
  std::string uses;  // owner/repo/.github/workflows/x.yml
  std::string ref;
  std::string sha;
  std::string version;
  std::optional<std::vector<PermissionGrant>> permissions;  // the union of its jobs; absent: not established (P0902)
  std::vector<std::string> outputs;
  std::vector<ActionInput> inputs;  // by name; String, Bool or Number
  std::vector<WorkflowSecret> secrets;
  bool assumed = false;  // nobody has read it: it takes what it is given (an import that is tried)

  const ActionInput* FindInput(std::string_view name) const;
  const WorkflowSecret* FindSecret(std::string_view name) const;
  bool HasOutput(std::string_view name) const;
};

struct Lock {
  std::string path;  // as shown: "sluice.lock"
  bool present = false;
  std::vector<ActionPin> actions;      // by uses (without case), then ref
  std::vector<ImagePin> images;        // by uses
  std::vector<ToolPin> tools;          // by name
  std::vector<WorkflowPin> workflows;  // by uses (without case), then ref

  // The pin of `uses A@R`; A is compared without case, R exactly.
  const ActionPin* Find(std::string_view uses, std::string_view ref) const;
  // The pin with the newest version of an action, for steps that the compiler writes.
  const ActionPin* Newest(std::string_view uses) const;
  // The pin of an image as it is written, with or without `docker://`.
  const ImagePin* FindImage(std::string_view image) const;
  const ToolPin* FindTool(std::string_view name) const;
  // The pin of `job x uses W@R`; owner and repository are compared without case.
  const WorkflowPin* FindWorkflow(std::string_view uses, std::string_view ref) const;
};

// 40 digits of 0-9 and a-f.
bool IsCommit(std::string_view text);
// sha256: and 64 digits.
bool IsDigest(std::string_view text);
// Is it `owner/repo/….yml`, as a job's `uses` names a workflow?
bool IsWorkflowPath(std::string_view uses);
// Without case for owner and repository, exactly for the path of a workflow inside it.
bool SameWorkflow(std::string_view a, std::string_view b);

// `owner/repo[/path]@ref` -> its two halves; nothing when there is no `@`.
std::optional<std::pair<std::string_view, std::string_view>> SplitActionRef(std::string_view target);

// Reads a lock. Each mistake is a P1002 with its place; what could be read is there.
Lock ReadLock(const source::SourceMap& sources, source::FileId file, diagnostics::Sink& sink);

// Brings the entries into the order of the file.
void Sort(Lock& lock);

// The bytes of sluice.lock, sorted and in the order of keys that language.md 2.14a fixes.
std::string PrintLock(const Lock& lock);

// "lines!", "enum(a, b)~" and back; nothing for a text of no kind.
std::optional<ActionInput> ParseInputKind(std::string_view text);
std::string PrintInputKind(const ActionInput& input);

// "push-to-registry=true: packages=write, contents=read" and back; nothing when it has not that form.
std::optional<ConditionalPermissions> ParseConditionalPermissions(std::string_view text);
std::string PrintConditionalPermissions(const ConditionalPermissions& conditional);

}  // namespace sluice::catalogue
