#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "compiler/base/text.h"
#include "compiler/model/fields.h"
#include "compiler/model/json.h"
#include "compiler/model/json_names.h"

namespace sluice::model {
namespace {

using Json = nlohmann::json;

constexpr int kDeepest = 300;

// What is wrong, and the path to it.
struct Misfit {
  std::string message;
};

// Fills members from a JSON object; unknown keys, wrong types and too much depth end the reading with a Misfit.
class JsonReader {
 public:
  explicit JsonReader(std::vector<OriginFile>& files) : files_(files) {}

  std::map<uint32_t, OriginPlace> places;

  template <class M, class... Default>
  void operator()(const char* name, M& member, Default...) {
    known_.emplace_back(name);
    const auto it = object_->find(name);
    if (it == object_->end()) return;
    Enter(name, [&] { Read(*it, member); });
  }

  template <class IdT, class T>
  void ReadStore(const Json& root, const char* name, Store<IdT, T>& store) {
    Enter(name, [&] {
      const auto it = root.find(name);
      if (it == root.end() || !it->is_array()) Fail("a list is missing");
      for (size_t i = 0; i < it->size(); ++i) {
        T item;
        Enter(std::to_string(i), [&] { Read((*it)[i], item); });
        store.Add(std::move(item));
      }
    });
  }

  void ReadFiles(const Json& root) {
    if (!root.contains("files")) return;
    Enter("files", [&] {
      if (!root["files"].is_array()) Fail("a list was expected");
      for (const Json& json : root["files"]) {
        OriginFile& file = files_.emplace_back();
        Fill(json, [&] { (*this)("path", file.path), (*this)("begin", file.begin), (*this)("size", file.size); });
      }
    });
  }

  void Fill(const Json& json, auto read) {
    if (!json.is_object()) Fail("an object was expected");
    const Json* outer_object = std::exchange(object_, &json);
    std::vector<std::string> outer_known = std::exchange(known_, {});
    read();
    for (const auto& [key, value] : json.items())
      if (std::ranges::find(known_, key) == known_.end()) Fail(fmt::format("there is no member `{}`", key));
    object_ = outer_object;
    known_ = std::move(outer_known);
  }

  [[noreturn]] void Fail(const std::string& why) const {
    std::string path;
    for (const std::string& step : path_) path += "/" + step;
    throw Misfit{fmt::format("{}: {}", path.empty() ? "/" : path, why)};
  }

  uint32_t ReadNumber(const Json& json) const {
    if (!json.is_number_unsigned() || json.get<uint64_t>() > std::numeric_limits<uint32_t>::max())
      Fail("a whole number of 32 bits was expected");
    return json.get<uint32_t>();
  }
  void Read(const Json& json, uint32_t& number) { number = ReadNumber(json); }
  void Read(const Json& json, std::string& text) {
    if (!json.is_string()) Fail("text was expected");
    text = json.get<std::string>();
  }

 private:
  template <class F>
  void Enter(std::string step, F read) {
    if (path_.size() > kDeepest) Fail("nested too deep");
    path_.push_back(std::move(step));
    read();
    path_.pop_back();
  }

  void Read(const Json& json, bool& value) {
    if (!json.is_boolean()) Fail("true or false was expected");
    value = json.get<bool>();
  }
  void Read(const Json& json, double& number) {
    if (json.is_number()) {
      number = json.get<double>();
    } else if (json == "NaN") {
      number = std::numeric_limits<double>::quiet_NaN();
    } else if (json == "Infinity" || json == "-Infinity") {
      number = json == "Infinity" ? std::numeric_limits<double>::infinity() : -std::numeric_limits<double>::infinity();
    } else {
      Fail("a number was expected");
    }
  }
  template <class E>
  requires std::is_enum_v<E>
  void Read(const Json& json, E& value) {
    const auto names = NamesOf(value);
    const auto found = json.is_string() ? std::ranges::find(names, json.get<std::string>()) : names.end();
    if (found == names.end()) Fail("unknown word");
    value = static_cast<E>(found - names.begin());
  }
  template <class Tag>
  void Read(const Json& json, Id<Tag>& id) {
    const uint32_t index = ReadNumber(json);
    if (index > static_cast<uint32_t>(std::numeric_limits<int32_t>::max())) Fail("an index was expected");
    id.index = static_cast<int32_t>(index);
  }
  template <class T>
  void Read(const Json& json, std::optional<T>& value) {
    value.emplace();
    Read(json, *value);
  }
  template <class T>
  void Read(const Json& json, std::vector<T>& items) {
    if (!json.is_array()) Fail("a list was expected");
    for (size_t i = 0; i < json.size(); ++i) Enter(std::to_string(i), [&] { Read(json[i], items.emplace_back()); });
  }
  template <class A, class B>
  void Read(const Json& json, std::pair<A, B>& pair) {
    if (!json.is_array() || json.size() != 2) Fail("a pair was expected");
    Enter("0", [&] { Read(json[0], pair.first); });
    Enter("1", [&] { Read(json[1], pair.second); });
  }

