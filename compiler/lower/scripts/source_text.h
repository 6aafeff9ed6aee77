#pragma once

#include <string>
#include <vector>

#include "compiler/lower/scripts/lower_script.h"

namespace sluice::lower::scripts {

// The body of a script as the scanner reads it, with the way back to the source.
class SourceText {
 public:
  SourceText(const Script& script, const source::SourceMap& sources);

  const Template& script() const { return template_; }
  // The placeholder (an index into Script::placeholders) of a hole.
  size_t placeholder(size_t hole) const { return placeholders_[hole]; }
  // Where a range of the template was written; nowhere for an empty one.
  Span At(Range range) const;
  // What was written between the two ends, placeholders and all.
  std::string Written(Range range) const;
  // The whole body with what quotes it in the source.
  std::string Around() const { return body_.valid() ? std::string(sources_.Text(body_)) : std::string(); }

 private:
  const source::SourceMap& sources_;
  Template template_;
  std::vector<size_t> placeholders_;
  Span body_;
  std::vector<Span> bytes_;  // of each byte of the template
};

}  // namespace sluice::lower::scripts
