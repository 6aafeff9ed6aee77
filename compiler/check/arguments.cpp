#include "compiler/check/arguments.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "compiler/check/suggest.h"

namespace sluice::check {
namespace {

std::vector<std::string> NamesOf(const std::vector<syntax::Param>& params) {
  std::vector<std::string> names;
  for (const syntax::Param& param : params) names.push_back(param.name.text);
  return names;
}

std::string Form(const std::vector<syntax::Param>& params, std::string_view what) {
  std::string text;
  for (const syntax::Param& param : params)
    text += (text.empty() ? "" : ", ") + param.name.text + (param.default_value.valid() ? ": …" : "");
  return fmt::format("Its parameters:   {}({})", what.substr(1, what.size() - 2), text);
}

}  // namespace

std::optional<std::vector<const syntax::Entry*>> MatchArguments(const std::vector<syntax::Param>& params,
                                                                const std::vector<syntax::Entry>& entries,
                                                                source::Span use, std::string_view what,
                                                                Reporter& report) {
  std::vector<const syntax::Entry*> given(params.size(), nullptr);
  size_t next = 0;
  for (const syntax::Entry& entry : entries) {
    size_t index = next++;
    if (entry.key) {
      const auto named =
          std::ranges::find_if(params, [&](const syntax::Param& param) { return param.name.text == entry.key->text; });
      if (named == params.end()) {
        Build problem(Code::P0302, entry.key->span, fmt::format("{} has no parameter `{}`", what, entry.key->text));
        Suggest(problem, entry.key->text, entry.key->span, NamesOf(params), "not one of its parameters");
        report.Add(problem.Say(Form(params, what)));
        return std::nullopt;
      }
      index = static_cast<size_t>(named - params.begin());
    }
    if (index >= params.size()) {
      report.Add(Build(Code::P0302, entry.span,
                       params.empty()
                           ? fmt::format("{} takes no arguments", what)
                           : fmt::format("{} takes {} argument{}", what, params.size(), params.size() == 1 ? "" : "s"),
                       "one too many"));
      return std::nullopt;
    }
    if (given[index] != nullptr) {
      report.Add(Build(Code::P0205, entry.key ? entry.key->span : entry.span,
                       fmt::format("`{}` is given twice", params[index].name.text), "the second one")
                     .Also(given[index]->span, "the first one"));
      return std::nullopt;
    }
    given[index] = &entry;
  }
  for (size_t i = 0; i < params.size(); ++i) {
    if (given[i] != nullptr || params[i].default_value.valid()) continue;
    report.Add(Build(Code::P0301, use, fmt::format("{} needs `{}`", what, params[i].name.text), "it is not given")
                   .Also(params[i].name.span, "a parameter without default")
                   .Say(Form(params, what)));
    return std::nullopt;
  }
  return given;
}

}  // namespace sluice::check
