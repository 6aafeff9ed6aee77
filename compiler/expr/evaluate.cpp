#include "compiler/expr/evaluate.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "compiler/base/text.h"
#include "compiler/expr/compare.h"
#include "compiler/expr/functions.h"
#include "compiler/expr/text_case.h"

namespace sluice::expr {
namespace {

// Bytes a value is counted with. Source: the memory counter of GitHub's runner.
constexpr size_t kObjectBytes = 24;
constexpr size_t kStringBytes = 26;
constexpr size_t kItemBytes = 8;

size_t CountBytes(const Value& v) {
  if (v.kind() == Kind::String) return kStringBytes + 2 * Utf16Length(v.string());
  if (v.kind() == Kind::Array && v.array()->filtered) return kObjectBytes + kItemBytes * v.array()->items.size();
  return kObjectBytes;
}

// What a key means for arrays and for objects.
class Key {
 public:
  explicit Key(const Value& v) : is_text_(v.kind() < Kind::Array) {
    if (is_text_) text_ = ToText(v);
    const double number = ToNumber(v);
    if (std::isfinite(number) && number >= 0 && number < 0x1p53) place_ = static_cast<size_t>(number);
  }

  // The part of `v` it picks, or null.
  const Value* Pick(const Value& v) const {
    if (v.kind() == Kind::Object) return is_text_ ? v.object()->Find(text_) : nullptr;
    if (v.kind() != Kind::Array || !place_ || *place_ >= v.array()->items.size()) return nullptr;
    return &v.array()->items[*place_];
  }

 private:
  bool is_text_;
  std::string text_;
  std::optional<size_t> place_;
};

Value MakeFiltered(std::vector<Value> items) {
  auto array = std::make_shared<Array>();
  array->items = std::move(items);
  array->filtered = true;
  return Value(std::shared_ptr<const Array>(std::move(array)));
}

void AppendParts(const Value& v, std::vector<Value>& out) {
  if (v.kind() == Kind::Array) out.insert(out.end(), v.array()->items.begin(), v.array()->items.end());
  if (v.kind() == Kind::Object)
    for (const auto& [key, value] : v.object()->entries) out.push_back(value);
}

bool IsFiltered(const Value& v) { return v.kind() == Kind::Array && v.array()->filtered; }

Value PickAll(const Value& object) {
  std::vector<Value> parts;
  if (IsFiltered(object))
    for (const Value& item : object.array()->items) AppendParts(item, parts);
  else
    AppendParts(object, parts);
  return MakeFiltered(std::move(parts));
}

Value PickOne(const Value& object, const Key& key) {
  if (!IsFiltered(object)) {
    const Value* part = key.Pick(object);
    return part == nullptr ? Value() : *part;
  }
  std::vector<Value> parts;
  for (const Value& item : object.array()->items)
    if (const Value* part = key.Pick(item)) parts.push_back(*part);
  return MakeFiltered(std::move(parts));
}

// Names that do not exist are an error even where they would not be reached.
Status CheckNames(const Expr& e, const Environment& environment) {
  if (e.op == Op::Name && environment.Context(e.text) == nullptr)
    return Error{fmt::format("Unrecognized named-value: '{}'", e.text)};
  if (e.op == Op::Call) {
    const Function* function = FindFunction(e.text);
    if (function == nullptr || (IsHostFunction(function->id) && !environment.Provides(AsciiLower(e.text))))
      return Error{fmt::format("Unrecognized function: '{}'", e.text)};
  }
  for (const Expr& arg : e.args) SLUICE_RETURN_IF_ERROR(CheckNames(arg, environment));
  return {};
}

class Evaluator {
 public:
  Evaluator(const Environment& environment, size_t max_bytes) : environment_(environment), max_bytes_(max_bytes) {}

  // `level` is the depth in the tree: when a node is done, what its operands took is free again.
  Result<Value> Run(const Expr& e, size_t level) {
    Result<Value> result = Compute(e, level);
    if (!result.ok()) return result;
    held_.resize(level + 1);
    held_[level] += CountBytes(*result);
    size_t total = 0;
    for (const size_t bytes : held_) total += bytes;
    if (total > max_bytes_) return Error{"The maximum allowed memory size was exceeded"};
    return result;
  }

