#include "compiler/syntax/places.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/syntax/parse.h"

namespace sluice::syntax {
namespace {

using diagnostics::Build;
using diagnostics::Code;
using diagnostics::Diagnostic;

constexpr size_t kMostProblems = 1000;

constexpr uint8_t Mask(std::initializer_list<Place> places) {
  uint8_t mask = 0;
  for (Place place : places) mask = static_cast<uint8_t>(mask | 1u << static_cast<int>(place));
  return mask;
}
constexpr uint8_t kFile = Mask({Place::File}), kPipeline = Mask({Place::Pipeline}), kAction = Mask({Place::Action});
constexpr uint8_t kSteps = Mask({Place::Job, Place::Action, Place::Steps});
constexpr uint8_t kAnywhere = 0xff;

// Where a construct may stand (language reference, "Construct × slot") and how messages speak of it.
struct PlaceRule {
  uint8_t allowed = kAnywhere;
  std::string_view what;   // "a step"
  std::string_view where;  // "steps stand in a job"
};

struct RuleOf {
  PlaceRule operator()(const ImportDecl&) const { return {kFile, "an import", "imports stand in a file"}; }
  PlaceRule operator()(const LetDecl&) const {
    return {static_cast<uint8_t>(kFile | kPipeline | kSteps), "a `let`", "`let` stands before the step, in the job"};
  }
  PlaceRule operator()(const TypeDecl&) const { return {kFile, "a type", "types stand in a file"}; }
  PlaceRule operator()(const EnumDecl&) const { return {kFile, "an enum", "enums stand in a file"}; }
  PlaceRule operator()(const FnDecl&) const { return {kFile, "a function", "functions stand in a file"}; }
  PlaceRule operator()(const ActionDecl&) const { return {kFile, "an action", "actions stand in a file"}; }
  PlaceRule operator()(const ExternDecl&) const { return {kFile, "an `extern`", "`extern` stands in a file"}; }
  PlaceRule operator()(const SecretDecl&) const {
    return {static_cast<uint8_t>(kFile | kPipeline), "a declaration of secrets",
            "`secret` stands in a file or a pipeline"};
  }
  PlaceRule operator()(const VarDecl&) const {
    return {static_cast<uint8_t>(kFile | kPipeline), "a declaration of a variable",
            "`var` stands in a file or a pipeline"};
  }
  PlaceRule operator()(const VerbatimDecl&) const { return {kFile, "a `verbatim`", "`verbatim` stands in a file"}; }
  PlaceRule operator()(const PipelineDecl&) const { return {kFile, "a pipeline", "pipelines stand in a file"}; }
  PlaceRule operator()(const ForDecl&) const {
    return {static_cast<uint8_t>(kFile | kPipeline | kSteps), "a `for`", "`for` stands among the steps of a job"};
  }
  PlaceRule operator()(const OnDecl&) const { return {kPipeline, "a trigger", "`on` stands in the pipeline"}; }
  PlaceRule operator()(const JobDecl&) const { return {kPipeline, "a job", "jobs stand in a pipeline"}; }
  PlaceRule operator()(const GateDecl&) const { return {kPipeline, "a gate", "`gate` stands in the pipeline"}; }
  PlaceRule operator()(const OutputDecl&) const {
    return {static_cast<uint8_t>(kPipeline | kSteps), "an output", "outputs stand in a job"};
  }
  PlaceRule operator()(const Setting&) const {
    return {Mask({Place::Pipeline, Place::Job, Place::Step}), "a setting",
            "settings stand in a pipeline, a job or a step"};
  }
  PlaceRule operator()(const RawDecl&) const {
    return {Mask({Place::Pipeline, Place::Job, Place::Step}), "a `raw` block",
            "`raw` stands in a pipeline, a job or a step"};
  }
  PlaceRule operator()(const RunStep& n) const { return Step(n.let.has_value(), true); }
  PlaceRule operator()(const UsesStep& n) const { return Step(n.let.has_value(), true); }
  PlaceRule operator()(const NamedStep& n) const { return Step(n.let.has_value(), false); }
  PlaceRule operator()(const IfStep&) const { return {kSteps, "an `if` block", "`if` blocks stand in a job"}; }
  PlaceRule operator()(const ParallelStep&) const {
    return {kSteps, "a `parallel` block", "`parallel` stands in a job"};
  }
  PlaceRule operator()(const WaitStep&) const { return {kSteps, "a `wait`", "`wait` stands in a job"}; }
  PlaceRule operator()(const CancelStep&) const { return {kSteps, "a `cancel`", "`cancel` stands in a job"}; }
  PlaceRule operator()(const OnceStep&) const { return {kAction, "a `once` step", "`once` stands in an action"}; }
  PlaceRule operator()(const RequiresStep&) const {
    return {kAction, "a `requires`", "`requires` stands in an action"};
  }
  PlaceRule operator()(const AssertStep&) const { return {kAction, "an `assert`", "`assert` stands in an action"}; }
  PlaceRule operator()(const StepRaw&) const {
    return {static_cast<uint8_t>(kSteps | Mask({Place::Parallel})), "a step", "steps stand in a job"};
  }
  PlaceRule operator()(const EnvironmentDecl&) const {
    return {kFile, "an environment", "environments stand in a file"};
  }
  PlaceRule operator()(const ServiceDecl&) const { return {kFile, "a service", "services stand in a file"}; }
  PlaceRule operator()(const MetricDecl&) const { return {kFile, "a metric", "metrics stand in a file"}; }
  PlaceRule operator()(const SloDecl&) const { return {kFile, "an slo", "slos stand in a file"}; }
  PlaceRule operator()(const OverlayDecl&) const { return {0, "an overlay", "overlays stand in a service"}; }
  PlaceRule operator()(const RolloutDecl&) const { return {0, "a rollout", "rollouts stand in a service"}; }
  PlaceRule operator()(const RolloutAt&) const { return {0, "an `at`", "`at` stands in a rollout"}; }
  PlaceRule operator()(const CheckDecl&) const { return {0, "a check", "checks stand in a rollout"}; }
  PlaceRule operator()(const MigrationDecl&) const { return {0, "a migration", "migrations stand in a service"}; }
  PlaceRule operator()(const ManifestDecl&) const { return {0, "a `manifest`", "`manifest` stands in a service"}; }
  PlaceRule operator()(const PatchDecl&) const { return {0, "a `patch`", "`patch` stands in a service"}; }
  PlaceRule operator()(const CheckItem&) const { return {}; }
  PlaceRule operator()(const ErrorItem&) const { return {}; }

