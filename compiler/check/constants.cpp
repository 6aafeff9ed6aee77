#include "compiler/check/constants.h"

#include <utility>
#include <vector>

namespace sluice::check {
namespace {

const Type kJson = types::Simple(Kind::Json);

TermPtr Structure(TermKind kind, std::vector<TermPtr> args, std::vector<std::string> keys, Span at) {
  Term term = NodeOver(kind, kJson, at, std::move(args));
  term.key_spans.assign(keys.size(), at);
  term.keys = std::move(keys);
  return Share(std::move(term));
}

}  // namespace

expr::Value ToValue(const TermPtr& term) {
  if (term->is(TermKind::List)) {
    std::vector<expr::Value> items;
    for (const TermPtr& arg : term->args) items.push_back(ToValue(arg));
    return expr::MakeArray(std::move(items));
  }
  if (term->is(TermKind::Record)) {
    std::vector<std::pair<std::string, expr::Value>> entries;
    for (size_t i = 0; i < term->args.size(); ++i) entries.emplace_back(term->keys[i], ToValue(term->args[i]));
    return expr::MakeObject(std::move(entries));
  }
  const Constant& c = term->constant;
  switch (c.kind) {
    case Constant::Kind::Null:
      return {};
    case Constant::Kind::Bool:
      return c.boolean;
    case Constant::Kind::Number:
      return c.number;
    case Constant::Kind::String:
      return c.text;
  }
  return {};
}

TermPtr JsonTerm(const expr::Value& value, Span at) {
  switch (value.kind()) {
    case expr::Kind::Null: {
      Term term = *NullTerm(at);
      term.type = kJson;
      return Share(std::move(term));
    }
    case expr::Kind::Boolean: {
      Term term = *BoolTerm(value.boolean(), at);
      term.type = kJson;
      return Share(std::move(term));
    }
    case expr::Kind::Number:
      return NumberTerm(value.number(), "", kJson, at);
    case expr::Kind::String:
      return StringTerm(value.string(), kJson, at);
    case expr::Kind::Array: {
      std::vector<TermPtr> items;
      for (const expr::Value& item : value.array()->items) items.push_back(JsonTerm(item, at));
      return Structure(TermKind::List, std::move(items), {}, at);
    }
    case expr::Kind::Object: {
      std::vector<TermPtr> values;
      std::vector<std::string> keys;
      for (const auto& [key, item] : value.object()->entries) {
        keys.push_back(key);
        values.push_back(JsonTerm(item, at));
      }
      return Structure(TermKind::Record, std::move(values), std::move(keys), at);
    }
  }
  return ErrorTerm(at);
}

}  // namespace sluice::check
