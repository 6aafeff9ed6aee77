// Values that nobody checked: where json comes from, and `as T`, which reads it.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "compiler/base/find_files.h"
#include "compiler/check/constants.h"
#include "compiler/check/elaborate.h"
#include "compiler/expr/value.h"
#include "compiler/types/refined.h"

namespace sluice::check {
namespace {

const Type kJson = types::Simple(Kind::Json);

std::string WhatJsonIs(const TermPtr& value) {
  if (value->is(TermKind::List)) return "a list";
  if (value->is(TermKind::Record)) return "a record";
  switch (value->constant.kind) {
    case Constant::Kind::Null:
      return "null";
    case Constant::Kind::Bool:
      return RenderConstant(value->constant);
    case Constant::Kind::Number:
      return fmt::format("the number {}", RenderConstant(value->constant));
    case Constant::Kind::String:
      return fmt::format("the text \"{}\"", value->constant.text.substr(0, 60));
  }
  return "something else";
}

TermPtr Retyped(const TermPtr& term, const Type& type) {
  Term copy = *term;
  copy.type = types::Present(type);
  return Share(std::move(copy));
}

// Why a path does not name a file of the project.
std::optional<std::string> WrongFile(std::string_view path) {
  if (auto wrong = types::CheckLiteral(Refined::Path, path)) return wrong->label;
  const std::string whole = NormalizePath(path);
  if (whole.starts_with('/') || whole == ".." || whole.starts_with("../")) return "it is outside of the project";
  return std::nullopt;
}

bool FitsScalar(const TermPtr& value, const Type& type) {
  const Constant& c = value->constant;
  switch (type.kind) {
    case Kind::String:
      return c.kind == Constant::Kind::String;
    case Kind::Bool:
      return c.kind == Constant::Kind::Bool;
    case Kind::Float:
      return c.kind == Constant::Kind::Number;
    case Kind::Int:
      return c.kind == Constant::Kind::Number && c.number == std::floor(c.number);
    case Kind::Enum:
      return c.kind == Constant::Kind::String && std::ranges::find(type.members, c.text) != type.members.end();
    default:
      return false;
  }
}

}  // namespace

// The known json as that type, with all of its parts; P0302 names the part that is something else.
TermPtr Elaborator::CastKnown(const TermPtr& value, const Type& type, const std::string& path, const Term& whole) {
  auto fail = [&](const std::string& found) {
    Build report(Code::P0302, whole.at,
                 path.empty() ? fmt::format("this is not {}", types::WithArticle(types::Present(type)))
                              : fmt::format("`{}` is not {} here", path, types::WithArticle(types::Present(type))),
                 found);
    return Fail(std::move(report), whole.at);
  };
  const bool null = value->is_constant() && value->constant.kind == Constant::Kind::Null;
  if (type.is(Kind::Json) || (null && type.optional)) return null && type.optional ? NullTerm(value->at) : value;
  std::vector<TermPtr> parts;
  if (type.is(Kind::List) || type.is(Kind::Map)) {
    if (!value->is(type.is(Kind::List) ? TermKind::List : TermKind::Record)) return fail(WhatJsonIs(value));
    for (size_t i = 0; i < value->args.size(); ++i) {
      const std::string step = type.is(Kind::List) ? fmt::format("[{}]", i) : fmt::format(".{}", value->keys[i]);
      parts.push_back(CastKnown(value->args[i], *type.element, path + step, whole));
      if (parts.back()->is(TermKind::Error)) return parts.back();
    }
    Term term = NodeOver(value->kind, types::Present(type), value->at, std::move(parts));
    term.keys = value->keys;
    term.key_spans = value->key_spans;
    return Share(std::move(term));
  }
  if (type.is(Kind::Record)) {
    if (!value->is(TermKind::Record)) return fail(WhatJsonIs(value));
    Term made;
    for (const types::Field& field : type.fields) {
      const auto known = std::ranges::find(value->keys, field.name);
      const bool missing = known == value->keys.end();
      if (missing && !field.optional && !field.type.optional) return fail(fmt::format("it has no `{}`", field.name));
      const Type wanted = field.optional ? types::Optional(field.type) : field.type;
      parts.push_back(missing ? NullTerm(value->at)
                              : CastKnown(value->args[static_cast<size_t>(known - value->keys.begin())], wanted,
                                          path + "." + field.name, whole));
      if (parts.back()->is(TermKind::Error)) return parts.back();
      made.keys.push_back(field.name);
    }
    Term term = NodeOver(TermKind::Record, types::Present(type), value->at, std::move(parts));
    term.key_spans.assign(made.keys.size(), value->at);
    term.keys = std::move(made.keys);
    return Share(std::move(term));
  }
  if (!value->is_constant() || !FitsScalar(value, type)) return fail(WhatJsonIs(value));
  if (type.refined == Refined::None) return Retyped(value, type);
  if (const auto wrong = types::CheckLiteral(type.refined, value->constant.text)) return fail(wrong->label);
  return AdaptText(Retyped(value, types::Simple(Kind::String)), type);
}

// Can an expression tell whether a value is of that type? P0302 otherwise.
bool Elaborator::CanBeTested(const Type& type, Span at) {
  const bool simple = type.is_number() || type.is(Kind::Bool) || type.is(Kind::Enum) || type.is(Kind::Json) ||
                      (type.is(Kind::String) && type.refined == Refined::None);
  if (simple || type.is(Kind::Error)) return true;
  if (type.is(Kind::List) || type.is(Kind::Map)) return type.element == nullptr || CanBeTested(*type.element, at);
  if (type.is(Kind::Record))
    return std::ranges::all_of(type.fields, [&](const types::Field& field) { return CanBeTested(field.type, at); });
  Build report(Code::P0302, at, fmt::format("GitHub cannot test for {}", types::WithArticle(types::Present(type))),
               "only string, bool, int, float, enums, and lists, maps and records of them");
  if (type.is(Kind::String)) report.Say("Read it as string, and test its form in a script.");
  session_.report.Add(std::move(report));
  return false;
}

TermPtr Elaborator::EvalCast(const syntax::Expr& e, const Env& env) {
  const Type type = ReadType(*ast_, e.type);
  TermPtr value = Eval(e.args.empty() ? ExprId{} : e.args[0], env, nullptr);
  if (value->is(TermKind::Error) || type.is(Kind::Error)) return ErrorTerm(e.span);
  const Span type_at = e.type.valid() ? (*ast_)[e.type].span : e.span;
  if (!value->type.is(Kind::Json)) {
    if (types::Fits(value->type, type)) return Retyped(value, type);
    return Fail(
        Build(Code::P0302, value->at, fmt::format("`as` reads json, and this is {}", types::WithArticle(value->type)),
              types::ToText(value->type))
            .Also(type_at, "the type to read it as"),
        e.span);
  }
  if (value->is_known()) {
    if (!e.optional) return CastKnown(value, type, "", *value);
    Reporter::Trial trial(session_.report);
    TermPtr known = CastKnown(value, type, "", *value);
    return known->is(TermKind::Error) ? NullTerm(e.span) : known;
  }
  if (value->may_be_known()) return UnknownTerm(e.optional ? types::Optional(type) : type, e.span);
  if (!CanBeTested(type, type_at)) return ErrorTerm(e.span);
  Term term = NodeOver(TermKind::Cast, e.optional ? types::Optional(type) : type, e.span, {value});
  term.name = types::ToText(term.type);
  term.declared = type_at;
  if (e.optional) {
    Absence absence;
    absence.because = fmt::format("because it need not be {}", types::WithArticle(type));
    absence.test = fmt::format("{} != null", TextOf(e.span));
    term.absence = std::make_shared<const Absence>(std::move(absence));
    if (env.facts.contains("present:" + Fingerprint(Share(term)))) term.type.optional = false;
  }
  // What the value is tested for is no text of an outsider any more.
  if (type.is_number() || type.is(Kind::Bool) || type.is(Kind::Enum)) term.labels.untrusted.reset();
  return Share(std::move(term));
}

TermPtr Elaborator::EvalFromJson(const syntax::Expr& e, const TermPtr& text) {
  if (text->is_text_constant()) {
    const Result<expr::Value> value = expr::ParseJson(text->constant.text);
    if (!value.ok()) return Fail(Build(Code::P0305, text->at, "this is not JSON", value.error().message), e.span);
    return JsonTerm(*value, e.span);
  }
  if (text->may_be_known()) return UnknownTerm(kJson, e.span);
  Term term = NodeOver(TermKind::Call, kJson, e.span, {text});
  term.name = "fromJSON";
  return Share(std::move(term));
}

// The constant path of a file of the project, or a P0403.
TermPtr Elaborator::EvalReadJson(const syntax::Expr& e, const TermPtr& path) {
  if (path->may_be_known()) return UnknownTerm(kJson, e.span);
  if (!path->is_text_constant())
    return Fail(Build(Code::P0403, path->at, "`read-json` reads a file while it is compiled", "not a constant"),
                e.span);
  const std::string name = path->constant.text;
  if (auto wrong = WrongFile(name))
    return Fail(Build(Code::P0305, path->at, "this file cannot be read", *wrong), e.span);
  const Result<std::string> text =
      session_.files == nullptr ? Result<std::string>(Error{"no files"}) : session_.files->Read(name);
  if (!text.ok())
    return Fail(Build(Code::P0207, path->at, fmt::format("there is no file `{}`", name),
                      "the path counts from the root of the project"),
                e.span);
  const Result<expr::Value> value = expr::ParseJson(*text);
  if (!value.ok())
    return Fail(Build(Code::P0305, path->at, fmt::format("`{}` is not JSON", name), value.error().message), e.span);
  return JsonTerm(*value, e.span);
}

TermPtr Elaborator::EvalFiles(const syntax::Expr& e, const TermPtr& pattern) {
  const Type list = types::ListOf(types::Text(Refined::Path));
  if (pattern->may_be_known()) return UnknownTerm(list, e.span);
  const TermPtr glob = Require(pattern, types::Text(Refined::Glob), "`files`");
  if (glob->is(TermKind::Error)) return ErrorTerm(e.span);
  if (!glob->is_text_constant())
    return Fail(Build(Code::P0403, glob->at, "`files` looks while it is compiled", "not a constant"), e.span);
  if (auto wrong = WrongFile(glob->constant.text))
    return Fail(Build(Code::P0305, glob->at, "these files cannot be listed", *wrong), e.span);
  std::vector<TermPtr> items;
  if (session_.files != nullptr)
    for (const std::string& path : FindFiles(*session_.files, "", glob->constant.text))
      items.push_back(StringTerm(path, types::Text(Refined::Path), e.span));
  return Share(NodeOver(TermKind::List, list, e.span, std::move(items)));
}

}  // namespace sluice::check