 private:
  Result<Value> Compute(const Expr& e, size_t level) {
    switch (e.op) {
      case Op::Null:
        return Value();
      case Op::Boolean:
        return Value(e.boolean);
      case Op::Number:
        return Value(e.number);
      case Op::String:
        return Value(e.text);
      case Op::Name:
        return *environment_.Context(e.text);
      case Op::Index:
        return ComputeIndex(e, level);
      case Op::Star: {
        SLUICE_ASSIGN(const Value object, Run(e.args[0], level + 1));
        return PickAll(object);
      }
      case Op::Call:
        return ComputeCall(e, level);
      case Op::Not: {
        SLUICE_ASSIGN(const Value operand, Run(e.args[0], level + 1));
        return Value(!Truthy(operand));
      }
      case Op::And:
      case Op::Or:
        return ComputeLogical(e, level);
      default:
        return ComputeComparison(e, level);
    }
  }

  Result<Value> ComputeIndex(const Expr& e, size_t level) {
    SLUICE_ASSIGN(const Value object, Run(e.args[0], level + 1));
    SLUICE_ASSIGN(const Value key, Run(e.args[1], level + 1));
    return PickOne(object, Key(key));
  }

  // The operand that decided, not a boolean.
  Result<Value> ComputeLogical(const Expr& e, size_t level) {
    Value last;
    for (const Expr& arg : e.args) {
      SLUICE_ASSIGN(last, Run(arg, level + 1));
      if (Truthy(last) == (e.op == Op::Or)) break;
    }
    return last;
  }

  Result<Value> ComputeComparison(const Expr& e, size_t level) {
    SLUICE_ASSIGN(const Value a, Run(e.args[0], level + 1));
    SLUICE_ASSIGN(const Value b, Run(e.args[1], level + 1));
    switch (e.op) {
      case Op::Equal:
        return Value(LooselyEqual(a, b));
      case Op::NotEqual:
        return Value(!LooselyEqual(a, b));
      case Op::Less:
        return Value(LooselyLess(a, b));
      case Op::LessEqual:
        return Value(LooselyEqual(a, b) || LooselyLess(a, b));
      case Op::Greater:
        return Value(LooselyLess(b, a));
      default:
        return Value(LooselyEqual(a, b) || LooselyLess(b, a));
    }
  }

  Result<Value> ComputeCall(const Expr& e, size_t level) {
    const Function* function = FindFunction(e.text);
    if (function->id == FunctionId::Case) return ComputeCase(e, level);
    std::vector<Value> args;
    args.reserve(e.args.size());
    for (const Expr& arg : e.args) {
      SLUICE_ASSIGN(Value value, Run(arg, level + 1));
      args.push_back(std::move(value));
    }
    if (IsHostFunction(function->id)) return environment_.CallHost(AsciiLower(e.text), args);
    return CallFunction(function->id, args, max_bytes_);
  }

  // case(condition, value, …, otherwise): what is not needed is not computed.
  Result<Value> ComputeCase(const Expr& e, size_t level) {
    for (size_t i = 0; i + 1 < e.args.size(); i += 2) {
      SLUICE_ASSIGN(const Value condition, Run(e.args[i], level + 1));
      if (condition.kind() != Kind::Boolean) return Error{"case predicate must evaluate to a boolean value"};
      if (condition.boolean()) return Run(e.args[i + 1], level + 1);
    }
    return Run(e.args.back(), level + 1);
  }

  const Environment& environment_;
  size_t max_bytes_;
  std::vector<size_t> held_;  // bytes of results by level
};

}  // namespace

ParseOptions NamesOf(const Environment& environment) {
  ParseOptions options;
  options.knows_context = [&](std::string_view name) { return environment.Context(name) != nullptr; };
  options.knows_function = [&](std::string_view name) { return environment.Provides(name); };
  return options;
}

Result<Value> Evaluate(const Expr& e, const Environment& environment, size_t max_bytes) {
  SLUICE_RETURN_IF_ERROR(CheckNames(e, environment));
  return Evaluator(environment, max_bytes).Run(e, 0);
}

Result<Value> ObjectEnvironment::CallHost(std::string_view function, const std::vector<Value>& /*args*/) const {
  return Error{fmt::format("Unrecognized function: '{}'", function)};
}

}  // namespace sluice::expr
