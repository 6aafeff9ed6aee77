#include "compiler/syntax/dump.h"

#include <fmt/format.h>

namespace sluice::syntax {
namespace {

std::string_view ExprName(ExprKind kind) {
  switch (kind) {
    case ExprKind::Error:
      return "error";
    case ExprKind::Int:
      return "int";
    case ExprKind::Float:
      return "float";
    case ExprKind::Semver:
      return "semver";
    case ExprKind::Duration:
      return "duration";
    case ExprKind::Quantity:
      return "quantity";
    case ExprKind::True:
      return "true";
    case ExprKind::False:
      return "false";
    case ExprKind::Null:
      return "null";
    case ExprKind::String:
      return "string";
    case ExprKind::Name:
      return "name";
    case ExprKind::Member:
      return "member";
    case ExprKind::Index:
      return "index";
    case ExprKind::Call:
      return "call";
    case ExprKind::Unary:
      return "unary";
    case ExprKind::Binary:
      return "binary";
    case ExprKind::Conditional:
      return "conditional";
    case ExprKind::Cast:
      return "cast";
    case ExprKind::List:
      return "list";
    case ExprKind::Record:
      return "record";
    case ExprKind::ListFor:
      return "list-for";
    case ExprKind::RecordFor:
      return "record-for";
    case ExprKind::Match:
      return "match";
  }
  return "?";
}

std::string Quoted(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '\n')
      out += "\\n";
    else if (c == '"' || c == '\\')
      (out += '\\') += c;
    else
      out += c;
  }
  return out + '"';
}

std::string_view QuoteName(Quote quote) {
  switch (quote) {
    case Quote::Single:
      return "'";
    case Quote::Double:
      return "\"";
    case Quote::Tick:
      return "`";
    case Quote::Block:
      return "|";
  }
  return "";
}

class Dumper {
 public:
  explicit Dumper(const Ast& ast) : ast_(ast) {}

  std::string Run() {
    for (const Directive& directive : ast_.directives) {
      std::string codes;
      for (const Name& code : directive.codes) codes += " " + code.text;
      Line("directive", fmt::format("{} {}{}", codes, Quoted(directive.reason), directive.own_line ? " own-line" : ""));
    }
    Items(ast_.items);
    return std::move(out_);
  }

 private:
  void Line(std::string_view what, std::string_view more = "") {
    out_.append(depth_ * 2, ' ').append(what);
    if (!more.empty()) out_.append(" ").append(more);
    out_ += '\n';
  }
  template <class Inside>
  void Under(std::string_view what, std::string_view more, Inside inside) {
    Line(what, more);
    ++depth_;
    inside();
    --depth_;
  }

  void Items(const std::vector<ItemId>& items) {
    for (ItemId id : items) OneItem(id);
  }
  void OneItem(ItemId id) {
    if (!id) return;
    const Item& item = ast_[id];
    for (const std::string& doc : item.docs) Line("##", doc);
    std::visit([&](const auto& node) { Node(node); }, item.node);
  }
  void Of(const Block& block) {
    Under("block", "", [&] { Items(block.items); });
  }
  void Of(std::string_view what, ExprId id) {
    if (id) Under(what, "", [&] { Expression(id); });
  }
  void Of(std::string_view what, TypeId id) {
    if (id) Under(what, "", [&] { OneType(id); });
  }

  static std::string Join(const QualifiedName& names, std::string_view separator) {
    std::string out;
    for (const Name& name : names) out += (out.empty() ? "" : std::string(separator)) + name.text;
    return out;
  }

  void Expression(ExprId id) {
    if (!id) return Line("nothing");
    const Expr& e = ast_[id];
    std::string more = e.kind == ExprKind::Error ? "" : e.text;
    if (e.kind == ExprKind::String) more = QuoteName(e.quote);
    if (!e.name.text.empty()) more += (more.empty() ? "" : " ") + e.name.text;
    if (e.star) more += "*";
    if (e.optional) more += "?";
    Under(ExprName(e.kind), more, [&] {
      for (ExprId arg : e.args) Expression(arg);
      Parts(e);
      Entries(e.entries);
      if (e.type) OneType(e.type);
      for (const MatchArm& arm : e.arms) {
        Under("case", arm.pattern ? "" : "else", [&] {
          if (arm.pattern) Expression(arm.pattern);
          Expression(arm.value);
        });
      }
    });
  }

