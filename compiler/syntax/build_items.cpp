#include <algorithm>

#include "compiler/syntax/builder.h"
#include "compiler/syntax/parse.h"

namespace sluice::syntax {
namespace {

using diagnostics::Build;
using diagnostics::Code;

// A `##` line without its marks and one blank.
std::string DocText(std::string_view comment) {
  comment.remove_prefix(2);
  if (comment.starts_with(' ')) comment.remove_prefix(1);
  return std::string(comment);
}

}  // namespace

Builder::Builder(const source::SourceMap& sources, const Reading& reading, diagnostics::Sink& sink)
    : sources_(sources), list_(reading.list), cst_(reading.cst), sink_(sink) {}

Ast Builder::Run() {
  ast_.file = list_.file;
  ast_.unreadable = list_.unreadable;
  ast_.comments = list_.comments;
  ast_.directives = list_.directives;
  ast_.items = Items(0, Rule::Item);
  return std::move(ast_);
}

std::vector<ItemId> Builder::Items(Node parent, Rule element) {
  std::vector<ItemId> items;
  for (Children child(cst_, parent); !child.done(); child.Next()) {
    const CstNode& node = child.node();
    if (node.rule == element) items.push_back(BuildItem(child.index()));
    const bool comma = node.rule == Rule::Token && TokenAt(node.token).kind == TokenKind::Comma;
    if (comma && !items.empty()) ast_.item_store[items.back()].comma_after = true;
    if (node.rule != Rule::Junk) continue;
    Item junk;
    junk.span = junk.keyword = SpanOf(child.index());
    junk.damaged = true;
    items.push_back(Add(std::move(junk)));
  }
  return items;
}

ItemId Builder::Add(Item item) { return ast_.item_store.Add(std::move(item)); }

ItemId Builder::BuildItem(Node item) {
  const bool outer_damaged = damaged_;
  damaged_ = At(item).damaged;
  Item built;
  built.span = SpanOf(item);
  built.keyword = TokenSpan(At(item).token);
  built.docs = DocsAbove(At(item).token);
  if (At(item).rule == Rule::CheckItem) {
    CheckItem check = Check(item);
    if (!check.metric.empty()) built.keyword = source::Join(check.metric.front().span, check.metric.back().span);
    built.node = std::move(check);
  } else if (At(item).next > item + 1 && At(item + 1).rule != Rule::Skipped) {
    built.node = Declaration(item + 1, built.keyword);
  }
  built.damaged = damaged_;
  damaged_ = outer_damaged;
  return Add(std::move(built));
}

// A step that is part of another item: `once step`, the one step of a named step.
ItemId Builder::BuildStep(Node rule, std::optional<StepLet> let) {
  Item built;
  built.span = SpanOf(rule);
  built.keyword = TokenSpan(At(rule).token);
  built.damaged = damaged_;
  built.node = Step(rule);
  if (auto* run = std::get_if<RunStep>(&built.node))
    run->let = std::move(let);
  else if (auto* uses = std::get_if<UsesStep>(&built.node))
    uses->let = std::move(let);
  else if (auto* named = std::get_if<NamedStep>(&built.node))
    named->let = std::move(let);
  return Add(std::move(built));
}

ItemNode Builder::Declaration(Node rule, source::Span& keyword) {
  const auto name = [&] { return NameOf(Child(rule, Rule::Name)); };
  const auto value = [&] { return BuildExpr(Child(rule, Rule::Expr)); };
  switch (At(rule).rule) {
    case Rule::Setting: {
      Setting setting;
      if (Found key = Child(rule, Rule::Key)) setting.key = BuildKey(*key);
      keyword = setting.key.span.valid() ? setting.key.span : keyword;
      setting.value = value();
      if (!setting.value) setting.value = Hole(rule);
      return setting;
    }
    case Rule::ImportDecl:
      return Import(rule);
    case Rule::LetItem:
      return BuildLet(rule);
    case Rule::TypeDecl:
      return TypeDecl{name(), BuildType(Child(rule, Rule::Type))};
    case Rule::EnumDecl:
      return EnumDecl{name(), Names(rule, Rule::Member)};
    case Rule::FnDecl:
      return FnDecl{name(), Params(rule), BuildType(Child(rule, Rule::Type)), value()};
    case Rule::ActionDecl:
      return ActionDecl{name(), Params(rule), BuildType(Child(rule, Rule::RecordType)),
                        HasToken(rule, TokenKind::Environment), BuildBlock(Child(rule, Rule::Block))};
    case Rule::ExternDecl: {
      ExternDecl decl{name(), {}, Params(rule), BuildType(Child(rule, Rule::RecordType)), {}};
      if (Found facts = Child(rule, Rule::Record)) decl.facts = Record(*facts);
      for (uint32_t token : Tokens(rule))
        if (TokenAt(token).kind == TokenKind::ActionRef)
          decl.from = {Target::Kind::ActionRef, TokenSpan(token), std::string(TextOf(token)), {}, {}};
      return decl;
    }
    case Rule::SecretDecl:
    case Rule::VarDecl: {
      const std::vector<Node> lists = ChildrenOf(rule, Rule::Names);
      const bool secret = At(rule).rule == Rule::SecretDecl;
      const size_t environments = secret ? 1 : 0;
      auto in = lists.size() > environments ? Names(lists[environments], Rule::Name) : std::vector<Name>{};
      if (!secret) return VarDecl{name(), BuildType(Child(rule, Rule::Type)), std::move(in)};
      return SecretDecl{lists.empty() ? std::vector<Name>{} : Names(lists[0], Rule::Name), std::move(in)};
    }
    case Rule::VerbatimDecl: {
      Found path = Child(rule, Rule::String);
      return VerbatimDecl{path ? BuildString(*path) : Hole(rule)};
    }
    case Rule::PipelineDecl: {
      Found params = Child(rule, Rule::Params);
      return PipelineDecl{name(), Params(rule), params ? SpanOf(*params) : source::Span{},
                          BuildBlock(Child(rule, Rule::Block))};
    }
    case Rule::ForItem: {
      const std::vector<Node> exprs = ChildrenOf(rule, Rule::Expr);
      ForDecl loop{name(), {}, {}, BuildBlock(Child(rule, Rule::Block))};
      loop.list = exprs.empty() ? Hole(rule) : BuildExpr(exprs[0]);
      if (exprs.size() > 1) loop.condition = BuildExpr(exprs[1]);
      return loop;
    }
    case Rule::OnDecl: {
      Found args = Child(rule, Rule::Args);
      return OnDecl{name(), Arguments(args), args ? SpanOf(*args) : source::Span{}};
    }
    case Rule::JobDecl:
      return Job(rule);
    case Rule::GateDecl:
      return Gate(rule);
    case Rule::OutputDecl: {
      OutputDecl output{name(), BuildType(Child(rule, Rule::Type)), value(), {}};
      if (Found options = Child(rule, Rule::Record)) output.options = Record(*options);
      if (!output.value) output.value = Hole(rule);
      return output;
    }
    case Rule::RawDecl: {
      Found text = Child(rule, Rule::String);
      return RawDecl{text ? BuildString(*text) : Hole(rule)};
    }
    default:
      return Step(rule);
  }
}

ItemNode Builder::Step(Node rule) {
  switch (At(rule).rule) {
    case Rule::RunStep:
      return Run(rule);
    case Rule::UsesStep: {
      Found args = Child(rule, Rule::Args);
      return UsesStep{
          BuildTarget(Child(rule, Rule::Target)), Arguments(args), args ? SpanOf(*args) : source::Span{}, {}};
    }
    case Rule::NamedStep:
      return Named(rule);
    case Rule::IfStep:
      return IfChain(rule);
    case Rule::ParallelStep:
      return ParallelStep{BuildBlock(Child(rule, Rule::Block))};
    case Rule::WaitStep: {
      WaitStep wait;
      if (Found names = Child(rule, Rule::Qnames))
        for (Node target : ChildrenOf(*names, Rule::Qname)) wait.targets.push_back(Qualified(target));
      wait.all = wait.targets.size() == 1 && wait.targets[0].size() == 1 && wait.targets[0][0].text == "all";
      if (wait.all) wait.targets.clear();
      return wait;
    }
    case Rule::CancelStep:
      return CancelStep{Qualified(Child(rule, Rule::Qname))};
    case Rule::OnceStep: {
      Found step = Child(rule, Rule::NamedStep);
      return OnceStep{step ? BuildStep(*step, std::nullopt) : ItemId{}};
    }
    case Rule::RequiresStep: {
      Found record = Child(rule, Rule::Record);
      return RequiresStep{NameOf(Child(rule, Rule::Name)), record ? Record(*record) : Hole(rule)};
    }
    case Rule::AssertStep:
      return AssertStep{BuildExpr(Child(rule, Rule::Expr))};
    case Rule::StepRaw: {
      Found text = Child(rule, Rule::String);
      return StepRaw{text ? BuildString(*text) : Hole(rule)};
    }
    default:
      return Delivery(rule);
  }
}

ItemNode Builder::Delivery(Node rule) {
  const auto name = [&] { return NameOf(Child(rule, Rule::Name)); };
  const auto block = [&] { return BuildBlock(Child(rule, Rule::Block)); };
  const auto text = [&] {
    Found string = Child(rule, Rule::String);
    return string ? BuildString(*string) : Hole(rule);
  };
  switch (At(rule).rule) {
    case Rule::EnvironmentDecl: {
      std::vector<Name> named = Names(rule, Rule::Member);
      return EnvironmentDecl{named.empty() ? Name{} : std::move(named.front()), block()};
    }
    case Rule::ServiceDecl:
      return ServiceDecl{name(), Params(rule), block()};
    case Rule::OverlayDecl: {
      Found names = Child(rule, Rule::Names);
      return OverlayDecl{names ? Names(*names, Rule::Name) : std::vector<Name>{}, block()};
    }
    case Rule::RolloutDecl:
      return RolloutDecl{name(), block()};
    case Rule::AtItem: {
      const std::vector<Node> exprs = ChildrenOf(rule, Rule::Expr);
      RolloutAt at{exprs.empty() ? Hole(rule) : BuildExpr(exprs[0]), {}};
      if (exprs.size() > 1) at.hold = BuildExpr(exprs[1]);
      return at;
    }
    case Rule::CheckDecl: {
      CheckDecl check;
      if (Found own = Child(rule, Rule::Name)) check.name = NameOf(own);
      check.args = Arguments(Child(rule, Rule::Args));
      if (Found body = Child(rule, Rule::CheckBlock)) check.block = {SpanOf(*body), Items(*body, Rule::CheckItem)};
      return check;
    }
    case Rule::MetricDecl:
      return MetricDecl{name(), Params(rule), BuildType(Child(rule, Rule::Type)), block()};
    case Rule::SloDecl:
      return SloDecl{name(), Params(rule), BuildExpr(Child(rule, Rule::Expr)), block()};
    case Rule::MigrationDecl:
      return MigrationDecl{name(), block()};
    case Rule::ManifestDecl:
      return ManifestDecl{text()};
    case Rule::PatchDecl:
      return PatchDecl{name(), text()};
    default:
      return ErrorItem{};
  }
}

CheckItem Builder::Check(Node rule) {
  CheckItem check;
  check.metric = Qualified(Child(rule, Rule::Qname));
  Found args = Child(rule, Rule::Args);
  check.args = Arguments(args);
  check.has_args = args.has_value();
  for (uint32_t token : Tokens(rule)) check.comparison = std::string(TextOf(token));
  if (Found bound = Child(rule, Rule::Operand)) check.bound = BuildOperand(*bound);
  return check;
}

// namedStep : STEP string? ( COLON (runStep | usesStep) | block )
ItemNode Builder::Named(Node rule) {
  NamedStep step;
  if (Found name = Child(rule, Rule::String)) step.name = BuildString(*name);
  for (Rule simple : {Rule::RunStep, Rule::UsesStep})
    if (Found body = Child(rule, simple)) step.body = BuildStep(*body, std::nullopt);
  Found block = Child(rule, Rule::Block);
  if (!block) return step;
  step.block = BuildBlock(block);
  size_t bodies = 0;
  for (ItemId item : step.block->items) {
    if (ast_.As<RunStep>(item) == nullptr && ast_.As<UsesStep>(item) == nullptr) continue;
    if (++bodies == 1) step.body = item;
    if (bodies == 2 && !damaged_) {
      sink_.Add(
          Build(Code::P0112, ast_[item].keyword, "a step does one thing", "the second `run` or `uses` of this step")
              .Say("Write a step of its own for it."));
      ast_.item_store[item].damaged = true;
    }
  }
  const bool whole = std::ranges::none_of(step.block->items, [&](ItemId item) { return ast_[item].damaged; });
  if (bodies == 0 && whole && !damaged_) {
    sink_.Add(Build(Code::P0112, TokenSpan(At(rule).token), "this step does nothing",
                    "expected `run` or `uses` between its braces"));
    damaged_ = true;
  }
  return step;
}

ItemNode Builder::BuildLet(Node rule) {
  StepLet let{
      NameOf(Child(rule, Rule::Name)), BuildType(Child(rule, Rule::Type)), HasToken(rule, TokenKind::Background), {}};
  let.span = source::Join(TokenSpan(At(rule).token), let.name.span);
  for (Rule step : {Rule::RunStep, Rule::UsesStep, Rule::NamedStep}) {
    Found body = Child(rule, step);
    if (!body) continue;
    ItemNode built = Step(*body);
    if (auto* run = std::get_if<RunStep>(&built))
      run->let = std::move(let);
    else if (auto* uses = std::get_if<UsesStep>(&built))
      uses->let = std::move(let);
    else if (auto* named = std::get_if<NamedStep>(&built))
      named->let = std::move(let);
    return built;
  }
  const ExprId value = BuildExpr(Child(rule, Rule::Expr));
  return LetDecl{let.name, let.type, value ? value : Hole(rule)};  // damaged: the name stays in scope
}

ItemNode Builder::IfChain(Node rule) {
  IfStep step;
  step.condition = BuildExpr(Child(rule, Rule::Expr));
  if (!step.condition) step.condition = Hole(rule);
  bool otherwise = false;
  for (Children child(cst_, rule); !child.done(); child.Next()) {
    const CstNode& node = child.node();
    if (node.rule == Rule::Token && TokenAt(node.token).kind == TokenKind::Else) {
      otherwise = true;
      step.else_keyword = TokenSpan(node.token);
    }
    if (node.rule == Rule::Block && !otherwise) step.then = BuildBlock(child.index());
    if (node.rule == Rule::Block && otherwise) step.otherwise = BuildBlock(child.index());
    if (node.rule == Rule::IfStep) step.else_if = BuildStep(child.index(), std::nullopt);
  }
  return step;
}

JobDecl Builder::Job(Node rule) {
  JobDecl job;
  job.name = NameOf(Child(rule, Rule::Name));
  if (Found matrix = Child(rule, Rule::Matrix)) {
    MatrixClause clause{TokenSpan(At(*matrix).token), {}, {}, {}};
    for (uint32_t token : Tokens(*matrix))
      if (TokenAt(token).kind == TokenKind::Where) clause.where_keyword = TokenSpan(token);
    for (Node axis : ChildrenOf(*matrix, Rule::Axis)) {
      const ExprId list = BuildExpr(Child(axis, Rule::Expr));
      clause.axes.push_back({NameOf(Child(axis, Rule::Name)), list ? list : Hole(axis)});
    }
    clause.where = BuildExpr(Child(*matrix, Rule::Expr));
    job.matrix = std::move(clause);
  }
  if (Found target = Child(rule, Rule::Target)) job.call = BuildTarget(target);
  for (uint32_t token : Tokens(rule))
    if (TokenAt(token).kind == TokenKind::Uses) job.call_keyword = TokenSpan(token);
  job.call_args = Arguments(Child(rule, Rule::Args));
  if (Found block = Child(rule, Rule::Block)) job.block = BuildBlock(block);
  return job;
}

// importDecl : IMPORT ( importNames FROM string | (string | ACTION_REF | qname) (AS name)? )
ImportDecl Builder::Import(Node rule) {
  ImportDecl import;
  if (Found names = Child(rule, Rule::ImportNames)) import.names = Names(*names, Rule::Name);
  if (Found path = Child(rule, Rule::String)) import.path = BuildString(*path);
  if (Found name = Child(rule, Rule::Qname))
    import.package = {Target::Kind::Name, SpanOf(*name), "", {}, Qualified(name)};
  for (uint32_t token : Tokens(rule))
    if (TokenAt(token).kind == TokenKind::ActionRef)
      import.package = {Target::Kind::ActionRef, TokenSpan(token), std::string(TextOf(token)), {}, {}};
  if (Found alias = Child(rule, Rule::Name)) import.alias = NameOf(alias);
  return import;
}

GateDecl Builder::Gate(Node rule) {
  GateDecl gate;
  const std::vector<Node> names = ChildrenOf(rule, Rule::Name);
  if (!names.empty()) gate.name = NameOf(names[0]);
  if (names.size() > 1) {
    const Name what = NameOf(names[1]);
    gate.all = what.text == "all";
    if (!gate.all && !damaged_) {
      sink_.Add(Build(Code::P0112, what.span, "expected `all` or a list of jobs",
                      "written `gate required: all` or `gate required: [test, lint]`")
                    .FixLabel(diagnostics::Replace(what.span, "[" + what.text + "]", "make it a list")));
      damaged_ = true;
    }
  }
  if (Found jobs = Child(rule, Rule::Qnames))
    for (Node job : ChildrenOf(*jobs, Rule::Qname)) gate.jobs.push_back(Qualified(job));
  return gate;
}

// runStep : RUN name? (ARROW recordType (name recordType)?)? string
RunStep Builder::Run(Node rule) {
  RunStep run;
  for (Children child(cst_, rule); !child.done(); child.Next()) {
    const CstNode& node = child.node();
    const bool types = run.outputs.valid();
    if (node.rule == Rule::RecordType) (types ? run.env : run.outputs) = BuildType(child.index());
    if (node.rule == Rule::String) run.script = BuildString(child.index());
    if (node.rule != Rule::Name) continue;
    const Name name = NameOf(child.index());
    if (!types) run.language = name;
    if (types && name.text != "env" && !damaged_) {
      sink_.Add(Build(Code::P0112, name.span, "expected `env` or a script",
                      "written `run -> { out: string } env { NAME: string } script`"));
      damaged_ = true;
    }
  }
  if (!run.script) run.script = Hole(rule);
  return run;
}

Block Builder::BuildBlock(Found block) {
  if (!block) return {};
  return {SpanOf(*block), Items(*block, Rule::Item)};
}

Target Builder::BuildTarget(Found target) {
  if (!target) return {};
  Target out;
  out.span = SpanOf(*target);
  if (Found string = Child(*target, Rule::String)) {
    out.kind = Target::Kind::String;
    out.string = BuildString(*string);
  } else if (Found name = Child(*target, Rule::Qname)) {
    out.kind = Target::Kind::Name;
    out.name = Qualified(name);
  } else if (HasToken(*target, TokenKind::ActionRef)) {
    out.kind = Target::Kind::ActionRef;
    out.text = std::string(TextOf(At(*target).token));
  }
  return out;
}

// param : STATIC? name (COLON type)? (AS name)? (ASSIGN expr)?
std::vector<Param> Builder::Params(Node parent) {
  std::vector<Param> params;
  Found list = Child(parent, Rule::Params);
  if (!list) return params;
  for (Node node : ChildrenOf(*list, Rule::Param)) {
    const std::vector<Node> names = ChildrenOf(node, Rule::Name);
    Param param;
    param.docs = DocsAbove(At(node).token);
    param.is_static = HasToken(node, TokenKind::Static);
    if (!names.empty()) param.name = NameOf(names[0]);
    if (names.size() > 1) param.binding = NameOf(names[1]);
    param.type = BuildType(Child(node, Rule::Type));
    param.default_value = BuildExpr(Child(node, Rule::Expr));
    param.span = SpanOf(node);
    params.push_back(std::move(param));
  }
  return params;
}

// The `##` lines on lines of their own directly above a token (other comments may stand between them).
std::vector<std::string> Builder::DocsAbove(uint32_t token) {
  std::vector<std::string> docs;
  if (!TokenAt(token).first) return docs;
  const uint32_t begin = TokenSpan(token).begin;
  const uint32_t after = token == 0 ? 0 : TokenSpan(token - 1).end;
  auto it =
      std::ranges::lower_bound(list_.comments, begin, {}, [](const Comment& comment) { return comment.span.begin; });
  while (it != list_.comments.begin() && (--it)->span.begin >= after)
    if (it->doc && it->own_line) docs.push_back(DocText(sources_.Text(it->span)));
  std::ranges::reverse(docs);
  return docs;
}

std::vector<Builder::Node> Builder::ChildrenOf(Node parent, Rule rule) const {
  std::vector<Node> nodes;
  for (Children child(cst_, parent); !child.done(); child.Next())
    if (child.node().rule == rule) nodes.push_back(child.index());
  return nodes;
}

std::vector<uint32_t> Builder::Tokens(Node parent) const {
  std::vector<uint32_t> tokens;
  for (Children child(cst_, parent); !child.done(); child.Next())
    if (child.node().rule == Rule::Token) tokens.push_back(child.node().token);
  return tokens;
}

bool Builder::HasToken(Node parent, TokenKind kind) const {
  for (Children child(cst_, parent); !child.done(); child.Next())
    if (child.node().rule == Rule::Token && TokenAt(child.node().token).kind == kind) return true;
  return false;
}

std::vector<Name> Builder::Names(Node parent, Rule rule) const {
  std::vector<Name> names;
  for (Node node : ChildrenOf(parent, rule)) names.push_back(NameOf(node));
  return names;
}

QualifiedName Builder::Qualified(Found node) const { return node ? Names(*node, Rule::Name) : QualifiedName{}; }

source::Span Builder::TokenSpan(uint32_t token) const {
  return sources_.MakeSpan(list_.file, list_.tokens[token].begin, list_.tokens[token].end);
}

source::Span Builder::SpanOf(Node node) const {
  const CstNode& n = cst_.nodes[node];
  const Token &first = list_.tokens[n.token], &last = list_.tokens[std::max(n.end_token, n.token + 1) - 1];
  return sources_.MakeSpan(list_.file, first.begin, std::max(first.begin, last.end));
}

Ast Parse(const source::SourceMap& sources, source::FileId file, diagnostics::Sink& sink) {
  Reading reading = ReadTree(sources, file);
  for (diagnostics::Diagnostic& problem : reading.problems) sink.Add(std::move(problem));
  return Builder(sources, reading, sink).Run();
}

}  // namespace sluice::syntax
