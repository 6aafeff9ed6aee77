#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "compiler/base/text.h"
#include "compiler/catalogue/runners.h"
#include "compiler/check/elaborate.h"
#include "compiler/check/facts.h"
#include "compiler/check/matrix.h"
#include "compiler/check/suggest.h"

namespace sluice::check {
namespace {

bool IsObjectPath(const TermPtr& term) { return term->is(TermKind::Path) && term->type.is(Kind::Object); }

}  // namespace

TermPtr Elaborator::EvalMember(const syntax::Expr& e, const Env& env) {
  TermPtr object = Eval(e.args.empty() ? ExprId{} : e.args[0], env, nullptr);
  if (object->is(TermKind::Error)) return ErrorTerm(e.span);
  if (e.star) return ReadStar(object, e.span);
  if (!e.name.present()) return ErrorTerm(e.span);  // damaged: nothing stands behind the dot
  return ReadMember(object, e.name.text, e.name.span, e.span, env);
}

TermPtr Elaborator::EvalIndex(const syntax::Expr& e, const Env& env) {
  TermPtr object = Eval(e.args.empty() ? ExprId{} : e.args[0], env, nullptr);
  if (object->is(TermKind::Error)) return ErrorTerm(e.span);
  if (e.star || e.args.size() < 2) return ReadStar(object, e.span);
  TermPtr key = Eval(e.args[1], env, nullptr);
  if (key->is(TermKind::Error)) return ErrorTerm(e.span);
  if (object->is(TermKind::Path) && object->name.starts_with("group.")) return ReadRound(object, key, e.span, env);
  if (object->gathered) return ReadGathered(object, key, e.span, env);
  if (key->is_text_constant()) return ReadMember(object, key->constant.text, key->at, e.span, env);
  if (object->is(TermKind::Path) && object->name.starts_with("github.event.") && object->type.is(Kind::List) &&
      key->is_constant() && key->type.is(Kind::Int))
    return ReadEvent(object->name, RenderConstant(key->constant), key->at, e.span, env);
  if (RefuseAbsent(key)) return ErrorTerm(e.span);
  if (object->type.is(Kind::Map) && object->type.element != nullptr) return ReadEntry(object, key, e.span);
  if (object->type.is(Kind::Json) && (key->type.is_number() || key->type.is_text())) {
    if (object->is(TermKind::List) && key->is_constant() && key->constant.number >= 0 &&
        key->constant.number < static_cast<double>(object->args.size())) {
      Term copy = *object->args[static_cast<size_t>(key->constant.number)];
      copy.type = types::Simple(Kind::Json);
      return Share(std::move(copy));
    }
    return Share(NodeOver(TermKind::Index, types::Simple(Kind::Json), e.span, {object, key}));
  }
  if (object->type.is(Kind::List) && object->type.element != nullptr && key->type.is_number()) {
    const bool hidden = object->may_be_known() && !object->is(TermKind::List);
    if (hidden || key->may_be_known()) return UnknownTerm(*object->type.element, e.span);
    if (object->is(TermKind::List) && key->is_constant()) {
      const auto index = static_cast<size_t>(std::max(0.0, key->constant.number));
      if (index < object->args.size() && key->constant.number >= 0) return object->args[index];
      return Fail(
          Build(Code::P0309, key->at, fmt::format("this list has {} items", object->args.size()), "counted from 0"),
          e.span);
    }
    Term term = NodeOver(TermKind::Index, types::Optional(*object->type.element), e.span, {object, key});
    Absence absence;
    absence.because = "because the list may be shorter";
    term.absence = std::make_shared<const Absence>(std::move(absence));
    return Share(std::move(term));
  }
  return Fail(Build(Code::P0302, key->at, "only lists are read by a number, and records by a constant name",
                    types::ToText(key->type))
                  .Also(object->at, types::ToText(object->type)),
              e.span);
}

// An entry of a map by a key that is known at run time. It is there when the keys are an enum and all have an entry.
TermPtr Elaborator::ReadEntry(const TermPtr& map, const TermPtr& key, Span at) {
  if (const Type wanted = map->type.key != nullptr ? *map->type.key : Type{}; !types::Fits(key->type, wanted))
    return Fail(Build(Code::P0302, key->at, fmt::format("the keys of this map are {}s", types::ToText(wanted)),
                      types::WithArticle(key->type))
                    .Also(map->declared, "the map"),
                at);
  if (map->may_be_known() || key->may_be_known()) return UnknownTerm(*map->type.element, at);
  const bool complete = map->is(TermKind::Record) && key->type.is(Kind::Enum) &&
                        std::ranges::all_of(key->type.members, [&](const std::string& member) {
                          return std::ranges::find(map->keys, member) != map->keys.end();
                        });
  Type type = complete ? *map->type.element : types::Optional(*map->type.element);
  Term term = NodeOver(TermKind::Index, std::move(type), at, {map, key});
  if (!complete) {
    Absence absence;
    absence.because = "because the map may not have it";
    term.absence = std::make_shared<const Absence>(std::move(absence));
  }
  return Share(std::move(term));
}

TermPtr Elaborator::ReadStar(const TermPtr& object, Span at) {
  if (object->is(TermKind::Path) && (object->name == "needs" || object->type.is(Kind::List)))
    return Path(object->name + ".*", types::Simple(Kind::Object),
                object->name == "needs" ? ContextSet(Context::Needs) : object->contexts, at, object->declared);
  return Fail(Build(Code::P0203, at, "`.*` reads the items of a list, or all of `needs`", types::ToText(object->type)),
              at);
}

TermPtr Elaborator::ReadMember(const TermPtr& object, const std::string& key, Span key_at, Span at, const Env& env) {
  if (object->open) return UnmappedProperty(object->name + "." + key, at);
  if (object->type.is(Kind::Json)) return ReadJson(object, key, at);
  if (object->type.is(Kind::Object) && !object->type.name.empty()) {  // the name of an enum
    const std::vector<std::string>& members = object->type.members;
    if (std::ranges::find(members, key) != members.end())
      return StringTerm(key, types::NamedEnum(object->type.name, members), at);
    Build report(Code::P0309, key_at, fmt::format("`{}` is not a value of `{}`", key, object->type.name));
    Suggest(report, key, key_at, members, "not one of them");
    return Fail(report.Also(object->declared, "declared here").Say(fmt::format("Values: {}.", JoinNames(members))), at);
  }
  if (IsObjectPath(object)) return ReadPath(object, key, key_at, at, env);
  if (object->is(TermKind::Record)) {
    for (size_t i = 0; i < object->keys.size(); ++i)
      if (object->keys[i] == key) return object->args[i];
    if (object->type.is(Kind::Map)) {
      Build report(Code::P0309, key_at, fmt::format("this map has no `{}`", key));
      // A key in quotes keeps them.
      const bool quoted = key_at.size() == key.size() + 2;
      const Span written = quoted ? Span{key_at.begin + 1, key_at.end - 1} : key_at;
      Suggest(report, key, written, object->keys, "not one of its keys");
      return Fail(report.Also(object->declared, "the map"), at);
    }
    return UnknownProperty(std::string(TextOf(object->at)), key, key_at, object->keys);
  }
  if (object->type.is(Kind::Environment) && object->unknown) return UnknownTerm(types::Simple(Kind::String), at);
  if (object->type.is(Kind::Environment) && object->is_text_constant()) return ReadEnvironment(object, key, key_at, at);
  if (object->is(TermKind::JobFile) && object->type.is(Kind::List)) {
    if (key != "dir" && key != "glob")
      return UnknownProperty(std::string(TextOf(object->at)), key, key_at, {"dir", "glob"});
    Type type = types::Simple(key == "dir" ? Kind::Dir : Kind::File);
    Term term = NodeOver(TermKind::Member, object->type.optional ? types::Optional(type) : type, at, {object});
    term.name = key;
    term.absence = object->absence;
    return Share(std::move(term));
  }
  if (object->type.is(Kind::Record)) {
    if (const types::Field* field = types::FindField(object->type, key)) return FieldOf(object, *field, at);
    std::vector<std::string> names;
    for (const types::Field& field : object->type.fields) names.push_back(field.name);
    return UnknownProperty(std::string(TextOf(object->at)), key, key_at, names);
  }
  if (object->type.is(Kind::Map) && object->type.element != nullptr) {
    const types::Field entry{key, *object->type.element, true};
    return FieldOf(object, entry, at);
  }
  if (object->type.is(Kind::Runner) && (key == "os" || key == "arch")) return ReadRunnerFact(object, key, at, env);
  return UnknownProperty(std::string(TextOf(object->at)), key, key_at, {});
}

// A field of a record that is known only at run time; of a map the entry, which may not be there.
TermPtr Elaborator::FieldOf(const TermPtr& record, const types::Field& field, Span at) {
  if (record->type.is(Kind::Map) && record->may_be_known()) return UnknownTerm(field.type, at);
  const bool optional = field.optional || record->type.optional || field.type.optional;
  Term term = NodeOver(TermKind::Member, optional ? types::Optional(field.type) : field.type, at, {record});
  term.name = field.name;
  term.declared = record->declared;
  if (!optional) return Share(std::move(term));
  if (record->type.optional) {
    term.absence = record->absence;
  } else {
    Absence absence;
    absence.because = record->type.is(Kind::Map) ? "because the map may not have it" : "because it need not be there";
    term.absence = std::make_shared<const Absence>(std::move(absence));
  }
  return Share(std::move(term));
}

// A part of an unchecked value is unchecked too.
TermPtr Elaborator::ReadJson(const TermPtr& object, const std::string& key, Span at) {
  if (object->is(TermKind::Record) || object->is(TermKind::List) || object->is_constant()) {
    for (size_t i = 0; i < object->keys.size(); ++i)
      if (object->keys[i] == key) {
        Term copy = *object->args[i];
        copy.at = at;
        copy.type = types::Simple(Kind::Json);
        return Share(std::move(copy));
      }
    Term absent = *NullTerm(at);
    absent.type = types::Simple(Kind::Json);
    return Share(std::move(absent));
  }
  Term term = NodeOver(TermKind::Member, types::Simple(Kind::Json), at, {object});
  term.name = key;
  return Share(std::move(term));
}

// What is known about a runner: of a label a constant, of an axis a choice over its values.
TermPtr Elaborator::ReadRunnerFact(const TermPtr& runner, const std::string& key, Span at, const Env& env) {
  auto fact = [&](const std::string& label) -> std::string {
    if (const catalogue::OwnRunner* own = session_.project.FindRunner(label); own != nullptr && !own->os.empty())
      return key == "os" ? own->os : own->arch;
    const catalogue::RunnerLabel* known = catalogue::FindRunnerLabel(label);
    return known == nullptr ? "" : std::string(key == "os" ? known->os : known->arch);
  };
  const Type type =
      key == "os" ? types::EnumOf({"linux", "windows", "macos"}) : types::EnumOf({"x64", "arm64", "x86", "arm"});
  if (runner->is_constant()) return StringTerm(fact(runner->constant.text), type, at);
  if (runner->may_be_known()) return UnknownTerm(type, at);
  const std::vector<TermPtr> rows = env.job == nullptr ? std::vector<TermPtr>{} : ValuesOverRows(runner, *env.job);
  if (rows.empty())
    return Fail(Build(Code::P0403, at, fmt::format("the {} of this runner is not known while compiling", key),
                      "the runner is known only when the job starts")
                    .Say(fmt::format("Inside the job it is known:   runner.{}", key)),
                at);
  TermPtr choice = StringTerm(fact(rows.back()->constant.text), type, at);
  for (size_t i = rows.size() - 1; i-- > 0;) {
    const std::string value = fact(rows[i]->constant.text);
    if (choice->is_text_constant() && choice->constant.text == value) continue;
    TermPtr test = Share(NodeOver(TermKind::Equal, types::Simple(Kind::Bool), at, {runner, rows[i]}));
    choice = Share(NodeOver(TermKind::Conditional, type, at, {std::move(test), StringTerm(value, type, at), choice}));
  }
  return choice;
}

TermPtr Elaborator::UnknownProperty(const std::string& object, const std::string& key, Span key_at,
                                    const std::vector<std::string>& known) {
  Build report(Code::P0203, key_at, fmt::format("`{}` has no property `{}`", object, key));
  Suggest(report, key, key_at, known, "GitHub would put nothing here, without a word");
  return Fail(std::move(report), key_at);
}

TermPtr Elaborator::ReadPath(const TermPtr& object, const std::string& key, Span key_at, Span at, const Env& env) {
  const std::string& path = object->name;
  const std::string_view view = path, root = view.substr(0, view.find('.'));
  if (root == "import") {
    auto it = env.file->imports.find(view.substr(7));
    if (it == env.file->imports.end() || it->second.file == nullptr) return ErrorTerm(at);
    const FileScope& file = *it->second.file;
    if (LetEntry* let = Find(file.lets, key); let != nullptr && !key.starts_with('_')) return UseLet(*let, at, env);
    if (auto e = file.enums.find(key); e != file.enums.end() && !key.starts_with('_')) return EnumTerm(e->second, at);
    if (file.actions.contains(key) || file.externs.contains(key)) return RefuseAction(key, key_at);
    if (file.other_names.contains(key)) return ErrorTerm(at);
    const std::vector<std::string> names = file.Exported();
    Build report(Code::P0202, key_at, fmt::format("`{}` declares nothing called `{}`", file.path, key));
    Suggest(report, key, key_at, names,
            key.starts_with('_') ? "names that start with `_` stay in their file" : "not there");
    return Fail(std::move(report), at);
  }
  if (root == "group") return RefuseGroup(object, at);
  if (root == "github") return ReadGithub(path, key, key_at, at, env);
  if (root == "needs" || (root == "jobs" && env.of_pipeline)) return ReadNeeds(path, key, key_at, at, env);
  if (root == "steps") return ReadSteps(path, key, key_at, at, env);
  if (root == "secrets" || root == "vars" || root == "inputs" || root == "matrix")
    return ReadDeclared(path, key, key_at, at, env);
  if (root == "schedule") return ReadSchedule(key, key_at, at, env);
  if (root == "services" || root == "self") return ReadService(path, key, key_at, at, env);
  if (root == "env" && env.job != nullptr)
    if (auto it = env.job->exports.find(key); it != env.job->exports.end()) return ExportedTerm(it->second, at, env);
  if (root == "env") return Path("env." + key, types::Simple(Kind::String), Context::Env, at);
  if (const auto type = ContextProperty(path, key)) return Path(path + "." + key, *type, types::FindContext(root), at);
  return UnknownProperty(path, key, key_at, ContextProperties(path));
}

}  // namespace sluice::check
