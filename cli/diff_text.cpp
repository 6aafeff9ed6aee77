#include "cli/diff_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace sluice::cli {
namespace {

constexpr size_t kLongest = 100;  // a value that a line can show

// Foreign text on one line: without control characters.
std::string Plain(const std::string& text) {
  std::string plain = text;
  std::ranges::replace_if(
      plain, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
  return plain;
}

bool IsShort(const std::string& value) { return value.size() <= kLongest && value.find('\n') == std::string::npos; }

// The change in words, with `show` for each piece of foreign text.
template <class Show>
std::string Describe(const model::Change& change, Show show) {
  const std::string name = show(change.name);
  if (change.before && change.after) {
    if (!IsShort(*change.before) || !IsShort(*change.after)) return name + " is another one";
    if (change.before->empty()) return fmt::format("{}: {}", name, show(*change.after));
    return fmt::format("{}: {} -> {}", name, show(*change.before),
                       change.after->empty() ? "nothing" : show(*change.after));
  }
  const std::string& value = change.after ? *change.after : *change.before;
  return value.empty() || !IsShort(value) ? name : fmt::format("{}: {}", name, show(value));
}

char Sign(const model::Change& change) { return !change.before ? '+' : !change.after ? '-' : '~'; }

std::string Head(const FileDifference& file) {
  return file.added ? " (new)" : file.removed ? " (no pipeline produces it any more)" : "";
}

// What is gone as a whole needs no list but of the checks that somebody may require.
bool IsTold(const FileDifference& file, const model::Change& change) {
  return !file.removed || change.topic == model::Topic::CheckNames;
}

template <class Topic, class Line>
void ForEachChange(const FileDifference& file, Topic topic, Line line) {
  const model::Change* last = nullptr;
  for (const model::Change& change : file.changes) {
    if (!IsTold(file, change)) continue;
    if (last == nullptr || last->topic != change.topic) topic(change.topic);
    line(change);
    last = &change;
  }
}

// As code, whatever is in it: the fence is longer than every run of backticks inside.
std::string Code(const std::string& text) {
  const std::string plain = Plain(text);
  if (plain.empty()) return "nothing";
  size_t longest = 0, run = 0;
  for (const char c : plain) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string fence(longest + 1, '`');
  const std::string pad = longest > 0 ? " " : "";
  return fence + pad + plain + pad + fence;
}

}  // namespace

std::string DiffText(const std::vector<FileDifference>& files, const std::string& revision) {
  if (files.empty()) return fmt::format("nothing that GitHub reads is different from {}\n", Plain(revision));
  std::string out;
  for (const FileDifference& file : files) {
    out += Plain(file.path) + Head(file) + "\n";
    if (!file.unread.empty())
      out += fmt::format("  {} had no workflow here: {}\n", Plain(revision), Plain(file.unread));
    ForEachChange(
        file, [&](model::Topic topic) { out += fmt::format("  {}\n", model::Name(topic)); },
        [&](const model::Change& change) { out += fmt::format("    {} {}\n", Sign(change), Describe(change, Plain)); });
  }
  return out;
}

std::string DiffMarkdown(const std::vector<FileDifference>& files, const std::string& revision) {
  if (files.empty()) return fmt::format("Nothing that GitHub reads is different from {}.\n", Code(revision));
  std::string out;
  for (const FileDifference& file : files) {
    out += fmt::format("{}#### {}{}\n", out.empty() ? "" : "\n", Code(file.path), Head(file));
    if (!file.unread.empty()) out += fmt::format("\n{} had no workflow here: {}\n", Code(revision), Code(file.unread));
    ForEachChange(
        file, [&](model::Topic topic) { out += fmt::format("\n**{}**\n\n", model::Name(topic)); },
        [&](const model::Change& change) {
          const std::string_view word = Sign(change) == '+' ? "new" : Sign(change) == '-' ? "gone" : "changed";
          out += fmt::format("- {} {}\n", word, Describe(change, Code));
        });
  }
  return out;
}

}  // namespace sluice::cli
