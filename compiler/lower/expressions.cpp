#include "compiler/lower/expressions.h"

#include <algorithm>
#include <utility>

#include "compiler/base/text.h"
#include "compiler/check/constants.h"
#include "compiler/expr/number.h"
#include "compiler/expr/value.h"
#include "compiler/lower/casts.h"

namespace sluice::lower {
namespace {

using check::Constant;
using check::Term;
using check::TermKind;
using check::TermPtr;
using types::Kind;

bool IsNull(const TermPtr& term) { return term->is_constant() && term->constant.kind == Constant::Kind::Null; }

// On the wire between steps and jobs everything is text, and what is absent is empty.
bool IsWire(const Term& term) { return term.is(TermKind::StepOutput) || term.is(TermKind::JobOutput); }

bool HasLiteralLetters(const Term& text) {
  return std::ranges::any_of(text.args, [](const TermPtr& part) { return part->is_text_constant(); });
}

// Can GitHub never take this value for false?
bool IsTruthy(const TermPtr& term) {
  if (term->is_constant()) {
    const Constant& c = term->constant;
    if (c.kind == Constant::Kind::Bool) return c.boolean;
    if (c.kind == Constant::Kind::Number) return c.number != 0;
    return c.kind == Constant::Kind::String && !c.text.empty();
  }
  if (term->type.optional) return false;
  return term->type.is(Kind::Enum) || term->type.is(Kind::Runner) ||
         (term->is(TermKind::Text) && HasLiteralLetters(*term));
}

expr::Expr EqualText(expr::Expr value, std::string text, bool equal = true) {
  return expr::Binary(equal ? expr::Op::Equal : expr::Op::NotEqual, std::move(value), expr::String(std::move(text)));
}

// `!(x == y)` is `x != y`.
expr::Expr Opposite(expr::Expr e) {
  if (e.op == expr::Op::Equal || e.op == expr::Op::NotEqual) {
    e.op = e.op == expr::Op::Equal ? expr::Op::NotEqual : expr::Op::Equal;
    return e;
  }
  if (e.op == expr::Op::Not) return e.args[0];
  return expr::Not(std::move(e));
}

expr::Expr IsAbsent(expr::Expr value) {
  return expr::Binary(expr::Op::Equal, expr::Call("toJSON", {std::move(value)}), expr::String("null"));
}

// The value, which is known, as JSON text on one line.
std::string Json(const TermPtr& term) {
  if (!term->is_constant()) return expr::PrintCompactJson(check::ToValue(term));
  const Constant& c = term->constant;
  if (c.kind == Constant::Kind::String) return expr::PrintCompactJson(expr::Value(c.text));
  if (c.kind == Constant::Kind::Number) return expr::PrintCompactJson(expr::Value(c.number));
  return c.kind == Constant::Kind::Bool ? check::RenderConstant(c) : "null";
}

// The value as JSON text, which is never empty.
expr::Expr JsonText(expr::Expr value) {
  if (value.op == expr::Op::String) return expr::String(expr::PrintCompactJson(expr::Value(value.text)));
  if (value.op == expr::Op::Number) return expr::String(expr::PrintCompactJson(expr::Value(value.number)));
  return expr::Call("toJSON", {std::move(value)});
}

std::string EscapeFormat(std::string_view text) { return ReplaceAll(ReplaceAll(text, "{", "{{"), "}", "}}"); }

}  // namespace

// The name of an output on the wire; of a matrix job with the number of its row.
static std::string WireName(const check::Pipeline& pipeline, const Term& output) {
  if (output.keys.empty()) return output.name;
  check::MatrixRow row;
  for (const std::string& key : output.keys) row.push_back(static_cast<size_t>(std::stoul(key)));
  for (const check::Job& job : pipeline.jobs)
    if (job.name == output.owner)
      for (size_t i = 0; i < job.rows.size(); ++i)
        if (job.rows[i] == row) return output.name + "_" + std::to_string(i);
  return output.name;
}

// `case(c, a, …, b)`. Without it: JSON is never empty, so `&&` and `||` choose right between JSON texts, and evaluate as
// few of them as `case` does.
expr::Expr Expressions::Case(std::vector<expr::Expr> args) const {
  if (has_case_) return expr::Call("case", std::move(args));
  std::vector<expr::Expr> choices;
  for (size_t i = 0; i + 1 < args.size(); i += 2)
    choices.push_back(expr::And({std::move(args[i]), JsonText(std::move(args[i + 1]))}));
  choices.push_back(JsonText(std::move(args.back())));
  return expr::Call("fromJSON", {expr::Or(std::move(choices))});
}

bool IsStructure(const types::Type& type) {
  return type.is(Kind::List) || type.is(Kind::Record) || type.is(Kind::Map) || type.is(Kind::Json);
}

std::string SecretVariable(const std::string& secret_path) {
  return "PIPE_HAS_" + AsciiUpper(std::string_view(secret_path).substr(std::string_view("secrets.").size()));
}

std::string TestedSecret(const Term& term) {
  if (!term.compiler_env || (!term.is(TermKind::Equal) && !term.is(TermKind::NotEqual))) return {};
  for (const TermPtr& side : term.args)
    if (side->is(TermKind::Path) && side->name.starts_with("secrets.")) return side->name;
  return {};
}

expr::Expr Expressions::Path(const std::string& dotted) const {
  std::optional<expr::Expr> e;
  for (std::string_view part : SplitString(dotted, '.')) {
    if (e && IsAsciiDigit(part[0])) {  // an item of a list; no name begins with a digit
      expr::Expr item;
      item.op = expr::Op::Index;
      item.args = {std::move(*e), expr::Number(expr::ParseNumber(part))};
      e = std::move(item);
    } else if (!e) {
      e = expr::Name(std::string(part));
    } else if (part == "*") {
      expr::Expr star;
      star.op = expr::Op::Star;
      star.args.push_back(std::move(*e));
      e = std::move(star);
    } else {
      e = expr::Member(std::move(*e), std::string(part));
    }
  }
  return std::move(*e);
}

expr::Expr Expressions::Wire(const Term& term) const {
  // A variable that a step set for later ones.
  if (term.is(TermKind::StepOutput) && term.owner.empty()) return Path("env." + term.name);
  const std::string context = term.is(TermKind::StepOutput)             ? "steps."
                              : term.contexts.has(types::Context::Jobs) ? "jobs."
                                                                        : "needs.";
  return Path(context + term.owner + ".outputs." + WireName(pipeline_, term));
}

expr::Expr Expressions::Param(const Term& term) const {
  expr::Expr input = Path("inputs." + term.name);
  const check::Parameter* parameter = pipeline_.FindParameter(term.name);
  if (parameter == nullptr || !parameter->default_value || !pipeline_.HasOtherTrigger()) return input;
  const check::Constant& d = *parameter->default_value;
  if (parameter->type.is(Kind::Bool))
    return EqualText(expr::Call("toJSON", {std::move(input)}), d.boolean ? "false" : "true", !d.boolean);
  if (d.kind == Constant::Kind::String && d.text.empty()) return input;
  if (d.kind == Constant::Kind::String) return expr::Or({std::move(input), expr::String(d.text)});
  return Case({IsAbsent(input), check::LiteralOf(d), input});
}

expr::Expr Expressions::Compare(const Term& term) const {
  if (const std::string secret = TestedSecret(term); !secret.empty() && in_step_condition_)
    return EqualText(Path("env." + SecretVariable(secret)), "true", term.is(TermKind::NotEqual));
  const bool equality = term.is(TermKind::Equal) || term.is(TermKind::NotEqual);
  const TermPtr &a = term.args[0], &b = term.args[1];
  if (equality && (IsNull(a) || IsNull(b))) {
    const TermPtr& value = IsNull(a) ? b : a;
    const bool text = IsWire(*value) || value->type.is(Kind::String) || value->type.is(Kind::Enum);
    expr::Expr other = text && !check::IsUntyped(*value) ? expr::String("") : expr::Null();
    return expr::Binary(term.is(TermKind::Equal) ? expr::Op::Equal : expr::Op::NotEqual,
                        IsWire(*value) ? Wire(*value) : Typed(value), std::move(other));
  }
  expr::Op op = expr::Op::Equal;
  if (term.is(TermKind::NotEqual)) op = expr::Op::NotEqual;
  if (term.is(TermKind::Less)) op = expr::Op::Less;
  if (term.is(TermKind::LessEqual)) op = expr::Op::LessEqual;
  if (term.is(TermKind::Greater)) op = expr::Op::Greater;
  if (term.is(TermKind::GreaterEqual)) op = expr::Op::GreaterEqual;
  // A bool against a constant needs no second comparison.
  if (equality)
    for (const auto& [value, other] : {std::pair(a, b), std::pair(b, a)})
      if (other->is_constant() && other->constant.kind == Constant::Kind::Bool && !value->is_constant() &&
          !check::IsUntyped(*value)) {
        expr::Expr e = Typed(value);
        return other->constant.boolean == (op == expr::Op::Equal) ? e : Opposite(std::move(e));
      }
  return expr::Binary(op, Typed(a), Typed(b));
}

expr::Expr Expressions::Default(const Term& term) const {
  const TermPtr &value = term.args[0], &d = term.args[1];
  const types::Type type = types::Present(value->type);
  const bool text = type.is(Kind::String) || type.is(Kind::Enum) || type.is(Kind::Runner) || type.is(Kind::Shell);
  if (text || check::IsUntyped(*d)) return expr::Or({Typed(value), Typed(d)});
  if (term.type.is(Kind::String)) return expr::Or({Text(value), Typed(d)});
  if (value->is(TermKind::Cast) && d->is_constant()) return Cast(*value, Json(d));
  if (IsWire(*value) && d->is_constant()) {
    if (type.is(Kind::Bool))
      return EqualText(Wire(*value), d->constant.boolean ? "false" : "true", !d->constant.boolean);
    return expr::Call("fromJSON", {expr::Or({Wire(*value), expr::String(Json(d))})});
  }
  if (IsWire(*value)) {
    expr::Expr present = type.is(Kind::Bool) ? EqualText(Wire(*value), "true") : expr::Call("fromJSON", {Wire(*value)});
    return Case({EqualText(Wire(*value), ""), Typed(d), std::move(present)});
  }
  return Case({IsAbsent(Typed(value)), Typed(d), Typed(value)});
}

expr::Expr Expressions::Choice(const Term& term) const {
  expr::Expr condition = Typed(term.args[0]);
  expr::Expr yes = Typed(term.args[1]);
  expr::Expr no = Typed(term.args[2]);
  if (!IsTruthy(term.args[1])) return Case({std::move(condition), std::move(yes), std::move(no)});
  return expr::Or({expr::And({std::move(condition), std::move(yes)}), std::move(no)});
}

expr::Expr Expressions::Membership(const Term& term) const {
  return expr::Call("contains", {Typed(term.args[1]), Typed(term.args[0])});
}

// A list or record: JSON of its constants, with the other values filled in.
expr::Expr Expressions::Structure(const Term& term) const {
  const bool list = term.is(TermKind::List);
  const bool constant = std::ranges::all_of(term.args, [](const TermPtr& item) { return item->is_known(); });
  std::string text;
  std::vector<expr::Expr> values;
  for (size_t i = 0; i < term.args.size(); ++i) {
    if (i > 0) text += ",";
    if (!list) {
      const std::string key = expr::PrintCompactJson(expr::Value(term.keys[i])) + ":";
      text += constant ? key : EscapeFormat(key);
    }
    if (term.args[i]->is_known()) {
      text += constant ? Json(term.args[i]) : EscapeFormat(Json(term.args[i]));
    } else {
      text += "{" + std::to_string(values.size()) + "}";
      values.push_back(expr::Call("toJSON", {Typed(term.args[i])}));
    }
  }
  const std::string open = list ? "[" : constant ? "{" : "{{", close = list ? "]" : constant ? "}" : "}}";
  expr::Expr json = expr::String(open + text + close);
  if (!constant) {
    values.insert(values.begin(), std::move(json));
    json = expr::Call("format", std::move(values));
  }
  return expr::Call("fromJSON", {std::move(json)});
}

expr::Expr Expressions::Format(const Term& term) const {
  std::string text;
  std::vector<expr::Expr> args;
  for (const TermPtr& part : term.args) {
    if (part->is_text_constant()) {
      text += EscapeFormat(part->constant.text);
    } else {
      text += "{" + std::to_string(args.size()) + "}";
      args.push_back(Text(part));
    }
  }
  args.insert(args.begin(), expr::String(std::move(text)));
  return expr::Call("format", std::move(args));
}

expr::Expr Expressions::Call(const Term& term) const {
  if (term.name == "minutes") return Typed(term.args[0]);
  if (term.name == check::kUntyped) {
    // GitHub's own value: without the default that a parameter has for other triggers.
    const TermPtr& value = term.args[0];
    return value->is(TermKind::Param) ? Path("inputs." + value->name) : Text(value);
  }
  if (term.name == "ok")
    return expr::And({expr::Not(expr::Call("failure", {})), expr::Not(expr::Call("cancelled", {}))});
  std::vector<expr::Expr> args;
  for (const TermPtr& arg : term.args) args.push_back(Typed(arg));
  return term.name == "case" ? Case(std::move(args)) : expr::Call(term.name, std::move(args));
}

// fromJSON of the value's own JSON when it is of that type, else of `otherwise`.
expr::Expr Expressions::Cast(const Term& term, const std::string& otherwise) const {
  const expr::Expr value = Typed(term.args[0]);
  expr::Expr json = expr::Call("toJSON", {value});
  expr::Expr tested = expr::And({TypeTest(value, types::Present(term.type)), json});
  return expr::Call("fromJSON", {expr::Or({std::move(tested), expr::String(otherwise)})});
}

expr::Expr Expressions::Typed(const TermPtr& term) const {
  switch (term->kind) {
    case TermKind::Error:
    case TermKind::Unknown:
      return expr::Null();
    case TermKind::Cast:
      return Cast(*term, term->type.optional ? "null" : CastFailure(*term));
    case TermKind::Constant:
      return check::LiteralOf(term->constant);
    case TermKind::List:
    case TermKind::Record:
      return Structure(*term);
    case TermKind::Text:
      return Format(*term);
    case TermKind::Path:
      if (term->contexts.has(types::Context::Jobs) && term->name.starts_with("needs."))
        return Path("jobs." + term->name.substr(6));
      return Path(term->name);
    case TermKind::Param:
      return Param(*term);
    case TermKind::Axis:
      return Path((job_ != nullptr && job_->rows_as_axis ? "matrix.row." : "matrix.") + term->name);
    case TermKind::StepOutput:
    case TermKind::JobOutput:
      if (term->type.is(Kind::Bool)) return EqualText(Wire(*term), "true");
      if (term->type.is_number() || IsStructure(term->type)) return expr::Call("fromJSON", {Wire(*term)});
      return Wire(*term);
    case TermKind::JobFile:
      return expr::String(ArrivalPath(*term));
    case TermKind::Not:
      return Opposite(Typed(term->args[0]));
    case TermKind::And:
    case TermKind::Or: {
      std::vector<expr::Expr> args;
      for (const TermPtr& arg : term->args) args.push_back(Typed(arg));
      return term->is(TermKind::And) ? expr::And(std::move(args)) : expr::Or(std::move(args));
    }
    case TermKind::Equal:
    case TermKind::NotEqual:
    case TermKind::Less:
    case TermKind::LessEqual:
    case TermKind::Greater:
    case TermKind::GreaterEqual:
      return Compare(*term);
    case TermKind::Conditional:
      return Choice(*term);
    case TermKind::Default:
      return Default(*term);
    case TermKind::In:
      return Membership(*term);
    case TermKind::Index: {
      expr::Expr index;
      index.op = expr::Op::Index;
      index.args = {Typed(term->args[0]), Typed(term->args[1])};
      return index;
    }
    case TermKind::Member:
      if (check::IsFilePath(*term)) return expr::String(ArrivalPath(*term));
      return expr::Member(Typed(term->args[0]), term->name);
    case TermKind::Call:
      return Call(*term);
    case TermKind::Words:
    case TermKind::Flag:
      return Text(term->args[0]);
  }
  return expr::Null();
}

expr::Expr Expressions::Text(const TermPtr& term) const { return IsWire(*term) ? Wire(*term) : Typed(term); }

model::Value Expressions::Value(const TermPtr& term) const {
  using model::Value;
  if (term->is_constant()) {
    const check::Constant& c = term->constant;
    if (c.kind == Constant::Kind::Bool) return Value::Boolean(c.boolean);
    if (c.kind == Constant::Kind::Number) return Value::Number(c.number, c.spelling);
    return c.kind == Constant::Kind::String ? Value::String(c.text) : Value::Null();
  }
  if (check::IsFilePath(*term)) return Value::String(ArrivalPath(*term));
  if (!term->is(TermKind::Text)) return Value::Expression(Text(term));
  std::vector<model::TextPart> parts;
  for (const TermPtr& part : term->args) {
    model::TextPart piece;
    if (part->is_constant())
      piece.literal = check::RenderConstant(part->constant);
    else if (check::IsFilePath(*part))
      piece.literal = ArrivalPath(*part);
    else
      piece.expr = Text(part);
    parts.push_back(std::move(piece));
  }
  return Value::Text(std::move(parts));
}

model::Value Expressions::Structured(const TermPtr& term) const {
  using model::Value;
  if (term->is(TermKind::List)) {
    std::vector<Value> items;
    for (const TermPtr& item : term->args) items.push_back(Structured(item));
    return Value::List(std::move(items));
  }
  if (!term->is(TermKind::Record)) return this->Value(term);
  Value map = Value::Map({});
  for (size_t i = 0; i < term->args.size(); ++i)
    map.entries.emplace_back(Value::String(term->keys[i]), Structured(term->args[i]));
  return map;
}

model::Value Expressions::TypedValue(const TermPtr& term) const {
  if (term->is_constant()) return Value(term);
  return model::Value::Expression(Typed(term));
}

std::string Expressions::ArrivalPath(const Term& term) const {
  const Term& file = term.is(TermKind::Member) ? *term.args[0] : term;
  const std::string folder = ".sluice/in/" + file.owner + "." + file.name;
  if (term.is(TermKind::Member) && term.name == "dir") return folder;
  std::string name;
  for (const check::Job& job : pipeline_.jobs)
    for (const check::Output& output : job.outputs)
      if (job.name == file.owner && output.name == file.name && output.value != nullptr &&
          output.shape == check::OutputShape::File) {
        const TermPtr& path = output.value->is(TermKind::Text) ? output.value->args.back() : output.value;
        name = "/" + path->constant.text.substr(path->constant.text.rfind('/') + 1);
      }
  return folder + (term.is(TermKind::Member) ? "/*" : "") + name;
}

}  // namespace sluice::lower
