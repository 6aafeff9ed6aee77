#include "compiler/check/matrix.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "compiler/check/slots.h"

namespace sluice::check {
namespace {

constexpr size_t kMaxRows = 256;  // of GitHub: jobs that one matrix may make

bool SameAxisValue(const TermPtr& a, const TermPtr& b) {
  if (a->kind != b->kind || a->args.size() != b->args.size() || a->keys != b->keys) return false;
  if (a->is_constant()) return SameValue(a, b);
  for (size_t i = 0; i < a->args.size(); ++i)
    if (!SameAxisValue(a->args[i], b->args[i])) return false;
  return true;
}

class MatrixReader {
 public:
  MatrixReader(JobScope& scope, Job& job, const Env& env, Elaborator& elaborator)
      : scope_(scope), job_(job), env_(env), elaborator_(elaborator), session_(elaborator.session()) {}

  void Read();

 private:
  void Axis(AxisEntry& axis);
  void EqualValues(const AxisEntry& axis);
  void RunTimeAxis(const AxisEntry& axis);
  bool SmallEnough();
  void Where();
  bool Holds(const MatrixRow& row, bool& constant);
  void Settle(const std::vector<MatrixRow>& kept, std::vector<MatrixRow> left_out);
  void DropUnusedValues(const std::vector<MatrixRow>& kept, std::vector<MatrixRow>& left_out);

