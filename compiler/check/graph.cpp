#include "compiler/check/graph.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>
#include <utility>

#include "compiler/check/jobs.h"
#include "compiler/check/loops.h"
#include "compiler/check/suggest.h"

namespace sluice::check {
namespace {

// Calls `visit(term, place)` for every leaf that reads another job; the place of one inside a `let` is the reader's.
void ForEachReference(const TermPtr& term, const std::function<void(const Term&, Span)>& visit, Span let = {}) {
  if (term == nullptr) return;
  if (!let.valid() && !term->let.empty()) let = term->at;
  const bool result = term->is(TermKind::Path) && term->name.starts_with("needs.") && term->name != "needs.*.result";
  if (term->is(TermKind::JobOutput) || term->is(TermKind::JobFile) || result)
    visit(*term, let.valid() ? let : term->at);
  for (const TermPtr& arg : term->args) ForEachReference(arg, visit, let);
}

class Graph {
 public:
  Graph(PipelineScope& scope, Pipeline& pipeline, Session& session)
      : scope_(scope), pipeline_(pipeline), session_(session), ast_(*scope.file->ast) {}

  void Infer();
  void Circles();
  void Skipped();
  void Outputs();
  void CancelledPush();

 private:
  void AddNeed(size_t reader, Need need);
  size_t IndexOf(std::string_view name) const;
  bool FindCircle(size_t job, std::vector<size_t>& path, std::vector<int>& state);
  void ReportCircle(const std::vector<size_t>& circle);
  std::set<size_t> Ancestors(size_t job) const;
  void VisitSkipped(size_t job);
  bool CheckSkipped(size_t reader, size_t ancestor);
  bool Implied(const TermPtr& conjunct, const std::vector<TermPtr>& given) const;
  std::string WhenSkipped(const Job& job) const;
  bool IsReadElsewhere(size_t job, const std::string& output, const std::set<std::string>& read) const;

