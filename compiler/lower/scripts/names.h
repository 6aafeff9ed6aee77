#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/lower/scripts/lower_script.h"

namespace sluice::lower::scripts {

// Gives the variables of one step their names: one for each distinct value, none twice (case does not count).
class VariableNames {
 public:
  explicit VariableNames(const std::vector<std::string>& taken);

  // The variable of `value`. A new one is named after `path`, else after the variable that it is assigned to, else by
  // the next number.
  const std::string& Get(const expr::Expr& value, const std::string& path, const std::string& assigned);
  // Reserves the array in which the words of `variable` are kept.
  std::string Words(const std::string& variable) const { return variable + "_WORDS"; }

  std::vector<EnvVariable>& variables() { return variables_; }

 private:
  std::string Unused(const std::string& name);

  std::set<std::string> taken_;             // folded
  std::map<std::string, size_t> by_value_;  // the printed value -> index
  std::vector<EnvVariable> variables_;
  int complex_ = 0;
};

}  // namespace sluice::lower::scripts
