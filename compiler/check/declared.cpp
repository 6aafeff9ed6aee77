// What is elaborated once and asked for from many places: written types, conditions of jobs, their outputs and axes.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "compiler/base/text.h"
#include "compiler/check/elaborate.h"
#include "compiler/check/suggest.h"

namespace sluice::check {
namespace {

std::string DottedName(const syntax::QualifiedName& name) {
  std::string text;
  for (const syntax::Name& part : name) text += (text.empty() ? "" : ".") + part.text;
  return text;
}

std::string Types(size_t n) { return n == 0 ? "no types" : n == 1 ? "one type" : fmt::format("{} types", n); }

// How many arguments a type takes in `<…>`; nothing for what takes none.
std::optional<size_t> ArgumentsOf(std::string_view name) {
  if (name == "map") return 2;
  if (name == "list" || name == "range" || name == "secret" || name == "untrusted") return 1;
  return std::nullopt;
}

}  // namespace

// `E` of the file or of an import, `file.E`.
const EnumEntry* Elaborator::FindEnum(const Ast& ast, const syntax::QualifiedName& name) const {
  const FileScope* file = session_.names.FileOf(ast);
  auto find = [](const FileScope& where, const std::string& text) -> const EnumEntry* {
    auto it = where.enums.find(text);
    return it == where.enums.end() ? nullptr : &it->second;
  };
  if (file == nullptr || name.empty() || name.size() > 2) return nullptr;
  if (name.size() == 1)
    if (const EnumEntry* own = find(*file, name[0].text)) return own;
  auto import = file->imports.find(name[0].text);
  if (import == file->imports.end() || import->second.file == nullptr) return nullptr;
  if (name.size() == 1) return find(*import->second.file, import->second.name);
  return import->second.name.empty() && !name[1].text.starts_with('_') ? find(*import->second.file, name[1].text)
                                                                       : nullptr;
}

Type Elaborator::ReadNamedType(const Ast& ast, const syntax::Type& written, bool* secret) {
  const std::string name = DottedName(written.name);
  const auto wanted = ArgumentsOf(name);
  if (wanted && written.args.size() == *wanted) {
    if (name == "list") return types::ListOf(ReadType(ast, written.args[0], secret));
    if (name == "range") return types::RangeOf(ReadType(ast, written.args[0]));
    if (name == "map") return ReadMapType(ast, written);
    if (secret != nullptr && name == "secret") *secret = true;
    return ReadType(ast, written.args[0]);
  }
  if (const auto known = types::FindType(name); known && written.args.empty()) return *known;
  if (const EnumEntry* entry = FindEnum(ast, written.name); entry != nullptr && written.args.empty())
    return entry->type;
  if (wanted || types::FindType(name)) {
    Build report(Code::P0204, written.span, fmt::format("`{}` takes {}", name, Types(wanted.value_or(0))),
                 written.args.empty() ? std::string("none is given") : fmt::format("{} given", written.args.size()));
    if (name == "list") report.Say("Say what it is a list of:   list<string>");
    if (name == "map") report.Say("Say what leads to what:   map<string, int>");
    session_.report.Add(std::move(report));
    return {};
  }
  Build report(Code::P0204, written.span, fmt::format("there is no type `{}`", name));
  Suggest(report, name, written.span, types::TypeNames(), "not a type");
  if (!DidYouMean(name, types::TypeNames()))
    report.Say(fmt::format("Types: {}, enum(a, b), and T? for what may be absent.", JoinNames(types::TypeNames())));
  session_.report.Add(std::move(report));
  return {};
}

// Keys are text on every target: strings and members of enums.
Type Elaborator::ReadMapType(const Ast& ast, const syntax::Type& written) {
  Type key = ReadType(ast, written.args[0]);
  Type element = ReadType(ast, written.args[1]);
  if (!key.is(Kind::Error) && (!key.is_text() || key.optional))
    session_.report.Add(Build(Code::P0204, ast[written.args[0]].span,
                              fmt::format("the keys of a map are texts, not {}s", types::ToText(key)),
                              "a string, a refined string or an enum"));
  return types::MapOf(std::move(key), std::move(element));
}

Type Elaborator::ReadType(const Ast& ast, TypeId id, bool* secret) {
  if (!id.valid()) return {};
  const syntax::Type& written = ast[id];
  Type type;
  if (written.kind == syntax::TypeKind::Enum) {
    std::vector<std::string> members;
    for (const syntax::Name& member : written.members) members.push_back(member.text);
    type = types::EnumOf(std::move(members));
  } else if (written.kind == syntax::TypeKind::Record) {
    std::vector<types::Field> fields;
    for (const syntax::TypeField& field : written.fields)
      fields.push_back({field.name.text, ReadType(ast, field.type), field.optional});
    type = types::RecordOf(std::move(fields));
  } else if (written.kind == syntax::TypeKind::Named) {
    type = ReadNamedType(ast, written, secret);
  }
  return written.optional ? types::Optional(std::move(type)) : type;
}

TermPtr Elaborator::JobCondition(JobScope& job) {
  if (job.condition_known || job.condition_busy) return job.condition;
  auto it = job.settings.find("if");
  if (it == job.settings.end()) {
    job.condition_known = true;
    return nullptr;
  }
  job.condition_busy = true;
  const Ast& ast = *job.pipeline->file->ast;
  Reporter::Item item(session_.report, &ast[it->second], ast[it->second].damaged);
  job.condition = ElaborateCondition(ast.As<syntax::Setting>(it->second)->value, JobEnv(job), true);
  job.condition_busy = false;
  job.condition_known = true;
  return job.condition;
}

// A condition: inside it a status function anywhere counts for everything, as on GitHub.
TermPtr Elaborator::ElaborateCondition(ExprId id, Env env, bool of_job) {
  if (const auto status = FindStatusSyntax(*env.file, id, env, 0))
    (of_job ? env.job_status : env.step_status) = StatusUse{*status};
  TermPtr term = ElaborateAs(id, env, types::Simple(Kind::Bool), of_job ? "`if`" : "the condition");
  return term;
}

// The first call of a status function in the syntax, seen through `let`s; with the `!` before it.
std::optional<Span> Elaborator::FindStatusSyntax(const FileScope& file, ExprId id, const Env& env, size_t depth) {
  if (!id.valid() || depth > 200) return std::nullopt;
  const syntax::Expr& e = (*file.ast)[id];
  auto is_status = [](std::string_view name) {
    return name == "success" || name == "failure" || name == "always" || name == "cancelled" || name == "ok";
  };
  if (e.kind == syntax::ExprKind::Call && !e.args.empty()) {
    const syntax::Expr& callee = (*file.ast)[e.args[0]];
    if (callee.kind == syntax::ExprKind::Name && is_status(callee.text)) return e.span;
  }
  if (e.kind == syntax::ExprKind::Name) {
    auto through = [&](LetEntry* let) -> std::optional<Span> {
      return FindStatusSyntax(*let->file, let->value, env, depth + 20) ? std::optional(e.span) : std::nullopt;
    };
    for (BlockScope* block = env.block; block != nullptr; block = block->parent)
      if (auto it = block->lets.find(e.text); it != block->lets.end()) return through(it->second);
    if (env.pipeline != nullptr)
      if (auto it = env.pipeline->lets.find(e.text); it != env.pipeline->lets.end()) return through(it->second);
    if (auto it = file.lets.find(e.text); it != file.lets.end()) return through(it->second);
    return std::nullopt;
  }
  for (ExprId arg : e.args)
    if (auto found = FindStatusSyntax(file, arg, env, depth + 1))
      return e.kind == syntax::ExprKind::Unary && (*file.ast)[arg].kind == syntax::ExprKind::Call ? e.span : found;
  return std::nullopt;
}

const Type& Elaborator::OutputType(JobScope& job, OutputEntry& output) {
  if (output.state == OutputEntry::State::Busy) return output.type;  // a circle: P0605 says so
  if (output.state == OutputEntry::State::Done) return output.type;
  output.state = OutputEntry::State::Busy;
  const Ast& ast = *job.pipeline->file->ast;
  const auto& decl = *ast.As<syntax::OutputDecl>(output.item);
  Reporter::Trial trial(session_.report);
  Type declared = ReadType(ast, decl.type);
  output.declared = decl.type.valid() ? ast[decl.type].span : Span{};
  Env env = JobEnv(job);
  env.block = output.block;
  env.path = output.path;
  env.at_end = true;
  if (declared.is_file()) {
    output.type = declared;
  } else {
    TermPtr value = Elaborate(decl.value, env, decl.type.valid() ? &declared : nullptr);
    output.type = decl.type.valid() && !declared.is(Kind::Error) ? declared : value->type;
    if (value->type.optional) output.type = types::Optional(output.type);
    if (!output.declared.valid()) output.declared = value->declared;
    output.labels = value->labels;
    output.absence = value->absence;
  }
  if (!output.path.empty() && !output.type.is(Kind::Error)) {
    output.type = types::Optional(output.type);
    Absence absence;
    absence.cause = ast[output.item].keyword;
    absence.cause_text = "this stands under a condition";
    absence.because = fmt::format("because `{}` sets it only under a condition", job.name.text);
    output.absence = std::make_shared<const Absence>(std::move(absence));
  }
  output.state = OutputEntry::State::Done;
  return output.type;
}

const AxisEntry& Elaborator::TypedAxis(JobScope& job, AxisEntry& axis) {
  if (axis.typed || axis.busy) return axis;
  axis.busy = true;
  Env env = JobEnv(job);
  // An axis is no member of the scope that its list is read in.
  env.job = nullptr;
  const Type json = types::Simple(Kind::Json);
  TermPtr list = Elaborate(axis.list, env, job.whole_matrix() ? &json : nullptr);
  if (job.whole_matrix()) {
    const bool good = list->is(TermKind::Record) || list->type.is(Kind::Json) || IsUntyped(*list);
    if (!good && !list->is(TermKind::Error))
      Fail(Build(Code::P0302, list->at,
                 fmt::format("a whole matrix is a record, not {}", types::WithArticle(list->type)),
                 types::ToText(list->type))
               .Say("Its form is   for matrix in { os: [ubuntu-latest], include: fromJSON(plan.rows) }"),
           list->at);
    if (good && !RefuseAbsent(list)) {
      axis.type = json;
      axis.run_time = list;
    }
    axis.busy = false;
    axis.typed = true;
    return axis;
  }
  if (list->is(TermKind::List) && list->type.element != nullptr) {
    axis.type = *list->type.element;
    axis.values = list->args;
  } else if (!list->is(TermKind::Error)) {
    if (list->type.is(Kind::List) && list->type.element != nullptr && !RefuseAbsent(list)) {
      axis.type = *list->type.element;
      axis.run_time = list;
    } else if (!list->type.is(Kind::List)) {
      Fail(Build(Code::P0302, list->at, fmt::format("an axis is a list, not {}", types::WithArticle(list->type)),
                 types::ToText(list->type)),
           list->at);
    }
  }
  axis.busy = false;
  axis.typed = true;
  return axis;
}

}  // namespace sluice::check
