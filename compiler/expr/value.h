#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/base/result.h"

namespace sluice::expr {

class Array;
class Object;

enum class Kind : uint8_t { Null, Boolean, Number, String, Array, Object };

// A value at run time. Arrays and objects are shared and immutable; `==` on them is identity, as on GitHub.
class Value {
 public:
  Value() = default;
  Value(bool value) : kind_(Kind::Boolean), boolean_(value) {}                                    // NOLINT
  Value(double value) : kind_(Kind::Number), number_(value) {}                                    // NOLINT
  Value(std::string value) : kind_(Kind::String), string_(std::move(value)) {}                    // NOLINT
  Value(const char* value) : kind_(Kind::String), string_(value) {}                               // NOLINT
  Value(std::shared_ptr<const Array> value) : kind_(Kind::Array), array_(std::move(value)) {}     // NOLINT
  Value(std::shared_ptr<const Object> value) : kind_(Kind::Object), object_(std::move(value)) {}  // NOLINT

  Kind kind() const { return kind_; }
  bool boolean() const { return boolean_; }
  double number() const { return number_; }
  const std::string& string() const { return string_; }
  const std::shared_ptr<const Array>& array() const { return array_; }
  const std::shared_ptr<const Object>& object() const { return object_; }

 private:
  Kind kind_ = Kind::Null;
  bool boolean_ = false;
  double number_ = 0;
  std::string string_;
  std::shared_ptr<const Array> array_;
  std::shared_ptr<const Object> object_;
};

class Array {
 public:
  std::vector<Value> items;
  bool filtered = false;  // made by `.*`: a further index goes to each item
};

// Keys keep their order and spelling; look-up ignores case, as in GitHub's contexts, unless `case_sensitive` (env on
// Linux).
class Object {
 public:
  std::vector<std::pair<std::string, Value>> entries;
  bool case_sensitive = false;

  const Value* Find(std::string_view key) const;
  // Replaces the value of an equal key or adds it at the end.
  void Set(std::string key, Value value);
};

Value MakeArray(std::vector<Value> items);
Value MakeObject(std::vector<std::pair<std::string, Value>> entries);

// As `eval --json` spells it: Null, Boolean, Number, String, Array, Object.
std::string_view KindName(Kind kind);

// GitHub's coercions. ToText: '' for null, `true`, numbers with at most 15 decimals, `Array`, `Object`.
bool Truthy(const Value& v);
double ToNumber(const Value& v);
std::string ToText(const Value& v);
std::string NumberToText(double number);

// JSON both ways: ParseJson as fromJSON, PrintJson as toJSON (two blanks; NaN and the infinities are null, as in
// ECMAScript). ParseJson's error names what is wrong and its line and column. Of equal keys the last value counts, of
// keys that differ in case only the first; lone surrogates become U+FFFD; more than 1,000 levels are an error.
Result<Value> ParseJson(std::string_view text);
std::string PrintJson(const Value& v);
// As PrintJson, or nothing when that takes more than `limit` bytes.
std::optional<std::string> PrintJsonWithin(const Value& v, size_t limit);
std::string PrintCompactJson(const Value& v);

}  // namespace sluice::expr
