#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <variant>

#include "compiler/model/fields.h"
#include "compiler/model/json.h"
#include "compiler/model/json_names.h"
#include "compiler/model/origins.h"

namespace sluice::model {
namespace {

// Prints members as they come; those with their default value are skipped.
class JsonWriter {
 public:
  explicit JsonWriter(const Program& program) : program_(program) {}

  std::string out;

  template <class M, class... Default>
  void operator()(const char* name, const M& member, Default... standard) {
    if (IsDefault(member, standard...)) return;
    out += out.back() == '{' ? "" : ",";
    out += '"';
    out += name;
    out += "\":";
    Write(member);
  }

  template <class List>
  void WriteList(const List& items) {
    out += '[';
    bool first = true;
    for (const auto& item : items) {
      if (!first) out += ',';
      first = false;
      Write(item);
    }
    out += ']';
  }

  void Write(const std::string& text) {
    out += '"';
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      if (c == '"' || c == '\\')
        (out += '\\') += c;
      else if (c == '\n')
        out += "\\n";
      else if (byte < 0x20 || byte == 0x7F)
        out += fmt::format("\\u{:04x}", byte);
      else
        out += c;
    }
    out += '"';
  }

 private:
  static bool IsDefault(bool value, bool standard) { return value == standard; }
  template <class T>
  static bool IsDefault(const std::optional<T>& value) {
    return !value;
  }
  static bool IsDefault(const Value& value) { return value.is(Value::Kind::Null) && value.origin == Origin(); }
  static bool IsDefault(double value) { return value == 0 && !std::signbit(value); }
  template <class T>
  static bool IsDefault(const T& value) {
    return value == T();
  }

  void Write(bool value) { out += value ? "true" : "false"; }

  // JSON has no infinities and no NaN: they are text.
  void Write(double value) {
    if (std::isnan(value))
      out += "\"NaN\"";
    else if (std::isinf(value))
      out += value > 0 ? "\"Infinity\"" : "\"-Infinity\"";
    else
      out += value == 0 && std::signbit(value) ? "-0.0" : fmt::format("{}", value);
  }

  template <class E>
  requires std::is_enum_v<E>
  void Write(E value) { out += fmt::format("\"{}\"", NamesOf(value)[static_cast<size_t>(value)]); }
  template <class Tag>
  void Write(Id<Tag> id) {
    out += std::to_string(id.index);
  }
  template <class T>
  void Write(const std::optional<T>& value) {
    Write(*value);
  }
  template <class T>
  void Write(const std::vector<T>& items) {
    WriteList(items);
  }
  template <class A, class B>
  void Write(const std::pair<A, B>& pair) {
    out += '[';
    Write(pair.first);
    out += ',';
    Write(pair.second);
    out += ']';
  }

  void Write(const Span& span) {
    const int file = FileIndex(program_, span.begin);
    const uint32_t base = file < 0 ? 0 : program_.files[static_cast<size_t>(file)].begin;
    out += '{';
    if (file >= 0) out += fmt::format("\"file\":{},", file);
    out += fmt::format("\"begin\":{},\"end\":{}", span.begin - base, span.end - base);
    const auto place = std::ranges::lower_bound(program_.places, span.begin, {}, &OriginPlace::offset);
    if (place != program_.places.end() && place->offset == span.begin)
      out += fmt::format(",\"line\":{},\"column\":{}", place->line, place->column);
    out += '}';
  }

  void Write(const Expr& e) {
    out += '{';
    (*this)("op", e.op);
    (*this)("boolean", e.boolean, false);
    (*this)("number", e.number);
    (*this)("text", e.text);
    (*this)("args", e.args);
    out += '}';
  }

  void Write(const StepBody& body) {
    out += fmt::format("{{\"{}\":", kBodyNames[body.index()]);
    std::visit([this](const auto& one) { Write(one); }, body);
    out += '}';
  }

  template <HasFields T>
  void Write(const T& item) {
    out += '{';
    Fields(*this, item);
    out += '}';
  }

  const Program& program_;
};

}  // namespace

std::string ToJson(const Program& program) {
  JsonWriter writer(program);
  writer.out = "{\"version\":1,\"files\":[";
  for (const OriginFile& file : program.files) {
    writer.out += writer.out.back() == '[' ? "{\"path\":" : ",{\"path\":";
    writer.Write(file.path);
    writer.out += fmt::format(",\"begin\":{},\"size\":{}}}", file.begin, file.size);
  }
  writer.out += "],\n\"pipelines\":";
  writer.WriteList(program.pipelines);
  writer.out += ",\n\"jobs\":";
  writer.WriteList(program.jobs);
  writer.out += ",\n\"steps\":";
  writer.WriteList(program.steps);
  writer.out += ",\n\"transfers\":";
  writer.WriteList(program.transfers);
  return writer.out + "}\n";
}

}  // namespace sluice::model