  void Read(const Json& json, Span& span) {
    OriginPlace place;
    uint32_t file = std::numeric_limits<uint32_t>::max();
    Fill(json, [&] {
      (*this)("file", file), (*this)("begin", span.begin), (*this)("end", span.end);
      (*this)("line", place.line), (*this)("column", place.column);
    });
    if (json.contains("file")) {
      if (file >= files_.size()) Fail("no such file");
      span.begin += files_[file].begin;
      span.end += files_[file].begin;
    }
    place.offset = span.begin;
    if (place.line > 0) places.emplace(place.offset, place);
  }

  void Read(const Json& json, Expr& e) {
    Fill(json, [&] {
      (*this)("op", e.op), (*this)("boolean", e.boolean), (*this)("number", e.number), (*this)("text", e.text);
      (*this)("args", e.args);
    });
    const size_t n = e.args.size();
    using expr::Op;
    const bool fits = e.op == Op::Call                         ? true
                      : e.op == Op::And || e.op == Op::Or      ? n >= 2
                      : e.op == Op::Star || e.op == Op::Not    ? n == 1
                      : e.op == Op::Index || e.op >= Op::Equal ? n == 2
                                                               : n == 0;
    if (!fits) Fail("this operator has another number of operands");
  }

  void Read(const Json& json, StepBody& body) {
    if (!json.is_object() || json.size() != 1) Fail("one body was expected");
    const std::string name = json.begin().key();
    Enter(name, [&] { ReadBody(name, json.begin().value(), body); });
  }

  template <size_t I = 0>
  void ReadBody(const std::string& name, const Json& json, StepBody& body) {
    if constexpr (I < std::variant_size_v<StepBody>) {
      if (name != kBodyNames[I]) return ReadBody<I + 1>(name, json, body);
      Read(json, body.emplace<I>());
    } else {
      Fail("there is no such body");
    }
  }

  template <HasFields T>
  void Read(const Json& json, T& item) {
    Fill(json, [&] { Fields(*this, item); });
    if constexpr (std::same_as<T, Value>) CheckValue(item);
    if constexpr (std::same_as<T, TextPart>)
      if (item.expr && !item.literal.empty()) Fail("a part is text or an expression, not both");
  }

  // A value has what its kind says; readers rely on it.
  void CheckValue(const Value& value) const {
    if (value.is(Value::Kind::Expression) != value.expr.has_value()) Fail("an expression and nothing else has `expr`");
  }

  std::vector<OriginFile>& files_;
  const Json* object_ = nullptr;
  std::vector<std::string> known_;
  std::vector<std::string> path_;
};

Program ReadProgram(const Json& root) {
  Program program;
  JsonReader reader(program.files);
  if (!root.is_object() || !root.contains("version")) reader.Fail("this is no program of sluice");
  if (root["version"] != 1) reader.Fail("this sluice reads version 1");
  static const std::set<std::string> kMembers{"version", "files", "pipelines", "jobs", "steps", "transfers"};
  for (const auto& [key, value] : root.items())
    if (!kMembers.contains(key)) reader.Fail(fmt::format("there is no member `{}`", key));
  reader.ReadFiles(root);
  reader.ReadStore(root, "pipelines", program.pipelines);
  reader.ReadStore(root, "jobs", program.jobs);
  reader.ReadStore(root, "steps", program.steps);
  reader.ReadStore(root, "transfers", program.transfers);
  for (const auto& [offset, place] : reader.places) program.places.push_back(place);
  return program;
}

}  // namespace

Result<Program> FromJson(std::string_view text) {
  try {
    return ReadProgram(Json::parse(text));
  } catch (const Misfit& misfit) {
    return Error{"not a graph that sluice wrote: at " + misfit.message};
  } catch (const Json::parse_error& error) {
    return Error{fmt::format("not JSON: mistake at byte {}", error.byte)};
  } catch (const Json::exception&) {
    return Error{"not a graph that sluice wrote"};
  }
}

}  // namespace sluice::model
