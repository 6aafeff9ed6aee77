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

diagnostics::Build UnknownWord(diagnostics::Code code, diagnostics::Span at, std::string message,
                               std::string_view wrong, const std::vector<std::string>& known, std::string otherwise,
                               diagnostics::Rule rule) {
  const auto nearest = DidYouMean(wrong, known);
  if (!nearest) return diagnostics::Build(code, at, std::move(message), std::move(otherwise), rule);
  diagnostics::Build build(code, at, std::move(message), "", rule);
  build.Say(fmt::format("Did you mean `{}`?", *nearest),
            diagnostics::Replace(at, *nearest, fmt::format("write `{}`", *nearest)));
  return build;
}

}  // namespace sluice::load
