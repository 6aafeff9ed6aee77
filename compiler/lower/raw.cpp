#include "compiler/lower/raw.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "compiler/base/text.h"
#include "compiler/expr/expr.h"
#include "compiler/load/yaml_tree.h"

namespace sluice::lower {
namespace {

using diagnostics::Build;
using diagnostics::Code;
using load::YamlNode;
using model::Value;
using source::Span;

constexpr auto kTop = std::to_array<std::string_view>(
    {"name", "run-name", "description", "on", "permissions", "env", "concurrency", "defaults", "jobs"});
constexpr auto kOfJob = std::to_array<std::string_view>({"name",
                                                         "needs",
                                                         "if",
                                                         "permissions",
                                                         "strategy",
                                                         "runs-on",
                                                         "timeout-minutes",
                                                         "cancel-timeout-minutes",
                                                         "continue-on-error",
                                                         "environment",
                                                         "concurrency",
                                                         "container",
                                                         "services",
                                                         "snapshot",
                                                         "env",
                                                         "defaults",
                                                         "outputs",
                                                         "steps",
                                                         "uses",
                                                         "with",
                                                         "secrets"});
constexpr auto kOfStep =
    std::to_array<std::string_view>({"id", "name", "if", "continue-on-error", "timeout-minutes", "background", "env",
                                     "shell", "working-directory", "uses", "with", "run"});

// From places in the text of a raw block to places in the program.
class RawReader {
 public:
  RawReader(const check::RawBlock& raw, diagnostics::Sink& sink) : raw_(raw), sink_(sink) {
    file_ = local_.Add("raw", raw.text + "\n");
    base_ = local_.WholeFile(file_).begin;
  }

  const source::SourceMap& local() const { return local_; }
  source::FileId file() const { return file_; }
  Span Place(Span at) const;
  Value Read(const YamlNode& node);

 private:
  Value ReadText(const YamlNode& node);

