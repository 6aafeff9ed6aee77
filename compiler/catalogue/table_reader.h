#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/catalogue/toml.h"

namespace sluice::catalogue {

// Takes settings out of a TOML table and reports what does not fit, each as one P1002 with its place.
class TableReader {
 public:
  // `remedy` is a note under each mistake; empty: none.
  explicit TableReader(diagnostics::Sink& sink, std::string_view remedy = "") : sink_(sink), remedy_(remedy) {}

  void Bad(source::Span at, std::string message, std::string label, diagnostics::Rule rule = {});
  // Reports every key of `table` that is not in `known`, with the nearest one. `where` names the table for people.
  void UnknownKeys(const toml::Value& table, std::string_view where, std::span<const std::string_view> known);
  // The value of a key if it is there and of that kind, else null (and a report for the wrong kind).
  const toml::Value* Get(const toml::Value& table, std::string_view key, toml::Value::Kind kind);
  // The same for a key that has to be there.
  const toml::Value* Need(const toml::Value& table, std::string_view key, toml::Value::Kind kind);
  // The items of an array of strings; none when the key is absent.
  std::vector<toml::Value> Strings(const toml::Value& table, std::string_view key);
  // Sets `target` when the key is there.
  void Read(const toml::Value& table, std::string_view key, std::string& target);
  void Read(const toml::Value& table, std::string_view key, bool& target);
  void Read(const toml::Value& table, std::string_view key, std::vector<std::string>& target);
  // A string that has to be one of `members`.
  void ReadMember(const toml::Value& table, std::string_view key, std::span<const std::string_view> members,
                  std::string& target);

 private:
  diagnostics::Sink& sink_;
  std::string_view remedy_;
};

}  // namespace sluice::catalogue
