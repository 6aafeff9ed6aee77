#include "compiler/check/scope.h"

#include <algorithm>

#include "compiler/base/text.h"

namespace sluice::check {

std::vector<std::string> ChosenFor(const JobGroup& group, const JobScope* reader) {
  std::vector<std::string> chosen;
  if (reader == nullptr) return chosen;
  for (size_t i = 0; i < group.loops.size() && i < reader->rounds.size(); ++i) {
    if (group.loops[i] != reader->rounds[i].loop) break;
    chosen.push_back(reader->rounds[i].text);
  }
  return chosen;
}

bool StandsIn(const JobScope& job, const std::vector<std::string>& chosen) {
  if (chosen.size() > job.rounds.size()) return false;
  for (size_t i = 0; i < chosen.size(); ++i)
    if (job.rounds[i].text != chosen[i]) return false;
  return true;
}

bool FileScope::Declares(std::string_view wanted) const {
  return lets.contains(wanted) || enums.contains(wanted) || functions.contains(wanted) || actions.contains(wanted) ||
         externs.contains(wanted) || other_names.contains(wanted);
}

std::vector<std::string> FileScope::Exported() const {
  std::vector<std::string> names;
  for (const auto& [name, let] : lets) names.push_back(name);
  for (const auto& [name, entry] : enums) names.push_back(name);
  for (const auto& [name, entry] : functions) names.push_back(name);
  for (const auto& [name, entry] : actions) names.push_back(name);
  for (const auto& [name, entry] : externs) names.push_back(name);
  std::erase_if(names, [](const std::string& name) { return name.starts_with('_'); });
  std::ranges::sort(names);
  return names;
}

const FileScope* ProjectScope::FileOf(const Ast& ast) const {
  for (const FileScope& file : files)
    if (file.ast == &ast) return &file;
  return nullptr;
}

const SecretEntry* ProjectScope::FindSecret(std::string_view name) const {
  for (const SecretEntry& secret : secrets)
    if (EqualsIgnoreCase(secret.name, name)) return &secret;
  return nullptr;
}

const EnvironmentEntry* ProjectScope::FindEnvironment(std::string_view name) const {
  for (const EnvironmentEntry& environment : environments)
    if (EqualsIgnoreCase(environment.name, name)) return &environment;
  return nullptr;
}

std::vector<std::string> ProjectScope::EnvironmentNames() const {
  std::vector<std::string> all;
  for (const EnvironmentEntry& environment : environments) all.push_back(environment.name);
  return all;
}

const VariableEntry* ProjectScope::FindVariable(std::string_view name) const {
  for (const VariableEntry& variable : variables)
    if (EqualsIgnoreCase(variable.name, name)) return &variable;
  return nullptr;
}

const FileScope* ProjectScope::FindFile(std::string_view path) const {
  for (const FileScope& file : files)
    if (file.path == path) return &file;
  return nullptr;
}

}  // namespace sluice::check
