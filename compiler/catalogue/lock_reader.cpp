// Reads sluice.lock.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <tuple>

#include "compiler/base/text.h"
#include "compiler/catalogue/lock.h"
#include "compiler/catalogue/permissions.h"
#include "compiler/catalogue/table_reader.h"
#include "compiler/catalogue/toml.h"

namespace sluice::catalogue {
namespace {

using toml::Entry;
using toml::Value;

constexpr std::string_view kRemedy = "`sluice lock` writes this file anew.";
constexpr std::array<std::string_view, 5> kKinds = {"version", "action", "image", "tool", "workflow"};
constexpr std::array<std::string_view, 6> kPlatforms = {"linux-arm64", "linux-x64",     "macos-arm64",
                                                        "macos-x64",   "windows-arm64", "windows-x64"};

class LockReader {
 public:
  LockReader(diagnostics::Sink& sink, Lock& lock) : report_(sink, kRemedy), lock_(lock) {}

  void Read(const Value& root) {
    report_.UnknownKeys(root, "sluice.lock", kKinds);
    const Value* version = report_.Get(root, "version", Value::Kind::Integer);
    if (version != nullptr && version->integer != 1)
      report_.Bad(version->span, fmt::format("sluice.lock has format {}; this sluice reads format 1", version->integer),
                  "a newer sluice wrote it");
    ReadEach(root, "action", &LockReader::ReadAction);
    ReadEach(root, "image", &LockReader::ReadImage);
    ReadEach(root, "tool", &LockReader::ReadTool);
    ReadEach(root, "workflow", &LockReader::ReadWorkflow);
    Sort(lock_);
  }

 private:
  using Targets = std::span<const std::pair<std::string_view, std::string*>>;

  void ReadEach(const Value& root, std::string_view kind, void (LockReader::*read)(const Value&)) {
    const Value* tables = report_.Get(root, kind, Value::Kind::TableArray);
    if (tables == nullptr) return;
    for (const Value& table : tables->items) (this->*read)(table);
  }

  // Strings that have to be there; false when one is not.
  bool ReadStrings(const Value& table, Targets targets) {
    for (const auto& [key, target] : targets) {
      // A branch has no version. That is for the program that names it to hear (P0705), not for the file.
      if (key == "version" && table.FindEntry(key) == nullptr && table.FindEntry("sha") != nullptr) continue;
      const Value* value = report_.Need(table, key, Value::Kind::String);
      if (value == nullptr) return false;
      *target = value->text;
    }
    return true;
  }

  bool CheckCommit(const Value& table, const std::string& sha) {
    if (IsCommit(sha)) return true;
    report_.Bad(table.Find("sha")->span, "this is no commit", "a commit has 40 digits of 0-9 and a-f");
    return false;
  }

  bool CheckFresh(const Value& table, std::string_view key, bool fresh, const std::string& name) {
    if (!fresh) report_.Bad(table.Find(key)->span, fmt::format("`{}` is pinned twice", name), "again");
    return fresh;
  }

  void ReadAction(const Value& table) {
    constexpr std::array<std::string_view, 9> kKeys = {
        "uses", "ref", "sha", "version", "using", "permissions", "permissions-if", "outputs", "inputs"};
    report_.UnknownKeys(table, "[[action]]", kKeys);
    ActionPin pin;
    const std::array<std::pair<std::string_view, std::string*>, 5> strings = {{{"uses", &pin.uses},
                                                                               {"ref", &pin.ref},
                                                                               {"sha", &pin.sha},
                                                                               {"version", &pin.version},
                                                                               {"using", &pin.runtime}}};
    if (!ReadStrings(table, strings) || !CheckCommit(table, pin.sha)) return;
    if (!CheckFresh(table, "uses", lock_.Find(pin.uses, pin.ref) == nullptr, pin.uses + "@" + pin.ref)) return;
    pin.permissions = ReadPermissions(table);
    for (const Value& item : report_.Strings(table, "permissions-if")) {
      if (auto parsed = ParseConditionalPermissions(item.text))
        pin.permissions_if.push_back(std::move(*parsed));
      else
        report_.Bad(item.span, "this says no condition for permissions", "the form is \"input=value: scope=access\"");
    }
    for (const Value& output : report_.Strings(table, "outputs")) pin.outputs.push_back(output.text);
    pin.inputs = ReadInputs(table);
    lock_.actions.push_back(std::move(pin));
  }

  void ReadImage(const Value& table) {
    constexpr std::array<std::string_view, 2> kKeys = {"uses", "digest"};
    report_.UnknownKeys(table, "[[image]]", kKeys);
    ImagePin pin;
    const std::array<std::pair<std::string_view, std::string*>, 2> strings = {
        {{"uses", &pin.uses}, {"digest", &pin.digest}}};
    if (!ReadStrings(table, strings)) return;
    if (!IsDigest(pin.digest)) {
      report_.Bad(table.Find("digest")->span, "this is no digest",
                  "a digest is `sha256:` and 64 digits of 0-9 and a-f");
      return;
    }
    if (CheckFresh(table, "uses", lock_.FindImage(pin.uses) == nullptr, pin.uses)) lock_.images.push_back(pin);
  }

