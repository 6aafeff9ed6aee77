// Constants, texts and expressions as values of .pipe.
#include <algorithm>
#include <cmath>

#include "compiler/base/text.h"
#include "compiler/emit/yaml/node.h"
#include "compiler/expr/value.h"
#include "compiler/import/printer.h"

namespace sluice::import {
namespace {

// Can the text stand in a text block and be read back? Its lines may not all be indented, and it has no other control
// characters than line ends and tabs.
bool FitsBlock(std::string_view text) {
  if (text.empty() || text.front() == '\n') return false;
  bool flush = false;
  size_t begin = 0;
  while (begin <= text.size()) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = text.substr(begin, end - begin);
    if (!line.empty() && line[0] != ' ' && line[0] != '\t') flush = true;
    if (!line.empty() && line.find_first_not_of(" \t") == std::string_view::npos) return false;  // would be empty
    begin = end + 1;
  }
  const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t'; };
  return flush && std::ranges::none_of(text, control);
}

// Literal text in a text block or between backticks: only `${{` has a meaning.
std::string BlockLiteral(std::string_view text) { return ReplaceAll(text, "${{", "$${{"); }

}  // namespace

std::string ScalarText(const Value& value) {
  switch (value.kind) {
    case Value::Kind::Boolean:
      return value.boolean ? "true" : "false";
    case Value::Kind::Number:
      return expr::NumberToText(value.number);
    case Value::Kind::String:
      return value.text;
    default:
      return {};
  }
}

Expressions Printer::ExpressionsAt(uint32_t node) const {
  return Expressions(types_, forms_.defaulted.contains(node), forms_.untyped.contains(node), job_.rows ? "row" : "",
                     new_names_, forms_.lifts.ok);
}

// The text of a String or Text: between double quotes, or as it stands in a text block.
std::string Printer::TextOf(const Value& value, uint32_t node, bool quoted) const {
  const auto literal = [&](const std::string& text) { return quoted ? Escaped(text) : BlockLiteral(text); };
  const auto placeholder = [&](const expr::Expr& e) {
    const std::string inside = ExpressionsAt(node).Print(e, Wanted::Text);
    return forms_.pasted.contains(node) ? "${{ paste(" + inside + ") }}" : "${{ " + inside + " }}";
  };
  if (value.is(Value::Kind::Expression)) return placeholder(*value.expr);
  if (!value.is(Value::Kind::Text)) return literal(ScalarText(value));
  std::string text;
  for (const model::TextPart& part : value.parts) {
    if (!part.expr) {
      text += literal(part.literal);
    } else {
      // `$${{` would be the text `${{`.
      const bool pasted = forms_.pasted.contains(node);
      if (text.ends_with('$')) text = text.substr(0, text.size() - 1) + (pasted ? "${{ paste('$') }}" : "${{ '$' }}");
      text += placeholder(*part.expr);
    }
  }
  return text;
}

Piece Printer::Text(const Value& value, uint32_t node) const {
  std::string whole;
  if (value.is(Value::Kind::String)) whole = value.text;
  for (const model::TextPart& part : value.parts) whole += part.expr ? "x" : part.literal;
  if (!flat_ && whole.find('\n') != std::string::npos && FitsBlock(whole)) {
    std::string text = TextOf(value, node, false);
    // A text block has no line end at its end: an empty value behind it keeps the one of the YAML.
    if (whole.ends_with('\n')) text += "${{ '' }}";
    return Piece::Block(std::move(text), value.origin.at);
  }
  return Piece::Flat("\"" + TextOf(value, node, true) + "\"", value.origin.at);
}

Piece Printer::Scalar(const Value& value, uint32_t node) const {
  switch (value.kind) {
    case Value::Kind::Null:
      return Piece::Flat("null", value.origin.at);
    case Value::Kind::Boolean:
      return Piece::Flat(value.boolean ? "true" : "false", value.origin.at);
    case Value::Kind::Number: {
      const std::string text = ScalarText(value);
      // A number that is text in the end keeps its form only in quotes.
      const bool whole = value.number == std::floor(value.number) && std::abs(value.number) < 1e15;
      return Piece::Flat(whole ? text : Quoted(text), value.origin.at);
    }
    case Value::Kind::Expression:
      return Piece::Flat(ExpressionsAt(node).Print(*value.expr, Wanted::Text), value.origin.at);
    default:
      return Text(value, node);
  }
}

Piece Printer::Any(const Value& value, uint32_t node) const {
  if (value.is(Value::Kind::List)) {
    std::vector<Piece> items;
    const bool texts = std::ranges::any_of(value.items, [](const Value& item) {
      return item.is(Value::Kind::String) || (item.is(Value::Kind::Number) && item.number != std::floor(item.number));
    });
    for (const Value& item : value.items) {
      // A list has one type; what GitHub reads of a number is its text.
      const bool other = item.is(Value::Kind::Number) || item.is(Value::Kind::Boolean);
      items.push_back(texts && other ? Piece::Flat(Quoted(ScalarText(item)), item.origin.at) : Any(item, node));
    }
    return Piece::List(std::move(items), value.origin.at);
  }
  if (!value.is(Value::Kind::Map)) {
    return Scalar(value, node);
  }
  Piece record = Piece::Record(value.origin.at);
  for (const auto& [key, entry] : value.entries) record.Add(Key(key.text), Any(entry, node), key.origin.at);
  return record;
}