  // Neighbouring texts are one: where a line of a block ends is no part of the meaning.
  void Parts(const Expr& e) {
    std::string text;
    for (const StringPart& part : e.parts) {
      if (!part.placeholder) {
        text += part.text;
        continue;
      }
      if (!text.empty()) Line("text", Quoted(text));
      text.clear();
      Of("placeholder", part.placeholder);
    }
    if (!text.empty()) Line("text", Quoted(text));
  }

  void Entries(const std::vector<Entry>& entries) {
    for (const Entry& entry : entries) {
      Under("entry", (entry.key ? Quoted(entry.key->text) : std::string()) + (entry.spread ? "..." : ""),
            [&] { Expression(entry.value); });
    }
  }

  void OneType(TypeId id) {
    if (!id) return Line("nothing");
    const Type& type = ast_[id];
    std::string more = Join(type.name, ".");
    if (type.kind == TypeKind::Enum) more = "enum " + Join(type.members, ", ");
    if (type.kind == TypeKind::Record) more = "record";
    Under("type", more + (type.optional ? "?" : ""), [&] {
      for (TypeId argument : type.args) OneType(argument);
      for (const TypeField& field : type.fields)
        Under("field", field.name.text + (field.optional ? "?" : ""), [&] { OneType(field.type); });
    });
  }

  void Params(const std::vector<Param>& params) {
    for (const Param& param : params) {
      for (const std::string& doc : param.docs) Line("##", doc);
      Under("param",
            (param.is_static ? "static " : "") + param.name.text + (param.binding ? " as " + param.binding->text : ""),
            [&] {
              Of("type", param.type);
              Of("default", param.default_value);
            });
    }
  }

  void Of(const Target& target) {
    Under("target", target.text + Join(target.name, "."), [&] {
      if (target.string) Expression(target.string);
    });
  }
  void Of(const std::optional<StepLet>& let) {
    if (let) Under("let", let->name.text + (let->background ? " background" : ""), [&] { Of("type", let->type); });
  }