  static PlaceRule Step(bool named, bool in_step) {
    const uint8_t inside = in_step && !named ? Mask({Place::Step, Place::Parallel}) : Mask({Place::Parallel});
    return {static_cast<uint8_t>(kSteps | inside), "a step", "steps stand in a job"};
  }
};

std::string_view NameOf(Place place, bool loop) {
  switch (place) {
    case Place::File:
      return "a file";
    case Place::Pipeline:
      return "a pipeline";
    case Place::Job:
      return "a job";
    case Place::Action:
      return "an action";
    case Place::Steps:
      return loop ? "a `for`" : "an `if`";
    case Place::Parallel:
      return "a `parallel`";
    default:
      return "a step";
  }
}

class PlaceCheck {
 public:
  PlaceCheck(const source::SourceMap& sources, Ast& ast, diagnostics::Sink& sink)
      : sources_(sources), ast_(ast), sink_(sink) {}

  void Run() {
    Items(ast_.items, Place::File);
    CheckDirectives(sources_, ast_, sink_);
  }

 private:
  struct Around {  // what the current block belongs to
    Place place = Place::File;
    const Item* item = nullptr;
    std::string_view name;
    bool loop = false;
    const PipelineDecl* pipeline = nullptr;
    bool repeated = false;  // some block around is a `for`
  };

  void Items(const std::vector<ItemId>& items, Place place) {
    const Around outer = around_;
    around_.place = place;
    for (ItemId id : items) One(id);
    around_ = outer;
  }

  void One(ItemId id) {
    Item& item = ast_.item_store[id];
    if (item.damaged) return Inside(item);
    if (auto problem = Check(item)) {
      if (reported_.size() < kMostProblems) sink_.Add(std::move(*problem));
      item.damaged = true;
      reported_.push_back(item.span);
      if (!std::holds_alternative<PipelineDecl>(item.node) && !std::holds_alternative<JobDecl>(item.node)) return;
    }
    Inside(item);
  }

  std::optional<Diagnostic> Check(const Item& item) {
    const PlaceRule rule = std::visit(RuleOf(), item.node);
    if ((rule.allowed >> static_cast<int>(around_.place) & 1) == 0) return Misplaced(item, rule);
    if (auto problem = CheckAmongJobs(item, rule)) return problem;
    if (auto problem = CheckRepeated(item)) return problem;
    if (const auto* pipeline = std::get_if<PipelineDecl>(&item.node))
      for (const Param& param : pipeline->params)
        if (param.is_static)
          return Build(Code::P0114, param.span, "a parameter of a pipeline cannot be `static`",
                       "its value comes when the run starts");
    if (const auto* setting = std::get_if<Setting>(&item.node))
      if (auto key = CheckGitHubKey(sources_, ast_, *setting, around_.place, around_.name)) return key;
    return CheckLater(ast_, item, around_.place);
  }

