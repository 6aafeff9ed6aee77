#include "tests/support/compile/constructs.h"

#include <array>
#include <string_view>
#include <utility>

namespace sluice::tests {
namespace {

using syntax::Ast;
using syntax::ExprKind;

class Finder {
 public:
  explicit Finder(const Ast& ast) : ast_(ast) {}

  std::set<std::string> Run() {
    Items(ast_.items, 'F');
    for (const syntax::Expr& expr : ast_.exprs) Expression(expr);
    for (const syntax::Type& type : ast_.types)
      if (type.kind == syntax::TypeKind::Named && !type.name.empty()) found_.insert("type " + type.name[0].text);
    if (!ast_.directives.empty()) found_.insert("# sluice: allow[]");
    return std::move(found_);
  }

 private:
  void Add(std::string what) { found_.insert(std::string(1, place_) + ": " + std::move(what)); }

  void Items(const std::vector<syntax::ItemId>& items, char place) {
    const char outer = std::exchange(place_, place);
    for (const syntax::ItemId id : items) Item(id);
    place_ = outer;
  }
  void Item(syntax::ItemId id) {
    if (!ast_[id].docs.empty()) Add("##");
    std::visit([this](const auto& node) { Node(node); }, ast_[id].node);
  }

  template <class Other>
  void Node(const Other&) {}
  void Node(const syntax::ImportDecl& node) { Add(node.names.empty() ? "import as" : "import {}"); }
  void Node(const syntax::LetDecl&) { Add("let"); }
  void Node(const syntax::SecretDecl&) { Add("secret"); }
  void Node(const syntax::VarDecl& node) { Add(node.type ? "var with type" : "var"); }
  void Node(const syntax::PipelineDecl& node) {
    Add("pipeline");
    for (const syntax::Param& param : node.params) found_.insert("parameter " + ast_[param.type].name[0].text);
    Items(node.block.items, 'P');
  }
  void Node(const syntax::OnDecl& node) {
    found_.insert("on " + node.event.text);
    for (const syntax::Entry& entry : node.args)
      if (entry.key) found_.insert("on …(" + entry.key->text + ":)");
  }
  void Node(const syntax::JobDecl& node) {
    Add("job");
    if (node.matrix) found_.insert(node.matrix->axes.size() > 1 ? "job for x, y" : "job for x");
    if (node.block) Items(node.block->items, 'J');
  }
  void Node(const syntax::ForDecl& node) {
    Add(node.condition ? "for if" : "for");
    Items(node.block.items, 'L');
  }
  void Node(const syntax::GateDecl& node) { Add(node.all ? "gate: all" : "gate: []"); }
  void Node(const syntax::OutputDecl& node) {
    const bool file =
        node.type && ast_[node.type].kind == syntax::TypeKind::Named && ast_[node.type].name[0].text == "file";
    Add(file ? "output file" : "output");
  }
  void Node(const syntax::Setting& node) {
    Add(node.key.text + ":");
    if (node.key.text != "concurrency") return;
    const syntax::Expr& value = ast_[node.value];
    found_.insert("concurrency: " + (value.kind == ExprKind::Record ? "{}"
                                     : value.kind == ExprKind::Call ? ast_[value.args[0]].text + "()"
                                                                    : value.text));
  }
  void Node(const syntax::RawDecl&) { Add("raw"); }
  void Node(const syntax::RunStep& node) {
    Add("run" + (node.language ? " " + node.language->text : std::string()));
    if (node.outputs) Add("run ->");
    if (node.let) Add("let = run");
    found_.insert(ast_[node.script].quote == syntax::Quote::Block ? "run |" : "run ``");
  }
  void Node(const syntax::UsesStep& node) {
    Add("uses");
    if (node.let) Add("let = uses");
    if (!node.args.empty()) found_.insert("uses ()");
  }
  void Node(const syntax::NamedStep& node) {
    Add(node.block ? "step {}" : "step:");
    if (node.let) Add("let = step");
    if (node.block)
      Items(node.block->items, 'K');
    else
      Item(node.body);
  }
  void Node(const syntax::IfStep& node) {
    Add("if");
    Items(node.then.items, 'S');
    if (node.else_if) {
      Add("else if");
      Item(node.else_if);
    }
    if (!node.otherwise) return;
    Add("else");
    Items(node.otherwise->items, 'S');
  }

  void Expression(const syntax::Expr& expr) {
    using enum ExprKind;
    static constexpr std::array kNames = {
        std::pair(Int, "1"),      std::pair(Float, "1.5"),   std::pair(Duration, "5m"),
        std::pair(True, "true"),  std::pair(False, "false"), std::pair(Name, "name"),
        std::pair(Member, "a.b"), std::pair(Index, "a[b]"),  std::pair(Conditional, "a ? b : c"),
        std::pair(List, "[]"),    std::pair(Record, "{}")};
    for (const auto& [kind, name] : kNames)
      if (expr.kind == kind) found_.insert(name);
    if (expr.star) found_.insert("a.*");
    if (expr.kind == Unary) found_.insert("prefix " + expr.text);
    if (expr.kind == Binary) found_.insert("a " + expr.text + " b");
    if (expr.kind == Call) found_.insert(ast_[expr.args[0]].text + "()");
    for (const syntax::Entry& entry : expr.entries)
      if (entry.spread) found_.insert("...a");
    if (expr.kind != String) return;
    static constexpr std::array kQuotes = {"'text'", "\"text\"", "`text`", "| text"};
    found_.insert(kQuotes.at(static_cast<size_t>(expr.quote)));
    for (const syntax::StringPart& part : expr.parts)
      if (part.is_placeholder())
        found_.insert(std::string(kQuotes.at(static_cast<size_t>(expr.quote))) + " with ${{ }}");
  }

  const Ast& ast_;
  std::set<std::string> found_;
  char place_ = 'F';
};

}  // namespace

std::set<std::string> ConstructsOf(const Ast& ast) { return Finder(ast).Run(); }

}  // namespace sluice::tests
