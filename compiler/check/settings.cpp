#include "compiler/check/settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "compiler/base/text.h"
#include "compiler/check/limits.h"
#include "compiler/check/patterns.h"
#include "compiler/check/shells.h"
#include "compiler/check/suggest.h"
#include "compiler/types/refined.h"

namespace sluice::check {
namespace {

const std::vector<std::string>& Known(Place place) {
  static const auto& pipeline =
      *new std::vector<std::string>{"concurrency", "container", "env",   "name",    "permissions",
                                    "run-name",    "runs-on",   "shell", "timeout", "working-directory"};
  static const auto& job =
      *new std::vector<std::string>{"cache",       "concurrency",      "container", "continue-on-error", "env",
                                    "environment", "fail-fast",        "if",        "max-parallel",      "name",
                                    "needs",       "permissions",      "runs-on",   "services",          "shell",
                                    "timeout",     "working-directory"};
  static const auto& step =
      *new std::vector<std::string>{"continue-on-error", "env", "if", "retry", "shell", "timeout", "working-directory"};
  static const auto& call = *new std::vector<std::string>{"concurrency", "fail-fast", "if",          "max-parallel",
                                                          "name",        "needs",     "permissions", "secrets"};
  if (place == Place::Call) return call;
  return place == Place::Pipeline ? pipeline : place == Place::Job ? job : step;
}

std::string_view PlaceName(Place place) {
  return place == Place::Pipeline ? "pipeline" : place == Place::Job ? "job" : place == Place::Call ? "call" : "step";
}

// Breaks a note behind the comma before column 110.
std::string Wrapped(const std::string& text) {
  std::string result;
  size_t line = 0;
  for (std::string_view word : SplitString(text, ' ')) {
    if (line > 0 && line + 1 + word.size() > 110) {
      result += "\n";
      line = 0;
    } else if (line > 0) {
      result += " ";
      ++line;
    }
    result += word;
    line += word.size();
  }
  return result;
}

std::string Minutes(double minutes) {
  std::string text = fmt::format("{:.4f}", minutes);
  while (text.ends_with('0')) text.pop_back();
  if (text.ends_with('.')) text.pop_back();
  return text;
}

}  // namespace

void CheckKnownSettings(const Ast& ast, const syntax::Block& block, Place place, Session& session) {
  const std::vector<std::string>& known = Known(place);
  for (ItemId id : block.items) {
    const auto* setting = ast.As<syntax::Setting>(id);
    if (setting == nullptr || std::ranges::find(known, setting->key.text) != known.end()) continue;
    Reporter::Item item(session.report, &ast[id], ast[id].damaged);
    Build report(Code::P0208, setting->key.span,
                 fmt::format("a {} has no setting `{}`", PlaceName(place), setting->key.text));
    Suggest(report, setting->key.text, setting->key.span, known, "not known");
    if (!DidYouMean(setting->key.text, known))
      report.Say(Wrapped(fmt::format("Settings of a {}: {}.", PlaceName(place), JoinNames(known))));
    session.report.Add(std::move(report));
  }
}

const syntax::Setting* SettingReader::Find(std::string_view key) const {
  auto it = settings_.find(key);
  return it == settings_.end() ? nullptr : ast_.As<syntax::Setting>(it->second);
}

Span SettingReader::SpanOf(std::string_view key) const {
  auto it = settings_.find(key);
  return it == settings_.end() ? Span{} : ast_[it->second].span;
}

TermPtr SettingReader::Value(std::string_view key, const Type& type, const SlotUse& slot) {
  if (!has(key)) return nullptr;
  return InItem(key, [&](const syntax::Setting& setting) -> TermPtr {
    TermPtr value = elaborator_.ElaborateAs(setting.value, env_, type, fmt::format("`{}`", key));
    return CheckSlot(value, slot, env_, elaborator_.session()) ? value : nullptr;
  });
}

TermPtr SettingReader::Text(std::string_view key, const SlotUse& slot) {
  return Value(key, types::Simple(Kind::String), slot);
}

std::string SettingReader::ConstantText(std::string_view key) {
  if (!has(key)) return {};
  return InItem(key, [&](const syntax::Setting& setting) -> std::string {
    TermPtr value = elaborator_.ElaborateAs(setting.value, env_, types::Simple(Kind::String), fmt::format("`{}`", key));
    if (!CheckConstant(value, fmt::format("`{}`", key), elaborator_.session())) return {};
    return value->constant.text;
  });
}

TermPtr SettingReader::Timeout(const SlotUse& slot) {
  if (!has("timeout")) return nullptr;
  return InItem("timeout", [&](const syntax::Setting& setting) -> TermPtr {
    TermPtr value = elaborator_.ElaborateAs(setting.value, env_, types::Simple(Kind::Duration), "`timeout`");
    if (!CheckSlot(value, slot, env_, elaborator_.session())) return nullptr;
    if (value->is(TermKind::Call)) return value->args[0];  // minutes(…)
    if (!CheckConstant(value, "a duration", elaborator_.session()) || !value->is_constant()) return nullptr;
    const double minutes = value->constant.number / 60'000;
    if (minutes == std::floor(minutes) && minutes > 0)
      return NumberTerm(minutes, "", types::Simple(Kind::Int), value->at);
    const std::string better = fmt::format("{:.0f}m", std::max(1.0, std::ceil(minutes)));
    elaborator_.session().report.Add(
        Build(Code::P0306, value->at, "GitHub counts whole minutes here", Minutes(minutes) + " minutes")
            .Say(fmt::format("Write `{}`.", better), Replace(value->at, better, "round up", false)));
    return nullptr;
  });
}

// Labels of one's own runners are whatever their owner wrote: a bare word is its own text, unless it names a value.
TermPtr SettingReader::Labels(ExprId id) {
  std::vector<TermPtr> labels;
  bool broken = false;
  for (const syntax::Entry& entry : ast_[id].entries) {
    if (!entry.value.valid()) continue;
    const syntax::Expr& written = ast_[entry.value];
    const bool known = written.kind == syntax::ExprKind::Name && elaborator_.IsValueName(written, env_);
    TermPtr label = written.kind == syntax::ExprKind::Name && !known
                        ? StringTerm(written.text, types::Simple(Kind::String), written.span)
                        : elaborator_.Elaborate(entry.value, env_);
    if (label->type.is(Kind::Runner)) {
      labels.push_back(std::move(label));
      continue;
    }
    label = elaborator_.Require(label, types::Simple(Kind::String), "a label");
    broken = broken || label->is(TermKind::Error) || !CheckSlot(label, slots::kRunsOn, env_, elaborator_.session());
    labels.push_back(std::move(label));
  }
  if (broken) return nullptr;
  if (labels.empty()) {
    elaborator_.session().report.Add(Build(Code::P0301, ast_[id].span, "`runs-on` needs a label", "the list is empty"));
    return nullptr;
  }
  return Share(NodeOver(TermKind::List, types::ListOf(types::Simple(Kind::String)), ast_[id].span, std::move(labels)));
}

// `{ group: "large", labels: [linux] }`
TermPtr SettingReader::Group(ExprId id, TermPtr* group) {
  static const auto& known = *new std::vector<std::string>{"group", "labels"};
  Session& session = elaborator_.session();
  TermPtr labels, named;
  for (const syntax::Entry& entry : ast_[id].entries) {
    if (!entry.key || !entry.value.valid()) continue;
    if (entry.key->text == "group") {
      named = elaborator_.ElaborateAs(entry.value, env_, types::Simple(Kind::String), "`group`");
      if (!CheckSlot(named, slots::kRunsOn, env_, session)) named = nullptr;
    } else if (entry.key->text == "labels") {
      labels = ast_[entry.value].kind == syntax::ExprKind::List
                   ? Labels(entry.value)
                   : elaborator_.ElaborateAs(entry.value, env_, types::Simple(Kind::String), "`labels`");
    } else {
      Build report(Code::P0208, entry.key->span, fmt::format("`runs-on` has no setting `{}`", entry.key->text));
      Suggest(report, entry.key->text, entry.key->span, known, "not known");
      session.report.Add(std::move(report));
    }
  }
  if (named == nullptr || group == nullptr) {
    session.report.Add(
        Build(Code::P0301, ast_[id].span, "`runs-on` needs a group here", "not given")
            .Say("Write   runs-on: { group: \"large\", labels: [linux] }   or   runs-on: [self-hosted, linux]"));
    return nullptr;
  }
  *group = named;
  return labels;
}

TermPtr SettingReader::RunsOn(TermPtr* group) {
  if (!has("runs-on")) return nullptr;
  return InItem("runs-on", [&](const syntax::Setting& setting) -> TermPtr {
    const Type runner = types::Simple(Kind::Runner);
    Session& session = elaborator_.session();
    if (setting.value.valid() && ast_[setting.value].kind == syntax::ExprKind::List) return Labels(setting.value);
    if (setting.value.valid() && ast_[setting.value].kind == syntax::ExprKind::Record)
      return Group(setting.value, group);
    TermPtr value = elaborator_.Elaborate(setting.value, env_, &runner);
    if (value->is(TermKind::Error)) return nullptr;
    // A label that is known only at run time is a text that somebody of the project chose.
    if (value->type.is(Kind::String) && !value->is_constant() && !value->type.optional)
      return CheckSlot(value, slots::kRunsOn, env_, session) ? value : nullptr;
    if (value->is_text_constant() && value->type.is(Kind::String)) {
      session.report.Add(UnknownRunner(session.project, value->constant.text, value->at));
      return nullptr;
    }
    value = elaborator_.Require(value, runner, "`runs-on`");
    return CheckSlot(value, slots::kRunsOn, env_, session) ? value : nullptr;
  });
}

// Is it computed, and neither a word nor a text?
static bool IsComputed(const syntax::Expr& e) {
  if (e.kind == syntax::ExprKind::String) return e.parts.size() != 1 || e.parts[0].placeholder.valid();
  return e.kind != syntax::ExprKind::Name && e.kind != syntax::ExprKind::Error;
}

TermPtr SettingReader::Shell(const SlotUse& slot, bool of_step) {
  if (!has("shell")) return nullptr;
  return InItem("shell", [&](const syntax::Setting& setting) -> TermPtr {
    Session& session = elaborator_.session();
    const syntax::Expr& written = ast_[setting.value];
    // GitHub lets the run choose that of a job. Nobody knows then how its scripts would read a value.
    if (slot.path == slots::kJobShell.path && IsComputed(written)) {
      // A choice between words is one between shells, anything else is text.
      const bool words = [&] {
        const Reporter::Trial trial(session.report);
        return !elaborator_.ElaborateAs(setting.value, env_, types::Simple(Kind::Shell), "`shell`")
                    ->is(TermKind::Error);
      }();
      TermPtr value =
          elaborator_.ElaborateAs(setting.value, env_, types::Simple(words ? Kind::Shell : Kind::String), "`shell`");
      if (!CheckSlot(value, slot, env_, session) || value->is(TermKind::Error)) return nullptr;
      return value;
    }
    if (written.kind == syntax::ExprKind::Name && written.text == kDefaultShell && !of_step)
      return StringTerm(std::string(kDefaultShell), types::Simple(Kind::Shell), written.span);
    if (written.kind == syntax::ExprKind::String && written.parts.size() == 1 &&
        written.parts[0].text.find("{0}") != std::string::npos)
      return StringTerm(written.parts[0].text, types::Simple(Kind::Shell), written.span);
    TermPtr value = elaborator_.ElaborateAs(setting.value, env_, types::Simple(Kind::Shell), "`shell`");
    if (!CheckSlot(value, slot, env_, session) || !CheckConstant(value, "`shell`", session)) return nullptr;
    if (value->is(TermKind::Error) || value->may_be_known()) return nullptr;
    if (value->is_text_constant() && ShellText(value->constant.text) != value->constant.text)
      return StringTerm(std::string(ShellText(value->constant.text)), types::Simple(Kind::Shell), value->at);
    return value;
  });
}

TermPtr SettingReader::Container() {
  if (!has("container")) return nullptr;
  if (const syntax::Setting* setting = Find("container");
      setting->value.valid() && ast_[setting->value].kind == syntax::ExprKind::Record)
    return nullptr;
  TermPtr image = Text("container", slots::kContainer);
  if (image == nullptr) return nullptr;
  std::optional<types::LiteralMistake> wrong;
  if (image->is_text_constant()) wrong = types::CheckLiteral(types::Refined::Image, image->constant.text);
  const TermPtr& last = image->is(TermKind::Text) ? image->args.back() : image;
  if (image->is(TermKind::Text) && last->is_text_constant() && last->constant.text.ends_with(":latest"))
    wrong = {"`latest` is another image every day", "the tag `latest`", "Write a version, or the digest.", true};
  if (!wrong) return image;
  InItem("container", [&](const syntax::Setting&) {
    elaborator_.session().report.Add(WrongLiteral(*wrong, image->at));
    return 0;
  });
  return wrong->moves ? image : nullptr;
}

void SettingReader::AddEnv(const std::string& name, Span name_at, const TermPtr& value, const SlotUse& slot,
                           std::vector<EnvEntry>& entries) {
  Session& session = elaborator_.session();
  if (name.starts_with("PIPE_")) {
    const bool refused =
        session.report.Add(Build(Code::P0516, name_at, "names that begin with `PIPE_` are Sluice's own",
                                 "placeholders of scripts become variables with such names")
                               .Say("Any other name will do."));
    if (refused) return;
  }
  if (!CheckVariableName(name, name_at, session)) return;
  if (value->is(TermKind::Error)) return;
  if (value->type.is(Kind::Float) && value->is_constant() && value->constant.spelling.find('.') != std::string::npos) {
    session.report.Add(elaborator_.NumberForText(value, fmt::format("`{}`", name)));
    return;
  }
  if (elaborator_.RefuseAbsent(value) || elaborator_.RefuseNoText(value)) return;
  if (value->type.is_file()) {
    elaborator_.Require(value, types::Simple(Kind::String), fmt::format("`{}`", name));
    return;
  }
  if (!CheckSlot(value, slot, env_, session)) return;
  if (const Term* secret = slot.path == "env" ? FindSecret(value) : nullptr) {
    if (session.report.Add(Build(Code::P0505, secret->at, "every step of every job would see this secret",
                                 "`env` of a pipeline reaches them all, other people's actions too")
                               .Say("Put it into `env` of the step that needs it.")))
      return;
  }
  entries.push_back({name, value, name_at});
}

std::vector<EnvEntry> SettingReader::EnvOf(const SlotUse& slot) {
  std::vector<EnvEntry> entries;
  if (!has("env")) return entries;
  InItem("env", [&](const syntax::Setting& setting) {
    if (setting.value.valid() && ast_[setting.value].kind == syntax::ExprKind::Record) {
      std::map<std::string, Span> seen;
      for (const syntax::Entry& entry : ast_[setting.value].entries) {
        if (!entry.key || entry.spread) continue;
        const Reporter::Part part(elaborator_.session().report, &entry);
        auto [it, fresh] = seen.emplace(entry.key->text, entry.key->span);
        if (!fresh)
          elaborator_.session().report.Add(
              Build(Code::P0205, entry.key->span, fmt::format("`{}` is set twice", entry.key->text), "the second one")
                  .Also(it->second, "the first one")
                  .Say("Remove one of them."));
        AddEnv(entry.key->text, entry.key->span, elaborator_.Elaborate(entry.value, env_), slot, entries);
      }
      return 0;
    }
    TermPtr value = elaborator_.Elaborate(setting.value, env_);
    if (value->is(TermKind::Record))
      for (size_t i = 0; i < value->keys.size(); ++i)
        AddEnv(value->keys[i], value->key_spans[i], value->args[i], slot, entries);
    else if (!value->is(TermKind::Error))
      elaborator_.session().report.Add(
          Build(Code::P0302, value->at, "`env` takes a record", types::WithArticle(value->type))
              .Say("Write   env: { NAME: value }"));
    return 0;
  });
  CheckOwnEnv(entries, elaborator_.session());
  return entries;
}

}  // namespace sluice::check
