#include "compiler/audit/audit.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "compiler/audit/expressions.h"
#include "compiler/base/text.h"
#include "compiler/catalogue/events.h"

namespace sluice::audit {
namespace {

using expr::Expr;
using expr::Op;
using model::Value;

bool IsSha(std::string_view text) {
  return text.size() == 40 &&
         std::ranges::all_of(text, [](char c) { return IsAsciiDigit(c) || (c >= 'a' && c <= 'f'); });
}

// `owner/repo` of `owner/repo/path@ref`, in lower case.
std::string ActionOf(std::string_view target) { return AsciiLower(target.substr(0, target.find('@'))); }

const Value* Input(const model::Uses& uses, std::string_view name) {
  if (!uses.with) return nullptr;
  for (const auto& [key, value] : uses.with->entries)
    if (EqualsIgnoreCase(key.text, name)) return &value;
  return nullptr;
}

// Actions that restore a cache: by themselves unless `input` is false, or only with `input`.
struct CachingAction {
  std::string_view action, input;
  bool by_itself;
};
constexpr auto kCaching = std::to_array<CachingAction>({
    {"actions/cache", "lookup-only", true},
    {"actions/cache/restore", "lookup-only", true},
    {"actions/setup-go", "cache", true},
    {"actions/setup-node", "cache", false},
    {"actions/setup-python", "cache", false},
    {"actions/setup-java", "cache", false},
    {"actions/setup-dotnet", "cache", false},
    {"astral-sh/setup-uv", "enable-cache", true},
    {"gradle/actions/setup-gradle", "cache-disabled", true},
    {"gradle/gradle-build-action", "cache-disabled", true},
    {"mlugg/setup-zig", "use-cache", true},
    {"oven-sh/setup-bun", "no-cache", true},
    {"pnpm/action-setup", "cache", false},
    {"ruby/setup-ruby", "bundler-cache", false},
    {"swatinem/rust-cache", "lookup-only", true},
    {"actions-rust-lang/setup-rust-toolchain", "cache", true},
});

bool IsBool(const Value* value, bool wanted) {
  if (value == nullptr) return false;
  if (value->is(Value::Kind::Boolean)) return value->boolean == wanted;
  return value->is(Value::Kind::String) && EqualsIgnoreCase(value->text, wanted ? "true" : "false");
}

bool UsesCache(const model::Uses& uses, std::string_view action) {
  const auto row = std::ranges::find(kCaching, action, &CachingAction::action);
  if (row == kCaching.end()) return false;
  const Value* input = Input(uses, row->input);
  // `cache` says yes or what; the others switch it off.
  const bool switches_off = row->input == "lookup-only" || row->input == "cache-disabled" || row->input == "no-cache";
  if (switches_off) return !IsBool(input, true);
  if (IsBool(input, false) || (input != nullptr && input->is(Value::Kind::String) && input->text.empty())) return false;
  return row->by_itself || input != nullptr;
}

class Auditor {
 public:
  explicit Auditor(const model::Program& program) : program_(program) {}

  std::vector<Finding> Run() {
    for (const model::Pipeline& pipeline : program_.pipelines) OnePipeline(pipeline);
    return std::move(findings_);
  }

 private:
  void Add(std::string_view kind, Span at, std::string message) {
    findings_.push_back({std::string(kind), at.valid() ? at : around_, std::move(message)});
  }

  // ---- pipelines and jobs ----

  void OnePipeline(const model::Pipeline& pipeline) {
    around_ = pipeline.origin.at;
    privileged_ = releases_ = false;
    for (const model::Trigger& trigger : pipeline.triggers) OneTrigger(trigger);
    pipeline_token_ = pipeline.permissions.has_value();
    if (pipeline.permissions) OnePermissions(*pipeline.permissions, "every job");
    if (pipeline.env) Environment(*pipeline.env, "every job");
    if (pipeline.run_name) Secrets(*pipeline.run_name);
    for (const model::JobId id : pipeline.jobs) {
      around_ = program_.jobs[id].origin.at;
      OneJob(program_.jobs[id]);
    }
  }

