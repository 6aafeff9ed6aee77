#include "compiler/check/triggers.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "compiler/base/text.h"
#include "compiler/catalogue/events.h"
#include "compiler/catalogue/timezones.h"
#include "compiler/check/collect.h"
#include "compiler/check/patterns.h"
#include "compiler/check/suggest.h"
#include "compiler/expr/number.h"
#include "compiler/types/cron.h"

namespace sluice::check {
namespace {

// The text of a bare word, label or string without placeholders. In filters a word is its own text.
std::optional<std::string> WordOf(const Ast& ast, ExprId id) {
  if (!id.valid()) return std::nullopt;
  const syntax::Expr& e = ast[id];
  if (e.kind == syntax::ExprKind::Name) return e.text;
  if (e.kind == syntax::ExprKind::Int || e.kind == syntax::ExprKind::Float || e.kind == syntax::ExprKind::Semver)
    return e.text;
  if (e.kind != syntax::ExprKind::String) return std::nullopt;
  std::string text;
  for (const syntax::StringPart& part : e.parts) {
    if (part.placeholder.valid()) return std::nullopt;
    text += part.text;
  }
  return text;
}

class TriggerReader {
 public:
  TriggerReader(const PipelineScope& scope, Session& session)
      : ast_(*scope.file->ast), params_(scope.decl->params), session_(session) {}

  void Read(const syntax::OnDecl& decl, Pipeline& pipeline);

 private:
  void Schedule(const syntax::OnDecl& decl, Pipeline& pipeline, Trigger trigger);
  void Filter(const syntax::Entry& entry, const catalogue::Event& event, Trigger& trigger);
  bool Interface(const syntax::Entry& entry, Trigger& trigger);
  void Secret(const syntax::Entry& entry, Trigger& trigger);
  void Input(const syntax::Entry& entry, Trigger& trigger);
  // Calls `read(key, value)` for the entries of a record; other keys than `known` are P0208.
  template <class Each>
  void Record(ExprId id, std::string_view what, const std::vector<std::string>& known, const Each& each);
  std::optional<Constant> ConstantAt(ExprId id, std::string_view what);
  void Value(ExprId id, const syntax::Entry& entry, const catalogue::Event& event, TriggerFilter& filter);

