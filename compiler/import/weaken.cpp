#include "compiler/import/weaken.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <string_view>
#include <utility>

#include "compiler/base/text.h"

namespace sluice::import {
namespace {

using expr::Expr;
using expr::Op;

// A place of the YAML that a path of the comparison names.
struct Place {
  uint32_t node = 0;     // takes the weaker form; 0: there is none
  uint32_t step = 0;     // the step around it, as an item
  bool program = false;  // a script, or an input that may be one
  Span at;
};

std::string_view Head(std::string_view path) { return path.substr(0, path.find('.')); }
std::string_view Rest(std::string_view path) {
  const size_t dot = path.find('.');
  return dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
}

const std::pair<Value, Value>* Entry(const Value& map, std::string_view key) {
  for (const auto& entry : map.entries)
    if (EqualsIgnoreCase(entry.first.text, key)) return &entry;
  return nullptr;
}

// `env.NAME`, `with.name`, `outputs.name`, or a setting as a whole.
Place SettingPlace(const Value& holder, std::string_view path) {
  static constexpr std::string_view kMaps[] = {"env", "with", "outputs"};
  static constexpr std::string_view kSettings[] = {"if", "name"};
  const auto* entry = Entry(holder, Head(path));
  if (entry == nullptr) return {};
  const std::string_view key = Head(path);
  if (std::ranges::find(kMaps, key) != std::end(kMaps)) {
    const auto* inner = Entry(entry->second, Rest(path));
    if (inner == nullptr) return {};
    return {NodeOfKey(inner->first.origin.at), 0, key == "with", inner->first.origin.at};
  }
  if (std::ranges::find(kSettings, key) == std::end(kSettings)) return {};
  return {NodeOfKey(key == "name" ? entry->second.origin.at : entry->first.origin.at), 0, false,
          entry->first.origin.at};
}

Place StepPlace(const Value& steps, std::string_view path) {
  size_t index = 0;
  const std::string_view number = Head(path);
  std::from_chars(number.data(), number.data() + number.size(), index);
  if (index >= steps.items.size()) return {};
  const Value& step = steps.items[index];
  const std::string_view rest = Rest(path);
  const Value* script = step.Find("run");
  Place place = script != nullptr && Head(rest) == "run" ? Place{NodeOfKey(script->origin.at), 0, true, step.origin.at}
                                                         : SettingPlace(step, rest);
  place.step = NodeOfItem(step.origin.at);
  return place;
}

Place FindPlace(const Value& root, std::string_view path) {
  const Value* jobs = root.Find("jobs");
  if (Head(path) != "jobs" || jobs == nullptr) return {};
  const auto* job = Entry(*jobs, Head(Rest(path)));
  const std::string_view rest = Rest(Rest(path));
  if (job == nullptr) return {};
  const Value* steps = job->second.Find("steps");
  if (Head(rest) == "steps") return steps == nullptr ? Place{} : StepPlace(*steps, Rest(rest));
  return SettingPlace(job->second, rest);
}

// The next weaker form of a place; nothing when it has them all.
const char* NextForm(const Place& place, bool script, Forms& forms) {
  if (place.program && forms.pasted.insert(place.node).second) return "paste";
  if (!script && forms.untyped.insert(place.node).second) return "untyped";
  if (!script && forms.raw.insert(place.node).second) return "raw";
  if (place.step != 0 && forms.raw.insert(place.step).second) return "raw";
  return nullptr;
}

// Replaces what jobs tell that are not in `needs`; true when there was something.
bool Forget(Expr& e, const std::set<std::string>& needs, std::set<std::string>& forgotten) {
  if (e.op == Op::Index && e.args[1].op == Op::String && PathOf(e.args[0]) == "needs") {
    const std::string job = AsciiLower(e.args[1].text);
    if (needs.contains(job)) return false;
    forgotten.insert(job);
    e = expr::Null();
    return true;
  }
  bool changed = false;
  for (Expr& arg : e.args) changed = Forget(arg, needs, forgotten) || changed;
  if (changed) e = e.op == Op::Index && e.args[0].op == Op::Null ? expr::Null() : Folded(std::move(e));
  return changed;
}

void Forget(Value& value, const std::set<std::string>& needs, std::set<std::string>& forgotten) {
  if (value.expr && Forget(*value.expr, needs, forgotten)) {
    value.text.clear();
    if (value.expr->op == Op::Null) {
      const auto origin = value.origin;
      value = Value::String("");
      value.origin = origin;
    }
  }
  for (model::TextPart& part : value.parts) {
    if (!part.expr || !Forget(*part.expr, needs, forgotten)) continue;
    part.spelling.clear();
    if (part.expr->op == Op::Null) part.expr.reset();
  }
  for (Value& item : value.items) Forget(item, needs, forgotten);
  for (auto& [key, entry] : value.entries) {
    if (key.text == "if" && entry.is(Value::Kind::String)) {
      auto e = ConditionExpression(entry);
      if (e && Forget(*e, needs, forgotten)) {
        const auto origin = entry.origin;
        entry = Value::Expression(std::move(*e));
        entry.origin = origin;
      }
    } else if (key.text == "if" && entry.expr) {
      if (Forget(*entry.expr, needs, forgotten)) entry.text.clear();
    } else {
      Forget(entry, needs, forgotten);
    }
  }
}

}  // namespace

bool WeakenDifferences(const Value& root, const std::vector<Difference>& differences, Forms& forms,
                       std::vector<Concession>& concessions) {
  bool weaker = false;
  std::set<uint32_t> done;  // a place differs in several ways
  for (const Difference& difference : differences) {
    if (difference.path.find(".env.PIPE_") != std::string::npos) continue;
    const Place place = FindPlace(root, difference.path);
    if (place.node == 0 || !done.insert(place.node).second) continue;
    const bool script = difference.path.ends_with(".run");
    const char* form = NextForm(place, script, forms);
    if (form == nullptr) continue;
    concessions.push_back({form, "", "`" + difference.path + "` would mean something else", place.at});
    weaker = true;
  }
  return weaker;
}

void ForgetOtherJobs(Value& root, std::vector<std::string>& notes) {
  for (auto& [key, jobs] : root.entries) {
    if (key.text != "jobs") continue;
    for (auto& [name, job] : jobs.entries) {
      std::set<std::string> needs, forgotten;
      if (const Value* said = job.Find("needs")) {
        if (!said->is(Value::Kind::List)) needs.insert(AsciiLower(ScalarText(*said)));
        for (const Value& item : said->items) needs.insert(AsciiLower(ScalarText(item)));
      }
      Forget(job, needs, forgotten);
      for (const std::string& other : forgotten)
        notes.push_back("job `" + name.text + "` reads `needs." + other + "` and does not wait for it: GitHub has " +
                        "nothing there, and so has the import");
    }
  }
}

}  // namespace sluice::import