  PipelineScope& scope_;
  Pipeline& pipeline_;
  Session& session_;
  const Ast& ast_;
  std::set<size_t> visited_;  // by Skipped
  std::set<size_t> told_;     // those that P0611 was said about
};

size_t Graph::IndexOf(std::string_view name) const {
  auto it = scope_.jobs.find(name);
  return it == scope_.jobs.end() ? pipeline_.jobs.size() : it->second->index;
}

void Graph::AddNeed(size_t reader, Need need) {
  if (need.job >= pipeline_.jobs.size()) return;
  std::vector<Need>& needs = pipeline_.jobs[reader].needs;
  for (Need& other : needs)
    if (other.job == need.job) {
      if (need.reason < other.reason) {
        other.reason = need.reason;
        other.what = need.what;
        other.at = need.at;
      }
      return;
    }
  needs.push_back(std::move(need));
}

void Graph::Infer() {
  for (size_t i = 0; i < pipeline_.jobs.size(); ++i) {
    Job& job = pipeline_.jobs[i];
    ForEachValue(job, [&](const TermPtr& value) {
      ForEachReference(value, [&](const Term& term, Span at) {
        if (term.is(TermKind::Path)) {
          const std::string name = term.name.substr(6, term.name.rfind('.') - 6);
          AddNeed(i, {IndexOf(name), NeedReason::Result, name + ".result", at});
          return;
        }
        const NeedReason reason = term.is(TermKind::JobFile) ? NeedReason::File : NeedReason::Output;
        AddNeed(i, {IndexOf(term.owner), reason, term.owner + "." + term.name, at});
      });
    });
    for (Need& need : WrittenNeeds(*scope_.job_order[i], session_)) AddNeed(i, std::move(need));
    std::ranges::sort(job.needs, {}, &Need::job);
  }
}

bool Graph::FindCircle(size_t job, std::vector<size_t>& path, std::vector<int>& state) {
  state[job] = 1;
  path.push_back(job);
  for (const Need& need : pipeline_.jobs[job].needs) {
    if (state[need.job] == 1) {
      path.erase(path.begin(), std::ranges::find(path, need.job));
      return true;
    }
    if (state[need.job] == 0 && FindCircle(need.job, path, state)) return true;
  }
  path.pop_back();
  state[job] = 2;
  return false;
}

void Graph::ReportCircle(const std::vector<size_t>& circle) {
  std::optional<Build> report;
  for (size_t i = 0; i < circle.size(); ++i) {
    const Job& reader = pipeline_.jobs[circle[i]];
    const size_t needed = circle[(i + 1) % circle.size()];
    for (const Need& need : reader.needs) {
      if (need.job != needed) continue;
      const std::string text = fmt::format("`{}` needs `{}`", reader.name, pipeline_.jobs[needed].name);
      if (report)
        report->Also(need.at, text);
      else
        report = Build(Code::P0605, need.at,
                       circle.size() == 1 ? "the job waits for itself" : "the jobs wait for each other", text);
    }
  }
  if (!report) return;
  const Reporter::Item item(session_.report, nullptr);  // each circle is one
  if (circle.size() > 1) report->Say("Break the circle: move one of the two steps to a third job.");
  session_.report.Add(std::move(*report));
}

void Graph::Circles() {
  std::vector<int> state(pipeline_.jobs.size(), 0);
  for (size_t i = 0; i < pipeline_.jobs.size(); ++i) {
    std::vector<size_t> path;
    if (state[i] != 0 || !FindCircle(i, path, state)) continue;
    // Not std::ranges::rotate: clang 14, which builds the fuzzers, cannot read libstdc++'s subrange.
    std::rotate(path.begin(), std::ranges::min_element(path), path.end());
    ReportCircle(path);
    for (size_t job : path) pipeline_.jobs[job].broken = true;
    for (int& s : state) s = s == 1 ? 2 : s;
    pipeline_.broken = true;
  }
}

std::set<size_t> Graph::Ancestors(size_t job) const {
  std::set<size_t> seen;
  std::vector<size_t> todo{job};
  while (!todo.empty()) {
    const size_t next = todo.back();
    todo.pop_back();
    for (const Need& need : pipeline_.jobs[next].needs)
      if (seen.insert(need.job).second) todo.push_back(need.job);
  }
  seen.erase(job);
  return seen;
}

// `x == 'a'` implies `x != 'b'` and `x in [… 'a' …]`; the same text implies itself.
bool Graph::Implied(const TermPtr& conjunct, const std::vector<TermPtr>& given) const {
  const std::string wanted = Fingerprint(conjunct);
  const auto wish = ConstantTest(conjunct);
  for (const TermPtr& fact : given) {
    if (Fingerprint(fact) == wanted) return true;
    const auto test = ConstantTest(fact);
    if (!fact->is(TermKind::Equal) || test.first == nullptr) continue;
    const std::string tested = Fingerprint(test.first), value = Fingerprint(test.second);
    if (wish.first != nullptr && Fingerprint(wish.first) == tested) {
      const bool same = Fingerprint(wish.second) == value;
      if (conjunct->is(TermKind::NotEqual) ? !same : conjunct->is(TermKind::Equal) && same) return true;
    }
    if (conjunct->is(TermKind::In) && Fingerprint(conjunct->args[0]) == tested &&
        std::ranges::any_of(conjunct->args[1]->args, [&](const TermPtr& item) { return Fingerprint(item) == value; }))
      return true;
  }
  return false;
}

// "not on `push`" for a test of the event's name, else that it can be skipped.
std::string Graph::WhenSkipped(const Job& job) const {
  const TermPtr& condition = job.condition;
  const bool event = condition->is(TermKind::Equal) && condition->args[0]->is(TermKind::Path) &&
                     condition->args[0]->name == "github.event_name" && condition->args[1]->is_text_constant();
  std::string others;
  if (event)
    for (const Trigger& trigger : pipeline_.triggers)
      if (trigger.event != condition->args[1]->constant.text)
        others += fmt::format("{}`{}`", others.empty() ? "" : ", ", trigger.event);
  return others.empty() ? fmt::format("`{}` can be skipped", job.name) : "not on " + others;
}

// Does it read an output of that job without saying what its absence means: by `??`, or a test?
bool ReadsPlainly(const TermPtr& term, const std::string& owner, bool guarded = false) {
  if (term->is(TermKind::JobOutput) || term->is(TermKind::JobFile)) return !guarded && term->owner == owner;
  const bool compares = term->is(TermKind::Equal) || term->is(TermKind::NotEqual);
  const bool tests =
      compares && std::ranges::any_of(term->args, [](const TermPtr& side) {
        const Constant& c = side->constant;
        return side->is_constant() && (c.kind == Constant::Kind::Null || (side->is_text_constant() && c.text.empty()));
      });
  for (size_t i = 0; i < term->args.size(); ++i)
    if (ReadsPlainly(term->args[i], owner, tests || (term->is(TermKind::Default) && i == 0))) return true;
  return false;
}
bool ReadsPlainly(const Job& job, const std::string& owner) {
  bool found = false;
  ForEachValue(job, [&](const TermPtr& value) { found = found || ReadsPlainly(value, owner); });
  return found;
}

// What holds unless something failed or was cancelled: then a job behind it shall be skipped.
bool IsOrdinary(const TermPtr& conjunct) {
  const bool negated = conjunct->is(TermKind::Not);
  const Term& call = negated ? *conjunct->args[0] : *conjunct;
  if (!call.is(TermKind::Call) || !call.args.empty()) return false;
  if (negated) return call.name == "cancelled" || call.name == "failure";
  return call.name == "always" || call.name == "ok" || call.name == "success";
}

// True when it was said.
bool Graph::CheckSkipped(size_t reader, size_t ancestor) {
  Job& job = pipeline_.jobs[reader];
  const Job& skipped = pipeline_.jobs[ancestor];
  std::vector<TermPtr> given = Conjuncts(job.condition);
  given.insert(given.end(), job.matrix_conditions.begin(), job.matrix_conditions.end());
  std::vector<TermPtr> wanted = Conjuncts(skipped.condition);
  std::erase_if(wanted, IsOrdinary);
  const bool by_condition = !wanted.empty();
  wanted.insert(wanted.end(), skipped.matrix_conditions.begin(), skipped.matrix_conditions.end());
  if (std::ranges::all_of(wanted, [&](const TermPtr& conjunct) { return Implied(conjunct, given); })) return false;
  const Need* need = nullptr;
  for (const Need& each : job.needs)
    if (each.job == ancestor) need = &each;
  // A job that reads the outputs of the other one has nothing to do without it.
  if (need != nullptr && ReadsPlainly(job, skipped.name)) return false;
  if (need == nullptr)
    for (const Need& each : job.needs)
      if (need == nullptr && (each.job == ancestor || Ancestors(each.job).contains(ancestor))) need = &each;
  if (need == nullptr) return false;
  // Through another job the reason was already told there.
  if (need->job != ancestor && pipeline_.jobs[need->job].condition == nullptr && told_.contains(need->job))
    return false;
  const std::string condition(by_condition ? session_.sources.Text(skipped.condition->at) : "");
  const auto insert = [&](const std::string& text) {
    diagnostics::Fix fix{"write a condition", false, {}};
    const std::string all = job.condition != nullptr ? std::string(session_.sources.Text(job.condition->at)) : "";
    if (job.condition != nullptr) {
      fix.edits.push_back({job.condition->at, fmt::format("{} && ({})", text, all)});
    } else if (scope_.job_order[reader]->decl->block) {
      const Span at = scope_.job_order[reader]->decl->block->span;
      const std::string indent(session_.sources.Begin(job.at).column + 1, ' ');
      fix.edits.push_back({Span{at.begin + 1, at.begin + 1}, fmt::format("\n{}if: {}", indent, text)});
    }
    return fix;
  };
  Reporter::Item item(session_.report, &job);
  Build report(Code::P0611, need->at, fmt::format("`{}` is skipped whenever `{}` is skipped", job.name, skipped.name),
               "GitHub skips a job when a job it needs was skipped");
  if (!by_condition)
    report.Also(skipped.matrix.front().at, fmt::format("`{}` is skipped when this list is empty", skipped.name));
  else
    report.Also(skipped.condition_at, WhenSkipped(skipped));
  report.Say("To run it anyway, unless something failed:   if: ok()", insert("ok()"));
  if (by_condition)
    report.Say(fmt::format("If that is meant, repeat the condition:   if: {}", condition), insert(condition));
  session_.report.Add(std::move(report));
  return true;
}

// Once a job, about its own needs first; after the jobs that it needs.
void Graph::VisitSkipped(size_t job) {
  if (!visited_.insert(job).second) return;
  std::vector<size_t> ancestors;
  for (const Need& need : pipeline_.jobs[job].needs) {
    VisitSkipped(need.job);
    ancestors.push_back(need.job);
  }
  if (FindStatusCall(pipeline_.jobs[job].condition) != nullptr || pipeline_.jobs[job].broken) return;
  for (size_t ancestor : Ancestors(job))
    if (std::ranges::find(ancestors, ancestor) == ancestors.end()) ancestors.push_back(ancestor);
  for (size_t ancestor : ancestors) {
    const TermPtr& condition = pipeline_.jobs[ancestor].condition;
    const bool own = condition != nullptr && !condition->is(TermKind::Error) && !condition->is_constant();
    if (!own && pipeline_.jobs[ancestor].matrix_conditions.empty()) continue;
    if (!CheckSkipped(job, ancestor)) continue;
    told_.insert(job);
    return;
  }
}

void Graph::Skipped() {
  for (size_t i = 0; i < pipeline_.jobs.size(); ++i) VisitSkipped(i);
}

// Of a job of a `for`: does somebody read the output of another round?
bool Graph::IsReadElsewhere(size_t job, const std::string& output, const std::set<std::string>& read) const {
  const JobGroup* group = scope_.job_order[job]->group;
  return group != nullptr && std::ranges::any_of(group->jobs, [&](const JobScope* round) {
           const auto entry = round->outputs.find(output);
           return read.contains(round->name.text + "." + output) ||
                  (entry != round->outputs.end() && entry->second.read);
         });
}

void Graph::Outputs() {
  std::set<std::string> read;
  for (const Job& job : pipeline_.jobs)
    ForEachValue(job, [&](const TermPtr& value) {
      Walk(value, [&](const Term& term) {
        if (term.is(TermKind::JobOutput) || term.is(TermKind::JobFile)) read.insert(term.owner + "." + term.name);
      });
    });
  for (const Output& output : pipeline_.outputs)
    Walk(output.value, [&](const Term& term) {
      if (term.is(TermKind::JobOutput)) read.insert(term.owner + "." + term.name);
    });
  for (size_t i = 0; i < pipeline_.jobs.size(); ++i) {
    Job& job = pipeline_.jobs[i];
    for (Output& output : job.outputs) {
      auto entry = scope_.job_order[i]->outputs.find(output.name);
      if (entry == scope_.job_order[i]->outputs.end()) continue;
      const syntax::Item& written = ast_[entry->second.item];
      Reporter::Item item(session_.report, &written, written.damaged);
      output.read = read.contains(job.name + "." + output.name);
      // What a reader with a mistake wanted counts as read.
      if (!output.read && !output.raw && !entry->second.read && !job.broken && !IsReadElsewhere(i, output.name, read))
        session_.report.Add(Build(Code::P0624, output.name_at,
                                  fmt::format("nobody reads `{}.{}`", job.name, output.name),
                                  "left out of the workflow")
                                .Say("Remove it.", Replace(output.whole, "", "remove the output", false)));
      if (output.read && output.secret_read.valid() && output.shape == OutputShape::Scalar)
        session_.report.Add(Build(Code::P0508, output.at,
                                  fmt::format("GitHub drops `{}` if it contains the secret", output.name),
                                  "a job output with a masked value in it arrives empty")
                                .Also(output.secret_read, "this step reads a secret")
                                .Say("If it never contains the secret, add  # sluice: allow[P0508] reason"));
    }
  }
}

// P0613: a cancelling group stops what publishes half-way.
void Graph::CancelledPush() {
  if (!pipeline_.HasTrigger("push")) return;
  static constexpr std::string_view kPublishing[] = {"packages", "pages", "deployments", "contents"};
  auto check = [&](const std::optional<Concurrency>& concurrency, const Job& job) {
    if (!concurrency || concurrency->cancel_in_progress == nullptr || !concurrency->cancel_in_progress->is_bool(true))
      return false;
    for (const Grant& grant : job.permissions) {
      if (grant.access != "write" || std::ranges::find(kPublishing, grant.scope) == std::end(kPublishing)) continue;
      const std::string better = "cancel-in-progress: github.event_name == 'pull_request'";
      const std::string text(session_.sources.Text(concurrency->at));
      diagnostics::Fix fix{"cancel pull requests only", false, {}};
      if (text == "cancel-previous")
        fix.edits.push_back(
            {concurrency->at, fmt::format("{{ group: \"{}-${{{{ github.ref }}}}\", {} }}", pipeline_.name, better)});
      else
        fix.edits.push_back({concurrency->cancel_in_progress->at, "github.event_name == 'pull_request'"});
      session_.report.Add(Build(Code::P0613, concurrency->at, fmt::format("a push can stop `{}` half-way", job.name),
                                "the next push cancels the run of the last one")
                              .Also(grant.at, fmt::format("`{}` writes {}", job.name, grant.scope))
                              .Say(fmt::format("Cancel pull requests only:   {}", better), std::move(fix)));
      return true;
    }
    return false;
  };
  for (const Job& job : pipeline_.jobs) {
    Reporter::Item item(session_.report, nullptr);
    if (check(pipeline_.concurrency, job)) return;
    check(job.concurrency, job);
  }
}

}  // namespace

void ConnectJobs(PipelineScope& scope, Pipeline& pipeline, Session& session) {
  Graph graph(scope, pipeline, session);
  graph.Infer();
  graph.Circles();
  graph.Outputs();
  if (!pipeline.broken) graph.Skipped();
  graph.CancelledPush();
}

void ReadGates(const PipelineScope& scope, Pipeline& pipeline, bool all_required, Session& session) {
  const Ast& ast = *scope.file->ast;
  auto add_all = [&](Gate& gate) {
    for (size_t i = 0; i < pipeline.jobs.size(); ++i) gate.jobs.push_back(i);
  };
  for (ItemId id : scope.gates) {
    const auto& decl = std::get<syntax::GateDecl>(ast[id].node);
    Reporter::Item item(session.report, &ast[id], ast[id].damaged);
    Gate gate;
    gate.name = decl.name.text;
    gate.docs = ast[id].docs;
    gate.at = ast[id].span;
    std::set<size_t> jobs;
    for (const syntax::QualifiedName& name : decl.jobs) {
      if (name.empty()) continue;
      const std::vector<JobScope*> named =
          name.size() == 1 ? JobsNamed(scope, nullptr, name[0].text) : std::vector<JobScope*>{};
      const Reporter::Part part(session.report, &name);
      if (named.empty() && (name.size() != 1 || !scope.groups.contains(name[0].text))) {
        std::vector<std::string> names;
        for (const JobScope* each : scope.job_order) names.push_back(each->name.text);
        Build report(Code::P0202, name[0].span, fmt::format("there is no job `{}`", name[0].text));
        Suggest(report, name[0].text, name[0].span, names, "not a job of this pipeline");
        report.Say(fmt::format("Jobs of this pipeline: {}.", JoinNames(names)));
        session.report.Add(std::move(report));
        continue;
      }
      std::vector<size_t> todo;
      for (const JobScope* job : named) todo.push_back(job->index);
      while (!todo.empty()) {
        const size_t next = todo.back();
        todo.pop_back();
        if (next >= pipeline.jobs.size() || !jobs.insert(next).second) continue;
        for (const Need& need : pipeline.jobs[next].needs) todo.push_back(need.job);
      }
    }
    if (decl.all)
      add_all(gate);
    else
      gate.jobs.assign(jobs.begin(), jobs.end());
    if (!gate.jobs.empty()) pipeline.gates.push_back(std::move(gate));
  }
  const bool wanted = all_required && scope.gates.empty() && pipeline.HasTrigger("pull_request");
  if (!wanted || pipeline.jobs.empty()) return;
  if (auto job = scope.jobs.find("required"); job != scope.jobs.end()) {
    session.report.Add(Build(Code::P0205, job->second->name.span,
                             "the gate that sluice.toml asks for is called `required`, too", "this job has its name")
                           .Say("Give the job another name, or write a gate:   gate NAME: all"));
    return;
  }
  Gate gate;
  gate.name = "required";
  gate.at = scope.name.span;
  add_all(gate);
  pipeline.gates.push_back(std::move(gate));
}

}  // namespace sluice::check