  const check::RawBlock& raw_;
  diagnostics::Sink& sink_;
  source::SourceMap local_;
  source::FileId file_;
  uint32_t base_ = 0;
};

Span RawReader::Place(Span at) const {
  const size_t begin = at.begin >= base_ ? at.begin - base_ : 0;
  const check::RawBlock::Piece* piece = nullptr;
  for (const check::RawBlock::Piece& each : raw_.pieces)
    if (each.offset <= begin) piece = &each;
  if (piece == nullptr) return raw_.at;
  // A piece ends with its line: what goes over it shows its first line.
  const auto from = piece->at.begin + static_cast<uint32_t>(begin - piece->offset);
  return {std::min(from, piece->at.end), std::min(from + at.size(), piece->at.end)};
}

Value RawReader::ReadText(const YamlNode& node) {
  std::vector<model::TextPart> parts;
  const std::string& text = node.text;
  size_t at = 0;
  while (true) {
    const size_t open = text.find("${{", at);
    model::TextPart literal;
    literal.literal = text.substr(at, open == std::string::npos ? open : open - at);
    parts.push_back(std::move(literal));
    if (open == std::string::npos) break;
    // The closing braces outside of quotes.
    size_t close = open + 3;
    bool quoted = false;
    while (close + 1 < text.size() && (quoted || text[close] != '}' || text[close + 1] != '}'))
      quoted = quoted != (text[close++] == '\'');
    const std::string inside = close + 1 < text.size() ? text.substr(open + 3, close - open - 3) : "";
    expr::ParseResult parsed = expr::Parse(inside);
    if (close + 1 >= text.size() || !parsed.ok()) {
      sink_.Add(Build(Code::P0112, Place(node.at), "this placeholder is not GitHub's language",
                      parsed.ok() || close + 1 >= text.size() ? "it is not closed" : parsed.error->message));
      return Value::String(text);
    }
    model::TextPart part;
    part.expr = std::move(parsed.expr);
    part.spelling = inside;
    parts.push_back(std::move(part));
    at = close + 2;
  }
  return Value::Text(std::move(parts));
}

Value RawReader::Read(const YamlNode& node) {
  Value value;
  switch (node.kind) {
    case YamlNode::Kind::Null:
      break;
    case YamlNode::Kind::Boolean:
      value = Value::Boolean(node.boolean);
      break;
    case YamlNode::Kind::Number:
      value = Value::Number(node.number, node.text);
      break;
    case YamlNode::Kind::String:
      value = ReadText(node);
      break;
    case YamlNode::Kind::List: {
      std::vector<Value> items;
      for (const YamlNode* item : node.items) items.push_back(Read(*item));
      value = Value::List(std::move(items));
      break;
    }
    case YamlNode::Kind::Map: {
      std::vector<std::pair<Value, Value>> entries;
      for (const auto& [key, inner] : node.entries) entries.emplace_back(Read(*key), Read(*inner));
      value = Value::Map(std::move(entries));
      break;
    }
  }
  value.origin.at = Place(node.at);
  return value;
}

void Add(std::vector<WrittenKey>& keys, bool present, std::string key, std::string setting, Span at = {}) {
  if (present) keys.push_back({std::move(key), std::move(setting), at});
}

}  // namespace

const std::span<const std::string_view> kPipelineKeys(kTop);
const std::span<const std::string_view> kJobKeys(kOfJob);
const std::span<const std::string_view> kStepKeys(kOfStep);

std::vector<WrittenKey> WrittenKeys(const model::Step& step) {
  std::vector<WrittenKey> keys;
  const bool run = std::holds_alternative<model::Run>(step.body);
  Add(keys, !step.id.empty(), "id", "let");
  Add(keys, step.name.has_value(), "name", "step \"NAME\"");
  Add(keys, step.condition.has_value(), "if", "if");
  Add(keys, step.env.has_value(), "env", "env");
  Add(keys, step.continue_on_error.has_value(), "continue-on-error", "continue-on-error");
  Add(keys, step.timeout_minutes.has_value(), "timeout-minutes", "timeout");
  Add(keys, run, "run", "run");
  Add(keys, !run, "uses", "uses");
  if (run) {
    Add(keys, std::get<model::Run>(step.body).shell.has_value(), "shell", "shell");
    Add(keys, std::get<model::Run>(step.body).working_directory.has_value(), "working-directory", "working-directory");
  } else if (const auto* uses = std::get_if<model::Uses>(&step.body)) {
    Add(keys, uses->with.has_value(), "with", "uses");
  }
  return keys;
}

std::vector<WrittenKey> WrittenKeys(const model::Job& job) {
  std::vector<WrittenKey> keys;
  Add(keys, job.name.has_value(), "name", "name");
  Add(keys, !job.needs.empty(), "needs", "needs");
  Add(keys, job.condition.has_value(), "if", "if");
  Add(keys, true, "permissions", "permissions");
  Add(keys, job.strategy.has_value(), "strategy", "for");
  Add(keys, job.runner.has_value(), "runs-on", "runs-on");
  Add(keys, job.timeout_minutes.has_value(), "timeout-minutes", "timeout");
  Add(keys, job.continue_on_error.has_value(), "continue-on-error", "continue-on-error");
  Add(keys, job.concurrency.has_value(), "concurrency", "concurrency");
  Add(keys, job.container.has_value(), "container", "container");
  Add(keys, job.env.has_value(), "env", "env");
  Add(keys, job.defaults.has_value(), "defaults", "shell");
  Add(keys, !job.outputs.empty(), "outputs", "output");
  Add(keys, true, "steps", "run");
  return keys;
}

std::vector<WrittenKey> WrittenKeys(const model::Pipeline& pipeline) {
  std::vector<WrittenKey> keys;
  Add(keys, true, "name", "name");
  Add(keys, pipeline.run_name.has_value(), "run-name", "run-name");
  Add(keys, true, "on", "on");
  Add(keys, true, "permissions", "permissions");
  Add(keys, pipeline.env.has_value(), "env", "env");
  Add(keys, pipeline.concurrency.has_value(), "concurrency", "concurrency");
  Add(keys, pipeline.defaults.has_value(), "defaults", "shell");
  Add(keys, true, "jobs", "job");
  return keys;
}

Value RawOf(const check::RawBlock& raw, std::span<const std::string_view> known, const std::vector<WrittenKey>& written,
            const source::SourceMap& sources, diagnostics::Sink& sink) {
  (void)sources;
  RawReader reader(raw, sink);
  diagnostics::Sink mistakes;
  const auto document = load::ReadYaml(reader.local(), reader.file(), mistakes);
  for (const diagnostics::Diagnostic& mistake : mistakes.all())
    sink.Add(Build(Code::P0112, reader.Place(mistake.primary.at), "this is not YAML: " + mistake.message,
                   mistake.primary.text));
  if (!document || document->root == nullptr) return Value::Null();
  if (document->root->kind != YamlNode::Kind::Map) {
    sink.Add(Build(Code::P0112, raw.at, "expected a YAML mapping in `raw`", "lines of the form   key: value"));
    return Value::Null();
  }
  Value map = reader.Read(*document->root);
  for (const auto& [key, value] : map.entries) {
    const Span at = key.origin.at;
    auto mine = std::ranges::find(written, key.text, &WrittenKey::key);
    if (mine != written.end()) {
      Build report(Code::P0623, at, fmt::format("`raw` cannot change `{}`", key.text), "Sluice has written it already");
      if (mine->at.valid()) report.Also(mine->at, "from this setting");
      report.Say(fmt::format("Set it with `{}:`.", mine->setting));
      sink.Add(std::move(report));
    } else if (std::ranges::find(known, key.text) == known.end()) {
      std::vector<std::string> names(known.begin(), known.end());
      Build report(Code::P0208, at, fmt::format("GitHub has no key `{}` here", key.text));
      if (auto nearest = DidYouMean(key.text, names))
        report.Label(fmt::format("did you mean `{}`?", *nearest))
            .FixLabel(diagnostics::Replace(at, *nearest, "write `" + *nearest + "`"));
      else
        report.Label("GitHub would refuse the file");
      sink.Add(std::move(report));
    }
  }
  return map;
}

}  // namespace sluice::lower