// An input of an action or of a called workflow (`exact`) is text to GitHub: numbers and flags need no quotes.
Piece Printer::Argument(const Value& value, uint32_t node, bool exact) const {
  if (value.is(Value::Kind::String)) {
    const std::string& text = value.text;
    const bool number =
        !text.empty() && text.size() < 15 && std::ranges::all_of(text, IsAsciiDigit) && (text == "0" || text[0] != '0');
    if (number || text == "true" || text == "false") return Piece::Flat(text, value.origin.at);
    if (forms_.untyped.contains(node) && text.find('\n') == std::string::npos)
      return Piece::Flat("untyped(" + Quoted(text) + ")", value.origin.at);
  }
  if (value.is(Value::Kind::Null)) return Piece::Flat("\"\"", value.origin.at);  // `null` would leave it out
  Piece piece = Scalar(value, node);
  // Actions read their inputs without the blanks around them.
  if (!exact && piece.kind == Piece::Kind::Block && piece.text.ends_with("${{ '' }}")) {
    piece.text.resize(piece.text.size() - 9);
    while (piece.text.ends_with('\n')) piece.text.pop_back();
    if (piece.text.find('\n') == std::string::npos) {
      Value line = value;
      if (line.is(Value::Kind::String))
        while (line.text.ends_with('\n')) line.text.pop_back();
      else
        while (!line.parts.empty() && !line.parts.back().expr && line.parts.back().literal.ends_with('\n'))
          line.parts.back().literal.pop_back();
      if (line.is(Value::Kind::Text)) line = Value::Text(line.parts);
      line.origin = value.origin;
      return line.is(Value::Kind::String) ? Argument(line, node, exact) : Scalar(line, node);
    }
  }
  return piece;
}

// Is the value certainly one word for a shell: not empty, without blanks and patterns?
bool Printer::OneWord(const expr::Expr& e) const {
  const auto word = [](std::string_view text) {
    return !text.empty() && text.find_first_of(" \t\n*?[\\\"'$`;&|<>(){}#~!") == std::string_view::npos;
  };
  if (e.op == expr::Op::String) return word(e.text);
  const Kind kind = ExpressionsAt(0).KindOf(e);
  if (kind == Kind::Bool || kind == Kind::Number) return true;
  if (e.op != expr::Op::Index || e.args[1].op != expr::Op::String) return false;
  const std::string& name = e.args[1].text;
  const bool direct = e.args[0].op == expr::Op::Name;
  const std::string context = direct ? AsciiLower(e.args[0].text) : "";
  if (context == "github") {
    static constexpr std::string_view kWords[] = {"sha",
                                                  "ref",
                                                  "ref_name",
                                                  "ref_type",
                                                  "run_id",
                                                  "run_number",
                                                  "run_attempt",
                                                  "actor",
                                                  "repository",
                                                  "repository_owner",
                                                  "event_name",
                                                  "server_url",
                                                  "api_url",
                                                  "job",
                                                  "graphql_url",
                                                  "repository_id",
                                                  "actor_id",
                                                  "token",
                                                  "triggering_actor"};
    return std::ranges::find(kWords, AsciiLower(name)) != std::end(kWords);
  }
  if (context == "runner") return EqualsIgnoreCase(name, "os") || EqualsIgnoreCase(name, "arch");
  if (context != "matrix" || job_.value == nullptr) return false;
  const Value* strategy = job_.value->Find("strategy");
  const Value* matrix = strategy == nullptr ? nullptr : strategy->Find("matrix");
  const auto rows = matrix == nullptr ? std::nullopt : ExpandMatrix(*matrix);
  return rows && !rows->empty() && std::ranges::all_of(*rows, [&](const Row& row) {
           const Value* cell = row.Find(name);
           return cell != nullptr && word(ScalarText(*cell));
         });
}

// A text with placeholders as GitHub computes it where an expression is wanted.
static expr::Expr Formatted(const Value& text) {
  std::string format;
  std::vector<expr::Expr> args{expr::String("")};
  for (const model::TextPart& part : text.parts) {
    if (part.expr) {
      format += "{" + std::to_string(args.size() - 1) + "}";
      args.push_back(*part.expr);
    } else {
      format += ReplaceAll(ReplaceAll(part.literal, "{", "{{"), "}", "}}");
    }
  }
  args[0] = expr::String(std::move(format));
  return expr::Call("format", std::move(args));
}

std::optional<expr::Expr> ConditionExpression(const Value& value) {
  if (value.is(Value::Kind::Expression)) return *value.expr;
  if (value.is(Value::Kind::Text)) return Formatted(value);
  if (!value.is(Value::Kind::String)) return std::nullopt;
  expr::ParseResult parsed = expr::Parse(value.text);
  return parsed.ok() ? std::move(parsed.expr) : std::nullopt;
}

std::string Printer::ConditionText(const Value& value, uint32_t node) const {
  if (value.is(Value::Kind::Boolean)) return value.boolean ? "true" : "false";
  if (value.is(Value::Kind::Number)) return value.number != 0 ? "true" : "false";
  const auto e = ConditionExpression(value);
  return e ? ExpressionsAt(node).Print(*e, Wanted::Bool) : "";
}

}  // namespace sluice::import
