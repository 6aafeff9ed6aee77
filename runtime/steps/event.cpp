#include "runtime/steps/event.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <span>
#include <vector>

#include "compiler/base/text.h"
#include "runtime/steps/contexts.h"
#include "runtime/steps/render.h"

namespace sluice::steps {
namespace {

using expr::MakeObject;
using expr::Object;
using expr::Value;

Value Share(Object object) { return Value(std::make_shared<const Object>(std::move(object))); }

std::string ShortRef(std::string_view ref) {
  for (std::string_view lead : {"refs/heads/", "refs/tags/", "refs/pull/"})
    if (ref.starts_with(lead)) return std::string(ref.substr(lead.size()));
  return std::string(ref);
}

Value User(const std::string& login) { return MakeObject({{"login", Value(login)}, {"type", Value("User")}}); }

Value RepositoryPayload(const Repository& r) {
  return MakeObject({{"id", Value(1.0)},
                     {"name", Value(r.name)},
                     {"full_name", Value(r.owner + "/" + r.name)},
                     {"owner", User(r.owner)},
                     {"private", Value(true)},
                     {"fork", Value(false)},
                     {"default_branch", Value(r.default_branch)},
                     {"html_url", Value(fmt::format("https://github.com/{}/{}", r.owner, r.name))},
                     {"clone_url", Value(fmt::format("https://github.com/{}/{}.git", r.owner, r.name))}});
}

std::string RefOf(const Repository& r) {
  if (!r.branch.empty()) return "refs/heads/" + r.branch;
  return r.tag.empty() ? "refs/heads/" + r.default_branch : "refs/tags/" + r.tag;
}

void FillPush(const Repository& r, Object& payload) {
  payload.Set("ref", Value(RefOf(r)));
  payload.Set("before", Value(std::string(40, '0')));
  payload.Set("after", Value(r.sha));
  payload.Set("created", Value(false));
  payload.Set("deleted", Value(false));
  payload.Set("forced", Value(false));
  payload.Set("commits", expr::MakeArray({}));
  payload.Set("head_commit", MakeObject({{"id", Value(r.sha)}, {"message", Value("")}}));
  payload.Set("pusher", MakeObject({{"name", Value(r.owner)}}));
}

void FillPullRequest(const Repository& r, Object& payload) {
  const std::string head = r.branch.empty() ? "head" : r.branch;
  const auto end = [&](const std::string& ref) {
    return MakeObject({{"ref", Value(ref)},
                       {"sha", Value(r.sha)},
                       {"label", Value(r.owner + ":" + ref)},
                       {"repo", RepositoryPayload(r)},
                       {"user", User(r.owner)}});
  };
  payload.Set("number", Value(1.0));
  payload.Set("pull_request", MakeObject({{"number", Value(1.0)},
                                          {"title", Value(head)},
                                          {"body", Value("")},
                                          {"state", Value("open")},
                                          {"draft", Value(false)},
                                          {"merged", Value(false)},
                                          {"user", User(r.owner)},
                                          {"labels", expr::MakeArray({})},
                                          {"head", end(head)},
                                          {"base", end(r.default_branch)}}));
}

bool IsPullRequest(std::string_view event) { return event.starts_with("pull_request"); }

std::string FirstType(const model::Trigger& trigger) {
  for (const model::Filter& filter : trigger.filters) {
    if (filter.name != "types") continue;
    if (filter.value.is(model::Value::Kind::String)) return filter.value.text;
    const auto wanted = [&](std::string_view type) {
      return std::ranges::any_of(filter.value.items, [&](const model::Value& item) { return item.text == type; });
    };
    if (wanted("opened")) return "opened";
    if (!filter.value.items.empty()) return filter.value.items[0].text;
  }
  return IsPullRequest(trigger.event) || trigger.event == "issues" ? "opened" : "";
}

void SetRefs(const Repository& r, std::string_view event, const Value& payload, Object& github) {
  std::string ref = TextAt(payload, "ref");
  if (!ref.empty() && !ref.starts_with("refs/")) ref = "refs/heads/" + ref;
  std::string sha = TextAt(payload, "after");
  if (IsPullRequest(event)) {
    const std::string number = TextAt(payload, "pull_request.number");
    const bool target = event == "pull_request_target";
    const std::string base = TextAt(payload, "pull_request.base.ref");
    ref = target ? "refs/heads/" + base : fmt::format("refs/pull/{}/merge", number.empty() ? "1" : number);
    github.Set("head_ref", Value(TextAt(payload, "pull_request.head.ref")));
    github.Set("base_ref", Value(base));
  }
  if (ref.empty()) ref = RefOf(r);
  if (sha.empty() || sha == std::string(40, '0')) sha = r.sha;
  github.Set("ref", Value(ref));
  github.Set("ref_name", Value(ShortRef(ref)));
  github.Set("ref_type", Value(ref.starts_with("refs/tags/") ? "tag" : "branch"));
  github.Set("ref_protected", Value(false));
  github.Set("sha", Value(sha));
}

Result<Value> Typed(const model::Input& input, const std::string& text) {
  const std::string type = input.type.value_or("string");
  if (type == "boolean") {
    if (EqualsIgnoreCase(text, "true")) return Value(true);
    if (EqualsIgnoreCase(text, "false") || text.empty()) return Value(false);
    return Error{fmt::format("the input `{}` must be true or false, not `{}`", input.name, text)};
  }
  if (type == "number") {
    const double number = expr::ToNumber(Value(text));
    if (number == number) return Value(number);
    return Error{fmt::format("the input `{}` must be a number, not `{}`", input.name, text)};
  }
  if (type == "choice" && input.options && !text.empty()) {
    std::vector<std::string> options;
    for (const model::Value& option : input.options->items) options.push_back(option.text);
    if (std::ranges::find(options, text) == options.end())
      return Error{
          fmt::format("the input `{}` must be one of {}, not `{}`", input.name, fmt::join(options, ", "), text)};
  }
  return Value(text);
}

Result<Value> InputValue(const model::Input& input, const std::map<std::string, std::string>& given,
                         const Value& payload, const Contexts& contexts) {
  for (const auto& [name, text] : given)
    if (EqualsIgnoreCase(name, input.name)) return Typed(input, text);
  if (const Value* sent = Lookup(payload, "inputs"); sent != nullptr && sent->kind() == expr::Kind::Object)
    if (const Value* value = sent->object()->Find(input.name)) return Typed(input, expr::ToText(*value));
  if (input.default_value && !input.default_value->is(model::Value::Kind::Null)) {
    SLUICE_ASSIGN(std::string text, RenderText(*input.default_value, contexts));
    return Typed(input, text);
  }
  SLUICE_ASSIGN(const bool required, RenderBoolean(input.required, false, contexts, "required"));
  if (required) return Error{fmt::format("the input `{0}` is required: add `--input {0}=…`", input.name)};
  const std::string type = input.type.value_or("string");
  if (type == "boolean") return Value(false);
  if (type == "number") return Value(0.0);
  if (type == "choice" && input.options && !input.options->items.empty()) return Value(input.options->items[0].text);
  return Value("");
}

}  // namespace

Value DefaultPayload(const Repository& repository, const model::Trigger& trigger) {
  Object payload;
  if (std::string type = FirstType(trigger); !type.empty()) payload.Set("action", Value(type));
  if (trigger.event == "push") FillPush(repository, payload);
  if (IsPullRequest(trigger.event)) FillPullRequest(repository, payload);
  if (trigger.event == "workflow_dispatch") payload.Set("ref", Value(RefOf(repository)));
  if (trigger.event == "schedule" && !trigger.schedules.empty())
    payload.Set("schedule", Value(trigger.schedules[0].cron.text));
  payload.Set("repository", RepositoryPayload(repository));
  payload.Set("sender", User(repository.owner));
  return Share(std::move(payload));
}

Value GithubContext(const Repository& repository, const model::Pipeline& pipeline, std::string_view event,
                    const Value& payload, std::string_view run_id) {
  Object github;
  const std::string sent = TextAt(payload, "repository.full_name");
  const std::string full = sent.empty() ? repository.owner + "/" + repository.name : sent;
  const std::string owner = full.substr(0, full.find('/'));
  const std::string sender = TextAt(payload, "sender.login");
  const std::string actor = sender.empty() ? owner : sender;
  SetRefs(repository, event, payload, github);
  github.Set("repository", Value(full));
  github.Set("repository_owner", Value(owner));
  github.Set("repository_id", Value("1"));
  github.Set("repository_owner_id", Value("1"));
  github.Set("repositoryUrl", Value(fmt::format("git://github.com/{}.git", full)));
  github.Set("actor", Value(actor));
  github.Set("actor_id", Value("1"));
  github.Set("triggering_actor", Value(actor));
  github.Set("event_name", Value(std::string(event)));
  github.Set("event", payload);
  github.Set("run_id", Value(std::string(run_id)));
  github.Set("run_number", Value("1"));
  github.Set("run_attempt", Value("1"));
  github.Set("retention_days", Value("90"));
  github.Set("server_url", Value("https://github.com"));
  github.Set("api_url", Value("https://api.github.com"));
  github.Set("graphql_url", Value("https://api.github.com/graphql"));
  github.Set("secret_source", Value("Actions"));
  for (const char* name : {"head_ref", "base_ref"})
    if (github.Find(name) == nullptr) github.Set(name, Value(""));
  const std::string ref = expr::ToText(*github.Find("ref"));
  github.Set("workflow", Value(pipeline.path));
  github.Set("workflow_ref", Value(fmt::format("{}/{}@{}", full, pipeline.path, ref)));
  github.Set("workflow_sha", *github.Find("sha"));
  if (pipeline.name && pipeline.name->is(model::Value::Kind::String))
    github.Set("workflow", Value(pipeline.name->text));
  return Share(std::move(github));
}

Result<Value> ResolveInputs(const model::Pipeline& pipeline, const model::Trigger& trigger,
                            const std::map<std::string, std::string>& given, const Value& payload, const Value& github,
                            const Value& vars) {
  std::vector<std::string> known;
  for (const model::Input& input : trigger.inputs) known.push_back(input.name);
  for (const auto& [name, text] : given) {
    if (std::ranges::any_of(known, [&, wanted = &name](const std::string& k) { return EqualsIgnoreCase(k, *wanted); }))
      continue;
    const auto near = DidYouMean(name, known);
    return Error{fmt::format("`{}` has no input `{}` on {}{}", pipeline.id, name, trigger.event,
                             near ? fmt::format(": did you mean `{}`?", *near) : "")};
  }
  Contexts contexts;
  contexts.Set("github", github);
  contexts.Set("vars", vars);
  contexts.Set("inputs", MakeObject({}));
  Object inputs;
  for (const model::Input& input : trigger.inputs) {
    SLUICE_ASSIGN(Value value, InputValue(input, given, payload, contexts));
    inputs.Set(input.name, std::move(value));
  }
  return Share(std::move(inputs));
}

Value WithInputs(const Value& payload, const Value& inputs) {
  Object texts;
  if (const Value* sent = Lookup(payload, "inputs"); sent != nullptr && sent->kind() == expr::Kind::Object)
    texts = *sent->object();
  for (const auto& [name, value] : inputs.object()->entries) texts.Set(name, Value(expr::ToText(value)));
  Object whole = payload.kind() == expr::Kind::Object ? *payload.object() : Object();
  whole.Set("inputs", Share(std::move(texts)));
  return Share(std::move(whole));
}

}  // namespace sluice::steps
