// `extern action NAME from owner/repo@ref (…) -> { … } { … }`: what a foreign action takes and gives.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "compiler/check/actions.h"
#include "compiler/check/settings.h"
#include "compiler/check/suggest.h"

namespace sluice::check {
namespace {

using catalogue::ActionInput;
using catalogue::InputKind;

class ExternReader {
 public:
  ExternReader(ExternEntry& entry, Elaborator& elaborator)
      : entry_(entry), elaborator_(elaborator), session_(elaborator.session()), ast_(*entry.file->ast) {}

  void Read();

 private:
  void Input(const syntax::Param& param);
  std::optional<InputKind> KindOf(const syntax::Param& param, const Type& type, bool secret);
  void Outputs();
  void Facts();
  void Permissions(const syntax::Entry& fact);
  void Names(const syntax::Entry& fact, std::vector<std::string>& names);

  ExternEntry& entry_;
  Elaborator& elaborator_;
  Session& session_;
  const Ast& ast_;
};

// How the action reads what GitHub hands over as text.
std::optional<InputKind> ExternReader::KindOf(const syntax::Param& param, const Type& type, bool secret) {
  struct Binding {
    std::string_view word;
    InputKind kind;
    bool many;  // a list, or a record
  };
  static constexpr Binding kBindings[] = {{"lines", InputKind::Lines, true},   {"commas", InputKind::Commas, true},
                                          {"spaces", InputKind::Spaces, true}, {"pairs", InputKind::Pairs, true},
                                          {"code", InputKind::Code, false},    {"path", InputKind::Path, false}};
  const bool many = type.is(Kind::List) || type.is(Kind::Record) || type.is(Kind::Map);
  if (param.binding) {
    const auto* found = std::ranges::find(kBindings, param.binding->text, &Binding::word);
    if (found != std::end(kBindings) && found->many == many) return found->kind;
    std::vector<std::string> words;
    for (const Binding& each : kBindings)
      if (each.many == many) words.emplace_back(each.word);
    Build report(Code::P0309, param.binding->span,
                 fmt::format("{} is not read as `{}`", types::WithArticle(type), param.binding->text));
    Suggest(report, param.binding->text, param.binding->span, words, "not one of them");
    report.Say(fmt::format("Forms: {}.", JoinNames(words)));
    session_.report.Add(std::move(report));
    return std::nullopt;
  }
  if (many) {
    session_.report.Add(Build(Code::P0302, ast_[param.type].span, "GitHub hands over one text", types::ToText(type))
                            .Say(fmt::format("Say how the action takes it apart:   {}: {} as lines", param.name.text,
                                             types::ToText(type))));
    return std::nullopt;
  }
  if (secret) return InputKind::Secret;
  if (type.is(Kind::Bool)) return InputKind::Bool;
  if (type.is_number()) return InputKind::Number;
  return type.is(Kind::Enum) ? InputKind::Enum : InputKind::String;
}

void ExternReader::Input(const syntax::Param& param) {
  Reporter::Item item(session_.report, &param, ast_[entry_.item].damaged);
  FnEntry::Parameter declared;
  declared.type = elaborator_.ReadType(ast_, param.type, &declared.secret);
  const Type present = types::Present(declared.type);
  if (param.default_value.valid() && !present.is(Kind::Error)) {
    Env env;
    env.file = entry_.file;
    elaborator_.ElaborateAs(param.default_value, env, types::Optional(present), fmt::format("`{}`", param.name.text));
  }
  ActionInput input;
  input.name = param.name.text;
  input.required = !param.default_value.valid() && !declared.type.optional;
  if (present.is(Kind::Enum)) input.members = present.members;
  if (const auto kind = KindOf(param, present, declared.secret)) input.kind = *kind;
  entry_.parameters.push_back(std::move(declared));
  entry_.pin.inputs.push_back(std::move(input));
}

void ExternReader::Outputs() {
  if (!entry_.decl->outputs.valid()) return;
  for (const syntax::TypeField& field : ast_[entry_.decl->outputs].fields) {
    DeclaredOutput output;
    output.name = field.name.text;
    output.type = elaborator_.ReadType(ast_, field.type, &output.secret);
    if (field.optional) output.type = types::Optional(output.type);
    output.at = field.name.span;
    entry_.pin.outputs.push_back(output.name);
    entry_.outputs.push_back(std::move(output));
  }
}

void ExternReader::Permissions(const syntax::Entry& fact) {
  Env env;
  env.file = entry_.file;
  const SettingMap none;
  SettingReader reader(none, env, elaborator_);
  std::vector<catalogue::PermissionGrant>& grants = entry_.pin.permissions.emplace();
  for (const Grant& grant : reader.Grants(fact.value))
    if (grant.access != "none") grants.push_back({grant.scope, grant.access});
}

// `env: { GITHUB_TOKEN: secret }`, `events: [push]`
void ExternReader::Names(const syntax::Entry& fact, std::vector<std::string>& names) {
  if (!fact.value.valid()) return;
  const syntax::Expr& value = ast_[fact.value];
  const bool record = fact.key->text == "env";
  if (value.kind != (record ? syntax::ExprKind::Record : syntax::ExprKind::List)) {
    session_.report.Add(Build(Code::P0302, value.span,
                              fmt::format("`{}` takes a {} here", fact.key->text, record ? "record" : "list"),
                              record ? "not a record" : "not a list")
                            .Say(record ? "Write   env: { GITHUB_TOKEN: secret }" : "Write   events: [push]"));
    return;
  }
  for (const syntax::Entry& entry : value.entries) {
    if (record && entry.key) names.push_back(entry.key->text);
    if (!record && entry.value.valid()) names.push_back(ast_[entry.value].text);
  }
}

void ExternReader::Facts() {
  static const auto& known = *new std::vector<std::string>{"env", "events", "permissions"};
  if (!entry_.decl->facts.valid()) return;
  for (const syntax::Entry& fact : ast_[entry_.decl->facts].entries) {
    if (!fact.key) continue;
    const Reporter::Part part(session_.report, &fact);
    if (fact.key->text == "permissions") {
      Permissions(fact);
    } else if (fact.key->text == "env") {
      Names(fact, entry_.env);
    } else if (fact.key->text == "events") {
      Names(fact, entry_.events);
    } else {
      Build report(Code::P0208, fact.key->span, fmt::format("an `extern` has no setting `{}`", fact.key->text));
      Suggest(report, fact.key->text, fact.key->span, known, "not known");
      session_.report.Add(std::move(report));
    }
  }
}

void ExternReader::Read() {
  const syntax::Item& written = ast_[entry_.item];
  Reporter::Aloud aloud(session_.report);
  Reporter::Item item(session_.report, &written, written.damaged);
  const size_t errors = session_.report.errors();
  const std::string& text = entry_.decl->from.text;
  const auto ref = catalogue::SplitActionRef(text);
  if (const catalogue::ActionPin* pin = ref ? session_.lock.Find(ref->first, ref->second) : nullptr) {
    entry_.pin = *pin;
    entry_.locked = true;
  } else if (!written.damaged) {
    session_.report.Add(Build(Code::P0701, entry_.decl->from.span,
                              fmt::format("`{}` is not in {}", text, LockName(session_.lock)),
                              "no commit is known for it")
                            .Say("Run `sluice lock`.", diagnostics::Fix{"run `sluice lock`", false, {}}));
  }
  // What is declared takes the place of what the lock read in its action.yml.
  entry_.pin.inputs.clear();
  entry_.pin.outputs.clear();
  entry_.pin.open = false;
  for (const syntax::Param& param : entry_.decl->params) Input(param);
  Outputs();
  Facts();
  entry_.bad = written.damaged || session_.report.errors() > errors;
}

}  // namespace

void ReadExtern(ExternEntry& entry, Elaborator& elaborator) {
  if (!std::exchange(entry.read, true)) ExternReader(entry, elaborator).Read();
}

UsesTarget TargetOf(const ExternEntry& entry) {
  UsesTarget target;
  target.kind = UsesTarget::Kind::Pinned;
  target.name = entry.pin.uses;
  target.pin = &entry.pin;
  target.declared = &entry;
  target.source = fmt::format("the declaration of `{}`", entry.decl->name.text);
  return target;
}

}  // namespace sluice::check