  // A `for` of a pipeline has jobs, and `for`s with jobs.
  std::optional<Diagnostic> CheckAmongJobs(const Item& item, const PlaceRule& rule) const {
    if (around_.place != Place::Pipeline || !around_.loop) return std::nullopt;
    const ItemNode& node = item.node;
    if (std::holds_alternative<JobDecl>(node) || std::holds_alternative<ForDecl>(node) ||
        std::holds_alternative<ErrorItem>(node))
      return std::nullopt;
    Build problem(Code::P0114, item.keyword, fmt::format("{} cannot stand in a `for` of jobs", rule.what),
                  "only jobs are repeated there");
    if (std::holds_alternative<LetDecl>(node)) problem.Say("Put it into the job.");
    return problem;
  }

  // What may stand among steps, but not in each of their blocks.
  std::optional<Diagnostic> CheckRepeated(const Item& item) const {
    if (around_.repeated && std::holds_alternative<OutputDecl>(item.node))
      return Build(Code::P0114, item.keyword, "an output cannot stand in a `for`",
                   "it would be given once for each item");
    if (around_.place != Place::Parallel) return std::nullopt;
    const StepLet* let = nullptr;
    if (const auto* run = std::get_if<RunStep>(&item.node); run != nullptr && run->let) let = &*run->let;
    if (const auto* uses = std::get_if<UsesStep>(&item.node); uses != nullptr && uses->let) let = &*uses->let;
    if (const auto* step = std::get_if<NamedStep>(&item.node); step != nullptr && step->let) let = &*step->let;
    if (let == nullptr || !let->background) return std::nullopt;
    return Build(Code::P0114, item.keyword, "`background` cannot stand in a `parallel`",
                 "its steps run at the same time anyway");
  }

  Diagnostic Misplaced(const Item& item, const PlaceRule& rule) {
    const Place place = around_.place;
    Build problem(Code::P0114, item.keyword,
                  fmt::format("{} cannot stand in {}", rule.what, NameOf(place, around_.loop)),
                  std::string(rule.where));
    const bool step = rule.what == "a step";
    const std::string_view word = sources_.Text(item.keyword);
    if (step && place == Place::Pipeline) problem.Say(fmt::format("Put it into a job:   job NAME {{ {} ... }}", word));
    if (rule.what == "a job" && place == Place::File)
      problem.Say("Put it into a pipeline:   pipeline NAME { on push ... }");
    if (rule.allowed == kPipeline && place == Place::Job && around_.item != nullptr) SayMoveOut(problem, item);
    if (rule.what == "an `if` block" && place == Place::Pipeline)
      problem.Say("A job has a condition of its own:   if: ...");
    if (rule.what == "an `if` block" && place == Place::Step)
      problem.Say("Write it around the step, or as a setting:   if: ...");
    return problem;
  }

  // A trigger may stand in the pipeline, too: the same one goes away, two different ones a person has to join.
  void SayMoveOut(Build& problem, const Item& item) {
    const std::string note = fmt::format("Move it out of `{}`.", around_.name);
    const auto* trigger = std::get_if<OnDecl>(&item.node);
    const Item* other = nullptr;
    if (trigger != nullptr && around_.pipeline != nullptr)
      for (ItemId id : around_.pipeline->block.items)
        if (const auto* on = std::get_if<OnDecl>(&ast_[id].node);
            on != nullptr && on->event.text == trigger->event.text)
          other = &ast_[id];
    if (other == nullptr)
      problem.Say(note, MoveOut(item));
    else if (sources_.Text(other->span) == sources_.Text(item.span))
      problem.Say(note, diagnostics::Fix{"remove it: the pipeline has it", true, {{LinesOf(item), ""}}});
    else
      problem.Say(note);
  }

  // The lines of the item where it stands there alone, else the item.
  source::Span LinesOf(const Item& item) const {
    const source::SourceFile& file = sources_.file(ast_.file);
    const std::string_view text = file.text;
    const size_t begin = item.span.begin - file.begin, end = item.span.end - file.begin;
    const size_t line = text.rfind('\n', begin) + 1;
    size_t next = text.find('\n', end);
    next = next == std::string_view::npos ? text.size() : next + 1;
    const bool alone = text.substr(line, begin - line).find_first_not_of(" \t") == std::string_view::npos &&
                       text.substr(end, next - end).find_first_not_of(" \t\r\n") == std::string_view::npos;
    return alone ? sources_.MakeSpan(ast_.file, line, next) : item.span;
  }

