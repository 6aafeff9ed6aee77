// Functions that exist while compiling only: `len upper lower split replace sort unique range`.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "compiler/base/text.h"
#include "compiler/check/elaborate.h"
#include "compiler/expr/text_case.h"

namespace sluice::check {
namespace {

const Type kString = types::Simple(Kind::String);
const Type kInt = types::Simple(Kind::Int);

// What the function takes at each place: a text, a number, or (nothing) whatever it looks at itself.
std::vector<std::optional<Type>> Wanted(std::string_view name, size_t given) {
  if (name == "range") return std::vector<std::optional<Type>>(given, kInt);
  if (name == "len" || name == "sort" || name == "unique") return {std::nullopt};
  return std::vector<std::optional<Type>>(given, kString);
}

Type ResultOf(std::string_view name, const TermPtr& first) {
  if (name == "len") return kInt;
  if (name == "range") return types::ListOf(kInt);
  if (name == "split") return types::ListOf(kString);
  if (name == "sort" || name == "unique") return types::Present(first->type);
  return kString;
}

bool Before(const TermPtr& a, const TermPtr& b) {
  if (a->is_text_constant() && !a->type.is_quantity()) return a->constant.text < b->constant.text;
  return a->constant.number < b->constant.number;
}

std::vector<TermPtr> Unique(const std::vector<TermPtr>& items) {
  std::vector<TermPtr> kept;
  for (const TermPtr& item : items) {
    const std::string print = Fingerprint(item);
    if (std::ranges::none_of(kept, [&](const TermPtr& other) { return Fingerprint(other) == print; }))
      kept.push_back(item);
  }
  return kept;
}

std::vector<TermPtr> Split(const std::string& text, const std::string& separator, Span at) {
  std::vector<TermPtr> pieces;
  size_t begin = 0;
  for (size_t end = text.find(separator); end != std::string::npos; end = text.find(separator, begin)) {
    pieces.push_back(StringTerm(text.substr(begin, end - begin), kString, at));
    begin = end + separator.size();
  }
  pieces.push_back(StringTerm(text.substr(begin), kString, at));
  return pieces;
}

size_t LengthOf(const TermPtr& term) {
  return term->is_constant() ? CountCodePoints(term->constant.text) : term->args.size();
}

}  // namespace

TermPtr Elaborator::EvalConstantCall(const std::string& name, const syntax::Expr& e,
                                     const std::vector<TermPtr>& given) {
  std::vector<TermPtr> args;
  const auto wanted = Wanted(name, given.size());
  for (size_t i = 0; i < given.size(); ++i) {
    args.push_back(wanted[i] ? Require(given[i], *wanted[i], fmt::format("`{}`", name)) : given[i]);
    if (args.back()->is(TermKind::Error)) return ErrorTerm(e.span);
  }
  const TermPtr& first = args[0];
  const bool list = first->type.is(Kind::List);
  const bool sized = list || first->type.is(Kind::String) || first->type.is(Kind::Map);
  if ((name == "len" && !sized) || ((name == "sort" || name == "unique") && !list))
    return Fail(Build(Code::P0302, first->at,
                      fmt::format("`{}` takes a list{}, not {}", name, name == "len" ? " or a text" : "",
                                  types::WithArticle(first->type)),
                      types::ToText(first->type)),
                e.span);
  for (const TermPtr& arg : args)
    if (!arg->is_known() && !arg->may_be_known())
      return Fail(
          Build(Code::P0403, arg->at, fmt::format("`{}` works on constants only", name), "known only at run time")
              .Say("GitHub has no such function. A script can do it."),
          e.span);
  const Type result = ResultOf(name, first);
  if (std::ranges::any_of(args, [](const TermPtr& arg) { return !arg->is_known(); }))
    return UnknownTerm(result, e.span);
  if (name == "len") return NumberTerm(static_cast<double>(LengthOf(first)), "", kInt, e.span);
  if (name == "upper") return StringTerm(expr::UpperText(first->constant.text), kString, e.span);
  if (name == "lower") return StringTerm(expr::LowerText(first->constant.text), kString, e.span);
  if (name == "range") return EvalRangeCall(e, args);
  if (name == "sort" || name == "unique") {
    std::vector<TermPtr> items = first->args;
    if (name == "unique") items = Unique(items);
    if (name == "sort" && !std::ranges::all_of(items, [](const TermPtr& item) { return item->is_constant(); }))
      return Fail(
          Build(Code::P0302, first->at, "`sort` knows an order of texts and numbers", types::ToText(first->type)),
          e.span);
    if (name == "sort") std::ranges::stable_sort(items, Before);
    return Share(NodeOver(TermKind::List, result, e.span, std::move(items)));
  }
  const std::string& from = args[1]->constant.text;
  if (from.empty())
    return Fail(Build(Code::P0305, args[1]->at, fmt::format("`{}` needs something to look for", name), "empty"),
                e.span);
  if (name == "replace")
    return StringTerm(ReplaceAll(first->constant.text, from, args[2]->constant.text), kString, e.span);
  return Share(NodeOver(TermKind::List, result, e.span, Split(first->constant.text, from, e.span)));
}

// `range(n)` is 0 to n - 1, `range(a, b)` is a to b - 1.
TermPtr Elaborator::EvalRangeCall(const syntax::Expr& e, const std::vector<TermPtr>& args) {
  const double begin = args.size() == 1 ? 0 : args[0]->constant.number;
  const double end = args.back()->constant.number;
  if (end - begin > 10'000)
    return Fail(Build(Code::P0906, e.span, "this range is too big", fmt::format("{} numbers", end - begin)), e.span);
  std::vector<TermPtr> items;
  for (double i = begin; i < end; ++i) items.push_back(NumberTerm(i, "", kInt, e.span));
  return Share(NodeOver(TermKind::List, types::ListOf(kInt), e.span, std::move(items)));
}

}  // namespace sluice::check
