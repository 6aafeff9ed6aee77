#include "runtime/steps/filter.h"

#include <fmt/format.h>

#include <algorithm>
#include <bitset>

#include "runtime/steps/contexts.h"

namespace sluice::steps {
namespace {

// One character class with how often it may stand.
struct Piece {
  std::bitset<256> set;
  bool optional = false;
  bool more = false;  // any number of times
};

std::bitset<256> Only(char c) {
  std::bitset<256> set;
  set.set(static_cast<unsigned char>(c));
  return set;
}

size_t ReadSet(std::string_view pattern, size_t at, std::bitset<256>& set) {
  const size_t end = pattern.find(']', at + 1);
  if (end == std::string_view::npos) {
    set = Only('[');
    return at + 1;
  }
  for (size_t i = at + 1; i < end; ++i) {
    const auto low = static_cast<unsigned char>(pattern[i]);
    auto high = low;
    if (i + 2 < end && pattern[i + 1] == '-') {
      high = static_cast<unsigned char>(pattern[i + 2]);
      i += 2;
    }
    for (unsigned c = low; c <= high; ++c) set.set(c);
  }
  return end + 1;
}

std::vector<Piece> Compile(std::string_view pattern) {
  std::vector<Piece> pieces;
  for (size_t i = 0; i < pattern.size();) {
    const char c = pattern[i];
    if (c == '*') {
      Piece piece{{}, true, true};
      piece.set.set();
      if (pattern.substr(i).starts_with("**")) {
        i += 2;
        // `**/` also stands for no folder at all.
        if (i < pattern.size() && pattern[i] == '/' && (i == 2 || pattern[i - 3] == '/')) ++i;
      } else {
        piece.set.reset('/');
        ++i;
      }
      pieces.push_back(piece);
    } else if ((c == '?' || c == '+') && !pieces.empty()) {
      if (c == '?') pieces.back().optional = true;
      if (c == '+') pieces.back().more = true;
      ++i;
    } else {
      Piece piece;
      if (c == '[') {
        i = ReadSet(pattern, i, piece.set);
      } else {
        if (c == '\\' && i + 1 < pattern.size()) ++i;
        piece.set = Only(pattern[i++]);
      }
      pieces.push_back(piece);
    }
  }
  return pieces;
}

std::vector<std::string> Texts(const model::Value& value) {
  std::vector<std::string> texts;
  if (value.is(model::Value::Kind::List)) {
    for (const model::Value& item : value.items) texts.push_back(item.text);
  } else if (value.is(model::Value::Kind::String)) {
    texts.push_back(value.text);
  }
  return texts;
}

std::optional<std::vector<std::string>> Find(const model::Trigger& trigger, std::string_view name) {
  for (const model::Filter& filter : trigger.filters)
    if (filter.name == name) return Texts(filter.value);
  return std::nullopt;
}

bool AnyMatches(std::string_view name, const std::vector<std::string>& patterns) {
  return std::ranges::any_of(patterns, [&](const std::string& p) { return MatchesFilter(name, p); });
}

// The files that the payload of a push says were changed; nothing when it does not say.
std::optional<std::vector<std::string>> ChangedFiles(const expr::Value& github) {
  const expr::Value* commits = Lookup(github, "event.commits");
  if (commits == nullptr || commits->kind() != expr::Kind::Array || commits->array()->items.empty())
    return std::nullopt;
  std::vector<std::string> files;
  for (const expr::Value& commit : commits->array()->items)
    for (const char* list : {"added", "modified", "removed"})
      if (const expr::Value* names = Lookup(commit, list); names != nullptr && names->kind() == expr::Kind::Array)
        for (const expr::Value& name : names->array()->items) files.push_back(expr::ToText(name));
  if (files.empty()) return std::nullopt;
  return files;
}

std::optional<std::string> CheckNames(const model::Trigger& trigger, const std::string& what, const std::string& name) {
  if (auto wanted = Find(trigger, what); wanted && !MatchesFilters(name, *wanted))
    return fmt::format("its {} are {}", what, fmt::join(*wanted, ", "));
  if (auto unwanted = Find(trigger, what + "-ignore"); unwanted && AnyMatches(name, *unwanted))
    return fmt::format("it ignores the {} {}", what, fmt::join(*unwanted, ", "));
  return std::nullopt;
}

std::optional<std::string> CheckPaths(const model::Trigger& trigger, const expr::Value& github) {
  const auto files = ChangedFiles(github);
  if (!files) return std::nullopt;
  if (auto wanted = Find(trigger, "paths"))
    if (std::ranges::none_of(*files, [&](const std::string& f) { return MatchesFilters(f, *wanted); }))
      return fmt::format("no changed file is in its paths {}", fmt::join(*wanted, ", "));
  if (auto unwanted = Find(trigger, "paths-ignore"))
    if (std::ranges::all_of(*files, [&](const std::string& f) { return AnyMatches(f, *unwanted); }))
      return fmt::format("all changed files are in the paths that it ignores");
  return std::nullopt;
}

}  // namespace

bool MatchesFilter(std::string_view name, std::string_view pattern) {
  const std::vector<Piece> pieces = Compile(pattern);
  // reached[i]: the first pieces can match the first i characters. Linear in their product, whatever the pattern.
  std::vector<bool> reached(name.size() + 1);
  reached[0] = true;
  for (const Piece& piece : pieces) {
    std::vector<bool> next(name.size() + 1);  // the piece has taken one character at least
    for (size_t i = 0; i < name.size(); ++i)
      if ((reached[i] || (piece.more && next[i])) && piece.set.test(static_cast<unsigned char>(name[i])))
        next[i + 1] = true;
    for (size_t i = 0; i <= name.size() && piece.optional; ++i) next[i] = next[i] || reached[i];
    reached = std::move(next);
  }
  return reached[name.size()];
}

bool MatchesFilters(std::string_view name, const std::vector<std::string>& patterns) {
  bool matches = false;
  for (const std::string& pattern : patterns) {
    const bool negative = pattern.starts_with('!');
    if (MatchesFilter(name, std::string_view(pattern).substr(negative ? 1 : 0))) matches = !negative;
  }
  return matches;
}

std::optional<std::string> WhyNotStarted(const model::Trigger& trigger, const expr::Value& github) {
  const std::string action = TextAt(github, "event.action");
  if (auto types = Find(trigger, "types"); types && !action.empty())
    if (std::ranges::find(*types, action) == types->end())
      return fmt::format("its types are {}, not {}", fmt::join(*types, ", "), action);
  if (trigger.event == "push") {
    const bool tag = TextAt(github, "ref_type") == "tag";
    const bool tags = Find(trigger, "tags") || Find(trigger, "tags-ignore");
    const bool branches = Find(trigger, "branches") || Find(trigger, "branches-ignore");
    if (tag && !tags && branches) return "it starts on branches only";
    if (!tag && tags && !branches) return "it starts on tags only";
    if (auto reason = CheckNames(trigger, tag ? "tags" : "branches", TextAt(github, "ref_name"))) return reason;
    return tag ? std::nullopt : CheckPaths(trigger, github);
  }
  const std::string base = TextAt(github, "base_ref");
  const std::string branch = base.empty() ? TextAt(github, "event.workflow_run.head_branch") : base;
  if (!branch.empty())
    if (auto reason = CheckNames(trigger, "branches", branch)) return reason;
  return CheckPaths(trigger, github);
}

}  // namespace sluice::steps
