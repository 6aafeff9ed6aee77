#include "compiler/expr/value.h"

#include <cmath>
#include <limits>

#include "compiler/expr/number.h"
#include "compiler/expr/text_case.h"

namespace sluice::expr {

const Value* Object::Find(std::string_view key) const {
  for (const auto& [name, value] : entries)
    if (case_sensitive ? name == key : EqualKey(name, key)) return &value;
  return nullptr;
}

void Object::Set(std::string key, Value value) {
  for (auto& [name, old] : entries) {
    if (case_sensitive ? name != key : !EqualKey(name, key)) continue;
    old = std::move(value);
    return;
  }
  entries.emplace_back(std::move(key), std::move(value));
}

Value MakeArray(std::vector<Value> items) {
  auto array = std::make_shared<Array>();
  array->items = std::move(items);
  return Value(std::shared_ptr<const Array>(std::move(array)));
}

Value MakeObject(std::vector<std::pair<std::string, Value>> entries) {
  auto object = std::make_shared<Object>();
  object->entries = std::move(entries);
  return Value(std::shared_ptr<const Object>(std::move(object)));
}

bool Truthy(const Value& v) {
  switch (v.kind()) {
    case Kind::Null:
      return false;
    case Kind::Boolean:
      return v.boolean();
    case Kind::Number:
      return v.number() != 0 && !std::isnan(v.number());
    case Kind::String:
      return !v.string().empty();
    case Kind::Array:
    case Kind::Object:
      return true;
  }
  return false;
}

double ToNumber(const Value& v) {
  switch (v.kind()) {
    case Kind::Null:
      return 0;
    case Kind::Boolean:
      return v.boolean() ? 1 : 0;
    case Kind::Number:
      return v.number();
    case Kind::String:
      return ParseNumber(v.string());
    case Kind::Array:
    case Kind::Object:
      break;
  }
  return std::numeric_limits<double>::quiet_NaN();
}

std::string ToText(const Value& v) {
  switch (v.kind()) {
    case Kind::Null:
      return "";
    case Kind::Boolean:
      return v.boolean() ? "true" : "false";
    case Kind::Number:
      return NumberToText(v.number());
    case Kind::String:
      return v.string();
    case Kind::Array:
    case Kind::Object:
      break;
  }
  return std::string(KindName(v.kind()));
}

std::string_view KindName(Kind kind) {
  switch (kind) {
    case Kind::Null:
      return "Null";
    case Kind::Boolean:
      return "Boolean";
    case Kind::Number:
      return "Number";
    case Kind::String:
      return "String";
    case Kind::Array:
      return "Array";
    case Kind::Object:
      return "Object";
  }
  return "";
}

}  // namespace sluice::expr
