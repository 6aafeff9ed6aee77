#include "compiler/audit/expressions.h"

#include <algorithm>
#include <array>

#include "compiler/base/text.h"
#include "compiler/catalogue/events.h"

namespace sluice::audit {
namespace {

using expr::Expr;
using expr::Op;

// Ends of paths whose values are numbers, SHAs, or words of GitHub.
constexpr auto kHarmless = std::to_array<std::string_view>({
    "github.sha",
    "github.run_id",
    "github.run_number",
    "github.run_attempt",
    "github.event_name",
    "github.job",
    "github.repository",
    "github.repository_owner",
    "github.repository_id",
    "github.repository_owner_id",
    "github.actor_id",
    "github.server_url",
    "github.api_url",
    "github.graphql_url",
    "github.workspace",
    "github.action_path",
    "github.ref_type",
    "github.ref_protected",
    "github.workflow",
    "github.retention_days",
    "github.action",
    "github.event_path",
    "github.env",
    "github.path",
    "github.output",
    "github.workflow_sha",
    "github.event.number",
    "github.event.action",
    "github.event.repository.name",
    "github.event.repository.full_name",
    "github.event.repository.default_branch",
    "job.status",
    "runner.os",
    "runner.arch",
    "runner.temp",
    "runner.tool_cache",
    "runner.name",
    "runner.environment",
    "strategy.job-index",
    "strategy.job-total",
    "runner.debug",
});

bool EndsInNumber(const std::string& path) {
  for (const std::string_view end :
       {".number", ".id", ".sha", ".head_sha", ".merge_commit_sha", ".run_number", ".created_at"})
    if (path.ends_with(end)) return true;
  return false;
}

}  // namespace

std::string PathOf(const Expr& e) {
  if (e.op == Op::Name) return AsciiLower(e.text);
  if (e.op == Op::Star) {
    const std::string object = PathOf(e.args[0]);
    return object.empty() ? "" : object + ".*";
  }
  if (e.op != Op::Index || e.args.size() != 2) return {};
  const std::string object = PathOf(e.args[0]);
  if (object.empty()) return {};
  return object + "." + (e.args[1].op == Op::String ? AsciiLower(e.args[1].text) : "*");
}

void ForEachExpr(const Expr& e, const std::function<void(const Expr&)>& visit) {
  visit(e);
  for (const Expr& arg : e.args) ForEachExpr(arg, visit);
}

void ForEachPath(const Expr& e, const std::function<void(const std::string& path)>& visit) {
  if (const std::string path = PathOf(e); !path.empty()) {
    visit(path);
    // What stands in `a[b]` is read, too.
    for (const Expr* at = &e; at->op == Op::Index || at->op == Op::Star; at = &at->args[0])
      if (at->op == Op::Index && at->args[1].op != Op::String) ForEachPath(at->args[1], visit);
    return;
  }
  for (const Expr& arg : e.args) ForEachPath(arg, visit);
}

void ForEachExpr(const model::Value& value, const std::function<void(const Expr&, source::Span)>& visit) {
  if (value.expr) visit(*value.expr, value.origin.at);
  for (const model::TextPart& part : value.parts)
    if (part.expr) visit(*part.expr, value.origin.at);
  for (const model::Value& item : value.items) ForEachExpr(item, visit);
  for (const auto& [key, entry] : value.entries) ForEachExpr(entry, visit);
}

bool IsUntrusted(const std::string& path) {
  if (path == "github.head_ref") return true;
  constexpr std::string_view kEvent = "github.event.";
  if (!path.starts_with(kEvent)) return false;
  std::vector<std::string> parts;
  for (const std::string_view part : SplitString(std::string_view(path).substr(kEvent.size()), '.'))
    parts.emplace_back(part);
  // Inputs of a dispatch come from people who may write.
  return parts[0] != "inputs" && catalogue::MayBeUntrusted(parts);
}

bool IsHarmless(const std::string& path) {
  return std::ranges::find(kHarmless, path) != kHarmless.end() ||
         (path.starts_with("github.event.") && EndsInNumber(path)) || path.ends_with(".result") ||
         path.ends_with(".outcome") || path.ends_with(".conclusion");
}

std::string ConstantText(const std::optional<model::Value>& value) {
  return value && value->is(model::Value::Kind::String) ? value->text : "";
}

}  // namespace sluice::audit
