#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sluice::steps {

// Replaces secrets by `***` in everything that leaves a run. Beside the value itself it knows the forms that the runner
// knows: each line of a value with several lines, JSON, URL, XML and expression escapes, and Base64 at its three
// shifts.
class Masker {
 public:
  void Add(std::string_view secret);
  std::string Apply(std::string_view text) const;
  // Does the text hold a secret?
  bool Finds(std::string_view text) const;
  bool empty() const { return patterns_.empty(); }

 private:
  void AddPattern(std::string pattern);
  void AddForms(std::string_view value);
  std::vector<std::string> patterns_;
};

}  // namespace sluice::steps