  void OneTrigger(const model::Trigger& trigger) {
    const catalogue::Event* event = catalogue::FindEvent(trigger.event);
    releases_ = releases_ || trigger.event == "release" || HasTags(trigger);
    if (event == nullptr || !event->privileged) return;
    privileged_ = true;
    Add("trigger", trigger.origin.at,
        fmt::format("`{}` runs with the secrets and the token of the repository on what outsiders send",
                    trigger.event));
  }

  static bool HasTags(const model::Trigger& trigger) {
    return std::ranges::any_of(trigger.filters, [](const model::Filter& filter) { return filter.name == "tags"; });
  }

  void OnePermissions(const model::Permissions& permissions, std::string_view who) {
    if (!permissions.all.empty())
      Add("permission", permissions.origin.at, fmt::format("{} gets `{}`", who, permissions.all));
    for (const model::Permission& permission : permissions.scopes)
      if (permission.access == "write")
        Add("permission", permissions.origin.at, fmt::format("{} may write `{}`", who, permission.scope));
  }

  void OneJob(const model::Job& job) {
    if (job.permissions)
      OnePermissions(*job.permissions, fmt::format("the job `{}`", job.id));
    else if (!pipeline_token_)
      Add("permission", job.origin.at,
          fmt::format("the job `{}` says no permissions: the setting of the repository decides", job.id));
    if (job.env) Environment(*job.env, fmt::format("the job `{}`", job.id));
    if (job.runner) Runner(*job.runner);
    if (job.container) Image(*job.container);
    for (const auto& [name, service] : job.services) Image(service);
    if (job.condition) Condition(*job.condition);
    if (job.call) Call(*job.call);
    for (const model::StepId id : job.steps) {
      around_ = program_.steps[id].origin.at;
      OneStep(program_.steps[id], job);
    }
  }

  void Runner(const model::Runner& runner) {
    if (!runner.labels) return;
    const auto own = [](const Value& label) {
      return label.is(Value::Kind::String) && EqualsIgnoreCase(label.text, "self-hosted");
    };
    if (own(*runner.labels) || std::ranges::any_of(runner.labels->items, own))
      Add("runner", runner.labels->origin.at, "a runner of one's own keeps what a job leaves behind");
  }

  void Image(const model::Container& container) {
    if (container.image && !container.image->is(Value::Kind::Expression)) {
      const std::string image = TextOf(*container.image);
      if (!image.empty() && image.find("@sha256:") == std::string::npos)
        Add("image", container.image->origin.at, fmt::format("the image `{}` has no digest", Shown(*container.image)));
    }
    if (!container.credentials) return;
    const Value* password = container.credentials->Find("password");
    if (password != nullptr && password->is(Value::Kind::String) && !password->text.empty())
      Add("credentials", password->origin.at, "a password stands in the file");
  }

  void Call(const model::Call& call) {
    Pin(call.target);
    if (call.secrets && call.secrets->is(Value::Kind::String) && call.secrets->text == "inherit")
      Add("secret", call.secrets->origin.at, "the called workflow gets every secret (`inherit`)");
    if (call.secrets) Secrets(*call.secrets);
    if (call.with) Secrets(*call.with);
  }

  // ---- values ----

  void Environment(const Value& env, std::string_view who) {
    Secrets(env);
    for (const auto& [name, value] : env.entries) {
      if (EqualsIgnoreCase(name.text, "ACTIONS_ALLOW_UNSECURE_COMMANDS") && !IsBool(&value, false))
        Add("command", value.origin.at, "whatever a program prints may set variables and PATH of later steps");
      bool secret = false;
      ForEachExpr(value, [&](const Expr& e, Span) {
        ForEachPath(e, [&](const std::string& path) { secret = secret || path.starts_with("secrets."); });
      });
      if (secret && !who.empty())
        Add("secret", value.origin.at, fmt::format("{} sees this secret, actions of others too", who));
    }
  }