  void ReadTool(const Value& table) {
    std::vector<std::string_view> keys = {"name", "version"};
    keys.insert(keys.end(), kPlatforms.begin(), kPlatforms.end());
    report_.UnknownKeys(table, "[[tool]]", keys);
    ToolPin pin;
    const std::array<std::pair<std::string_view, std::string*>, 2> strings = {
        {{"name", &pin.name}, {"version", &pin.version}}};
    if (!ReadStrings(table, strings)) return;
    if (!CheckFresh(table, "name", lock_.FindTool(pin.name) == nullptr, pin.name)) return;
    for (const std::string_view platform : kPlatforms)
      if (const Value* file = report_.Get(table, platform, Value::Kind::Table)) ReadFile(*file, platform, pin);
    lock_.tools.push_back(std::move(pin));
  }

  void ReadFile(const Value& table, std::string_view platform, ToolPin& pin) {
    report_.UnknownKeys(table, platform, std::array<std::string_view, 2>{"url", "sha256"});
    ToolFile file{std::string(platform), "", ""};
    const std::array<std::pair<std::string_view, std::string*>, 2> strings = {
        {{"url", &file.url}, {"sha256", &file.sha256}}};
    if (!ReadStrings(table, strings)) return;
    if (IsDigest("sha256:" + file.sha256))
      pin.files.push_back(std::move(file));
    else
      report_.Bad(table.Find("sha256")->span, "this is no SHA-256", "it has 64 digits of 0-9 and a-f");
  }

  void ReadWorkflow(const Value& table) {
    constexpr std::array<std::string_view, 8> kKeys = {"uses",        "ref",     "sha",    "version",
                                                       "permissions", "outputs", "inputs", "secrets"};
    report_.UnknownKeys(table, "[[workflow]]", kKeys);
    WorkflowPin pin;
    const std::array<std::pair<std::string_view, std::string*>, 4> strings = {
        {{"uses", &pin.uses}, {"ref", &pin.ref}, {"sha", &pin.sha}, {"version", &pin.version}}};
    if (!ReadStrings(table, strings) || !CheckCommit(table, pin.sha)) return;
    const bool fresh = lock_.FindWorkflow(pin.uses, pin.ref) == nullptr;
    if (!CheckFresh(table, "uses", fresh, pin.uses + "@" + pin.ref)) return;
    pin.permissions = ReadPermissions(table);
    for (const Value& output : report_.Strings(table, "outputs")) pin.outputs.push_back(output.text);
    pin.inputs = ReadInputs(table);
    if (const Value* secrets = report_.Get(table, "secrets", Value::Kind::Table))
      for (const Entry& entry : secrets->entries) ReadSecret(entry, pin);
    lock_.workflows.push_back(std::move(pin));
  }

  void ReadSecret(const Entry& entry, WorkflowPin& pin) {
    const bool known =
        entry.value.kind == Value::Kind::String && (entry.value.text == "secret" || entry.value.text == "secret!");
    if (known)
      pin.secrets.push_back({entry.key, entry.value.text.ends_with('!')});
    else
      report_.Bad(entry.value.span, fmt::format("`{}` is no secret", entry.key),
                  "\"secret\", or \"secret!\" if required");
  }

  std::optional<std::vector<PermissionGrant>> ReadPermissions(const Value& table) {
    const Value* permissions = report_.Get(table, "permissions", Value::Kind::Table);
    if (permissions == nullptr) return std::nullopt;
    std::vector<PermissionGrant> grants;
    for (const Entry& entry : permissions->entries) {
      if (entry.value.kind == Value::Kind::String && AllowsAccess(entry.key, entry.value.text))
        grants.push_back({entry.key, entry.value.text});
      else
        report_.Bad(entry.key_span, fmt::format("`{}` is no permission of GitHub's token", entry.key),
                    "a scope with \"read\" or \"write\" is expected");
    }
    return grants;
  }

  std::vector<ActionInput> ReadInputs(const Value& table) {
    std::vector<ActionInput> inputs;
    const Value* entries = report_.Get(table, "inputs", Value::Kind::Table);
    if (entries == nullptr) return inputs;
    for (const Entry& entry : entries->entries) {
      auto parsed = entry.value.kind == Value::Kind::String ? ParseInputKind(entry.value.text) : std::nullopt;
      if (!parsed) {
        report_.Bad(entry.value.span, fmt::format("input `{}` has no kind that I know", entry.key),
                    "string bool number secret code path lines commas spaces pairs or enum(…)");
        continue;
      }
      parsed->name = entry.key;
      inputs.push_back(std::move(*parsed));
    }
    std::ranges::sort(inputs, {}, &ActionInput::name);
    return inputs;
  }

  TableReader report_;
  Lock& lock_;
};

}  // namespace

Lock ReadLock(const source::SourceMap& sources, source::FileId file, diagnostics::Sink& sink) {
  Lock lock;
  lock.path = sources.file(file).path;
  lock.present = true;
  LockReader(sink, lock).Read(toml::Read(sources, file, sink));
  return lock;
}

}  // namespace sluice::catalogue
