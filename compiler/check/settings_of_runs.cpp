// The settings with forms of their own: `permissions` and `concurrency`.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "compiler/base/text.h"
#include "compiler/catalogue/permissions.h"
#include "compiler/check/settings.h"
#include "compiler/check/suggest.h"

namespace sluice::check {
namespace {

// The text of a bare word or a plain string.
std::string WordOf(const Ast& ast, ExprId id) {
  if (!id.valid()) return {};
  const syntax::Expr& e = ast[id];
  if (e.kind == syntax::ExprKind::Name) return e.text;
  if (e.kind == syntax::ExprKind::String && e.parts.size() == 1 && !e.parts[0].placeholder.valid())
    return e.parts[0].text;
  return {};
}

}  // namespace

void SettingReader::AddGrant(const syntax::Entry& entry, std::vector<Grant>& grants) {
  Session& session = elaborator_.session();
  if (!entry.key || !entry.value.valid()) return;
  const std::string& scope = entry.key->text;
  if (catalogue::FindPermissionScope(scope) == nullptr) {
    std::vector<std::string> names;
    for (const catalogue::PermissionScope& each : catalogue::PermissionScopes()) names.emplace_back(each.name);
    Build report(Code::P0309, entry.key->span, fmt::format("GitHub has no permission `{}`", scope));
    Suggest(report, scope, entry.key->span, names, "not one of the token's scopes");
    session.report.Add(std::move(report));
    return;
  }
  const std::string access = WordOf(ast_, entry.value);
  if (!catalogue::AllowsAccess(scope, access)) {
    std::vector<std::string> values;
    for (const char* value : {"read", "write", "none"})
      if (catalogue::AllowsAccess(scope, value)) values.emplace_back(value);
    const Span at = ast_[entry.value].span;
    Build report(Code::P0309, at, fmt::format("`{}` is not a value of `{}`", session.sources.Text(at), scope));
    Suggest(report, access, at, values, "not one of them");
    report.Say(fmt::format("Values: {}.", JoinNames(values)));
    session.report.Add(std::move(report));
    return;
  }
  for (const Grant& grant : grants)
    if (grant.scope == scope) {
      session.report.Add(Build(Code::P0205, entry.key->span, fmt::format("`{}` is set twice", scope), "the second one")
                             .Also(grant.at, "the first one")
                             .Say("Remove one of them."));
      return;
    }
  grants.push_back({scope, access, {"declared"}, entry.key->span});
}

std::vector<Grant> SettingReader::Grants(ExprId record) {
  std::vector<Grant> grants;
  if (!record.valid() || ast_[record].kind == syntax::ExprKind::Error) return grants;
  if (ast_[record].kind != syntax::ExprKind::Record) {
    elaborator_.session().report.Add(
        Build(Code::P0302, ast_[record].span, "`permissions` takes a record", "not a record")
            .Say("Say what is needed:   permissions { contents: read }"));
    return grants;
  }
  for (const syntax::Entry& entry : ast_[record].entries) {
    const Reporter::Part part(elaborator_.session().report, &entry);
    AddGrant(entry, grants);
  }
  return grants;
}

TokenPermissions SettingReader::Permissions(bool of_pipeline) {
  TokenPermissions result;
  result.given = has("permissions");
  if (!result.given) return result;
  InItem("permissions", [&](const syntax::Setting& setting) {
    if (!setting.value.valid() || ast_[setting.value].kind == syntax::ExprKind::Error) return 0;
    const syntax::Expr* value = &ast_[setting.value];
    const syntax::Expr* callee =
        value->kind == syntax::ExprKind::Call && !value->args.empty() ? &ast_[value->args[0]] : nullptr;
    if (callee != nullptr && callee->text == "exact" && value->entries.size() == 1 && value->entries[0].value.valid()) {
      result.exact = true;
      value = &ast_[value->entries[0].value];
    }
    const std::string word = value->kind == syntax::ExprKind::Name ? value->text : "";
    if (value->kind == syntax::ExprKind::Record) {
      for (const syntax::Entry& entry : value->entries) {
        const Reporter::Part part(elaborator_.session().report, &entry);
        AddGrant(entry, result.grants);
      }
    } else if (word == "read-all" || word == "write-all") {
      result.exact = true;
      result.all = word;
    } else if (word == "default" && of_pipeline && !result.exact) {
      result.github = true;
    } else {
      elaborator_.session().report.Add(Build(Code::P0302, value->span, "`permissions` takes a record", "not a record")
                                           .Say("Say what the job needs:   permissions: { contents: read }"));
    }
    return 0;
  });
  return result;
}

void SettingReader::ReadConcurrencyRecord(const syntax::Expr& record, const SlotUse& slot, Concurrency& result) {
  Session& session = elaborator_.session();
  static const auto& known = *new std::vector<std::string>{"group", "cancel-in-progress", "queue"};
  for (const syntax::Entry& entry : record.entries) {
    if (!entry.key) continue;
    const Reporter::Part part(session.report, &entry);
    const std::string& key = entry.key->text;
    if (key == "group") {
      result.group = elaborator_.ElaborateAs(entry.value, env_, types::Simple(Kind::String), "`group`");
      if (!CheckSlot(result.group, slot, env_, session)) result.group = nullptr;
    } else if (key == "cancel-in-progress") {
      result.cancel_in_progress =
          elaborator_.ElaborateAs(entry.value, env_, types::Simple(Kind::Bool), "`cancel-in-progress`");
      if (!CheckSlot(result.cancel_in_progress, slot, env_, session)) result.cancel_in_progress = nullptr;
    } else if (key == "queue") {
      const Type queue = types::EnumOf({"single", "max"});
      TermPtr value = elaborator_.ElaborateAs(entry.value, env_, queue, "`queue`");
      if (CheckConstant(value, "`queue`", session)) result.queue = value->constant.text;
    } else {
      Build report(Code::P0208, entry.key->span, fmt::format("`concurrency` has no setting `{}`", key));
      Suggest(report, key, entry.key->span, known, "not known");
      session.report.Add(std::move(report));
    }
  }
  if (result.group == nullptr && std::ranges::none_of(record.entries, [](const syntax::Entry& entry) {
        return entry.key && entry.key->text == "group";
      }))
    session.report.Add(Build(Code::P0301, record.span, "`concurrency` needs a `group`", "not given")
                           .Say("Runs of one group wait for each other:   group: \"ci-${{ github.ref }}\""));
}

std::optional<Concurrency> SettingReader::ConcurrencyOf(const SlotUse& slot, const std::string& pipeline,
                                                        bool privileged) {
  if (!has("concurrency")) return std::nullopt;
  return InItem("concurrency", [&](const syntax::Setting& setting) -> std::optional<Concurrency> {
    Session& session = elaborator_.session();
    if (!setting.value.valid()) return std::nullopt;
    const syntax::Expr& value = ast_[setting.value];
    Concurrency result;
    result.at = value.span;
    auto path = [&](const char* name) {
      return Share(PathTerm(name, types::Simple(Kind::String), Context::Github, value.span));
    };
    if (value.kind == syntax::ExprKind::Name && value.text == "cancel-previous") {
      TermPtr ref = path("github.ref");
      if (privileged)
        ref = Share(NodeOver(TermKind::Default, types::Simple(Kind::String), value.span,
                             {path("github.event.pull_request.number"), ref}));
      TermPtr prefix = StringTerm(pipeline + "-", types::Simple(Kind::String), value.span);
      result.group = Share(NodeOver(TermKind::Text, types::Simple(Kind::String), value.span, {prefix, ref}));
      result.cancel_in_progress = BoolTerm(true, value.span);
      return result;
    }
    const syntax::Expr* callee =
        value.kind == syntax::ExprKind::Call && !value.args.empty() ? &ast_[value.args[0]] : nullptr;
    if (callee != nullptr && (callee->text == "queue" || callee->text == "latest") && value.entries.size() == 1) {
      result.group = elaborator_.ElaborateAs(value.entries[0].value, env_, types::Simple(Kind::String), "the group");
      if (!CheckSlot(result.group, slot, env_, session)) return std::nullopt;
      if (callee->text == "queue") result.queue = "max";
      return result;
    }
    if (value.kind == syntax::ExprKind::Record) {
      ReadConcurrencyRecord(value, slot, result);
      if (result.group == nullptr) return std::nullopt;
      return result;
    }
    if (value.kind == syntax::ExprKind::Error) return std::nullopt;
    const std::vector<std::string> forms{"cancel-previous", "queue", "latest"};
    Build report(Code::P0309, value.span,
                 fmt::format("`{}` is not a value of `concurrency`", session.sources.Text(value.span)));
    Suggest(report, callee != nullptr ? callee->text : value.text, callee != nullptr ? callee->span : value.span, forms,
            "not one of its forms");
    report.Say("Its forms:   cancel-previous   queue(\"GROUP\")   latest(\"GROUP\")   { group: \"...\", ... }");
    session.report.Add(std::move(report));
    return std::nullopt;
  });
}

}  // namespace sluice::check