  // Whole contexts, and parts of secrets that GitHub does not hide.
  void Secrets(const Value& value) {
    ForEachExpr(value, [&](const Expr& e, Span at) {
      ForEachExpr(e, [&](const Expr& part) {
        const bool whole =
            part.op == Op::Call && EqualsIgnoreCase(part.text, "toJSON") && PathOf(part.args[0]) == "secrets";
        if (whole || PathOf(part) == "secrets.*") Add("secret", at, "this reads secrets that it does not name");
        const bool taken = part.op == Op::Index && part.args[0].op == Op::Call &&
                           EqualsIgnoreCase(part.args[0].text, "fromJSON") &&
                           PathOf(part.args[0].args[0]).starts_with("secrets.");
        if (taken) Add("secret", at, "GitHub hides the secret as a whole, and not this part of it");
      });
    });
  }

  void Condition(const model::Condition& condition) {
    const Span at = condition.origin.at.valid() ? condition.origin.at : condition.user.origin.at;
    if (condition.user.is(Value::Kind::Text))
      Add("condition", at, "this condition is text around a placeholder, and so always true");
    ForEachExpr(condition.user,
                [&](const Expr& e, Span) { ForEachExpr(e, [&](const Expr& part) { Conjunct(part, at); }); });
  }

  void Conjunct(const Expr& e, Span at) {
    const bool compares = e.op == Op::Equal || e.op == Op::NotEqual;
    for (size_t i = 0; compares && i < 2; ++i) {
      const std::string path = PathOf(e.args[i]);
      const bool actor = path == "github.actor" || path == "github.triggering_actor";
      if (actor && e.args[1 - i].op == Op::String && e.args[1 - i].text.ends_with("[bot]"))
        Add("condition", at, "whoever reruns the job or pushes last is the actor; test the author of the pull request");
    }
    if (e.op == Op::Call && EqualsIgnoreCase(e.text, "contains") && e.args[0].op == Op::String &&
        !PathOf(e.args[1]).empty())
      Add("condition", at, "`contains` finds parts of words: a branch called `a` is in 'main'");
  }

  // ---- steps ----

  void OneStep(const model::Step& step, const model::Job& job) {
    if (step.condition) Condition(*step.condition);
    if (step.env) Environment(*step.env, "");
    if (const auto* run = std::get_if<model::Run>(&step.body)) Script(*run, step);
    if (const auto* uses = std::get_if<model::Uses>(&step.body)) Uses(*uses);
    if (const auto* parallel = std::get_if<model::Parallel>(&step.body))
      for (const model::StepId id : parallel->steps) OneStep(program_.steps[id], job);
  }

  // A value that is pasted into a program.
  void Pasted(const Value& program, std::string_view what) {
    ForEachExpr(program, [&](const Expr& e, Span at) {
      ForEachPath(e, [&](const std::string& path) {
        if (IsUntrusted(path))
          Add("injection", at, fmt::format("`{}` is pasted into {}: an outsider writes a part of it", path, what));
        else if (!IsHarmless(path) && !path.starts_with("matrix.") && !path.starts_with("secrets."))
          Add("pasted", at, fmt::format("`{}` is pasted into {}", path, what));
      });
    });
    Secrets(program);
  }

  void Script(const model::Run& run, const model::Step& step) {
    Pasted(run.script, "the script");
    const std::string text = TextOf(run.script);
    if (privileged_ && (text.find("GITHUB_ENV") != std::string::npos || text.find("GITHUB_PATH") != std::string::npos))
      Add("checkout", step.origin.at, "a run for outsiders sets variables or PATH of later steps");
    if (privileged_ &&
        (text.find("gh pr checkout") != std::string::npos || text.find("refs/pull/") != std::string::npos))
      Add("checkout", step.origin.at, "the code of an outsider comes into a run with secrets");
    for (const std::string_view old : {"::set-output ", "::save-state ", "::set-env ", "::add-path::"})
      if (text.find(old) != std::string::npos)
        Add("command", step.origin.at, fmt::format("GitHub takes `{}` away", Trimmed(old)));
  }

  static std::string Trimmed(std::string_view old) {
    return std::string(old.substr(2, old.find_first_of(" :", 2) - 2));
  }

