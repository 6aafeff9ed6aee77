#include "runtime/steps/check_names.h"

#include <algorithm>

#include "compiler/base/text.h"
#include "compiler/expr/expr.h"
#include "runtime/scheduler/matrix.h"
#include "runtime/steps/contexts.h"
#include "runtime/steps/render.h"

namespace sluice::steps {
namespace {

// GitHub lets calls go ten levels deep.
constexpr int kDeepest = 10;

bool HasExpression(const model::Value& value) { return value.expr.has_value() || !value.parts.empty(); }

std::string AsWritten(const model::Value& value) {
  if (value.expr) return "${{ " + expr::Print(*value.expr) + " }}";
  std::string text = value.text;
  for (const model::TextPart& part : value.parts)
    text += part.expr ? "${{ " + expr::Print(*part.expr) + " }}" : part.literal;
  return text;
}

// The rows of a matrix without expressions; none when only a run knows them.
std::vector<scheduler::Row> RowsOf(const model::Job& job, bool& known) {
  known = true;
  if (!job.strategy || (!job.strategy->matrix && !job.strategy->whole)) return {scheduler::Row{}};
  known = false;
  if (job.strategy->whole || job.strategy->matrix->whole) return {};
  const model::Matrix& matrix = *job.strategy->matrix;
  std::vector<std::pair<model::Value, model::Value>> entries = matrix.axes;
  if (matrix.include) entries.emplace_back(model::Value::String("include"), *matrix.include);
  if (matrix.exclude) entries.emplace_back(model::Value::String("exclude"), *matrix.exclude);
  const model::Value all = model::Value::Map(std::move(entries));
  if (!all.constant()) return {};
  const auto value = Render(all, Contexts());
  if (!value.ok()) return {};
  auto rows = scheduler::Expand(*value);
  if (!rows.ok()) return {};
  known = true;
  return std::move(*rows);
}

std::string TitleOf(const model::Job& job, const scheduler::Row& row) {
  if (!job.name) return scheduler::RowName(job.id, row);
  if (!HasExpression(*job.name)) return scheduler::RowName(job.name->text.empty() ? job.id : job.name->text, row);
  Contexts contexts;  // of what a name may read, a row's values are all that is known
  if (row.values.kind() == expr::Kind::Object) contexts.Set("matrix", row.values);
  const auto name = RenderText(*job.name, contexts);
  return name.ok() && !name->empty() ? *name : AsWritten(*job.name);
}

std::vector<std::string> TitlesOf(const model::Job& job) {
  bool known = false;
  const std::vector<scheduler::Row> rows = RowsOf(job, known);
  std::vector<std::string> titles;
  for (const scheduler::Row& row : rows) titles.push_back(TitleOf(job, row));
  if (!known) titles.push_back(TitleOf(job, scheduler::Row{}) + (job.name && HasExpression(*job.name) ? "" : " (…)"));
  return titles;
}

std::vector<std::string> Names(const model::Program& program, const model::Pipeline& pipeline, const FindCalled& find,
                               int depth) {
  std::vector<std::string> names;
  for (const model::JobId id : pipeline.jobs) {
    const model::Job& job = program.jobs[id];
    const std::vector<std::string> titles = TitlesOf(job);
    if (!job.call) {
      names.insert(names.end(), titles.begin(), titles.end());
      continue;
    }
    const Called called = depth < kDeepest ? find(job.call->target.text) : Called{};
    const std::vector<std::string> inner = called.pipeline == nullptr
                                               ? std::vector<std::string>{"…"}
                                               : Names(*called.program, *called.pipeline, find, depth + 1);
    for (const std::string& title : titles)
      for (const std::string& name : inner) names.push_back(title + " / " + name);
  }
  return names;
}

}  // namespace

std::vector<std::string> CheckNames(const model::Program& program, const model::Pipeline& pipeline,
                                    const FindCalled& find) {
  std::vector<std::string> names = Names(program, pipeline, find, 0);
  std::vector<std::string> once;
  for (std::string& name : names)
    if (std::ranges::find(once, name) == once.end()) once.push_back(std::move(name));
  return once;
}

}  // namespace sluice::steps
