#include "compiler/lower/scripts/names.h"

#include "compiler/base/text.h"

namespace sluice::lower::scripts {
namespace {

std::string Capitals(std::string_view text) {
  std::string out = AsciiUpper(text);
  for (char& c : out)
    if (!IsAsciiAlnum(c)) c = '_';
  return out;
}

}  // namespace

std::string VariableName(std::string_view path) {
  for (const std::string_view context : {"inputs.", "matrix.", "needs.", "steps."}) {
    if (!path.starts_with(context)) continue;
    path.remove_prefix(context.size());
    break;
  }
  std::string out = "PIPE";
  for (const std::string_view segment : SplitString(path, '.'))
    if (segment != "outputs" || out == "PIPE") out += "_" + Capitals(segment);
  return out;
}

VariableNames::VariableNames(const std::vector<std::string>& taken) {
  for (const std::string& name : taken) taken_.insert(AsciiUpper(name));
}

const std::string& VariableNames::Get(const expr::Expr& value, const std::string& path, const std::string& assigned) {
  const auto [known, is_new] = by_value_.try_emplace(expr::Print(value), variables_.size());
  if (is_new) {
    std::string name;
    if (!path.empty()) {
      name = Unused(VariableName(path));
    } else if (!assigned.empty()) {
      name = Unused("PIPE_" + Capitals(assigned));
    } else {
      do name = "PIPE_" + std::to_string(++complex_);
      while (taken_.contains(name));
      taken_.insert(name);
    }
    variables_.push_back({std::move(name), value});
  }
  return variables_[known->second].name;
}

// The arrays NAME_WORDS live beside the variables, so a variable never gets such a name of another one.
std::string VariableNames::Unused(const std::string& name) {
  const auto clashes = [&](const std::string& candidate) {
    if (taken_.contains(candidate) || taken_.contains(candidate + "_WORDS")) return true;
    return candidate.ends_with("_WORDS") && taken_.contains(candidate.substr(0, candidate.size() - 6));
  };
  std::string candidate = name;
  for (int i = 2; clashes(candidate); ++i) candidate = name + "_" + std::to_string(i);
  taken_.insert(candidate);
  return candidate;
}

}  // namespace sluice::lower::scripts
