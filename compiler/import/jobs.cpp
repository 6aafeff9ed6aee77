// Jobs: header with the matrix, settings, steps, outputs.
#include <algorithm>
#include <cmath>
#include <utility>

#include "compiler/base/text.h"
#include "compiler/catalogue/runners.h"
#include "compiler/import/printer.h"
#include "compiler/import/uses.h"

namespace sluice::import {
namespace {

bool IsActionRef(std::string_view target) {
  const size_t at = target.find('@');
  if (at == std::string_view::npos || at + 1 == target.size() || target.find('/') > at) return false;
  bool start = true;
  for (const char c : target.substr(0, at)) {
    const bool first = IsAsciiAlnum(c) || c == '_';
    if (start ? !(first || c == '.') : !(first || c == '.' || c == '-' || c == '/')) return false;
    start = c == '/';
  }
  if (start || target[0] == '.') return false;
  return std::ranges::all_of(target.substr(at + 1),
                             [](char c) { return IsAsciiAlnum(c) || c == '.' || c == '_' || c == '/' || c == '-'; });
}

Kind KindOfCell(const Value& value) {
  return value.is(Value::Kind::Boolean)  ? Kind::Bool
         : value.is(Value::Kind::Number) ? value.number == std::floor(value.number) ? Kind::Number : Kind::Text
         : value.is(Value::Kind::String) ? Kind::Text
                                         : Kind::Unknown;
}

}  // namespace

std::string TargetText(std::string_view target) { return IsActionRef(target) ? std::string(target) : Quoted(target); }

Piece Printer::RunsOn(const Value& value, uint32_t node) const {
  if (value.is(Value::Kind::String)) {
    const catalogue::RunnerLabel* known = catalogue::FindRunnerLabel(value.text);
    return Piece::Flat(known != nullptr     ? std::string(known->label)
                       : IsName(value.text) ? value.text
                                            : Quoted(value.text),
                       value.origin.at);
  }
  if (value.is(Value::Kind::List)) {
    if (value.items.size() == 1) return RunsOn(value.items[0], node);
    std::vector<Piece> items;
    for (const Value& item : value.items) items.push_back(RunsOn(item, node));
    return Piece::List(std::move(items), value.origin.at);
  }
  return Any(value, node);
}

// A value where json may stand.
Piece Printer::Json(const Value& value, uint32_t node) const {
  if (value.is(Value::Kind::Expression))
    return Piece::Flat(ExpressionsAt(node).PrintJson(*value.expr), value.origin.at);
  if (value.is(Value::Kind::List)) {
    std::vector<Piece> items;
    for (const Value& item : value.items) items.push_back(Json(item, node));
    return Piece::List(std::move(items), value.origin.at);
  }
  if (!value.is(Value::Kind::Map)) return Scalar(value, node);
  Piece record = Piece::Record(value.origin.at);
  for (const auto& [key, entry] : value.entries) record.Add(Key(key.text), Json(entry, node), key.origin.at);
  return record;
}

// The rows that `include` and `exclude` make, when they all have the same cells.
bool Printer::Rows(const Value& matrix, std::vector<Piece>& axes) {
  const auto rows = ExpandMatrix(matrix);
  if (!rows || rows->empty()) return false;
  std::map<std::string, Kind> kinds;
  for (const Row& row : *rows) {
    if (row.cells.size() != rows->front().cells.size()) return false;
    for (const auto& [name, value] : row.cells) {
      const Kind kind = KindOfCell(value);
      const auto [it, fresh] = kinds.emplace(AsciiLower(name), kind);
      if ((fresh && &row != &rows->front()) || kind == Kind::Unknown) return false;
      if (it->second == kind) continue;
      // What GitHub makes of a number is its text.
      if (it->second == Kind::Bool || kind == Kind::Bool) return false;
      it->second = Kind::Text;
    }
  }
  std::vector<Piece> list;
  for (const Row& row : *rows) {
    Piece record = Piece::Record();
    for (const auto& [name, value] : row.cells)
      record.Add(Key(name), kinds[AsciiLower(name)] == Kind::Text ? Text(value, 0) : Any(value, 0));
    if (!record.OneLine()) return false;
    list.push_back(std::move(record));
  }
  types_.matrix = std::move(kinds);
  axes.push_back(Piece::List(std::move(list), matrix.origin.at));
  axes.back().prefix = "row in ";
  job_.rows = rows;
  return true;
}

// `AXIS in [constants], …`
bool Printer::Axes(const Value& matrix, std::vector<Piece>& axes) {
  std::map<std::string, Kind> kinds;
  for (const auto& [key, values] : matrix.entries) {
    if (!key.is(Value::Kind::String) || !IsName(key.text) || EqualsIgnoreCase(key.text, "matrix")) return false;
    if (!values.is(Value::Kind::List) || values.items.empty() || !values.constant()) return false;
    Kind kind = KindOfCell(values.items[0]);
    for (const Value& item : values.items) {
      if (KindOfCell(item) == kind) continue;
      if (kind == Kind::Bool || KindOfCell(item) == Kind::Bool || KindOfCell(item) == Kind::Unknown) return false;
      kind = Kind::Text;
    }
    Piece axis = Any(values, NodeOfKey(key.origin.at));
    if (!axis.OneLine()) return false;
    kinds[AsciiLower(key.text)] = kind;
    const auto renamed = new_names_.axes.find(AsciiLower(key.text));
    axis.prefix = (renamed == new_names_.axes.end() ? key.text : renamed->second) + " in ";
    axes.push_back(std::move(axis));
  }
  types_.matrix = std::move(kinds);
  return !axes.empty();
}

// `for AXIS in LIST, …` behind the name of the job, as pieces with their prefixes. What is not constant, or has rows of
// different kinds, is a whole matrix. False: it can only be kept as YAML.
bool Printer::MatrixHeader(const Value& matrix, uint32_t node, std::vector<Piece>& axes) {
  const bool map = matrix.is(Value::Kind::Map);
  const bool computed = map && (matrix.Find("include") != nullptr || matrix.Find("exclude") != nullptr);
  flat_ = true;
  const bool typed = !forms_.untyped.contains(node) && map && (computed ? Rows(matrix, axes) : Axes(matrix, axes));
  flat_ = false;
  if (typed) return true;
  axes.clear();
  new_names_.axes.clear();
  result_.names[job_.id].axes.clear();
  if (map &&
      std::ranges::any_of(matrix.entries, [](const auto& entry) { return !entry.first.is(Value::Kind::String); }))
    return false;
  flat_ = true;
  Piece whole = Json(matrix, node);
  flat_ = false;
  if (!whole.OneLine()) return false;
  types_.whole_matrix = true;
  whole.prefix = "matrix in ";
  axes.push_back(std::move(whole));
  return true;
}

void Printer::JobHeader(const Value& name, Raw& raw) {
  const Value& job = *job_.value;
  types_.matrix.clear();
  types_.whole_matrix = false;
  job_.rows.reset();
  const Value* strategy = job.Find("strategy");
  const Value* matrix = strategy == nullptr ? nullptr : strategy->Find("matrix");
  std::vector<Piece> axes;
  const bool keep = strategy != nullptr && IsRaw(NodeOfKey(strategy->origin.at));
  if (matrix != nullptr && (keep || !MatrixHeader(*matrix, NodeOfKey(strategy->origin.at), axes))) {
    axes.clear();
    raw.AddTo("strategy", Value::String("matrix"), *matrix);
    job_.raw_matrix = true;
  }
  const std::string head = "job " + name.text;
  writer_.Flush(0, name.origin.at.begin);
  const size_t begin = writer_.BeginRegion();
  Allow(NodeOfKey(name.origin.at));
  const Value* uses = job.Find("uses");
  const std::string call = uses == nullptr ? "" : " uses " + TargetText(Pinned(*uses));
  std::string line = head;
  for (size_t i = 0; i < axes.size(); ++i) {
    Piece bare = axes[i];
    bare.prefix.clear();
    const auto text = axes[i].kind == Piece::Kind::Flat ? std::optional(axes[i].prefix + axes[i].text)
                                                        : std::optional(axes[i].prefix + bare.OneLine().value_or("?"));
    line += (i == 0 ? " for " : ", ") + *text;
  }
  if (uses != nullptr) {
    Piece args = Call(job);
    args.prefix = "";
    if (!args.items.empty()) {
      writer_.Put(line + call, args, name.origin.at);
      if (strategy != nullptr) writer_.EndRegion(begin, NodeOfKey(strategy->origin.at));
      writer_.EndRegion(begin, NodeOfKey(name.origin.at), true);
      writer_.Open("{");
      return;
    }
    line += call;
  }
  writer_.Open(line + " {", name.origin.at);
  if (strategy != nullptr) writer_.EndRegion(begin, NodeOfKey(strategy->origin.at));
  writer_.EndRegion(begin, NodeOfKey(name.origin.at), true);
}

Piece Printer::Call(const Value& job) const {
  Piece args = Piece::Args();
  const Value* with = job.Find("with");
  if (with == nullptr || !with->is(Value::Kind::Map)) return args;
  for (const auto& [name, value] : with->entries)
    args.Add(Key(name.text), Argument(value, NodeOfKey(name.origin.at), true), name.origin.at);
  return args;
}

// `secrets: inherit`, or exactly those that are passed.
Piece Printer::CallSecrets(const Value& value) const {
  if (!value.is(Value::Kind::Map)) return Piece::Flat(ScalarText(value), value.origin.at);
  Piece record = Piece::Record(value.origin.at);
  for (const auto& [name, secret] : value.entries)
    record.Add(Key(name.text), Scalar(secret, NodeOfKey(name.origin.at)), name.origin.at);
  return record;
}

// `environment: prod`; with a name that only the run knows always a record.
Piece Printer::Environment(const Value& value, uint32_t node) const {
  const auto name = [&](const Value& text) {
    return text.is(Value::Kind::String) || text.is(Value::Kind::Number)
               ? Piece::Flat(Key(ScalarText(text)), text.origin.at)
               : Scalar(text, node);
  };
  Piece record = Piece::Record(value.origin.at);
  if (!value.is(Value::Kind::Map)) {
    if (value.is(Value::Kind::String) || value.is(Value::Kind::Number)) return name(value);
    record.Add("name", name(value), value.origin.at);
    return record;
  }
  for (const auto& [key, entry] : value.entries) {
    const bool flag = key.text == "deployment" && entry.is(Value::Kind::Expression);
    record.Add(Key(key.text),
               key.text == "name" ? name(entry)
               : flag             ? Piece::Flat(ExpressionsAt(node).Print(*entry.expr, Wanted::Bool), entry.origin.at)
                                  : Scalar(entry, node),
               key.origin.at);
  }
  return record;
}

// The name that GitHub shows for a row when the job has none; told exactly where all rows have the same keys.
std::optional<std::string> Printer::RowName(const Value& name) const {
  const std::vector<Row>& rows = *job_.rows;
  for (const Row& row : rows)
    for (size_t i = 0; i < rows[0].cells.size(); ++i)
      if (row.cells.size() != rows[0].cells.size() || row.cells[i].first != rows[0].cells[i].first ||
          row.cells[i].second.is(Value::Kind::Map) || row.cells[i].second.is(Value::Kind::List))
        return std::nullopt;
  std::string text = name.text + " (";
  for (size_t i = 0; i < rows[0].cells.size(); ++i)
    text += (i == 0 ? "${{ " : ", ${{ ") + ("matrix.row." + rows[0].cells[i].first) + " }}";
  return text + ")";
}

void Printer::Strategy(const Value& value, Raw& raw) {
  for (const auto& [key, entry] : value.entries) {
    if (key.text == "matrix") continue;
    const uint32_t node = NodeOfKey(key.origin.at);
    if (!key.is(Value::Kind::String) || IsRaw(node)) {
      raw.AddTo("strategy", key, entry);
      continue;
    }
    const bool flag = key.text == "fail-fast" && entry.is(Value::Kind::Expression);
    if (entry.is(Value::Kind::Null)) continue;
    Setting(
        key.text, key.origin.at,
        flag ? Piece::Flat(ExpressionsAt(node).Print(*entry.expr, Wanted::Bool), entry.origin.at) : Any(entry, node));
  }
}

void Printer::Outputs(const Value& outputs, Raw& raw) {
  for (const auto& [name, value] : outputs.entries) {
    const uint32_t node = NodeOfKey(name.origin.at);
    if (!name.is(Value::Kind::String) || IsRaw(node)) {
      raw.AddTo("outputs", name, value);
      continue;
    }
    writer_.Flush(0, name.origin.at.begin);
    const size_t begin = writer_.BeginRegion();
    Allow(node);
    // The last row writes it: GitHub's own output.
    const bool rows = types_.matrix_jobs.contains(AsciiLower(job_.id));
    const bool last = (rows || IsReservedOutput(AsciiLower(name.text))) && value.is(Value::Kind::Expression);
    const std::string text = last ? ExpressionsAt(node).PrintJson(*value.expr) : "";
    writer_.Put("output " + Key(name.text) + " = ",
                last ? Piece::Flat("untyped(" + text + ")", value.origin.at) : Scalar(value, node), name.origin.at);
    writer_.EndRegion(begin, node, true);
  }
}

// Does an expression of the job that is no YAML read this other job?
bool Printer::Implied(const std::string& job) const {
  bool found = false;
  const auto visit = [&](const expr::Expr& e) {
    found = found ||
            (e.op == expr::Op::Index && e.args[0].op == expr::Op::Name && EqualsIgnoreCase(e.args[0].text, "needs") &&
             e.args[1].op == expr::Op::String && EqualsIgnoreCase(e.args[1].text, job));
  };
  ForEachExpression(*job_.value, [&](const expr::Expr& e) { WalkExpression(e, visit); });
  if (const Value* condition = job_.value->Find("if"))
    if (const auto e = ConditionExpression(*condition)) WalkExpression(*e, visit);
  return found;
}

// Does the pipeline say it for all its jobs?
bool Printer::IsShared(const std::string& setting, const Value& value) const {
  if (!forms_.lifts.defaults || (setting != "runs-on" && setting != "timeout-minutes")) return false;
  const Value* jobs = root_.Find("jobs");
  if (jobs == nullptr || jobs->entries.size() < 2 || !value.constant()) return false;
  return std::ranges::all_of(jobs->entries, [&](const auto& job) {
    const Value* other = job.second.Find(setting);
    return other != nullptr && *other == value && !IsRaw(NodeOfKey(other->origin.at));
  });
}

void Printer::SharedSettings() {
  const Value* jobs = root_.Find("jobs");
  if (jobs == nullptr || jobs->entries.empty()) return;
  for (const auto& [key, value] : jobs->entries[0].second.entries) {
    if (!IsShared(key.text, value)) continue;
    if (key.text == "runs-on")
      writer_.Line("runs-on: " + RunsOn(value, 0).OneLine().value_or(""));
    else
      Timeout(key.origin.at, value);
  }
}

void Printer::JobSetting(const Value& key, const Value& value, Raw& raw) {
  const Span at = key.origin.at;
  const uint32_t node = NodeOfKey(at);
  const std::string& name = key.text;
  if (name == "steps" || name == "outputs" || name == "with" || name == "uses") return;
  if (IsRaw(node) && name != "strategy") return raw.Add(name, value);
  if (name == "name") return Setting(name, at, Text(value, node));
  if (name == "if") return Condition(at, value, raw);
  if (name == "permissions") return Permissions(at, value);
  if (name == "env") return Env(at, value, raw);
  if (name == "concurrency") {
    types_.head = true;
    Concurrency(at, value);
    types_.head = false;
    return;
  }
  if (name == "strategy") return value.is(Value::Kind::Map) ? Strategy(value, raw) : raw.Add(name, value);
  if (name == "timeout-minutes") return IsShared(name, value) ? void() : Timeout(at, value);
  if (name == "defaults") {
    const Value* outer = root_.Find("defaults");
    const Value* run = outer == nullptr ? nullptr : outer->Find("run");
    return Defaults(value, run != nullptr && run->Find("shell") != nullptr ? "default" : "");
  }
  if (IsShared(name, value)) return;
  if (name == "runs-on") {
    types_.head = true;
    Setting(name, at, RunsOn(value, node));
    types_.head = false;
    return;
  }
  if (name == "needs") {
    std::vector<Piece> jobs;
    if (value.is(Value::Kind::List))
      for (const Value& item : value.items) jobs.push_back(Piece::Flat(ScalarText(item), item.origin.at));
    else
      jobs.push_back(Piece::Flat(ScalarText(value), value.origin.at));
    if (forms_.lifts.needs) std::erase_if(jobs, [&](const Piece& job) { return Implied(job.text); });
    if (jobs.empty()) return;
    return Setting(name, at, Piece::List(std::move(jobs), value.origin.at));
  }
  if (name == "continue-on-error" && value.is(Value::Kind::Expression))
    return Setting(name, at, Piece::Flat(ExpressionsAt(node).Print(*value.expr, Wanted::Bool), value.origin.at));
  if (name == "secrets") return Setting(name, at, CallSecrets(value));
  types_.head = name == "environment" || name == "container";
  if (name == "environment") Setting(name, at, Environment(value, node));
  if (name == "container") Setting(name, at, Any(value, node));
  if (std::exchange(types_.head, false)) return;
  if (name == "continue-on-error" || name == "container" || name == "services")
    return Setting(name, at, Any(value, node));
  raw.Add(name, value);
}

// Which shell the scripts of a job get that name none, when that is known from here.
static std::string ShellOf(const Value& root, const Value& job) {
  for (const Value* level : {&job, &root}) {
    const Value* defaults = level->Find("defaults");
    const Value* run = defaults == nullptr ? nullptr : defaults->Find("run");
    if (run == nullptr) continue;
    const Value* shell = run->Find("shell");
    if (shell != nullptr) return ScalarText(*shell);
    break;
  }
  if (job.Find("container") != nullptr) return "sh";
  const Value* runner = job.Find("runs-on");
  if (runner == nullptr || !runner->constant()) return "";
  std::vector<std::string> labels;
  if (runner->is(Value::Kind::List))
    for (const Value& item : runner->items) labels.push_back(AsciiLower(ScalarText(item)));
  else
    labels.push_back(AsciiLower(ScalarText(*runner)));
  for (const std::string& label : labels)
    if (label.find("windows") != std::string::npos) return "pwsh";
  return "bash";
}

// Names of one pipeline are told apart in .pipe: an axis or step that is called like a job or parameter gets another.
void Printer::Rename(const Value& name, const Value& job) {
  static constexpr std::string_view kContexts[] = {"github", "env",     "vars",     "job",    "jobs",  "steps",
                                                   "runner", "secrets", "strategy", "matrix", "needs", "inputs"};
  new_names_ = {};
  std::set<std::string> taken = taken_;
  const Value* strategy = job.Find("strategy");
  const Value* matrix = strategy == nullptr ? nullptr : strategy->Find("matrix");
  const bool axes = matrix != nullptr && matrix->is(Value::Kind::Map) && matrix->Find("include") == nullptr &&
                    matrix->Find("exclude") == nullptr;
  const auto add = [&](const std::string& old, const char* suffix, std::map<std::string, std::string>& renamed,
                       std::map<std::string, std::string>& back) {
    std::string now = old;
    if (taken.contains(AsciiLower(old))) now += suffix;
    while (now != old && taken.contains(AsciiLower(now))) now += "-2";
    taken.insert(AsciiLower(now));
    if (now == old) return;
    renamed[AsciiLower(old)] = now;
    back[AsciiLower(now)] = old;
  };
  Names& back = result_.names[name.text];
  if (axes)
    for (const auto& [axis, values] : matrix->entries) add(axis.text, "-axis", new_names_.axes, back.axes);
  else if (matrix != nullptr)
    taken.insert("row");
  taken.insert(std::begin(kContexts), std::end(kContexts));
  const Value* steps = job.Find("steps");
  if (steps == nullptr) return;
  for (const Value& step : steps->items)
    if (const Value* id = step.Find("id")) add(ScalarText(*id), "-step", new_names_.steps, back.steps);
}

// Which steps are read, and which of their outputs.
void Printer::FindReads(const Value& job) {
  steps_read_.clear();
  const auto step_of = [](const expr::Expr& e) -> std::string {
    const bool step = e.op == expr::Op::Index && e.args[1].op == expr::Op::String && e.args[0].op == expr::Op::Name &&
                      EqualsIgnoreCase(e.args[0].text, "steps");
    return step ? AsciiLower(e.args[1].text) : "";
  };
  const auto visit = [&](const expr::Expr& e) {
    if (const std::string id = step_of(e); !id.empty()) steps_read_[id];
    if (e.op != expr::Op::Index || e.args[0].op != expr::Op::Index || e.args[1].op != expr::Op::String) return;
    const std::string id = step_of(e.args[0].args[0]);
    if (id.empty() || e.args[0].args[1].op != expr::Op::String || !EqualsIgnoreCase(e.args[0].args[1].text, "outputs"))
      return;
    std::vector<std::string>& outputs = steps_read_[id];
    const std::string& name = e.args[1].text;
    if (std::ranges::none_of(outputs, [&](const auto& other) { return EqualsIgnoreCase(other, name); }))
      outputs.push_back(name);
  };
  ForEachExpression(job, [&](const expr::Expr& e) { WalkExpression(e, visit); });
  const Value* steps = job.Find("steps");
  if (steps == nullptr) return;
  for (const Value& step : steps->items) {
    if (const Value* condition = step.Find("if"))
      if (const auto e = ConditionExpression(*condition)) WalkExpression(*e, visit);
    for (const std::string_view key : {"wait", "cancel"})
      if (const Value* targets = step.Find(key)) {
        if (!targets->is(Value::Kind::List)) steps_read_[AsciiLower(ScalarText(*targets))];
        for (const Value& target : targets->items) steps_read_[AsciiLower(ScalarText(target))];
      }
  }
}

void Printer::OneJob(const Value& name, const Value& value, uint32_t end) {
  writer_.Empty();
  job_ = Job{name.text, &value, {}, false, ShellOf(root_, value), value.Find("container") != nullptr};
  FindReads(value);
  Rename(name, value);
  const size_t region = writer_.BeginRegion();
  Raw raw;
  JobHeader(name, raw);
  if (job_.rows && value.Find("name") == nullptr) {
    if (const auto shown = RowName(name))
      writer_.Line("name: \"" + *shown + "\"");
    else
      result_.notes.push_back("the check names of job `" + name.text + "` change: its rows have different keys");
  }
  for (const auto& [key, entry] : value.entries) JobSetting(key, entry, raw);
  // The checker does not see a container that is kept as YAML, and would take another shell.
  const Value* container = value.Find("container");
  const bool hidden = container != nullptr && std::ranges::any_of(raw.entries, [](const auto& entry) {
                        return entry.first.text == "container";
                      });
  if (hidden && job_.shell == "sh") writer_.Line("shell: sh");
  const size_t raw_begin = writer_.BeginRegion();
  if (const Value* steps = value.Find("steps")) {
    Raw outputs = raw;
    if (const Value* declared = value.Find("outputs"))
      for (const auto& [key, entry] : declared->entries)
        if (!key.is(Value::Kind::String) || IsRaw(NodeOfKey(key.origin.at))) outputs.AddTo("outputs", key, entry);
    PutRaw(outputs);
    writer_.EndRegion(raw_begin, 0);
    if (steps->origin.at.valid() && value.Find("runs-on") != nullptr) writer_.Empty();
    Steps(*steps);
  } else {
    PutRaw(raw);
    writer_.EndRegion(raw_begin, 0);
  }
  if (const Value* outputs = value.Find("outputs")) {
    Raw ignored;
    Outputs(*outputs, ignored);
  }
  const source::Position place = sources_.Begin(name.origin.at);
  writer_.Flush(0, end, place.column);
  writer_.Close("}");
  writer_.EndRegion(region, NodeOfItem(name.origin.at));
}

void Printer::Jobs(const Value& jobs) {
  for (size_t i = 0; i < jobs.entries.size(); ++i) {
    const bool last = i + 1 == jobs.entries.size();
    const uint32_t end =
        last ? static_cast<uint32_t>(sources_.WholeFile(file_).end) : jobs.entries[i + 1].first.origin.at.begin;
    OneJob(jobs.entries[i].first, jobs.entries[i].second, end);
  }
}

}  // namespace sluice::import
