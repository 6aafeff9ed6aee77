#include "compiler/expr/compare.h"

#include "compiler/expr/text_case.h"

namespace sluice::expr {
namespace {

bool IsPrimitive(Kind kind) { return kind < Kind::Array; }

}  // namespace

bool LooselyEqual(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) return IsPrimitive(a.kind()) && IsPrimitive(b.kind()) && ToNumber(a) == ToNumber(b);
  switch (a.kind()) {
    case Kind::Null:
      return true;
    case Kind::Boolean:
      return a.boolean() == b.boolean();
    case Kind::Number:
      return a.number() == b.number();
    case Kind::String:
      return EqualText(a.string(), b.string());
    case Kind::Array:
      return a.array() == b.array();
    case Kind::Object:
      return a.object() == b.object();
  }
  return false;
}

bool LooselyLess(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) return IsPrimitive(a.kind()) && IsPrimitive(b.kind()) && ToNumber(a) < ToNumber(b);
  switch (a.kind()) {
    case Kind::Boolean:
      return !a.boolean() && b.boolean();
    case Kind::Number:
      return a.number() < b.number();
    case Kind::String:
      return CompareText(a.string(), b.string()) < 0;
    default:
      return false;
  }
}

}  // namespace sluice::expr
