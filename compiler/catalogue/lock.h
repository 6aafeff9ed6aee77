#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/base/result.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/source/source_map.h"

// What sluice.lock says: the commit and the signature of each action that the project uses (language.md 2.14a).
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

  // Without case, as GitHub matches them.
  const ActionInput* FindInput(std::string_view name) const;
  bool HasOutput(std::string_view name) const;
};

struct Lock {
  std::string path;  // as shown: "sluice.lock"
  bool present = false;
  std::vector<ActionPin> actions;  // by uses (without case), then ref

  // The pin of `uses A@R`; A is compared without case, R exactly.
  const ActionPin* Find(std::string_view uses, std::string_view ref) const;
  // The pin with the newest version of an action, for steps that the compiler writes.
  const ActionPin* Newest(std::string_view uses) const;
};

// `owner/repo[/path]@ref` -> its two halves; nothing when there is no `@`.
std::optional<std::pair<std::string_view, std::string_view>> SplitActionRef(std::string_view target);

// Reads a lock. Each mistake is a P1002 with its place; what could be read is there.
Lock ReadLock(const source::SourceMap& sources, source::FileId file, diagnostics::Sink& sink);

// The bytes of sluice.lock, sorted and in the order of keys that language.md 2.14a fixes.
std::string PrintLock(const Lock& lock);

// "lines!", "enum(a, b)~" and back; nothing for a text of no kind.
std::optional<ActionInput> ParseInputKind(std::string_view text);
std::string PrintInputKind(const ActionInput& input);

// "push-to-registry=true: packages=write, contents=read" and back; nothing when it has not that form.
std::optional<ConditionalPermissions> ParseConditionalPermissions(std::string_view text);
std::string PrintConditionalPermissions(const ConditionalPermissions& conditional);

// Compares versions as people read them: v9 < v10 < v10.1; a pre-release is less than its release.
bool VersionLess(std::string_view a, std::string_view b);

}  // namespace sluice::catalogue
