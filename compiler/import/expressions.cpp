#include "compiler/import/expressions.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "compiler/base/text.h"
#include "compiler/catalogue/events.h"

namespace sluice::import {
namespace {

using expr::Expr;
using expr::Op;

constexpr int kChoice = 0, kDefault = 1, kOr = 2, kAnd = 3, kEqual = 4, kLess = 5, kPrefix = 8, kPostfix = 9;

// GitHub's functions in the spelling of the language; their letters do not count there.
constexpr auto kFunctions =
    std::to_array<std::string_view>({"contains", "startsWith", "endsWith", "format", "join", "toJSON", "fromJSON",
                                     "hashFiles", "success", "failure", "always", "cancelled", "case"});

std::string FunctionName(std::string_view written) {
  for (std::string_view name : kFunctions)
    if (EqualsIgnoreCase(name, written)) return std::string(name);
  return std::string(written);
}

}  // namespace

std::string PathOf(const Expr& e) {
  if (e.op == Op::Name) return AsciiLower(e.text);
  if (e.op != Op::Index || e.args[1].op != Op::String) return {};
  const std::string object = PathOf(e.args[0]);
  return object.empty() ? "" : object + "." + AsciiLower(e.args[1].text);
}

bool IsFlag(std::string_view path) {
  static constexpr auto kFlags = std::to_array<std::string_view>(
      {".draft", ".merged", ".locked", ".fork", ".private", ".archived", ".prerelease", ".forced", ".deleted",
       ".created", ".ref_protected", ".fail-fast", ".disabled", ".is_template", ".mergeable", ".rebaseable"});
  return (path.starts_with("github.") || path.starts_with("strategy.")) &&
         std::ranges::any_of(kFlags, [&](std::string_view flag) { return path.ends_with(flag); });
}

namespace {

// Is that property a text in the payload of each event that has it? Numbers that name something are never 0, and so as
// good as texts.
bool IsTextOfPayloads(std::string_view path) {
  if (path.starts_with("inputs.")) return true;
  const std::vector<std::string_view> names = SplitString(path, '.');
  for (const catalogue::Event& event : catalogue::Events()) {
    std::string_view shape = event.shape;
    const catalogue::PayloadProperty* property = nullptr;
    for (size_t i = 0; i < names.size(); ++i) {
      property = shape.empty() ? nullptr : catalogue::FindPayloadProperty(shape, names[i]);
      if (property == nullptr) break;
      if (property->kind == catalogue::PropertyKind::Json || property->kind == catalogue::PropertyKind::Object)
        return false;
      shape = property->kind == catalogue::PropertyKind::Record ? property->shape : std::string_view();
    }
    if (property == nullptr || property->kind == catalogue::PropertyKind::Text) continue;
    if (property->kind != catalogue::PropertyKind::Number || (names.back() != "number" && names.back() != "id"))
      return false;
  }
  return true;
}

}  // namespace

bool IsAlwaysText(std::string_view path) {
  for (const std::string_view context : {"env.", "vars.", "secrets.", "runner."})
    if (path.starts_with(context)) return true;
  constexpr std::string_view payload = "github.event.";
  if (path.starts_with(payload)) return IsTextOfPayloads(path.substr(payload.size()));
  if (path.starts_with("github.")) return !IsFlag(path);
  const bool step = path.starts_with("steps."), need = path.starts_with("needs.");
  return (step || need) && (path.find(".outputs.") != std::string_view::npos || path.ends_with(".result") ||
                            path.ends_with(".outcome") || path.ends_with(".conclusion"));
}

namespace {

// `!failure()`, and a conjunction that has it.
bool IsDenied(const Expr& e, std::string_view function) {
  return e.op == Op::Not && e.args[0].op == Op::Call && EqualsIgnoreCase(e.args[0].text, function);
}
bool Denies(const Expr& all, std::string_view function) {
  return std::ranges::any_of(all.args, [&](const Expr& e) { return IsDenied(e, function); });
}

std::string SingleQuoted(std::string_view text) {
  const bool plain = text.find('\n') == std::string_view::npos && text.find('\r') == std::string_view::npos &&
                     text.find("${{") == std::string_view::npos;
  return plain ? "'" + ReplaceAll(text, "'", "''") + "'" : Quoted(text);
}

}  // namespace

bool IsReservedOutput(std::string_view name) {
  static constexpr auto kReserved =
      std::to_array<std::string_view>({"result", "outcome", "conclusion", "stdout", "outputs"});
  return std::ranges::find(kReserved, name) != kReserved.end();
}

std::string Escaped(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\' || c == '"')
      out += std::string("\\") + c;
    else if (c == '\n')
      out += "\\n";
    else if (c == '\t')
      out += "\\t";
    else if (c == '\r')
      out += "\\r";
    else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      out += fmt::format("\\u{{{:X}}}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    else if (text.substr(i).starts_with("${{"))
      out += "$$";
    else
      out += c;
  }
  return out;
}

std::string Quoted(std::string_view text) { return "\"" + Escaped(text) + "\""; }

bool IsName(std::string_view text) {
  static constexpr auto kWords = std::to_array<std::string_view>({"true", "false", "null", "match"});
  if (text.empty() || (!IsAsciiAlpha(text[0]) && text[0] != '_')) return false;
  for (size_t i = 1; i < text.size(); ++i) {
    const bool part = IsAsciiAlnum(text[i]) || text[i] == '_';
    const bool dash = text[i] == '-' && i + 1 < text.size() && (IsAsciiAlnum(text[i + 1]) || text[i + 1] == '_');
    if (!part && !dash) return false;
  }
  return std::ranges::find(kWords, text) == kWords.end();
}

std::string Key(std::string_view text) { return IsName(text) ? std::string(text) : Quoted(text); }

bool NeverFalsy(const Expr& e) {
  if (e.op == Op::String) return !e.text.empty();
  if (e.op == Op::Number) return e.number != 0;
  if (e.op == Op::Boolean) return e.boolean;
  if (e.op == Op::Or) return NeverFalsy(e.args.back());
  if (e.op != Op::Call || !EqualsIgnoreCase(e.text, "format") || e.args.empty() || e.args[0].op != Op::String)
    return false;
  const std::string& text = e.args[0].text;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '{') return true;
    i = std::min(text.find('}', i), text.size());
  }
  return false;
}

Kind Expressions::KindOf(const Expr& e) const {
  switch (e.op) {
    case Op::Null:
      return Kind::Null;
    case Op::Boolean:
    case Op::Not:
    case Op::Equal:
    case Op::NotEqual:
    case Op::Less:
    case Op::LessEqual:
    case Op::Greater:
    case Op::GreaterEqual:
      return Kind::Bool;
    case Op::Number:
      return Kind::Number;
    case Op::String:
      return Kind::Text;
    case Op::And:
    case Op::Or: {
      const Kind first = KindOf(e.args.back());
      for (const Expr& arg : e.args)
        if (KindOf(arg) != first && !(e.op == Op::And && first != Kind::Bool)) return Kind::Text;
      return first;
    }
    case Op::Call: {
      const std::string name = AsciiLower(e.text);
      if (name == "fromjson") return Kind::Json;
      if (name == "case") return Kind::Unknown;
      const bool text = name == "format" || name == "join" || name == "tojson" || name == "hashfiles";
      return text ? Kind::Text : Kind::Bool;
    }
    default:
      break;
  }
  const std::string path = PathOf(e);
  if (path.empty() && (e.op == Op::Index || e.op == Op::Star))
    return KindOf(e.args[0]) == Kind::Json ? Kind::Json : Kind::Unknown;
  if (types_.whole_matrix && path.starts_with("matrix.")) return Kind::Json;
  if (const auto outputs = path.find(".outputs."); outputs != std::string::npos) {
    if (path.starts_with("steps.") && IsReservedOutput(path.substr(outputs + 9))) return Kind::Json;
    if (path.starts_with("needs.") && IsReservedOutput(path.substr(outputs + 9))) return Kind::Json;
    if (path.starts_with("needs.") && types_.matrix_jobs.contains(path.substr(6, outputs - 6))) return Kind::Json;
  }
  if (path.starts_with("inputs.")) {
    const std::string name = path.substr(7);
    if (types_.defaulted.contains(name) || (types_.head && types_.closed.contains(name))) return Kind::Json;
  }
  const auto named = [&](std::string_view context, const std::map<std::string, Kind>& kinds) {
    const auto it = path.starts_with(context) ? kinds.find(path.substr(context.size())) : kinds.end();
    return it == kinds.end() ? Kind::Unknown : it->second;
  };
  if (path.starts_with("inputs.")) return named("inputs.", types_.inputs);
  if (path.starts_with("matrix.")) return named("matrix.", types_.matrix);
  if (path.starts_with("github.event.inputs.")) return Kind::Text;
  if (IsFlag(path)) return Kind::Bool;
  if (path.ends_with(".number") || path == "strategy.job-index" || path == "strategy.job-total") return Kind::Number;
  return path.empty() ? Kind::Unknown : Kind::Text;
}

std::string Expressions::Operand(const Printed& printed, int least) const {
  return printed.binding >= least ? printed.text : "(" + printed.text + ")";
}

std::string Expressions::Print(const Expr& e, Wanted wanted) const {
  return (wanted == Wanted::Bool ? AsBool(e) : AsText(e)).text;
}

Expressions::Printed Expressions::AsBool(const Expr& e, bool negated) const {
  if (e.op == Op::Not) return AsBool(e.args[0], !negated);
  if (e.op == Op::And || e.op == Op::Or) {
    const int binding = e.op == Op::And ? kAnd : kOr;
    std::string text;
    const bool ok = ok_ && e.op == Op::And && Denies(e, "failure") && Denies(e, "cancelled");
    if (ok) text = "ok()";
    for (const Expr& arg : e.args) {
      if (ok && (IsDenied(arg, "failure") || IsDenied(arg, "cancelled"))) continue;
      if (!text.empty()) text += e.op == Op::And ? " && " : " || ";
      text += Operand(AsBool(arg), binding + 1);
    }
    return negated ? Printed{"!(" + text + ")", kPrefix} : Printed{text, binding};
  }
  const Kind kind = KindOf(e);
  if (kind == Kind::Bool) {
    const bool absent = defaults_ && !untyped_ && e.op == Op::Index && PathOf(e).starts_with("github.event.");
    const Printed printed = absent              ? Printed{Bare(e).text + " ?? false", kDefault}
                            : e.op == Op::Index ? Any(e)
                                                : AsText(e);
    return negated ? Printed{"!" + Operand(printed, kPostfix), kPrefix} : printed;
  }
  if (kind == Kind::Json || (untyped_ && (e.op == Op::Index || e.op == Op::Star))) {
    const Printed printed = Any(e);
    return negated ? Printed{"!" + Operand(printed, kPostfix), kPrefix} : printed;
  }
  if (kind == Kind::Null) return {negated ? "true" : "false", kPostfix};
  if (e.op == Op::String) return {(e.text.empty() == negated) ? "true" : "false", kPostfix};
  if (e.op == Op::Number) return {((e.number == 0) == negated) ? "true" : "false", kPostfix};
  return {Operand(AsText(e), kLess) + (negated ? " == " : " != ") + (kind == Kind::Number ? "0" : "''"), kEqual};
}

// Does the condition ask whether the value is an empty text?
static bool IsPresence(const Expr& condition, const Expr& value) {
  if (condition.op != Op::NotEqual) return false;
  for (const size_t i : {size_t{0}, size_t{1}})
    if (condition.args[i].op == Op::String && condition.args[i].text.empty() && condition.args[1 - i] == value)
      return true;
  return false;
}

// The value of `c && v`, and what is chosen when there is none.
Expressions::Printed Expressions::Chosen(const Expr& both, const Printed* otherwise) const {
  Expr condition = both;
  const Expr value = condition.args.back();
  condition.args.pop_back();
  if (condition.args.size() == 1) condition = Expr(condition.args[0]);
  const std::string test = Operand(AsBool(condition), kDefault);
  const std::string chosen = Operand(AsText(value), kDefault);
  if (otherwise == nullptr) {
    const Kind kind = KindOf(condition.op == Op::And ? condition.args.back() : condition);
    const std::string none = kind == Kind::Bool ? "\"false\"" : kind == Kind::Number ? "\"0\"" : "\"\"";
    return {test + " ? " + chosen + " : " + none, kChoice};
  }
  if (NeverFalsy(value) || KindOf(value) == Kind::Bool)
    return {test + " ? " + chosen + " : " + Operand(*otherwise, kChoice), kChoice};
  return {"(" + test + " ? " + chosen + " : \"\") ?? " + Operand(*otherwise, kDefault), kDefault};
}

Expressions::Printed Expressions::Choice(const std::vector<Expr>& args, size_t from) const {
  if (from + 1 == args.size()) return args[from].op == Op::Null ? Printed{"\"\"", kPostfix} : AsText(args[from]);
  const Printed rest = Choice(args, from + 1);
  // `x != '' && x` is x.
  const bool itself =
      args[from].op == Op::And && args[from].args.size() == 2 && IsPresence(args[from].args[0], args[from].args[1]);
  const Expr& first = itself ? args[from].args[1] : args[from];
  if (first.op == Op::And && KindOf(first) != Kind::Bool) return Chosen(first, &rest);
  if (KindOf(first) == Kind::Bool)
    return {Operand(AsBool(first), kDefault) + " ? \"true\" : " + Operand(rest, kChoice), kChoice};
  const Kind last = KindOf(args.back());
  const bool mixed = first.op == Op::Index && KindOf(first) != Kind::Json && !untyped_ &&
                     (last == Kind::Bool || last == Kind::Number) && KindOf(first) != last;
  const Printed value = mixed ? Printed{"untyped(" + Bare(first).text + ")", kPostfix}
                        : first.op == Op::And || first.op == Op::Or ? AsText(first)
                                                                    : Any(first);
  return {Operand(value, kOr) + " ?? " + Operand(rest, kDefault), kDefault};
}

Expressions::Printed Expressions::Logic(const Expr& e) const {
  if (std::ranges::all_of(e.args, [&](const Expr& arg) { return KindOf(arg) == Kind::Bool; })) return AsBool(e);
  return e.op == Op::Or ? Choice(e.args, 0) : Chosen(e, nullptr);
}

Expressions::Printed Expressions::AsText(const Expr& e) const {
  if (e.op == Op::And || e.op == Op::Or) return Logic(e);
  // A flag of a run that was not asked for it is nothing, not false.
  if (types_.flags_absent && e.op == Op::Index && KindOf(e) == Kind::Bool && PathOf(e).starts_with("inputs."))
    return {"untyped(" + Bare(e).text + ")", kPostfix};
  if (!defaults_ || untyped_ || KindOf(e) == Kind::Json) return Any(e);
  const std::string path = PathOf(e);
  const bool optional =
      path.find(".outputs.") != std::string::npos || path.starts_with("github.event.") || path.starts_with("vars.");
  if (!optional) return Any(e);
  // The text of a flag that is not there is empty, not `false`.
  if (KindOf(e) == Kind::Bool) return {"untyped(" + Bare(e).text + ")", kPostfix};
  return {Any(e).text + " ?? \"\"", kDefault};
}

Expressions::Printed Expressions::Compare(const Expr& e) const {
  static constexpr std::string_view kSymbols[] = {" == ", " != ", " < ", " <= ", " > ", " >= "};
  const auto symbol = kSymbols[static_cast<size_t>(e.op) - static_cast<size_t>(Op::Equal)];
  const int binding = e.op == Op::Equal || e.op == Op::NotEqual ? kEqual : kLess;
  // A text constant on one side is enough to test what may be absent.
  const auto side = [&](const Expr& one, const Expr& other) {
    if (Mixed(one, other)) return "untyped(" + Bare(one).text + ")";
    const bool says = other.op == Op::String && !other.text.empty();
    return Operand(says || one.op == Op::String ? Any(one) : AsText(one), binding + 1);
  };
  return {side(e.args[0], e.args[1]) + std::string(symbol) + side(e.args[1], e.args[0]), binding};
}

// Does GitHub convert this side to compare the two?
bool Expressions::Mixed(const Expr& one, const Expr& other) const {
  const bool computed = one.op == Op::Call && KindOf(one) == Kind::Bool;
  if (computed && other.op == Op::Number) return true;
  if (one.op != Op::Index) return false;
  const Kind mine = KindOf(one), theirs = KindOf(other);
  if (mine == Kind::Json || untyped_) return false;  // as it is
  const bool flag = mine == Kind::Bool && PathOf(one).starts_with("inputs.");
  if (flag && (types_.flags_absent || other.op == Op::Boolean)) return true;
  if (other.op == Op::Null) return true;
  if (other.op == Op::Number) return mine != Kind::Number;
  if (other.op == Op::Boolean) return mine != Kind::Bool;
  return other.op == Op::String && (mine == Kind::Bool || mine == Kind::Number) && theirs != mine;
}

Expressions::Printed Expressions::Path(const Expr& e) const {
  if (e.op == Op::Star) return {Operand(Bare(e.args[0]), kPostfix) + ".*", kPostfix};
  const std::string object = e.args[0].op == Op::Name && !row_.empty() && EqualsIgnoreCase(e.args[0].text, "matrix")
                                 ? "matrix." + std::string(row_)
                                 : Operand(Bare(e.args[0]), kPostfix);
  Expr key = e.args[1];
  if (key.op == Op::String && e.args[0].op == Op::Name) {
    const bool axis = EqualsIgnoreCase(e.args[0].text, "matrix");
    const auto& renamed = axis ? names_.axes : names_.steps;
    const auto it = renamed.find(AsciiLower(key.text));
    if (it != renamed.end() && (axis || EqualsIgnoreCase(e.args[0].text, "steps"))) key.text = it->second;
  }
  if (key.op == Op::String && (IsName(key.text) || key.text == "match")) return {object + "." + key.text, kPostfix};
  if (key.op == Op::String) return {object + "[" + SingleQuoted(key.text) + "]", kPostfix};
  return {object + "[" + Bare(key).text + "]", kPostfix};
}

Expressions::Printed Expressions::Call(const Expr& e) const {
  const std::string name = FunctionName(e.text);
  std::string text;
  for (size_t i = 0; i < e.args.size(); ++i) {
    if (i > 0) text += ", ";
    const bool condition = name == "case" && i % 2 == 0 && i + 1 < e.args.size();
    text += condition          ? AsBool(e.args[i]).text
            : name == "toJSON" ? (untyped_ ? Any(e.args[i]) : Bare(e.args[i])).text
                               : AsText(e.args[i]).text;
  }
  return {name + "(" + text + ")", kPostfix};
}

// What only the run tells, and with `untyped` whatever is read, is taken as GitHub takes it.
Expressions::Printed Expressions::Any(const Expr& e) const {
  const bool read = e.op == Op::Index || e.op == Op::Star;
  const bool wrapped = (read && untyped_) || ((read || e.op == Op::Call) && KindOf(e) == Kind::Json);
  return wrapped ? Printed{"untyped(" + Bare(e).text + ")", kPostfix} : Bare(e);
}

Expressions::Printed Expressions::Bare(const Expr& e) const {
  switch (e.op) {
    case Op::Null:
      return {"null", kPostfix};
    case Op::Boolean:
      return {e.boolean ? "true" : "false", kPostfix};
    case Op::Number:
      return {expr::Print(e), e.number < 0 ? kPrefix : kPostfix};
    case Op::String:
      return {SingleQuoted(e.text), kPostfix};
    case Op::Name:
      return {AsciiLower(e.text), kPostfix};
    case Op::Index:
    case Op::Star:
      return Path(e);
    case Op::Call:
      return Call(e);
    case Op::Not:
      return AsBool(e);
    case Op::And:
    case Op::Or:
      return Logic(e);
    default:
      return Compare(e);
  }
}

}  // namespace sluice::import
