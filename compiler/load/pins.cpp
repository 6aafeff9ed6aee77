#include "compiler/load/pins.h"

#include <algorithm>

#include "compiler/base/text.h"
#include "compiler/load/yaml_tree.h"

namespace sluice::load {
namespace {

using Kind = YamlNode::Kind;

bool IsVersion(std::string_view word) {
  if (word.starts_with('v')) word.remove_prefix(1);
  return !word.empty() && IsAsciiDigit(word[0]) && std::ranges::all_of(word, [](char c) {
    return IsAsciiAlnum(c) || c == '.' || c == '-' || c == '_' || c == '+';
  });
}

// The comment behind a scalar on its line, without `#`.
std::string_view CommentBehind(std::string_view text, size_t end) {
  while (end < text.size() && (text[end] == ' ' || text[end] == '\t')) ++end;
  if (end >= text.size() || text[end] != '#') return {};
  const size_t line_end = std::min(text.find('\n', end), text.size());
  return text.substr(end + 1, line_end - end - 1);
}

class UsesReader {
 public:
  UsesReader(const SourceMap& sources, FileId file) : sources_(sources), file_(file) {}

  void Walk(const YamlNode& node, bool step) {
    for (const auto& [key, value] : node.entries)
      if (key->text == "uses" && step) Take(*value);
  }

  // GitHub reads `uses` in jobs, in their steps and in the steps of a `parallel` step; anywhere else it is data.
  void Steps(const YamlNode* steps) {
    if (steps == nullptr) return;
    for (const YamlNode* step : steps->items) {
      Walk(*step, true);
      Steps(Find(*step, "parallel"));
    }
  }

  static const YamlNode* Find(const YamlNode& map, std::string_view key) {
    for (const auto& [name, value] : map.entries)
      if (name->text == key) return value;
    return nullptr;
  }

  std::vector<YamlUse> uses;

 private:
  void Take(const YamlNode& node) {
    const size_t at = node.text.find('@');
    if (node.kind != Kind::String || at == std::string::npos || node.text.starts_with('.') ||
        node.text.starts_with("docker:"))
      return;
    const std::string_view text = sources_.file(file_).text;
    const size_t end = node.at.end - sources_.file(file_).begin;
    uses.push_back(
        {node.text.substr(0, at), node.text.substr(at + 1), VersionInComment(CommentBehind(text, end)), node.at});
  }

  const SourceMap& sources_;
  FileId file_;
};

}  // namespace

std::string VersionInComment(std::string_view comment) {
  for (std::string_view word : SplitString(comment, ' ')) {
    while (!word.empty() && (word.back() == '\r' || word.back() == ',' || word.back() == ';')) word.remove_suffix(1);
    if (const size_t mark = word.find_last_of("@="); mark != std::string_view::npos) word.remove_prefix(mark + 1);
    if (IsVersion(word)) return std::string(word);
    // What people explain behind a pin may hold numbers; only the first word, or the one behind a mark, is the version.
    if (!word.empty() && word != "renovate:" && word != "tag") break;
  }
  return "";
}

std::optional<std::vector<YamlUse>> ReadUses(const SourceMap& sources, FileId file) {
  diagnostics::Sink ignored;
  const auto document = ReadYaml(sources, file, ignored);
  if (!document) return std::nullopt;
  UsesReader reader(sources, file);
  if (const YamlNode* jobs = UsesReader::Find(*document->root, "jobs")) {
    for (const auto& entry : jobs->entries) {
      reader.Walk(*entry.second, true);
      reader.Steps(UsesReader::Find(*entry.second, "steps"));
    }
  }
  // A composite action has steps, too.
  if (const YamlNode* runs = UsesReader::Find(*document->root, "runs")) reader.Steps(UsesReader::Find(*runs, "steps"));
  return std::move(reader.uses);
}

}  // namespace sluice::load