  const Ast& ast_;
  const std::vector<syntax::Param>& params_;
  Session& session_;
};

void TriggerReader::Read(const syntax::OnDecl& decl, Pipeline& pipeline) {
  const catalogue::Event* event = catalogue::FindEvent(decl.event.text);
  if (event == nullptr) {
    std::vector<std::string> names;
    for (const catalogue::Event& each : catalogue::Events()) names.emplace_back(each.name);
    Build report(Code::P0204, decl.event.span, fmt::format("GitHub has no event `{}`", decl.event.text));
    Suggest(report, decl.event.text, decl.event.span, names, "not one of GitHub's");
    session_.report.Add(std::move(report));
    return;
  }
  Trigger trigger;
  trigger.event = decl.event.text;
  trigger.at = decl.event.span;
  if (trigger.event == "schedule") {
    Schedule(decl, pipeline, std::move(trigger));
    return;
  }
  for (const Trigger& other : pipeline.triggers)
    if (other.event == trigger.event) {
      session_.report.Add(Build(Code::P0205, decl.event.span,
                                fmt::format("two triggers are called `{}`", trigger.event), "the second one")
                              .Also(other.at, "the first one")
                              .Say("Put their filters into one."));
      return;
    }
  for (const syntax::Entry& entry : decl.args) {
    const Reporter::Part part(session_.report, &entry);
    if (!Interface(entry, trigger)) Filter(entry, *event, trigger);
  }
  const auto names = std::ranges::find(trigger.filters, "workflows", &TriggerFilter::name);
  const bool tried = std::ranges::any_of(
      decl.args, [](const syntax::Entry& entry) { return entry.key && entry.key->text == "workflows"; });
  if (trigger.event == "workflow_run" && !tried && names == trigger.filters.end())
    session_.report.Add(
        Build(Code::P0301, decl.event.span, "`workflow_run` needs to know which workflows", "GitHub refuses the file")
            .Say("Their names as GitHub shows them:   on workflow_run(workflows: [\"CI\"])"));
  pipeline.triggers.push_back(std::move(trigger));
}

void TriggerReader::Schedule(const syntax::OnDecl& decl, Pipeline& pipeline, Trigger trigger) {
  std::string cron, zone, name;
  bool given = false;
  for (const syntax::Entry& entry : decl.args) {
    const Reporter::Part part(session_.report, &entry);
    const auto text = WordOf(ast_, entry.value);
    const Span at = entry.value.valid() ? ast_[entry.value].span : entry.span;
    if (entry.key && entry.key->text == "name") {
      if (text) name = *text;
      CheckId({text.value_or(""), at}, session_.report);
    } else if (entry.key && entry.key->text != "timezone") {
      Build report(Code::P0204, entry.key->span, fmt::format("`schedule` has no filter `{}`", entry.key->text));
      const std::vector<std::string> known{"name", "timezone"};
      Suggest(report, entry.key->text, entry.key->span, known, "not known");
      report.Say("Its form is   on schedule(\"0 3 * * 1\", timezone: \"Europe/Oslo\")");
      session_.report.Add(std::move(report));
    } else if (!text || ast_[entry.value].kind != syntax::ExprKind::String) {
      session_.report.Add(Build(Code::P0302, at, "`schedule` takes a string", "not a text in quotes")
                              .Say("Its form is   on schedule(\"0 3 * * 1\", timezone: \"Europe/Oslo\")"));
      given = true;
    } else if (entry.key) {
      zone = *text;
      if (!catalogue::IsTimeZone(zone)) {
        Build report(Code::P0305, at, fmt::format("there is no time zone `{}`", zone));
        Suggest(report, zone, {at.begin + 1, at.end - 1}, catalogue::TimeZones(), "not in the IANA time zone database");
        session_.report.Add(std::move(report));
      }
    } else {
      cron = *text;
      given = true;
      if (auto wrong = types::CheckCron(*text)) session_.report.Add(WrongLiteral(*wrong, at));
    }
  }
  if (!given)
    session_.report.Add(Build(Code::P0301, decl.event.span, "`schedule` needs to know when", "no times are given")
                            .Say("Its form is   on schedule(\"0 3 * * 1\", timezone: \"Europe/Oslo\")"));
  for (Trigger& other : pipeline.triggers)
    if (other.event == "schedule") {
      other.schedules.emplace_back(std::move(cron), std::move(zone));
      other.schedule_names.push_back(std::move(name));
      return;
    }
  trigger.schedules.emplace_back(std::move(cron), std::move(zone));
  trigger.schedule_names.push_back(std::move(name));
  pipeline.triggers.push_back(std::move(trigger));
}

// A constant that is written out.
std::optional<Constant> TriggerReader::ConstantAt(ExprId id, std::string_view what) {
  const syntax::Expr& e = ast_[id];
  Constant constant;
  if (e.kind == syntax::ExprKind::True || e.kind == syntax::ExprKind::False) {
    constant.kind = Constant::Kind::Bool;
    constant.boolean = e.kind == syntax::ExprKind::True;
  } else if (e.kind == syntax::ExprKind::Null) {
    constant.kind = Constant::Kind::Null;
  } else if (e.kind == syntax::ExprKind::Int || e.kind == syntax::ExprKind::Float) {
    constant.kind = Constant::Kind::Number;
    constant.number = expr::ParseNumber(e.text);
    constant.spelling = e.text;
  } else if (const auto text = WordOf(ast_, id); text && e.kind == syntax::ExprKind::String) {
    constant.kind = Constant::Kind::String;
    constant.text = *text;
  } else {
    if (e.kind != syntax::ExprKind::Error)
      session_.report.Add(Build(Code::P0403, e.span, fmt::format("`{}` takes constants only", what),
                                "GitHub reads triggers before anything else"));
    return std::nullopt;
  }
  return constant;
}

template <class Each>
void TriggerReader::Record(ExprId id, std::string_view what, const std::vector<std::string>& known, const Each& each) {
  if (!id.valid() || ast_[id].kind == syntax::ExprKind::Error) return;
  if (ast_[id].kind != syntax::ExprKind::Record) {
    session_.report.Add(Build(Code::P0302, ast_[id].span, fmt::format("{} takes a record", what), "not a record"));
    return;
  }
  for (const syntax::Entry& entry : ast_[id].entries) {
    if (!entry.key || !entry.value.valid()) continue;
    const Reporter::Part part(session_.report, &entry);
    if (!known.empty() && std::ranges::find(known, entry.key->text) == known.end()) {
      Build report(Code::P0208, entry.key->span, fmt::format("{} has no setting `{}`", what, entry.key->text));
      Suggest(report, entry.key->text, entry.key->span, known, "not known");
      session_.report.Add(std::move(report));
      continue;
    }
    each(entry);
  }
}

// `secrets: { … }` and `inputs: { … }`: what GitHub asks for beside types and defaults. False for other entries.
bool TriggerReader::Interface(const syntax::Entry& entry, Trigger& trigger) {
  const bool call = trigger.event == "workflow_call";
  if (!entry.key || (!call && trigger.event != "workflow_dispatch")) return false;
  if (call && entry.key->text == "secrets") {
    trigger.secrets.emplace();
    Record(entry.value, "`secrets`", {}, [&](const syntax::Entry& secret) { Secret(secret, trigger); });
    return true;
  }
  if (entry.key->text != "inputs") return false;
  Record(entry.value, "`inputs`", {}, [&](const syntax::Entry& input) { Input(input, trigger); });
  return true;
}

void TriggerReader::Secret(const syntax::Entry& entry, Trigger& trigger) {
  Trigger::Secret secret;
  secret.name = entry.key->text;
  static const auto& known = *new std::vector<std::string>{"description", "required"};
  Record(entry.value, fmt::format("the secret `{}`", secret.name), known, [&](const syntax::Entry& setting) {
    const auto value = ConstantAt(setting.value, setting.key->text);
    if (!value) return;
    const bool flag = setting.key->text == "required";
    if (value->kind != (flag ? Constant::Kind::Bool : Constant::Kind::String)) {
      session_.report.Add(Build(Code::P0302, ast_[setting.value].span,
                                fmt::format("`{}` takes a {}", setting.key->text, flag ? "bool" : "string"),
                                "not one"));
      return;
    }
    if (flag)
      secret.required = value->boolean;
    else
      secret.description = value->text;
  });
  trigger.secrets->push_back(std::move(secret));
}

void TriggerReader::Input(const syntax::Entry& entry, Trigger& trigger) {
  Trigger::Input input;
  input.name = entry.key->text;
  std::vector<std::string> names;
  for (const syntax::Param& param : params_) names.push_back(param.name.text);
  if (std::ranges::find(names, input.name) == names.end()) {
    Build report(Code::P0202, entry.key->span, fmt::format("there is no parameter `{}`", input.name));
    Suggest(report, input.name, entry.key->span, names, "`inputs` says more of parameters");
    session_.report.Add(std::move(report));
    return;
  }
  input.absent = entry.value.valid() && ast_[entry.value].kind == syntax::ExprKind::Null;
  if (input.absent) {
    trigger.inputs.push_back(std::move(input));
    return;
  }
  static const auto& known = *new std::vector<std::string>{"default", "description", "required", "type"};
  Record(entry.value, fmt::format("the input `{}`", input.name), known, [&](const syntax::Entry& setting) {
    const std::string& key = setting.key->text;
    const auto value = ConstantAt(setting.value, key);
    if (!value) return;
    if (key == "default") {
      input.no_default = value->kind == Constant::Kind::Null;
      if (!input.no_default) input.default_value = *value;
      return;
    }
    const bool flag = key == "required";
    if (value->kind != (flag ? Constant::Kind::Bool : Constant::Kind::String)) {
      session_.report.Add(Build(Code::P0302, ast_[setting.value].span,
                                fmt::format("`{}` takes a {}", key, flag ? "bool" : "string"), "not one"));
    } else if (flag) {
      input.required = value->boolean;
    } else {
      (key == "description" ? input.description : input.type) = value->text;
    }
  });
  trigger.inputs.push_back(std::move(input));
}

void TriggerReader::Filter(const syntax::Entry& entry, const catalogue::Event& event, Trigger& trigger) {
  std::vector<std::string> known;
  for (std::string_view name : event.filters) known.emplace_back(name);
  std::ranges::sort(known);
  if (!entry.key || std::ranges::find(known, entry.key->text) == known.end()) {
    const Span at = entry.key ? entry.key->span : entry.span;
    const std::string name(session_.sources.Text(at));
    Build report(Code::P0204, at,
                 entry.key ? fmt::format("`{}` has no filter `{}`", event.name, entry.key->text)
                           : std::string("a filter has a name"));
    Suggest(report, name, at, known, known.empty() ? "this event takes no filters" : "not known");
    if (!known.empty()) report.Say(fmt::format("Filters of `{}`: {}.", event.name, JoinNames(known)));
    session_.report.Add(std::move(report));
    return;
  }
  TriggerFilter filter;
  filter.name = entry.key->text;
  if (!entry.value.valid()) return;
  const syntax::Expr& value = ast_[entry.value];
  if (value.kind == syntax::ExprKind::List) {
    for (const syntax::Entry& item : value.entries) {
      const Reporter::Part part(session_.report, &item);
      Value(item.value, entry, event, filter);
    }
  } else {
    Value(entry.value, entry, event, filter);
  }
  if (const auto wrong = CheckPatterns(filter.values); wrong && filter.name != "types")
    session_.report.Add(WrongPattern(*wrong, value.span));
  for (const TriggerFilter& other : trigger.filters)
    if (other.name + "-ignore" == filter.name || filter.name + "-ignore" == other.name)
      session_.report.Add(Build(Code::P0204, entry.key->span,
                                fmt::format("`{}` and `{}` cannot stand together", other.name, filter.name),
                                "GitHub refuses the file")
                              .Say("Leave out with `!` in one of them:   [\"**\", \"!docs/**\"]"));
  trigger.filters.push_back(std::move(filter));
}

void TriggerReader::Value(ExprId id, const syntax::Entry& entry, const catalogue::Event& event, TriggerFilter& filter) {
  const auto text = WordOf(ast_, id);
  const Span at = id.valid() ? ast_[id].span : entry.span;
  if (!text) {
    if (id.valid() && ast_[id].kind == syntax::ExprKind::Error) return;
    session_.report.Add(Build(Code::P0403, at, fmt::format("`{}` takes constants only", filter.name),
                              "GitHub reads triggers before anything else")
                            .Say("Write names, or patterns in quotes:   [main, \"release/**\"]"));
    return;
  }
  if (filter.name == "types" && !event.HasType(*text)) {
    std::vector<std::string> types;
    for (std::string_view type : event.types) types.emplace_back(type);
    Build report(Code::P0204, at, fmt::format("`{}` has no type `{}`", event.name, *text));
    Suggest(report, *text, at, types, "not one of its types");
    if (!DidYouMean(*text, types) && !types.empty() && types.size() < 12)
      report.Say(fmt::format("Types of `{}`: {}.", event.name, JoinNames(types)));
    session_.report.Add(std::move(report));
    return;
  }
  std::optional<PatternMistake> wrong;
  if (filter.name.starts_with("branches") || filter.name.starts_with("tags")) wrong = CheckRefPattern(*text);
  if (filter.name.starts_with("paths")) wrong = CheckPathPattern(*text);
  // Where a directive allows that it matches nothing, it stays as it is.
  if (!wrong || !session_.report.Add(WrongPattern(*wrong, at))) filter.values.push_back(*text);
}

}  // namespace

void ReadTriggers(const PipelineScope& scope, Pipeline& pipeline, Session& session) {
  const Ast& ast = *scope.file->ast;
  TriggerReader reader(scope, session);
  for (ItemId id : scope.decl->block.items)
    if (const auto* decl = ast.As<syntax::OnDecl>(id)) {
      Reporter::Item item(session.report, &ast[id], ast[id].damaged);
      reader.Read(*decl, pipeline);
    }
}

}  // namespace sluice::check
