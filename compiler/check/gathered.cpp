// Outputs of matrix jobs: one value for each row, read by the row's values.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "compiler/base/text.h"
#include "compiler/check/elaborate.h"
#include "compiler/check/matrix.h"
#include "compiler/check/suggest.h"

namespace sluice::check {

// `image.digest["a"]`: with several axes one index for each, in their order. Of a record axis the index counts its
// values from 0.
TermPtr Elaborator::ReadGathered(const TermPtr& output, const TermPtr& key, Span at, const Env& env) {
  const PipelineScope* pipeline = env.run();
  auto found = pipeline == nullptr ? decltype(pipeline->jobs.end())() : pipeline->jobs.find(output->owner);
  if (pipeline == nullptr || found == pipeline->jobs.end()) return ErrorTerm(at);
  JobScope& job = *found->second;
  const size_t chosen = output->keys.size();
  if (chosen >= job.axes.size()) return ErrorTerm(at);
  const AxisEntry& axis = TypedAxis(job, job.axes[chosen]);
  if (!key->is_constant())
    return Fail(Build(Code::P0403, key->at, "the row of an output is a constant", types::ToText(key->type))
                    .Also(axis.name.span, "its rows"),
                at);
  const bool records = axis.type.is(Kind::Record);
  std::vector<std::string> names;
  std::optional<size_t> row;
  for (size_t i = 0; i < axis.values.size(); ++i) {
    names.push_back(records ? std::to_string(i) : RenderConstant(axis.values[i]->constant));
    if (!row && names.back() == RenderConstant(key->constant)) row = i;
  }
  if (!row) {
    Build report(Code::P0309, key->at,
                 fmt::format("the axis `{}` has no value `{}`", axis.name.text, RenderConstant(key->constant)));
    if (const auto nearest = DidYouMean(RenderConstant(key->constant), names)) {
      const bool quoted = key->constant.kind == Constant::Kind::String;
      const std::string better = quoted ? fmt::format("\"{}\"", *nearest) : *nearest;
      report.Label(fmt::format("did you mean `{}`?", *nearest)).FixLabel(Replace(key->at, better, "name that row"));
    } else {
      report.Label("no row of the job has it");
    }
    report.Also(axis.name.span, "its axis");
    return Fail(std::move(report), at);
  }
  Term term = *output;
  term.at = at;
  term.keys.push_back(std::to_string(*row));
  if (term.keys.size() == job.axes.size()) {
    term.gathered = false;
    Type value = *output->type.element;
    const bool optional = value.optional || output->type.optional;
    term.type = optional ? types::Optional(std::move(value)) : std::move(value);
  }
  return Share(std::move(term));
}

}  // namespace sluice::check
