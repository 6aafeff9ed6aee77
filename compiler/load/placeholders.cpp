#include "compiler/load/placeholders.h"

#include <fmt/format.h>

#include "compiler/base/text.h"

namespace sluice::load {
namespace {

using diagnostics::Build;
using diagnostics::Code;
using expr::Expr;
using expr::Op;
using model::TextPart;
using model::Value;
using types::Context;
using types::ContextSet;

constexpr std::string_view kOpen = "${{";
constexpr std::string_view kBlanks = " \t\r\n\f\v";

// White space beyond ASCII, as JavaScript's trim() takes it away: GitHub's reader trims expressions with it.
constexpr std::string_view kWideBlanks[] = {"\u00A0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003", "\u2004",
                                            "\u2005", "\u2006", "\u2007", "\u2008", "\u2009", "\u200A", "\u2028",
                                            "\u2029", "\u202F", "\u205F", "\u3000", "\uFEFF"};

// The length of the blank at the front (or back) of `text`, 0 if there is none.
size_t BlankLength(std::string_view text, bool back) {
  if (text.empty()) return 0;
  if (kBlanks.find(back ? text.back() : text.front()) != std::string_view::npos) return 1;
  for (const std::string_view blank : kWideBlanks)
    if (back ? text.ends_with(blank) : text.starts_with(blank)) return blank.size();
  return 0;
}

// Behind the `}}` that closes the placeholder whose inside begins at `begin`; quotes hide braces. npos if there is none.
size_t FindClose(std::string_view text, size_t begin) {
  bool quoted = false;
  for (size_t i = begin; i < text.size(); ++i) {
    if (text[i] == '\'')
      quoted = !quoted;
    else if (!quoted && text[i] == '}' && text[i - 1] == '}')
      return i + 1;
  }
  return std::string_view::npos;
}

std::vector<std::string> NamesOf(ContextSet set) {
  std::vector<std::string> names;
  for (const std::string& name : types::ContextNames())
    if (set.contains(types::FindContext(name))) names.push_back(name);
  return names;
}

bool IsStatus(const std::string& function) {
  return function == "success" || function == "failure" || function == "always" || function == "cancelled";
}

std::string_view FirstWord(std::string_view text) {
  size_t end = 0;
  while (end < text.size() && BlankLength(text.substr(end), false) == 0) ++end;
  return text.substr(0, end);
}

bool IsInsertWord(std::string_view text) { return text == "insert"; }

}  // namespace

std::string_view Trim(std::string_view text) {
  while (const size_t length = BlankLength(text, false)) text.remove_prefix(length);
  while (const size_t length = BlankLength(text, true)) text.remove_suffix(length);
  return text;
}

bool IsInsert(const Value& value) {
  return value.is(Value::Kind::Expression) && value.expr->op == Op::Name && IsInsertWord(value.expr->text);
}

std::optional<Value> Placeholders::Read(const YamlNode& scalar, const Scope& scope) {
  const std::string_view text = scalar.text;
  std::vector<TextPart> parts;
  bool good = true;
  size_t done = 0;
  size_t nth = 0;
  for (size_t at = text.find(kOpen); at != std::string_view::npos; at = text.find(kOpen, done)) {
    if (at > done) parts.push_back({std::string(text.substr(done, at - done)), {}, {}});
    const size_t inside = at + kOpen.size();
    const size_t close = FindClose(text, inside);
    if (close == std::string_view::npos) {
      problems_.Add(
          Build(Code::P1106, PlaceOf(scalar, nth, kOpen.size()), "this placeholder is not closed", "no `}}` follows"));
      return std::nullopt;
    }
    // `${{}}` and `${{}`: the reader looks for `}}` from here, so an inside may be shorter than its marks.
    const std::string_view spelling = close >= inside + 2 ? text.substr(inside, close - 2 - inside) : "";
    const bool alone = at == 0 && close == text.size();
    auto e = ReadOne(spelling, alone, scope, PlaceOf(scalar, nth, close - at));
    good = good && e.has_value();
    if (e) parts.push_back({"", std::move(e), std::string(spelling)});
    done = close;
    ++nth;
  }
  if (!good) return std::nullopt;
  if (done < text.size()) parts.push_back({std::string(text.substr(done)), {}, {}});
  return Value::Text(std::move(parts));
}

std::optional<Expr> Placeholders::ReadOne(std::string_view inside, bool alone, const Scope& scope, Span at) {
  const std::string_view trimmed = Trim(inside);
  if (trimmed.empty()) {
    problems_.Add(Build(Code::P1106, at, "this placeholder is empty", "an expression was expected"));
    return std::nullopt;
  }
  const std::string_view word = FirstWord(trimmed);
  if (IsInsertWord(word)) {
    if (alone && trimmed == word) return expr::Name("insert");
    problems_.Add(Build(Code::P1106, at, "`insert` stands alone as the key of a mapping", "not here"));
    return std::nullopt;
  }
  return ReadBare(trimmed, at, scope);
}

std::optional<Expr> Placeholders::ReadBare(std::string_view text, Span at, const Scope& scope) {
  expr::ParseResult parsed = expr::Parse(text);
  // Where the expression stands as it is in the source, its parts have places.
  const size_t start = sources_.Text(at).find(text);
  const Ground ground{at, start == std::string_view::npos ? 0 : static_cast<uint32_t>(at.begin + start)};
  if (!parsed.ok()) {
    const auto offset = static_cast<uint32_t>(std::min(parsed.error->offset, text.size() - 1));
    const auto end = static_cast<uint32_t>(offset + Utf8Length(text, offset));
    problems_.Add(Build(Code::P1106, ground.Part(offset, end), "malformed expression", parsed.error->message));
    return std::nullopt;
  }
  if (!Check(*parsed.expr, scope, ground)) return std::nullopt;
  return std::move(parsed.expr);
}

bool Placeholders::Check(const Expr& e, const Scope& scope, const Ground& ground) {
  if (e.op == Op::Name && !CheckName(e.text, scope, ground.Part(e.begin, e.end))) return false;
  if (e.op == Op::Call && !CheckCall(e, scope, ground.Part(e.begin, e.end))) return false;
  for (const Expr& arg : e.args)
    if (!Check(arg, scope, ground)) return false;
  return true;
}

bool Placeholders::CheckName(const std::string& name, const Scope& scope, Span at) {
  const ContextSet context = types::FindContext(name);
  if (!context.empty() && scope.allowed.contains(context)) return true;
  const std::vector<std::string> known = NamesOf(scope.allowed);
  const std::string what = known.empty() ? "no context is available here" : "available here: " + OneOf(known);
  if (context.empty()) {
    Build build(Code::P1107, at, fmt::format("there is no context `{}`", name), what);
    if (const auto nearest = DidYouMean(name, known)) build.Say(fmt::format("did you mean `{}`?", *nearest));
    problems_.Add(std::move(build));
  } else {
    problems_.Add(Build(Code::P1107, at, fmt::format("`{}` has no value here", name), what));
  }
  return false;
}

bool Placeholders::CheckCall(const Expr& call, const Scope& scope, Span at) {
  const std::string name = AsciiLower(call.text);
  const auto complain = [&](const std::string& why) {
    problems_.Add(Build(Code::P1107, at, fmt::format("`{}` cannot be called here", call.text), why));
    return false;
  };
  if (name == "hashfiles" && !scope.allowed.has(Context::HashFiles))
    return complain("`hashFiles` needs the workspace: it works in steps only");
  if (!IsStatus(name)) return true;
  if (!scope.allowed.has(Context::Status)) return complain("status functions work in `if` only");
  const bool takes_jobs = scope.status_of_jobs && (name == "success" || name == "failure");
  if (!call.args.empty() && !takes_jobs) return complain("it takes no arguments here");
  return true;
}

// The nth `${{` of a scalar in the source; the whole scalar where that cannot be told.
Span Placeholders::PlaceOf(const YamlNode& scalar, size_t nth, size_t length) const {
  const std::string_view text = sources_.Text(scalar.at);
  size_t at = text.find(kOpen);
  for (size_t i = 0; i < nth && at != std::string_view::npos; ++i) at = text.find(kOpen, at + kOpen.size());
  if (at == std::string_view::npos) return scalar.at;
  const auto begin = static_cast<uint32_t>(scalar.at.begin + at);
  return {begin, std::min(static_cast<uint32_t>(begin + length), scalar.at.end)};
}

}  // namespace sluice::load