  // Takes the item's lines out and puts them before the job.
  diagnostics::Fix MoveOut(const Item& item) {
    const source::SourceFile& file = sources_.file(ast_.file);
    const std::string_view text = file.text;
    const size_t begin = item.span.begin - file.begin, end = item.span.end - file.begin;
    const size_t target = around_.item->span.begin - file.begin;
    const size_t target_line = text.rfind('\n', target) + 1;
    const std::string indent(text.substr(target_line, target - target_line));
    const std::string moved = std::string(text.substr(begin, end - begin)) + "\n" + indent;
    return {"move it out", false, {{sources_.MakeSpan(ast_.file, target, target), moved}, {LinesOf(item), ""}}};
  }

  void Inside(const Item& item) {
    const Around outer = around_;
    if (const auto* pipeline = std::get_if<PipelineDecl>(&item.node)) {
      around_ = {Place::Pipeline, &item, pipeline->name.text, false, pipeline};
      Items(pipeline->block.items, Place::Pipeline);
    } else if (const auto* job = std::get_if<JobDecl>(&item.node)) {
      around_ = {Place::Job, &item, job->name.text, false, around_.pipeline};
      if (job->block) Items(job->block->items, Place::Job);
    } else if (const auto* action = std::get_if<ActionDecl>(&item.node)) {
      around_ = {Place::Action, &item, action->name.text, false, nullptr};
      Items(action->block.items, Place::Action);
    } else if (const auto* once = std::get_if<OnceStep>(&item.node)) {
      if (once->step.valid()) One(once->step);
    } else if (const auto* step = std::get_if<NamedStep>(&item.node)) {
      if (step->block) Items(step->block->items, Place::Step);
    } else if (const auto* condition = std::get_if<IfStep>(&item.node)) {
      around_.loop = false;
      Items(condition->then.items, Place::Steps);
      if (condition->else_if) Inside(ast_[condition->else_if]);
      if (condition->otherwise) Items(condition->otherwise->items, Place::Steps);
    } else if (const auto* loop = std::get_if<ForDecl>(&item.node); loop != nullptr && AmongSteps()) {
      around_.loop = around_.repeated = true;
      Items(loop->block.items, Place::Steps);
    } else if (loop != nullptr && around_.place == Place::Pipeline) {
      around_.loop = true;
      Items(loop->block.items, Place::Pipeline);
    } else if (const auto* parallel = std::get_if<ParallelStep>(&item.node)) {
      Items(parallel->block.items, Place::Parallel);
    }
    around_ = outer;
  }

  bool AmongSteps() const {
    return around_.place == Place::Job || around_.place == Place::Steps || around_.place == Place::Action;
  }

  const source::SourceMap& sources_;
  Ast& ast_;
  diagnostics::Sink& sink_;
  Around around_;
  std::vector<source::Span> reported_;
};

}  // namespace

void CheckDirectives(const source::SourceMap& sources, const Ast& ast, diagnostics::Sink& sink) {
  constexpr std::string_view kExample = "# sluice: allow[P0517] the first step installs bash";
  for (const Directive& directive : ast.directives) {
    if (directive.malformed) {
      const std::string_view text = sources.Text(directive.span);
      const size_t colon = text.find(':');
      const size_t word = std::min(text.find_first_not_of(" \t", colon + 1), text.size());
      const size_t end = std::min(text.find_first_of(" \t[", word), text.size());
      const std::string_view name = text.substr(word, end - word);
      const bool unknown = !name.empty() && name != "allow";
      const auto offset = static_cast<uint32_t>(word), stop = static_cast<uint32_t>(end);
      const source::Span at =
          unknown ? source::Span{directive.span.begin + offset, directive.span.begin + stop} : directive.span;
      sink.Add(Build(Code::P0116, at,
                     unknown ? fmt::format("I do not know the directive `{}`", name) : "this directive names no code",
                     unknown ? "there is only `allow`" : "written `# sluice: allow[CODE] reason`")
                   .Say(std::string(kExample)));
      continue;
    }
    bool said = false;
    for (const Name& name : directive.codes) {
      const auto code = diagnostics::FindCode(name.text);
      if (said || (code && diagnostics::Info(*code).allowable)) continue;
      said = true;
      sink.Add(code ? Build(Code::P0116, name.span, fmt::format("{} cannot be allowed", name.text),
                            "mistakes of this kind have to be mended")
                    : Build(Code::P0116, name.span, fmt::format("there is no code `{}`", name.text),
                            "`sluice explain --all` lists them"));
    }
    if (!said && directive.reason.empty())
      sink.Add(Build(Code::P0116, directive.span, "this directive gives no reason", "write why it is right here")
                   .Say(std::string(kExample)));
  }
}

void CheckPlaces(const source::SourceMap& sources, Ast& ast, diagnostics::Sink& sink) {
  if (!ast.unreadable) PlaceCheck(sources, ast, sink).Run();
}

}  // namespace sluice::syntax
