#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "compiler/base/text.h"
#include "compiler/expr/number.h"
#include "compiler/expr/value.h"

namespace sluice::expr {
namespace {

class JsonPrinter {
 public:
  JsonPrinter(bool pretty, size_t limit) : pretty_(pretty), limit_(limit) {}

  void Print(const Value& v) {
    if (out_.size() > limit_) return;
    switch (v.kind()) {
      case Kind::Null:
        out_ += "null";
        return;
      case Kind::Boolean:
        out_ += v.boolean() ? "true" : "false";
        return;
      case Kind::Number:
        out_ += std::isfinite(v.number()) ? ShortestNumber(v.number()) : "null";
        return;
      case Kind::String:
        PrintString(v.string());
        return;
      case Kind::Array:
        PrintArray(*v.array());
        return;
      case Kind::Object:
        PrintObject(*v.object());
        return;
    }
  }

  std::optional<std::string> Take() {
    if (out_.size() > limit_) return std::nullopt;
    return std::move(out_);
  }

 private:
  void BreakLine() {
    if (!pretty_) return;
    out_ += '\n';
    out_.append(level_ * 2, ' ');
  }

  void PrintArray(const Array& array) {
    ++level_;
    char separator = '[';
    for (const Value& item : array.items) {
      out_ += separator;
      separator = ',';
      BreakLine();
      Print(item);
    }
    Close(array.items.empty(), "[]");
  }

  void PrintObject(const Object& object) {
    ++level_;
    char separator = '{';
    for (const auto& [key, value] : object.entries) {
      out_ += separator;
      separator = ',';
      BreakLine();
      PrintString(key);
      out_ += pretty_ ? ": " : ":";
      Print(value);
    }
    Close(object.entries.empty(), "{}");
  }

  void Close(bool empty, std::string_view brackets) {
    --level_;
    if (empty) {
      out_ += brackets;
      return;
    }
    BreakLine();
    out_ += brackets[1];
  }

  void PrintString(std::string_view text) {
    out_ += '"';
    for (size_t i = 0, length = 0; i < text.size(); i += length) {
      length = Utf8Length(text, i);
      if (length == 1)
        PrintByte(text[i]);
      else
        out_ += text.substr(i, length);
    }
    out_ += '"';
  }

  void PrintByte(char c) {
    switch (c) {
      case '"':
        out_ += "\\\"";
        return;
      case '\\':
        out_ += "\\\\";
        return;
      case '\b':
        out_ += "\\b";
        return;
      case '\f':
        out_ += "\\f";
        return;
      case '\n':
        out_ += "\\n";
        return;
      case '\r':
        out_ += "\\r";
        return;
      case '\t':
        out_ += "\\t";
        return;
      default:
        break;
    }
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80)
      out_ += "\xEF\xBF\xBD";  // a stray byte: U+FFFD
    else if (byte < 0x20)
      out_ += fmt::format("\\u{:04x}", byte);
    else
      out_ += c;
  }

  bool pretty_;
  size_t limit_;
  size_t level_ = 0;
  std::string out_;
};

constexpr size_t kNoLimit = std::numeric_limits<size_t>::max();

}  // namespace

std::optional<std::string> PrintJsonWithin(const Value& v, size_t limit) {
  JsonPrinter printer(true, limit);
  printer.Print(v);
  return printer.Take();
}

std::string PrintJson(const Value& v) { return *PrintJsonWithin(v, kNoLimit); }

std::string PrintCompactJson(const Value& v) {
  JsonPrinter printer(false, kNoLimit);
  printer.Print(v);
  return *printer.Take();
}

}  // namespace sluice::expr
