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

TermPtr Path(std::string name, Type type, ContextSet contexts, Span at, Span declared = {}) {
  Term term = PathTerm(std::move(name), std::move(type), contexts, at);
  term.declared = declared;
  return Share(std::move(term));
}

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
  const std::string_view root = std::string_view(path).substr(0, path.find('.'));
  if (root == "import") {
    auto it = env.file->imports.find(std::string_view(path).substr(7));
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

TermPtr Elaborator::ReadGithub(const std::string& path, const std::string& key, Span key_at, Span at, const Env& env) {
  if (path != "github") return ReadEvent(path, key, key_at, at, env);
  if (key == "event") return Path("github.event", types::Simple(Kind::Object), Context::Github, at);
  const auto type = ContextProperty("github", key);
  if (!type) return UnknownProperty("github", key, key_at, ContextProperties("github"));
  Term term = PathTerm("github." + key, *type, Context::Github, at);
  if (key == "token") term.labels.secret = {Span{}, "the token of the run"};
  if (EqualsIgnoreCase(key, "head_ref")) term.labels.untrusted = {Span{}, WhoWrites(term.name)};
  return Share(std::move(term));
}

TermPtr Elaborator::ReadDeclared(const std::string& context, const std::string& key, Span key_at, Span at,
                                 const Env& env) {
  if (context == "secrets") {
    const SecretEntry* secret = session_.names.FindSecret(key);
    if (secret == nullptr && !EqualsIgnoreCase(key, "GITHUB_TOKEN")) return Undeclared("secret", key, key_at);
    Term term = *Path("secrets." + key, types::Simple(Kind::String), Context::Secrets, at);
    term.labels.secret = {Span{}, "a secret"};
    if (secret != nullptr) term.declared = secret->at;
    if (secret != nullptr && !InEnvironment("secret", secret->name, secret->at, secret->environments, key_at, env))
      return ErrorTerm(at);
    return Share(std::move(term));
  }
  if (context == "vars") {
    const VariableEntry* variable = session_.names.FindVariable(key);
    if (variable == nullptr) return Undeclared("variable", key, key_at);
    if (!InEnvironment("variable", variable->name, variable->at, variable->environments, key_at, env))
      return ErrorTerm(at);
    Term term = *Path("vars." + key, variable->type, Context::Vars, at, variable->at);
    if (term.type.optional) {
      Absence absence{variable->at, fmt::format("`{}` may be unset", key), {}, {}, "because nobody has to set it", ""};
      absence.test = fmt::format("vars.{} != null", key);
      term.absence = std::make_shared<const Absence>(std::move(absence));
      if (env.facts.contains("present:" + Fingerprint(Share(term)))) term.type.optional = false;
    }
    return Share(std::move(term));
  }
  if (context == "inputs") {
    const PipelineScope* pipeline = env.run();
    if (pipeline == nullptr) return Path("inputs." + key, types::Simple(Kind::String), Context::Inputs, at);
    if (auto it = pipeline->parameters.find(key); it != pipeline->parameters.end())
      return ParamTerm(*pipeline, it->second, at);
    if (pipeline->decl == nullptr)
      return Fail(Build(Code::P0203, key_at, "an action has no inputs of a pipeline", "it sees its own parameters only")
                      .Say(fmt::format("Hand it over as a parameter:   uses ...({0}: {0})", key)),
                  at);
    std::vector<std::string> names;
    for (const syntax::Param& param : pipeline->decl->params) names.push_back(param.name.text);
    Build report(Code::P0203, key_at, fmt::format("the pipeline has no parameter `{}`", key));
    Suggest(report, key, key_at, names, "GitHub would put nothing here, without a word");
    return Fail(std::move(report), at);
  }
  if (env.job != nullptr && env.job->whole_matrix())
    return Path("matrix." + key, types::Simple(Kind::Json), Context::Matrix, at, env.job->axes[0].name.span);
  if (env.job != nullptr)
    for (AxisEntry& axis : env.job->axes)
      if (axis.name.text == key) return AxisTerm(*env.job, axis, at, env);
  std::vector<std::string> axes;
  if (env.job != nullptr)
    for (const AxisEntry& axis : env.job->axes) axes.push_back(axis.name.text);
  Build report(Code::P0203, key_at,
               axes.empty() ? std::string("this job has no matrix") : fmt::format("the matrix has no axis `{}`", key));
  Suggest(report, key, key_at, axes, "GitHub would put nothing here, without a word");
  return Fail(std::move(report), at);
}

// `schedule.daily`: did that line of the triggers start the run?
TermPtr Elaborator::ReadSchedule(const std::string& key, Span key_at, Span at, const Env& env) {
  std::vector<std::string> names;
  for (const Trigger& trigger : env.run()->checked->triggers)
    for (size_t i = 0; i < trigger.schedule_names.size(); ++i) {
      if (!trigger.schedule_names[i].empty()) names.push_back(trigger.schedule_names[i]);
      if (trigger.schedule_names[i] != key) continue;
      TermPtr cron = StringTerm(trigger.schedules[i].first, types::Simple(Kind::String), at);
      return Share(NodeOver(TermKind::Equal, types::Simple(Kind::Bool), at,
                            {Path("github.event.schedule", types::Simple(Kind::String), Context::Github, at), cron}));
    }
  Build report(Code::P0203, key_at, fmt::format("no schedule is called `{}`", key));
  Suggest(report, key, key_at, names, "not one of the names");
  report.Say(fmt::format("A schedule gets a name in its trigger:   on schedule(\"0 3 * * *\", name: {})", key));
  return Fail(std::move(report), at);
}

// Secrets and variables of environments exist only in jobs that enter one of them (P0206).
bool Elaborator::InEnvironment(std::string_view what, const std::string& name, Span declared,
                               const std::vector<syntax::Name>& environments, Span at, const Env& env) {
  if (environments.empty() || env.neutral || env.of_call) return true;
  const auto among = [&](const std::string& entered) {
    return std::ranges::any_of(environments, [&](const syntax::Name& each) { return each.text == entered; });
  };
  std::string names;
  for (const syntax::Name& each : environments) names += (names.empty() ? "" : ", ") + each.text;
  // An action on its own: whoever uses it enters one, or not.
  if (env.job != nullptr && env.job->of_action && env.job->caller == nullptr) return true;
  const TermPtr entered = env.job == nullptr ? nullptr : JobEnvironment(*env.job);
  if (entered != nullptr && (entered->is(TermKind::Error) || !entered->is_text_constant())) return true;
  if (entered != nullptr && among(entered->constant.text)) return true;
  Build report(Code::P0206, at, fmt::format("the {} `{}` exists only in {}", what, name, names),
               env.job == nullptr   ? std::string("no environment is entered here")
               : entered == nullptr ? fmt::format("`{}` enters no environment", env.job->name.text)
                                    : fmt::format("`{}` enters `{}`", env.job->name.text, entered->constant.text));
  report.Also(declared, "declared here");
  report.Say(fmt::format("Let the job enter it:   environment: {}", environments.front().text));
  Fail(std::move(report), at);
  return false;
}

// `in_record`: as `name` of a record it may be a text that only the run knows. Its secrets and variables are those
// that no declaration ties to an environment.
TermPtr Elaborator::EnvironmentNamed(ExprId id, const Env& env, bool in_record) {
  const Type environment = types::Simple(Kind::Environment);
  if (in_record) {
    const bool text = [&] {
      const Reporter::Trial trial(session_.report);
      const TermPtr tried = Elaborate(id, env);
      return tried->type.is(Kind::String) && !tried->type.optional && !tried->is_constant();
    }();
    if (text) return Elaborate(id, env);
  }
  return ElaborateAs(id, env, environment, "`environment`");
}

// The environment that a job enters, elaborated once; null when it enters none.
TermPtr Elaborator::JobEnvironment(JobScope& job) {
  if (job.caller != nullptr) return JobEnvironment(*job.caller);
  auto setting = job.settings.find("environment");
  if (setting == job.settings.end()) return nullptr;
  if (std::exchange(job.environment_known, true)) return job.environment;
  const Ast& ast = *job.pipeline->file->ast;
  const syntax::Item& written = ast[setting->second];
  Reporter::Item item(session_.report, &written, written.damaged);
  const ExprId whole = std::get<syntax::Setting>(written.node).value;
  ExprId value = whole;
  if (value.valid() && ast[value].kind == syntax::ExprKind::Record) {
    ExprId name;
    for (const syntax::Entry& entry : ast[value].entries)
      if (entry.key && entry.key->text == "name") name = entry.value;
    if (!name.valid())
      session_.report.Add(Build(Code::P0301, ast[value].span, "`environment` needs a name", "not given")
                              .Say("Write   environment: { name: prod, deployment: false }"));
    value = name;
  }
  job.environment = value.valid() ? EnvironmentNamed(value, JobEnv(job), value != whole) : ErrorTerm(written.span);
  return job.environment;
}

TermPtr Elaborator::Undeclared(std::string_view what, const std::string& key, Span key_at) {
  std::vector<std::string> names;
  Span nearest_at;
  if (what == "secret")
    for (const SecretEntry& secret : session_.names.secrets) names.push_back(secret.name);
  else
    for (const VariableEntry& variable : session_.names.variables) names.push_back(variable.name);
  Build report(Code::P0206, key_at, fmt::format("the {} `{}` is not declared", what, key));
  const auto nearest = DidYouMean(key, names);
  if (nearest) {
    if (const SecretEntry* secret = what == "secret" ? session_.names.FindSecret(*nearest) : nullptr)
      nearest_at = secret->at;
    if (const VariableEntry* variable = what == "secret" ? nullptr : session_.names.FindVariable(*nearest))
      nearest_at = variable->at;
    report.Also(nearest_at, "declared here");
  }
  Suggest(report, key, key_at, names, "no file of the project declares it");
  const std::string line = fmt::format("{} {}", what == "secret" ? "secret" : "var", key);
  if (nearest) {
    report.Say(fmt::format("Or declare it, once in the project:   {}", line));
  } else {
    const source::FileId file = session_.sources.FileOf(key_at);
    report.Say(fmt::format("Declare it, once in the project:   {}", line),
               Replace(session_.sources.MakeSpan(file, 0, 0), line + "\n", "declare it", false));
  }
  return Fail(std::move(report), key_at);
}

TermPtr Elaborator::ReadNeeds(const std::string& path, const std::string& key, Span key_at, Span at, const Env& env) {
  if (path == "needs.*") {
    if (key == "result") return Path("needs.*.result", types::ListOf(types::JobResult()), Context::Needs, at);
    return UnknownProperty("needs.*", key, key_at, {"result"});
  }
  const PipelineScope* pipeline = env.run();
  if (path == "needs" || path == "jobs") {
    JobScope* job = pipeline == nullptr ? nullptr : Find(pipeline->jobs, key);
    if (job != nullptr) return Path("needs." + key, types::Simple(Kind::Object), Context::Needs, at, job->name.span);
    std::vector<std::string> names;
    if (pipeline != nullptr)
      for (const JobScope* each : pipeline->job_order) names.push_back(each->name.text);
    Build report(Code::P0202, key_at, fmt::format("there is no job `{}`", key));
    Suggest(report, key, key_at, names, "not a job of this pipeline");
    if (!names.empty()) report.Say(fmt::format("Jobs of this pipeline: {}.", JoinNames(names)));
    return Fail(std::move(report), at);
  }
  const bool outputs = path.ends_with(".outputs") && path != "needs.outputs";
  const std::string name = outputs ? path.substr(6, path.size() - 14) : path.substr(6);
  JobScope* job = pipeline == nullptr ? nullptr : Find(pipeline->jobs, name);
  if (job == nullptr) return ErrorTerm(at);
  if (job == env.job) {
    return Fail(Build(Code::P0401, at, fmt::format("`{}.{}` is not known yet here", name, key),
                      "a job cannot read its own outputs and result")
                    .Say(fmt::format("Inside the job read the step:   STEP.{}", key)),
                at);
  }
  if (!outputs && key == "result")
    return Path("needs." + name + ".result", types::JobResult(), env.of_pipeline ? Context::Jobs : Context::Needs, at,
                job->name.span);
  if (!outputs && key == "outputs")
    return Path("needs." + name + ".outputs", types::Simple(Kind::Object), Context::Needs, at, job->name.span);
  return JobOutputTerm(*job, key, key_at, at, env);
}

TermPtr Elaborator::ReadSteps(const std::string& path, const std::string& key, Span key_at, Span at, const Env& env) {
  if (env.job == nullptr) return ErrorTerm(at);
  if (path == "steps") {
    const StepEntry* step = Find(env.job->all_steps, key);
    const bool in_reach = step != nullptr && (step->loop == nullptr || step->loop->Holds(env.block));
    if (in_reach && (step->passed || env.neutral || env.at_end))
      return Path("steps." + step->id, types::Simple(Kind::Object), Context::Steps, at, step->name.span);
    syntax::Expr name;
    name.text = key;
    name.span = key_at;
    if (step != nullptr) return UnknownName(name, env, nullptr);
    std::vector<std::string> names;
    for (const auto& [each, entry] : env.job->all_steps) names.push_back(each);
    Build report(Code::P0202, key_at, fmt::format("there is no step `{}`", key));
    Suggest(report, key, key_at, names, "not a step of this job");
    report.Say(fmt::format("A step gets a name by `let`:   let {} = run ...", key));
    return Fail(std::move(report), at);
  }
  const bool outputs = path.ends_with(".outputs") && path != "steps.outputs";
  const std::string name = outputs ? path.substr(6, path.size() - 14) : path.substr(6);
  StepEntry* step = Find(env.job->step_ids, name);
  if (step == nullptr) step = Find(env.job->all_steps, name);
  if (step == nullptr) return ErrorTerm(at);
  if (!outputs && step->inlined && (key == "outcome" || key == "conclusion" || key == "outputs"))
    return Fail(
        Build(Code::P0203, key_at, fmt::format("a call of an action has no `{}`", key), "it may be many steps, or none")
            .Also(step->name.span, fmt::format("uses `{}`", step->action))
            .Say("Let the action give what is needed as an output."),
        at);
  if (!outputs && (key == "outcome" || key == "conclusion"))
    return Path("steps." + name + "." + key, types::JobResult(), Context::Steps, at, step->name.span);
  if (!outputs && key == "outputs")
    return Path("steps." + name + ".outputs", types::Simple(Kind::Object), Context::Steps, at, step->name.span);
  return StepOutputTerm(*step, key, key_at, at, env);
}

// A variable that an earlier step may have set: text on the wire, like outputs.
TermPtr Elaborator::ExportedTerm(const DeclaredOutput& variable, Span at, const Env& env) {
  Term term;
  term.kind = TermKind::StepOutput;
  term.type = types::Optional(variable.type);
  if (variable.type.is(Kind::Error)) return ErrorTerm(at);
  term.at = at;
  term.contexts = Context::Env;
  term.name = variable.name;
  term.declared = variable.at;
  if (variable.secret) term.labels.secret = {variable.at, "declared secret here"};
  Absence absence;
  absence.cause = variable.at;
  absence.cause_text = "a step may set it, or not";
  absence.because = "because a variable is there only once a step wrote it";
  absence.test = fmt::format("env.{} != null", variable.name);
  term.absence = std::make_shared<const Absence>(std::move(absence));
  if (env.facts.contains("present:" + Fingerprint(Share(term)))) term.type.optional = false;
  return Share(std::move(term));
}

// An output of a call of an action: the value itself, which may be absent where the call may have been skipped.
TermPtr Elaborator::InlinedOutput(const StepEntry& step, const std::string& key, const Term& value, Span at,
                                  const Env& env) {
  Term term = value;
  term.at = at;
  term.let = step.name.text + "." + key;
  if (term.type.optional) return Share(std::move(term));
  if (auto absence = StepAbsence(step, fmt::format("{}.{}", step.name.text, key), env)) {
    term.type = types::Optional(std::move(term.type));
    term.absence = std::move(absence);
    if (env.facts.contains("present:" + Fingerprint(Share(term)))) term.type.optional = false;
  }
  return Share(std::move(term));
}

TermPtr Elaborator::StepOutputTerm(StepEntry& step, const std::string& key, Span key_at, Span at, const Env& env) {
  if (step.later) return ErrorTerm(at);
  const DeclaredOutput* found = nullptr;
  for (const DeclaredOutput& output : step.outputs)
    if (output.name == key) found = &output;
  // What a script prints becomes an output when somebody reads it.
  const bool printed = step.is_run && key == "stdout";
  if (found == nullptr && step.known && !printed) {
    std::vector<std::string> names;
    for (const DeclaredOutput& output : step.outputs) names.push_back(output.name);
    const bool action = !step.is_run;
    Build report(action ? Code::P0703 : Code::P0203, key_at,
                 action ? fmt::format("`{}` has no output `{}`", step.action, key)
                        : fmt::format("the step `{}` declares no output `{}`", step.name.text, key));
    Suggest(report, key, key_at, names, action ? "GitHub would put nothing here, without a word" : "not declared");
    if (!names.empty()) report.Say(fmt::format("Outputs: {}.", JoinNames(names)));
    if (!action && !DidYouMean(key, names))
      report.Say(fmt::format("Declare it:   let {} = run -> {{ {}: string }} ...", step.name.text, key));
    return Fail(std::move(report), at);
  }
  if (auto value = step.values.find(key); value != step.values.end())
    return InlinedOutput(step, key, *value->second, at, env);
  Term term;
  term.kind = TermKind::StepOutput;
  term.type = found != nullptr ? found->type : types::Simple(Kind::String);
  if (term.type.is(Kind::Error)) return ErrorTerm(at);
  term.at = at;
  term.contexts = Context::Steps;
  term.owner = step.id;
  term.name = found != nullptr ? found->name : key;
  if (found != nullptr) term.declared = found->at;
  if (found != nullptr && found->secret) term.labels.secret = {found->at, "declared secret here"};
  if (found != nullptr && found->untrusted) term.labels.untrusted = {found->at, "its step declares it so"};
  // Texts only: of other types it is tested what the text says.
  if (step.outsider && term.type.is(Kind::String))
    term.labels.untrusted = {step.name.span, "its step runs beside files of the pull request"};
  if (auto absence = StepAbsence(step, fmt::format("{}.{}", step.name.text, key), env)) {
    term.type = types::Optional(std::move(term.type));
    term.absence = std::move(absence);
    if (env.facts.contains("present:" + Fingerprint(Share(term)))) term.type.optional = false;
  }
  return Share(std::move(term));
}

TermPtr Elaborator::CallOutputTerm(JobScope& job, const std::string& key, Span key_at, Span at, const Env& env) {
  if (!job.call) return ErrorTerm(at);
  std::vector<std::string> known;
  std::optional<Type> type = CalledOutput(*job.call, key, known);
  if (!type) {
    Build report(Code::P0203, key_at, fmt::format("{} gives no output `{}`", job.call->shown, key));
    Suggest(report, key, key_at, known, "GitHub would put nothing here, without a word");
    if (!known.empty()) report.Say(fmt::format("Its outputs: {}.", JoinNames(known)));
    return Fail(std::move(report), at);
  }
  if (type->is(Kind::Error)) return ErrorTerm(at);
  if (!job.axes.empty())
    return Fail(Build(Code::P0302, key_at, fmt::format("`{}` is called once for each row", job.name.text),
                      "GitHub would give the value of the row that ends last"),
                at);
  Term term;
  term.kind = TermKind::JobOutput;
  term.type = *std::move(type);
  term.at = at;
  term.contexts = env.of_pipeline ? Context::Jobs : Context::Needs;
  term.owner = job.name.text;
  term.name = key;
  if (auto absence = JobAbsence(job, fmt::format("{}.{}", job.name.text, key), env); absence && !env.neutral) {
    term.type = types::Optional(std::move(term.type));
    term.absence = std::move(absence);
    if (env.facts.contains("present:" + Fingerprint(Share(term)))) term.type.optional = false;
  }
  return Share(std::move(term));
}

TermPtr Elaborator::JobOutputTerm(JobScope& job, const std::string& key, Span key_at, Span at, const Env& env) {
  if (job.decl->call) return CallOutputTerm(job, key, key_at, at, env);
  auto it = job.outputs.find(key);
  if (it == job.outputs.end()) {
    Build report(Code::P0203, key_at, fmt::format("the job `{}` has no output `{}`", job.name.text, key));
    Suggest(report, key, key_at, job.output_order, "GitHub would put nothing here, without a word");
    if (!job.output_order.empty())
      report.Say(fmt::format("Its outputs: {}.", JoinNames(job.output_order)));
    else
      report.Say(fmt::format("Give it one, among the steps of `{}`:   output {} = ...", job.name.text, key));
    return Fail(std::move(report), at);
  }
  OutputEntry& output = it->second;
  output.read = true;
  Term term;
  term.type = OutputType(job, output);
  if (term.type.is(Kind::Error)) return ErrorTerm(at);
  const bool file = term.type.is_file();
  term.kind = file ? TermKind::JobFile : TermKind::JobOutput;
  // One value for each row.
  if (!job.axes.empty() && file) term.type = types::ListOf(types::Present(term.type));
  if (!job.axes.empty() && !file) {
    for (AxisEntry& axis : job.axes)
      if (TypedAxis(job, axis).run_time != nullptr)
        return Fail(Build(Code::P0302, key_at,
                          fmt::format("`{}.{}` has one value for each row, and the rows are known only at run time",
                                      job.name.text, key),
                          "GitHub would give the value of the row that ends last")
                        .Also(axis.name.span, "these rows")
                        .Say(fmt::format("Hand over a file:   output {}: file = \"...\"   and read   {}.{}.dir", key,
                                         job.name.text, key)),
                    at);
    term.type = types::MapOf(types::Simple(Kind::String), term.type);
    term.gathered = true;
  }
  term.at = at;
  // A file arrives inside the job that reads it, and only there.
  term.contexts = file ? Context::Needs | Context::Steps : ContextSet(env.of_pipeline ? Context::Jobs : Context::Needs);
  term.owner = job.name.text;
  term.name = output.name.text;
  term.declared = output.declared;
  term.labels = output.labels;
  std::shared_ptr<const Absence> absence = JobAbsence(job, fmt::format("{}.{}", job.name.text, key), env);
  if (absence == nullptr && term.type.optional) absence = output.absence;
  if (absence != nullptr && !env.neutral) {
    term.type = types::Optional(std::move(term.type));
    term.absence = std::move(absence);
    if (env.facts.contains("present:" + Fingerprint(Share(term)))) term.type.optional = false;
  }
  return Share(std::move(term));
}

}  // namespace sluice::check
