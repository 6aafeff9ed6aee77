#include "compiler/check/literals.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <map>
#include <utility>

#include "compiler/base/text.h"
#include "compiler/check/elaborate.h"
#include "compiler/check/suggest.h"
#include "compiler/expr/value.h"
#include "compiler/types/quantity.h"

namespace sluice::check {
namespace {

using syntax::ExprKind;

double IntegerValue(const std::string& text) {
  const std::string digits = ReplaceAll(text, "_", "");
  if (digits.starts_with("0x")) return static_cast<double>(std::strtoull(digits.c_str() + 2, nullptr, 16));
  if (digits.starts_with("0o")) return static_cast<double>(std::strtoull(digits.c_str() + 2, nullptr, 8));
  return std::strtod(digits.c_str(), nullptr);
}

bool LosesZero(const syntax::Expr& e) {
  return e.kind == ExprKind::Float && e.text.find('.') != std::string::npos && e.text.ends_with('0');
}

double UnitMilliseconds(std::string_view unit) {
  if (unit == "w") return 7 * 24 * 3600e3;
  if (unit == "d") return 24 * 3600e3;
  if (unit == "h") return 3600e3;
  if (unit == "m") return 60e3;
  if (unit == "s") return 1e3;
  return 1;
}

// The type that all items have, or nothing when two of them do not fit.
std::optional<Type> CommonType(const Type& a, const Type& b) {
  if (a.is(Kind::Error)) return b;
  if (types::Fits(b, a)) return a;
  if (types::Fits(a, b)) return b;
  if (a.is(Kind::Enum) && b.is(Kind::Enum)) {
    Type both = a;
    for (const std::string& member : b.members) both.members.push_back(member);
    return both;
  }
  return std::nullopt;
}

// An entry of a record; a later one of the same name takes the place of the earlier one.
void PutEntry(const std::string& key, Span at, TermPtr value, std::vector<std::string>& keys, std::vector<Span>& spans,
              std::vector<TermPtr>& values) {
  const auto known = std::ranges::find(keys, key);
  if (known == keys.end()) {
    keys.push_back(key);
    spans.push_back(at);
    values.push_back(std::move(value));
    return;
  }
  const auto index = static_cast<size_t>(known - keys.begin());
  spans[index] = at;
  values[index] = std::move(value);
}

}  // namespace

double DurationMilliseconds(std::string_view text) {
  double total = 0;
  size_t i = 0;
  while (i < text.size()) {
    size_t number = i;
    while (i < text.size() && (IsAsciiDigit(text[i]) || text[i] == '.')) ++i;
    size_t unit = i;
    while (i < text.size() && IsAsciiAlpha(text[i])) ++i;
    if (unit == i) break;
    total += std::strtod(std::string(text.substr(number, unit - number)).c_str(), nullptr) *
             UnitMilliseconds(text.substr(unit, i - unit));
  }
  return total;
}

namespace {

// Is what follows the credentials a server of this very job, whose password protects nothing?
bool IsOfThisJob(std::string_view behind, std::string_view next_placeholder) {
  if (behind.empty())
    return next_placeholder == "self.host" ||
           (next_placeholder.starts_with("services.") && next_placeholder.ends_with(".host"));
  return std::ranges::any_of(std::to_array<std::string_view>({"localhost", "127.0.0.1", "[::1]"}),
                             [&](std::string_view host) {
                               return behind.starts_with(host) &&
                                      (behind.size() == host.size() ||
                                       std::string_view(":/?#").find(behind[host.size()]) != std::string_view::npos);
                             });
}

}  // namespace

bool HasCredentials(std::string_view text, std::string_view next_placeholder) {
  for (size_t at = text.find("://"); at != std::string_view::npos; at = text.find("://", at + 3)) {
    size_t i = at + 3;
    size_t colon = std::string_view::npos;
    while (i < text.size() && std::string_view(" \t\n/\"'`$<>@").find(text[i]) == std::string_view::npos) {
      if (text[i] == ':' && colon == std::string_view::npos) colon = i;
      ++i;
    }
    const bool given =
        i < text.size() && text[i] == '@' && colon != std::string_view::npos && colon > at + 3 && colon + 1 < i;
    if (given && !IsOfThisJob(text.substr(i + 1), next_placeholder)) return true;
  }
  return false;
}

TermPtr Elaborator::EvalQuantity(const syntax::Expr& e) {
  const std::string text = ReplaceAll(e.text, "_", "");
  const Refined unit = text.ends_with('%') ? Refined::Percent : Refined::Bytes;
  return QuantityTerm(unit, types::QuantityValue(unit, text).value_or(0), text, e.span);
}

TermPtr Elaborator::EvalNumber(const syntax::Expr& e) {
  if (e.kind == ExprKind::Int)
    return NumberTerm(IntegerValue(e.text), ReplaceAll(e.text, "_", ""), types::Simple(Kind::Int), e.span);
  const double value = std::strtod(e.text.c_str(), nullptr);
  if (LosesZero(e))
    return Fail(Build(Code::P0304, e.span, fmt::format("{} is the number {}", e.text, expr::NumberToText(value)),
                      "YAML and GitHub drop the zero")
                    .Say(fmt::format("Versions are text: quote it:   \"{}\"", e.text),
                         Replace(e.span, fmt::format("\"{}\"", e.text), "quote the version")),
                e.span);
  return NumberTerm(value, e.text, types::Simple(Kind::Float), e.span);
}

// One message for a list of versions written as numbers; its fix quotes all of them.
bool Elaborator::ReportLostZero(const Ast& ast, const syntax::Expr& list) {
  const syntax::Expr* culprit = nullptr;
  std::string quoted;
  diagnostics::Fix fix{"quote the versions", true, {}};
  for (const syntax::Entry& entry : list.entries) {
    if (!entry.value.valid()) continue;
    const syntax::Expr& item = ast[entry.value];
    if (item.kind == ExprKind::Float || item.kind == ExprKind::Int) {
      if (culprit == nullptr && LosesZero(item)) culprit = &item;
      fix.edits.push_back({item.span, fmt::format("\"{}\"", item.text)});
      quoted += fmt::format("{}\"{}\"", quoted.empty() ? "" : ", ", item.text);
    } else {
      quoted += fmt::format("{}{}", quoted.empty() ? "" : ", ", TextOf(item.outer));
    }
  }
  if (culprit == nullptr) return false;
  const double value = std::strtod(culprit->text.c_str(), nullptr);
  const bool alone = list.entries.size() == 1;
  session_.report.Add(Build(Code::P0304, culprit->span,
                            fmt::format("{} is the number {}", culprit->text, expr::NumberToText(value)),
                            "YAML and GitHub drop the zero")
                          .Say(fmt::format("Versions are text: quote {}{}:   [{}]", culprit->text,
                                           alone ? "" : " and its neighbours", quoted),
                               std::move(fix)));
  return true;
}

TermPtr Elaborator::EvalDuration(const syntax::Expr& e) {
  return NumberTerm(DurationMilliseconds(e.text), e.text, types::Simple(Kind::Duration), e.span);
}

// The name of the entry whose value stands at `at`, as a name for a secret.
std::string Elaborator::SecretNameFor(Span at) const {
  std::string_view before = LineBefore(at);
  while (before.ends_with(' ')) before.remove_suffix(1);
  if (!before.ends_with(':')) return "NAME";
  before.remove_suffix(1);
  size_t begin = before.size();
  while (begin > 0 && (IsAsciiAlnum(before[begin - 1]) || before[begin - 1] == '_')) --begin;
  return begin == before.size() ? "NAME" : AsciiUpper(before.substr(begin));
}

TermPtr Elaborator::EvalString(const syntax::Expr& e, const Env& env, const Type* expected) {
  std::vector<TermPtr> pieces;
  bool broken = false;
  bool credentials = false;
  for (const syntax::StringPart& part : e.parts) {
    if (!part.placeholder.valid()) {
      const syntax::StringPart* behind = &part == &e.parts.back() ? nullptr : &part + 1;
      const bool read = behind != nullptr && behind->placeholder.valid();
      const std::string_view next = read ? session_.sources.Text((*ast_)[behind->placeholder].span) : "";
      if (!credentials && HasCredentials(part.text, next)) {
        credentials = true;
        session_.report.Add(
            Build(Code::P0506, e.span, "a password stands in the program",
                  "everybody who can read the repository can read it")
                .Say(fmt::format("Keep it in GitHub and declare it:   secret {0}   Then read   secrets.{0}",
                                 SecretNameFor(e.span))));
      }
      pieces.push_back(StringTerm(part.text, types::Simple(Kind::String), part.span));
      continue;
    }
    TermPtr value = Eval(part.placeholder, env, nullptr);
    if (RefuseAbsent(value) || RefuseNoText(value)) broken = true;
    pieces.push_back(value->is_constant()
                         ? StringTerm(RenderConstant(value->constant), types::Simple(Kind::String), value->at)
                         : value);
  }
  if (broken) return ErrorTerm(e.span);
  // A text in a text is one text.
  std::vector<TermPtr> flat;
  for (TermPtr& piece : pieces) {
    if (piece->is(TermKind::Text))
      flat.insert(flat.end(), piece->args.begin(), piece->args.end());
    else
      flat.push_back(std::move(piece));
  }
  std::vector<TermPtr> joined;
  for (TermPtr& piece : flat) {
    if (piece->is_text_constant() && !joined.empty() && joined.back()->is_text_constant())
      joined.back() =
          StringTerm(joined.back()->constant.text + piece->constant.text, types::Simple(Kind::String), e.span);
    else if (!piece->is_text_constant() || !piece->constant.text.empty())
      joined.push_back(std::move(piece));
  }
  if (joined.empty() || (joined.size() == 1 && joined[0]->is_text_constant())) {
    std::string text = joined.empty() ? "" : joined[0]->constant.text;
    if (expected != nullptr && expected->is(Kind::String) && expected->refined != Refined::None)
      return AdaptText(StringTerm(std::move(text), types::Simple(Kind::String), e.span), *expected);
    if (expected != nullptr && !expected->is(Kind::String) && e.parts.size() <= 1) {
      syntax::Expr as_name = e;
      as_name.text = text;
      if (TermPtr member = FindMember(as_name, env, *expected)) return member;
    }
    return StringTerm(std::move(text), types::Simple(Kind::String), e.span);
  }
  if (joined.size() == 1 && joined[0]->type.is(Kind::String)) return joined[0];
  return Share(NodeOver(TermKind::Text, types::Simple(Kind::String), e.span, std::move(joined)));
}

TermPtr Elaborator::EvalList(const syntax::Expr& e, const Env& env, const Type* expected) {
  if (ReportLostZero(*ast_, e)) return ErrorTerm(e.span);
  const Type* wanted = expected == nullptr        ? nullptr
                       : expected->is(Kind::List) ? expected->element.get()
                       : expected->is(Kind::Json) ? expected
                                                  : nullptr;
  std::vector<TermPtr> items;
  bool broken = false;
  bool unknown = false;
  for (const syntax::Entry& entry : e.entries) {
    const Reporter::Part part(session_.report, &entry);
    TermPtr item = Eval(entry.value, env, entry.spread ? expected : wanted);
    broken = broken || item->is(TermKind::Error);
    if (entry.spread) {
      bool hidden = false;
      const std::vector<TermPtr>* inner = ItemsOf(item, "`...`", hidden);
      if (inner == nullptr) {
        broken = true;
        continue;
      }
      items.insert(items.end(), inner->begin(), inner->end());
      unknown = unknown || hidden;
      if (hidden && item->type.element != nullptr) items.push_back(UnknownTerm(*item->type.element, item->at));
      continue;
    }
    if (RefuseAbsent(item)) broken = true;
    items.push_back(std::move(item));
  }
  if (broken) return ErrorTerm(e.span);
  TermPtr list = MakeList(std::move(items), wanted, e.span);
  return unknown ? UnknownTerm(list->type, e.span) : list;
}

// A list of items that have one type, else P0302.
TermPtr Elaborator::MakeList(std::vector<TermPtr> items, const Type* wanted, Span at) {
  Type element;
  if (wanted != nullptr && wanted->is(Kind::Json))  // whatever JSON can say
    return Share(NodeOver(TermKind::List, types::ListOf(*wanted), at, std::move(items)));
  for (TermPtr& item : items) {
    // What the place wants comes first: of literals it decides what they are.
    if (wanted != nullptr && !types::Fits(item->type, *wanted))
      if (TermPtr adapted = Adapt(item, *wanted)) item = std::move(adapted);
    if (item->is(TermKind::Error)) return ErrorTerm(at);
    if (std::optional<Type> common = CommonType(element, item->type)) {
      element = *std::move(common);
    } else {
      return Fail(Build(Code::P0302, item->at, "the items of a list have one type", types::ToText(item->type))
                      .Also(items.front()->at, types::ToText(items.front()->type)),
                  at);
    }
  }
  Type type = element.is(Kind::Error) && wanted != nullptr ? types::ListOf(*wanted) : types::ListOf(std::move(element));
  return Share(NodeOver(TermKind::List, std::move(type), at, std::move(items)));
}

// `...r` in a record: its entries, of which later ones of the same name count.
bool Elaborator::SpreadRecord(const TermPtr& value, std::vector<std::string>& keys, std::vector<Span>& spans,
                              std::vector<TermPtr>& values) {
  if (value->is(TermKind::Record)) {
    for (size_t i = 0; i < value->keys.size(); ++i)
      PutEntry(value->keys[i], value->key_spans[i], value->args[i], keys, spans, values);
    return true;
  }
  if (value->type.is(Kind::Record)) {  // its fields are known, its values are read at run time
    for (const types::Field& field : value->type.fields)
      PutEntry(field.name, value->at, FieldOf(value, field, value->at), keys, spans, values);
    return true;
  }
  Fail(Build(Code::P0302, value->at, fmt::format("`...` takes a record here, not {}", types::WithArticle(value->type)),
             types::ToText(value->type)),
       value->at);
  return false;
}

// P0203 for fields that the type of the place does not have, P0301 for those that it needs.
bool Elaborator::CheckFields(const syntax::Expr& e, const Term& record, const Type& expected) {
  std::vector<std::string> known;
  for (const types::Field& field : expected.fields) known.push_back(field.name);
  const std::string owner = place_.empty() ? "this record" : place_;
  for (size_t i = 0; i < record.keys.size(); ++i) {
    if (types::FindField(expected, record.keys[i]) != nullptr) continue;
    Build report(Code::P0203, record.key_spans[i], fmt::format("{} has no field `{}`", owner, record.keys[i]));
    Suggest(report, record.keys[i], record.key_spans[i], known, "nothing would read it");
    Fail(report.Say(fmt::format("Fields: {}.", JoinNames(known))), e.span);
    return false;
  }
  for (const types::Field& field : expected.fields) {
    if (field.optional || std::ranges::find(record.keys, field.name) != record.keys.end()) continue;
    Fail(Build(Code::P0301, e.span, fmt::format("the field `{}` is missing", field.name),
               fmt::format("{} takes {}", owner, types::ToText(types::Present(expected)))),
         e.span);
    return false;
  }
  return true;
}

TermPtr Elaborator::EvalRecord(const syntax::Expr& e, const Env& env, const Type* expected) {
  const Type* json = expected != nullptr && expected->is(Kind::Json) ? expected : nullptr;
  if (expected != nullptr && !expected->is(Kind::Record) && !expected->is(Kind::Map)) expected = nullptr;
  std::vector<TermPtr> values;
  Term record;
  std::vector<types::Field> fields;
  std::vector<std::string> keys;
  std::vector<Span> spans;
  std::map<std::string, Span> written;
  bool broken = false;
  for (const syntax::Entry& entry : e.entries) {
    const Reporter::Part part(session_.report, &entry);
    const types::Field* field =
        expected != nullptr && entry.key ? types::FindField(*expected, entry.key->text) : nullptr;
    const Type* wanted = field != nullptr                                 ? &field->type
                         : expected != nullptr && expected->is(Kind::Map) ? expected->element.get()
                                                                          : json;
    TermPtr value = Eval(entry.value, env, entry.spread ? expected : wanted);
    broken = broken || value->is(TermKind::Error);
    if (value->is(TermKind::Error)) continue;
    if (entry.spread || !entry.key) {
      broken = !SpreadRecord(value, keys, spans, values) || broken;
      continue;
    }
    if (wanted != nullptr && json == nullptr && !types::Fits(value->type, *wanted))
      if (TermPtr adapted = Adapt(value, *wanted)) value = std::move(adapted);
    broken = broken || value->is(TermKind::Error);
    if (auto [first, fresh] = written.emplace(entry.key->text, entry.key->span); !fresh)
      return Fail(Build(Code::P0205, entry.key->span, fmt::format("two entries are called `{}`", entry.key->text),
                        "the second one")
                      .Also(first->second, "the first one"),
                  e.span);
    PutEntry(entry.key->text, entry.key->span, std::move(value), keys, spans, values);
  }
  if (broken) return ErrorTerm(e.span);
  for (size_t i = 0; i < keys.size(); ++i) fields.push_back({keys[i], values[i]->type, false});
  record = NodeOver(TermKind::Record, types::RecordOf(std::move(fields)), e.span, std::move(values));
  record.keys = std::move(keys);
  record.key_spans = std::move(spans);
  if (expected != nullptr && expected->is(Kind::Record) && !CheckFields(e, record, *expected)) return ErrorTerm(e.span);
  if (expected != nullptr && expected->is(Kind::Map) && types::Fits(record.type, *expected))
    record.type = types::Present(*expected);
  return Share(std::move(record));
}

}  // namespace sluice::check
