#include "compiler/catalogue/lock.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "compiler/base/text.h"
#include "compiler/catalogue/permissions.h"
#include "compiler/catalogue/table_reader.h"
#include "compiler/catalogue/toml.h"

namespace sluice::catalogue {
namespace {

using toml::Entry;
using toml::Value;

constexpr std::string_view kRemedy = "`sluice lock` writes this file anew.";

bool IsSha(std::string_view text) {
  return text.size() == 40 &&
         std::ranges::all_of(text, [](char c) { return IsAsciiDigit(c) || (c >= 'a' && c <= 'f'); });
}

class LockReader {
 public:
  LockReader(diagnostics::Sink& sink, Lock& lock) : report_(sink, kRemedy), lock_(lock) {}

  void Read(const Value& root) {
    report_.UnknownKeys(root, "sluice.lock", std::array<std::string_view, 2>{"version", "action"});
    const Value* version = report_.Get(root, "version", Value::Kind::Integer);
    if (version != nullptr && version->integer != 1)
      report_.Bad(version->span, fmt::format("sluice.lock has format {}; this sluice reads format 1", version->integer),
                  "a newer sluice wrote it");
    const Value* actions = report_.Get(root, "action", Value::Kind::TableArray);
    if (actions == nullptr) return;
    for (const Value& action : actions->items) ReadAction(action);
    std::ranges::sort(lock_.actions, [](const ActionPin& a, const ActionPin& b) {
      return std::tuple(AsciiLower(a.uses), a.ref) < std::tuple(AsciiLower(b.uses), b.ref);
    });
  }

 private:
  void ReadAction(const Value& table) {
    report_.UnknownKeys(table, "[[action]]",
                        std::array<std::string_view, 9>{"uses", "ref", "sha", "version", "using", "permissions",
                                                        "permissions-if", "outputs", "inputs"});
    ActionPin pin;
    for (const auto& [key, target] :
         {std::pair("uses", &pin.uses), std::pair("ref", &pin.ref), std::pair("sha", &pin.sha),
          std::pair("version", &pin.version), std::pair("using", &pin.runtime)}) {
      // A branch has no version. That is for the program that names it to hear (P0705), not for the file.
      if (target == &pin.version && table.FindEntry(key) == nullptr) continue;
      const Value* value = report_.Need(table, key, Value::Kind::String);
      if (value == nullptr) return;
      *target = value->text;
    }
    if (!IsSha(pin.sha)) {
      report_.Bad(table.Find("sha")->span, "this is no commit", "a commit has 40 digits of 0-9 and a-f");
      return;
    }
    if (lock_.Find(pin.uses, pin.ref) != nullptr) {
      report_.Bad(table.Find("uses")->span, fmt::format("`{}@{}` is pinned twice", pin.uses, pin.ref), "again");
      return;
    }
    ReadPermissions(table, pin);
    for (const Value& output : report_.Strings(table, "outputs")) pin.outputs.push_back(output.text);
    ReadInputs(table, pin);
    lock_.actions.push_back(std::move(pin));
  }

  void ReadPermissions(const Value& table, ActionPin& pin) {
    if (const Value* permissions = report_.Get(table, "permissions", Value::Kind::Table)) {
      pin.permissions.emplace();
      for (const Entry& entry : permissions->entries) {
        if (entry.value.kind == Value::Kind::String && AllowsAccess(entry.key, entry.value.text)) {
          pin.permissions->push_back({entry.key, entry.value.text});
        } else {
          report_.Bad(entry.key_span, fmt::format("`{}` is no permission of GitHub's token", entry.key),
                      "a scope with \"read\" or \"write\" is expected");
        }
      }
    }
    for (const Value& item : report_.Strings(table, "permissions-if")) {
      if (auto parsed = ParseConditionalPermissions(item.text)) {
        pin.permissions_if.push_back(std::move(*parsed));
      } else {
        report_.Bad(item.span, "this says no condition for permissions", "the form is \"input=value: scope=access\"");
      }
    }
  }

  void ReadInputs(const Value& table, ActionPin& pin) {
    const Value* inputs = report_.Get(table, "inputs", Value::Kind::Table);
    if (inputs == nullptr) return;
    for (const Entry& entry : inputs->entries) {
      auto parsed = entry.value.kind == Value::Kind::String ? ParseInputKind(entry.value.text) : std::nullopt;
      if (!parsed) {
        report_.Bad(entry.value.span, fmt::format("input `{}` has no kind that I know", entry.key),
                    "string bool number secret code path lines commas spaces pairs or enum(…)");
        continue;
      }
      parsed->name = entry.key;
      pin.inputs.push_back(std::move(*parsed));
    }
    std::ranges::sort(pin.inputs, {}, &ActionInput::name);
  }

  TableReader report_;
  Lock& lock_;
};

}  // namespace

const ActionInput* ActionPin::FindInput(std::string_view name) const {
  for (const ActionInput& input : inputs)
    if (EqualsIgnoreCase(input.name, name)) return &input;
  return nullptr;
}

bool ActionPin::HasOutput(std::string_view name) const {
  return std::ranges::any_of(outputs, [&](const std::string& output) { return EqualsIgnoreCase(output, name); });
}

const ActionPin* Lock::Find(std::string_view uses, std::string_view ref) const {
  for (const ActionPin& pin : actions)
    if (pin.ref == ref && EqualsIgnoreCase(pin.uses, uses)) return &pin;
  return nullptr;
}

const ActionPin* Lock::Newest(std::string_view uses) const {
  const ActionPin* newest = nullptr;
  for (const ActionPin& pin : actions) {
    if (!EqualsIgnoreCase(pin.uses, uses)) continue;
    if (newest == nullptr || VersionLess(newest->version, pin.version)) newest = &pin;
  }
  return newest;
}

Lock ReadLock(const source::SourceMap& sources, source::FileId file, diagnostics::Sink& sink) {
  Lock lock;
  lock.path = sources.file(file).path;
  lock.present = true;
  LockReader(sink, lock).Read(toml::Read(sources, file, sink));
  return lock;
}

}  // namespace sluice::catalogue
