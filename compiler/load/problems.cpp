#include "compiler/load/problems.h"

#include <fmt/format.h>

#include "compiler/base/text.h"

namespace sluice::load {

std::string OneOf(const std::vector<std::string>& names, size_t most) {
  std::string text;
  for (size_t i = 0; i < names.size(); ++i) {
    if (i == most) return text + ", …";
    if (i > 0) text += i + 1 == names.size() ? " or " : ", ";
    text += "`" + names[i] + "`";
  }
  return text;
}

void Suggest(diagnostics::Build& build, diagnostics::Span at, std::string_view wrong,
             const std::vector<std::string>& known) {
  if (const auto nearest = DidYouMean(wrong, known))
    build.Say(fmt::format("Did you mean `{}`?", *nearest),
              diagnostics::Replace(at, *nearest, fmt::format("write `{}`", *nearest)));
}

}  // namespace sluice::load
