#include "compiler/lower/matrix.h"

#include <utility>

#include "compiler/base/text.h"
#include "compiler/check/term.h"
#include "compiler/expr/expr.h"

namespace sluice::lower {
namespace {

using model::Value;

Value RowOf(const check::Job& job, const check::MatrixRow& row, const Expressions& expressions) {
  Value map = Value::Map({});
  for (size_t i = 0; i < row.size(); ++i)
    map.entries.emplace_back(Value::String(job.matrix[i].name), expressions.Structured(job.matrix[i].values[row[i]]));
  return map;
}

Value RowsOf(const check::Job& job, const std::vector<check::MatrixRow>& rows, const Expressions& expressions) {
  std::vector<Value> values;
  for (const check::MatrixRow& row : rows) values.push_back(RowOf(job, row, expressions));
  return Value::List(std::move(values));
}

bool SameText(const check::TermPtr& a, const check::TermPtr& b) {
  return EqualsIgnoreCase(check::RenderConstant(a->constant), check::RenderConstant(b->constant));
}

// Can rows be told by comparing the values of this axis? GitHub compares texts without case.
bool Distinct(const check::MatrixAxis& axis) {
  for (size_t i = 0; i < axis.values.size(); ++i) {
    if (!axis.values[i]->is_constant()) return false;
    for (size_t k = 0; k < i; ++k)
      if (SameText(axis.values[i], axis.values[k])) return false;
  }
  return true;
}

// `matrix.service == 'a'`; where values do not tell rows apart, the number of the row.
expr::Expr InRow(const check::Job& job, size_t row, const Expressions& expressions) {
  std::vector<expr::Expr> tests;
  for (size_t i = 0; i < job.matrix.size(); ++i) {
    const check::MatrixAxis& axis = job.matrix[i];
    if (!Distinct(axis))
      return expr::Binary(expr::Op::Equal, expr::Member(expr::Name("strategy"), "job-index"),
                          expr::Number(static_cast<double>(row)));
    check::Term read;
    read.kind = check::TermKind::Axis;
    read.name = axis.name;
    read.type = axis.type;
    tests.push_back(expr::Binary(expr::Op::Equal, expressions.Typed(check::Share(std::move(read))),
                                 expressions.Typed(axis.values[job.rows[row][i]])));
  }
  return tests.size() == 1 ? std::move(tests[0]) : expr::And(std::move(tests));
}

}  // namespace

void GatheredOutputs(const check::Job& job, const check::Output& output, const Expressions& expressions,
                     model::Job& result) {
  const bool text = output.value->type.is_text() || check::TermKind::StepOutput == output.value->kind ||
                    check::TermKind::JobOutput == output.value->kind;
  for (size_t row = 0; row < job.rows.size(); ++row) {
    expr::Expr value = text ? expressions.Text(output.value) : expr::Call("toJSON", {expressions.Typed(output.value)});
    // Other rows give the empty text, which GitHub does not take for a value.
    result.outputs.emplace_back(
        Value::String(output.name + "_" + std::to_string(row)),
        Value::Expression(expr::Or({expr::And({InRow(job, row, expressions), std::move(value)}), expr::String("")})));
  }
}

// `for matrix in …`: as GitHub reads it.
static model::Matrix WholeMatrix(const check::TermPtr& term, const Expressions& expressions) {
  model::Matrix matrix;
  if (!term->is(check::TermKind::Record)) {
    matrix.whole = Value::Expression(expressions.Typed(term));
    return matrix;
  }
  for (size_t i = 0; i < term->keys.size(); ++i) {
    Value value = expressions.Structured(term->args[i]);
    if (term->keys[i] == "include")
      matrix.include = std::move(value);
    else if (term->keys[i] == "exclude")
      matrix.exclude = std::move(value);
    else
      matrix.axes.emplace_back(Value::String(term->keys[i]), std::move(value));
  }
  return matrix;
}

model::Matrix MatrixOf(const check::Job& job, const Expressions& expressions) {
  model::Matrix matrix;
  if (job.matrix.size() == 1 && job.matrix[0].name == "matrix" && job.matrix[0].list != nullptr)
    return WholeMatrix(job.matrix[0].list, expressions);
  if (job.rows_as_axis) {
    matrix.axes.emplace_back(Value::String("row"), RowsOf(job, job.rows, expressions));
    return matrix;
  }
  for (const check::MatrixAxis& axis : job.matrix) {
    if (axis.list != nullptr) {
      matrix.axes.emplace_back(Value::String(axis.name), Value::Expression(expressions.Typed(axis.list)));
      continue;
    }
    std::vector<Value> values;
    for (size_t i = 0; i < axis.values.size(); ++i)
      if (axis.used.empty() || axis.used[i]) values.push_back(expressions.Structured(axis.values[i]));
    matrix.axes.emplace_back(Value::String(axis.name), Value::List(std::move(values)));
  }
  if (!job.excluded.empty()) matrix.exclude = RowsOf(job, job.excluded, expressions);
  return matrix;
}

}  // namespace sluice::lower