  JobScope& scope_;
  Job& job_;
  const Env& env_;
  Elaborator& elaborator_;
  Session& session_;
  bool broken_ = false;
};

void MatrixReader::Read() {
  for (AxisEntry& axis : scope_.axes) Axis(axis);
  const bool run_time = std::ranges::any_of(job_.matrix, [](const MatrixAxis& axis) { return axis.list != nullptr; });
  if (scope_.decl->matrix && scope_.decl->matrix->where.valid() && !broken_) {
    if (run_time)
      session_.report.Add(Build(Code::P0403, (*env_.file->ast)[scope_.decl->matrix->where].span,
                                "`where` picks rows while compiling", "these rows are known only when the run starts")
                              .Say("Leave the rows out where the list is made."));
    else
      Where();
  } else if (!run_time && !broken_ && SmallEnough()) {
    job_.rows = AllRows(job_.matrix);
  }
  job_.broken = job_.broken || broken_;
}

void MatrixReader::Axis(AxisEntry& axis) {
  elaborator_.TypedAxis(scope_, axis);
  const syntax::Expr& list = (*env_.file->ast)[axis.list];
  if (list.kind == syntax::ExprKind::List && list.entries.empty())
    session_.report.Add(Build(Code::P0901, list.span, fmt::format("the axis `{}` has no values", axis.name.text),
                              "GitHub refuses an empty matrix"));
  if (axis.type.is(Kind::Error)) {
    broken_ = true;
    return;
  }
  if (scope_.whole_matrix()) {
    job_.matrix.push_back({axis.name.text, axis.type, {}, axis.run_time, axis.name.span});
    broken_ = broken_ || !CheckSlot(axis.run_time, slots::kMatrix, env_, session_);
    return;
  }
  if (axis.run_time != nullptr) {
    RunTimeAxis(axis);
    return;
  }
  if (!axis.type.is_scalar() && !axis.type.is(Kind::Record)) {
    session_.report.Add(Build(
        Code::P0302, axis.name.span,
        fmt::format("the values of an axis are texts, numbers, bools or records, not {}s", types::ToText(axis.type)),
        types::ToText(axis.type)));
    broken_ = true;
    return;
  }
  for (const TermPtr& value : axis.values)
    if (!CheckSlot(value, slots::kMatrix, env_, session_) || !CheckConstant(value, "a value of an axis", session_)) {
      broken_ = true;
      break;
    }
  EqualValues(axis);
  job_.matrix.push_back({axis.name.text, axis.type, axis.values, nullptr, axis.name.span});
}

void MatrixReader::EqualValues(const AxisEntry& axis) {
  for (size_t i = 0; i < axis.values.size(); ++i)
    for (size_t k = 0; k < i; ++k) {
      if (!SameAxisValue(axis.values[i], axis.values[k])) continue;
      session_.report.Add(
          Build(Code::P0205, axis.values[i]->at,
                fmt::format("the axis `{}` has {} twice", axis.name.text, session_.sources.Text(axis.values[i]->at)),
                "the second one")
              .Also(axis.values[k]->at, "the first one")
              .Say("Remove one of them."));
      return;
    }
}

// The list comes from another job, or from the caller: GitHub refuses an empty matrix, so the job is skipped then. It
// does not tolerate a missing list on purpose: an output that GitHub dropped must fail, not skip.
void MatrixReader::RunTimeAxis(const AxisEntry& axis) {
  job_.matrix.push_back({axis.name.text, axis.type, {}, axis.run_time, axis.name.span});
  if (!CheckSlot(axis.run_time, slots::kMatrix, env_, session_) ||
      !CheckSlot(axis.run_time, slots::kJobIf, env_, session_)) {
    broken_ = true;
    return;
  }
  const Span at = axis.run_time->at;
  if (FindStatusCall(elaborator_.JobCondition(scope_)) != nullptr)
    Walk(axis.run_time, [&](const Term& term) {
      if (!term.is(TermKind::JobOutput)) return;
      Term result;
      result.kind = TermKind::Path;
      result.type = types::JobResult();
      result.at = at;
      result.contexts = Context::Needs;
      result.name = "needs." + term.owner + ".result";
      job_.matrix_conditions.push_back(
          Share(NodeOver(TermKind::Equal, types::Simple(Kind::Bool), at,
                         {Share(std::move(result)), StringTerm("success", types::JobResult(), at)})));
    });
  Term json = NodeOver(TermKind::Call, types::Simple(Kind::String), at, {axis.run_time});
  json.name = "toJSON";
  job_.matrix_conditions.push_back(
      Share(NodeOver(TermKind::NotEqual, types::Simple(Kind::Bool), at,
                     {Share(std::move(json)), StringTerm("[]", types::Simple(Kind::String), at)})));
}

// P0901 for more jobs than GitHub makes; with `where` the rows that it leaves count.
bool MatrixReader::SmallEnough() {
  double rows = 1;
  std::string product;
  for (const MatrixAxis& axis : job_.matrix) {
    rows *= static_cast<double>(axis.values.size());
    product += fmt::format("{}{}", product.empty() ? "" : " x ", axis.values.size());
  }
  const bool where = scope_.decl->matrix && scope_.decl->matrix->where.valid();
  const double limit = where ? 100'000 : kMaxRows;
  if (rows <= limit) return true;
  session_.report.Add(
      Build(Code::P0901, scope_.name.span, "a matrix has at most 256 jobs", fmt::format("{} = {:.0f}", product, rows))
          .Say("Leave rows out with `where`, or split the job."));
  broken_ = true;
  return false;
}

bool MatrixReader::Holds(const MatrixRow& row, bool& constant) {
  std::map<std::string, TermPtr, std::less<>> values;
  for (size_t i = 0; i < row.size(); ++i) values.emplace(job_.matrix[i].name, job_.matrix[i].values[row[i]]);
  Env env = env_;
  env.row = &values;
  Reporter::Trial trial(session_.report);
  const TermPtr holds = elaborator_.Elaborate(scope_.decl->matrix->where, env);
  constant = holds->is_constant() && holds->constant.kind == Constant::Kind::Bool;
  return holds->is_bool(true);
}

void MatrixReader::Where() {
  const ExprId where = scope_.decl->matrix->where;
  const TermPtr condition = elaborator_.ElaborateAs(where, env_, types::Simple(Kind::Bool), "`where`");
  if (condition->is(TermKind::Error) || !SmallEnough()) {
    broken_ = true;
    return;
  }
  std::vector<MatrixRow> kept, left_out;
  for (MatrixRow& row : AllRows(job_.matrix)) {
    bool constant = false;
    const bool holds = Holds(row, constant);
    if (!constant) {
      session_.report.Add(
          Build(Code::P0403, condition->at, "`where` picks rows while compiling", "this is not known for each row")
              .Say("It may read axes, constants and `let`s that read nothing else."));
      broken_ = true;
      return;
    }
    (holds ? kept : left_out).push_back(std::move(row));
  }
  if (kept.empty() || kept.size() > kMaxRows) {
    session_.report.Add(kept.empty() ? Build(Code::P0901, condition->at, "`where` leaves no row of the matrix",
                                             "GitHub refuses an empty matrix")
                                     : Build(Code::P0901, scope_.name.span, "a matrix has at most 256 jobs",
                                             fmt::format("`where` leaves {}", kept.size()))
                                           .Say("Leave more rows out, or split the job."));
    broken_ = true;
    return;
  }
  Settle(kept, std::move(left_out));
}

// A value that no row has any more needs no `exclude`.
void MatrixReader::DropUnusedValues(const std::vector<MatrixRow>& kept, std::vector<MatrixRow>& left_out) {
  for (size_t axis = 0; axis < job_.matrix.size(); ++axis) {
    std::vector<bool> used(job_.matrix[axis].values.size(), false);
    for (const MatrixRow& row : kept) used[row[axis]] = true;
    std::erase_if(left_out, [&](const MatrixRow& row) { return !used[row[axis]]; });
    job_.matrix[axis].used = std::move(used);
  }
}

void MatrixReader::Settle(const std::vector<MatrixRow>& kept, std::vector<MatrixRow> left_out) {
  DropUnusedValues(kept, left_out);
  job_.rows = kept;
  if (left_out.size() < kept.size())
    job_.excluded = std::move(left_out);
  else
    job_.rows_as_axis = true;
}

}  // namespace

std::vector<MatrixRow> AllRows(const std::vector<MatrixAxis>& axes) {
  std::vector<MatrixRow> rows;
  if (axes.empty()) return rows;
  rows.emplace_back();
  for (const MatrixAxis& axis : axes) {
    std::vector<MatrixRow> longer;
    for (const MatrixRow& row : rows)
      for (size_t i = 0; i < axis.values.size(); ++i) {
        longer.push_back(row);
        longer.back().push_back(i);
      }
    rows = std::move(longer);
  }
  return rows;
}

void ReadMatrix(JobScope& scope, Job& job, const Env& env, Elaborator& elaborator) {
  MatrixReader(scope, job, env, elaborator).Read();
}

bool IsWhollyConstant(const TermPtr& term) {
  if (term->is(TermKind::List) || term->is(TermKind::Record)) return std::ranges::all_of(term->args, IsWhollyConstant);
  return term->is_constant();
}

std::vector<TermPtr> ValuesOverRows(const TermPtr& term, const JobScope& scope) {
  if (term->is(TermKind::Axis)) {
    for (const AxisEntry& axis : scope.axes)
      if (axis.name.text == term->name) return axis.values;
    return {};
  }
  if (!term->is(TermKind::Member)) return {};
  std::vector<TermPtr> values = ValuesOverRows(term->args[0], scope);
  for (TermPtr& value : values) {
    auto key = std::ranges::find(value->keys, term->name);
    if (!value->is(TermKind::Record) || key == value->keys.end()) return {};
    value = value->args[static_cast<size_t>(key - value->keys.begin())];
  }
  return values;
}

}  // namespace sluice::check
