#include "compiler/expr/functions.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "compiler/base/text.h"
#include "compiler/expr/compare.h"
#include "compiler/expr/text_case.h"

namespace sluice::expr {
namespace {

// Source: the table of the documentation; `case` and the job ids of success and failure: GitHub's workflow schema.
constexpr std::array kFunctions{Function{FunctionId::Contains, "contains", 2, 2},
                                Function{FunctionId::StartsWith, "startsWith", 2, 2},
                                Function{FunctionId::EndsWith, "endsWith", 2, 2},
                                Function{FunctionId::Format, "format", 1, 255},
                                Function{FunctionId::Join, "join", 1, 2},
                                Function{FunctionId::ToJson, "toJSON", 1, 1},
                                Function{FunctionId::FromJson, "fromJSON", 1, 1},
                                Function{FunctionId::Case, "case", 3, 255},
                                Function{FunctionId::HashFiles, "hashFiles", 1, 255},
                                Function{FunctionId::Success, "success", 0, 255},
                                Function{FunctionId::Failure, "failure", 0, 255},
                                Function{FunctionId::Always, "always", 0, 0},
                                Function{FunctionId::Cancelled, "cancelled", 0, 0}};

bool IsPrimitive(const Value& v) { return v.kind() < Kind::Array; }

Error TooMuchMemory() { return Error{"The maximum allowed memory size was exceeded"}; }

// Text that stops growing once it takes more than GitHub allows.
class BoundedText {
 public:
  explicit BoundedText(size_t max_bytes) : max_units_(max_bytes / 2) {}
  bool Add(std::string_view piece) {
    units_ += Utf16Length(piece);
    if (units_ > max_units_) return false;
    text_ += piece;
    return true;
  }
  Value Take() { return Value(std::move(text_)); }

 private:
  size_t max_units_;
  size_t units_ = 0;
  std::string text_;
};

bool Contains(const Value& where, const Value& what) {
  if (IsPrimitive(where)) {
    if (!IsPrimitive(what)) return false;
    return LowerText(ToText(where)).find(LowerText(ToText(what))) != std::string::npos;
  }
  if (where.kind() != Kind::Array) return false;
  return std::ranges::any_of(where.array()->items, [&](const Value& item) { return LooselyEqual(what, item); });
}

bool HasEnd(const Value& text, const Value& end, bool at_start) {
  if (!IsPrimitive(text) || !IsPrimitive(end)) return false;
  const std::string upper = UpperText(ToText(text));
  const std::string upper_end = UpperText(ToText(end));
  return at_start ? upper.starts_with(upper_end) : upper.ends_with(upper_end);
}

Result<Value> Join(const std::vector<Value>& args, size_t max_bytes) {
  if (IsPrimitive(args[0])) return Value(ToText(args[0]));
  if (args[0].kind() != Kind::Array) return Value("");
  const std::string separator = args.size() > 1 && IsPrimitive(args[1]) ? ToText(args[1]) : ",";
  BoundedText out(max_bytes);
  bool first = true;
  for (const Value& item : args[0].array()->items) {
    if (!first && !out.Add(separator)) return TooMuchMemory();
    first = false;
    if (!out.Add(ToText(item))) return TooMuchMemory();
  }
  return out.Take();
}

// Reads `N` at `at` of `format`; nothing when there are no digits. What follows the digits up to `}` counts for
// nothing.
std::optional<size_t> ReadPlace(std::string_view format, size_t at) {
  size_t place = 0;
  const auto [end, error] = std::from_chars(format.data() + at, format.data() + format.size(), place);
  if (error == std::errc::result_out_of_range) return std::string_view::npos;
  if (error != std::errc()) return std::nullopt;
  return place;
}

Result<Value> Format(const std::vector<Value>& args, size_t max_bytes) {
  const std::string format = ToText(args[0]);
  const auto invalid = [&] {
    return Error{fmt::format("The following format string is invalid: {}", Shorten(format))};
  };
  BoundedText out(max_bytes);
  for (size_t at = 0; at < format.size();) {
    const size_t brace = format.find_first_of("{}", at);
    const size_t end = std::min(brace, format.size());
    if (!out.Add(std::string_view(format).substr(at, end - at))) return TooMuchMemory();
    if (end == format.size()) break;
    at = brace + 1;
    if (at < format.size() && format[at] == format[brace]) {
      if (!out.Add(format.substr(brace, 1))) return TooMuchMemory();
      ++at;
      continue;
    }
    const size_t close = format.find('}', at);
    if (format[brace] == '}' || close == std::string::npos) return invalid();
    const std::optional<size_t> place = ReadPlace(format, at);
    if (!place) return invalid();
    if (*place >= args.size() - 1)
      return Error{
          fmt::format("The following format string references more arguments than were supplied: {}", Shorten(format))};
    if (!out.Add(ToText(args[*place + 1]))) return TooMuchMemory();
    at = close + 1;
  }
  return out.Take();
}

Result<Value> ToJson(const Value& value, size_t max_bytes) {
  std::optional<std::string> text = PrintJsonWithin(value, max_bytes);
  if (!text || Utf16Length(*text) * 2 > max_bytes) return TooMuchMemory();
  return Value(std::move(*text));
}

Result<Value> FromJson(const Value& value) {
  const std::string text = ToText(value);
  if (text.empty()) return Error{"fromJSON: the text is empty, so it is no JSON"};
  Result<Value> parsed = ParseJson(text);
  if (!parsed.ok()) return Error{"fromJSON: the text is no JSON: " + parsed.error().message};
  return parsed;
}

}  // namespace

const Function* FindFunction(std::string_view name) {
  const auto it = std::ranges::find_if(kFunctions, [&](const Function& f) { return EqualsIgnoreCase(f.name, name); });
  return it == kFunctions.end() ? nullptr : &*it;
}

std::vector<std::string> FunctionNames() {
  std::vector<std::string> names;
  for (const Function& function : kFunctions) names.emplace_back(function.name);
  return names;
}

bool IsStatusFunction(FunctionId id) { return id >= FunctionId::Success; }

Result<Value> CallFunction(FunctionId id, const std::vector<Value>& args, size_t max_bytes) {
  switch (id) {
    case FunctionId::Contains:
      return Value(Contains(args[0], args[1]));
    case FunctionId::StartsWith:
      return Value(HasEnd(args[0], args[1], true));
    case FunctionId::EndsWith:
      return Value(HasEnd(args[0], args[1], false));
    case FunctionId::Format:
      return Format(args, max_bytes);
    case FunctionId::Join:
      return Join(args, max_bytes);
    case FunctionId::ToJson:
      return ToJson(args[0], max_bytes);
    case FunctionId::FromJson:
      return FromJson(args[0]);
    default:
      break;
  }
  SLUICE_CHECK(false, "not a pure function");
  return Value();
}

}  // namespace sluice::expr