  // With `${{ … }}` for what is not constant.
  static std::string Shown(const Value& value) {
    std::string text = value.text;
    for (const model::TextPart& part : value.parts)
      text += part.expr ? fmt::format("${{{{ {} }}}}", expr::Print(*part.expr)) : part.literal;
    return text;
  }

  static std::string TextOf(const Value& value) {
    std::string text = value.text;
    for (const model::TextPart& part : value.parts) text += part.literal;
    return text;
  }

  void Uses(const model::Uses& uses) {
    Pin(uses.target);
    const std::string action = ActionOf(uses.target.text);
    if (uses.with) Secrets(*uses.with);
    if (action == "actions/checkout") Checkout(uses);
    if (const Value* script = action == "actions/github-script" ? Input(uses, "script") : nullptr)
      Pasted(*script, "JavaScript");
    if (releases_ && UsesCache(uses, action))
      Add("cache", uses.target.origin.at, "a release is built with a cache that other runs write");
  }

  void Checkout(const model::Uses& uses) {
    const Value* keeps = Input(uses, "persist-credentials");
    if (!IsBool(keeps, false))
      Add("credentials", uses.target.origin.at,
          "the checkout leaves the token in .git/config for later steps and uploads");
    if (!privileged_) return;
    for (const std::string_view name : {"ref", "repository"}) {
      const Value* value = Input(uses, name);
      if (value == nullptr) continue;
      bool head = false;
      ForEachExpr(*value, [&](const Expr& e, Span) {
        ForEachPath(e, [&](const std::string& path) {
          head = head || path == "github.head_ref" || path.starts_with("github.event.pull_request.head.") ||
                 path.starts_with("github.event.workflow_run.head_") ||
                 path == "github.event.pull_request.merge_commit_sha" || path == "github.event.pull_request.number" ||
                 path == "github.event.number" || path == "github.event.issue.number";
        });
      });
      if (head) {
        Add("checkout", value->origin.at, "the code of an outsider comes into a run with secrets");
        return;
      }
    }
  }

  void Pin(const Value& target) {
    if (!target.is(Value::Kind::String)) return;
    const std::string& text = target.text;
    if (text.starts_with("./") || text.starts_with("$/")) return;
    if (text.starts_with("docker://")) {
      if (text.find("@sha256:") == std::string::npos)
        Add("image", target.origin.at, fmt::format("the image `{}` has no digest", text.substr(9)));
      return;
    }
    const size_t at = text.find('@');
    if (at == std::string::npos || !IsSha(std::string_view(text).substr(at + 1)))
      Add("unpinned", target.origin.at, fmt::format("`{}` is another program tomorrow: a tag can move", text));
  }

  const model::Program& program_;
  std::vector<Finding> findings_;
  Span around_;
  bool privileged_ = false;      // some trigger is
  bool releases_ = false;        // by a release or a tag
  bool pipeline_token_ = false;  // the pipeline says permissions
};

}  // namespace

const std::vector<KindInfo>& Kinds() {
  static const std::vector<KindInfo> kinds = {
      {"raw", "GitHub's own YAML in a source"},
      {"verbatim", "a workflow that is carried as it is"},
      {"allow", "a rule that is switched off, with its reason"},
      {"trigger", "runs with secrets on what outsiders send"},
      {"checkout", "content of outsiders in such a run"},
      {"injection", "text of outsiders in a program"},
      {"pasted", "another value in a program"},
      {"permission", "what the token may do above reading"},
      {"secret", "secrets that reach further than they have to"},
      {"credentials", "credentials that lie about"},
      {"unpinned", "actions and workflows without a commit"},
      {"image", "images without a digest"},
      {"condition", "conditions that hold more often than they say"},
      {"command", "commands that GitHub took away"},
      {"cache", "caches in releases"},
      {"runner", "runners of one's own"},
  };
  return kinds;
}

std::vector<Finding> Audit(const model::Program& program) { return Auditor(program).Run(); }

}  // namespace sluice::audit