  // ---- items
  void Node(const ErrorItem&) { Line("error-item"); }
  void Node(const ImportDecl& n) {
    Under("import", Join(n.names, ", ") + (n.alias ? " as " + n.alias->text : ""), [&] {
      Of("path", n.path);
      if (n.package.kind != Target::Kind::Error) Of(n.package);
    });
  }
  void Node(const LetDecl& n) {
    Under("let", n.name.text, [&] { Of("type", n.type), Of("value", n.value); });
  }
  void Node(const TypeDecl& n) {
    Under("type-decl", n.name.text, [&] { OneType(n.type); });
  }
  void Node(const EnumDecl& n) { Line("enum", n.name.text + ": " + Join(n.members, ", ")); }
  void Node(const FnDecl& n) {
    Under("fn", n.name.text, [&] { Params(n.params), Of("result", n.result), Of("body", n.body); });
  }
  void Node(const ActionDecl& n) {
    Under("action", n.name.text + (n.in_environment ? " in environment" : ""),
          [&] { Params(n.params), Of("outputs", n.outputs), Of(n.block); });
  }
  void Node(const ExternDecl& n) {
    Under("extern", n.name.text, [&] { Of(n.from), Params(n.params), Of("outputs", n.outputs), Of("facts", n.facts); });
  }
  void Node(const SecretDecl& n) { Line("secret", Join(n.names, ", ") + " in " + Join(n.environments, ", ")); }
  void Node(const VarDecl& n) {
    Under("var", n.name.text + " in " + Join(n.environments, ", "), [&] { Of("type", n.type); });
  }
  void Node(const VerbatimDecl& n) { Of("verbatim", n.path); }
  void Node(const PipelineDecl& n) {
    Under("pipeline", n.name.text, [&] { Params(n.params), Of(n.block); });
  }
  void Node(const ForDecl& n) {
    Under("for", n.name.text, [&] { Of("list", n.list), Of("if", n.condition), Of(n.block); });
  }
  void Node(const OnDecl& n) {
    Under("on", n.event.text, [&] { Entries(n.args); });
  }
  void Node(const JobDecl& n) {
    Under("job", n.name.text, [&] {
      if (n.matrix) {
        for (const Axis& axis : n.matrix->axes) Under("axis", axis.name.text, [&] { Expression(axis.list); });
        Of("where", n.matrix->where);
      }
      if (n.call) Of(*n.call);
      Entries(n.call_args);
      if (n.block) Of(*n.block);
    });
  }
  void Node(const GateDecl& n) {
    Under("gate", n.name.text + (n.all ? " all" : ""), [&] {
      for (const QualifiedName& job : n.jobs) Line("job", Join(job, "."));
    });
  }
  void Node(const OutputDecl& n) {
    Under("output", n.name.text, [&] { Of("type", n.type), Of("value", n.value), Of("options", n.options); });
  }
  void Node(const Setting& n) {
    Under("setting", Quoted(n.key.text), [&] { Expression(n.value); });
  }
  void Node(const RawDecl& n) { Of("raw", n.text); }
  void Node(const RunStep& n) {
    Under("run", n.language ? n.language->text : "",
          [&] { Of(n.let), Of("outputs", n.outputs), Of("env", n.env), Expression(n.script); });
  }
  void Node(const UsesStep& n) {
    Under("uses", "", [&] { Of(n.let), Of(n.target), Entries(n.args); });
  }
  void Node(const NamedStep& n) {
    Under("step", "", [&] {
      Of(n.let);
      Of("name", n.name);
      if (n.block)
        Of(*n.block);
      else
        OneItem(n.body);
    });
  }
  void Node(const IfStep& n) {
    Under("if", "", [&] {
      Expression(n.condition);
      Of(n.then);
      if (n.else_if) Under("else", "", [&] { OneItem(n.else_if); });
      if (n.otherwise) Under("else", "", [&] { Of(*n.otherwise); });
    });
  }
  void Node(const ParallelStep& n) {
    Under("parallel", "", [&] { Of(n.block); });
  }
  void Node(const WaitStep& n) {
    Under("wait", n.all ? "all" : "", [&] {
      for (const QualifiedName& target : n.targets) Line("for", Join(target, "."));
    });
  }
  void Node(const CancelStep& n) { Line("cancel", Join(n.target, ".")); }
  void Node(const OnceStep& n) {
    Under("once", "", [&] { OneItem(n.step); });
  }
  void Node(const RequiresStep& n) {
    Under("requires", n.what.text, [&] { Expression(n.record); });
  }
  void Node(const AssertStep& n) { Of("assert", n.condition); }
  void Node(const StepRaw& n) { Of("step-raw", n.text); }
  void Node(const EnvironmentDecl& n) {
    Under("environment", n.name.text, [&] { Of(n.block); });
  }
  void Node(const ServiceDecl& n) {
    Under("service", n.name.text, [&] { Params(n.params), Of(n.block); });
  }
  void Node(const OverlayDecl& n) {
    Under("overlay", Join(n.names, ", "), [&] { Of(n.block); });
  }
  void Node(const RolloutDecl& n) {
    Under("rollout", n.name.text, [&] { Of(n.block); });
  }
  void Node(const RolloutAt& n) {
    Under("at", "", [&] { Expression(n.at), Of("hold", n.hold); });
  }
  void Node(const CheckDecl& n) {
    Under("check", n.name ? n.name->text : "", [&] { Entries(n.args), Of(n.block); });
  }
  void Node(const CheckItem& n) {
    Under("check-item", Join(n.metric, ".") + (n.has_args ? "()" : "") + n.comparison,
          [&] { Entries(n.args), Of("bound", n.bound); });
  }
  void Node(const MetricDecl& n) {
    Under("metric", n.name.text, [&] { Params(n.params), Of("type", n.type), Of(n.block); });
  }
  void Node(const SloDecl& n) {
    Under("slo", n.name.text, [&] { Params(n.params), Of("goal", n.goal), Of(n.block); });
  }
  void Node(const MigrationDecl& n) {
    Under("migration", n.name.text, [&] { Of(n.block); });
  }
  void Node(const ManifestDecl& n) { Of("manifest", n.text); }
  void Node(const PatchDecl& n) { Of("patch " + n.name.text, n.text); }

  const Ast& ast_;
  std::string out_;
  size_t depth_ = 0;
};

}  // namespace

std::string Dump(const Ast& ast) { return Dumper(ast).Run(); }

}  // namespace sluice::syntax
