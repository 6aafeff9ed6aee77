// Every rule of the compiler has a wrong program: removing one changes the exact text that some test expects.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "compiler/base/text.h"
#include "tests/diagnostics/project.h"

namespace sluice::tests {
namespace {

const fs::path kSources = SLUICE_SOURCE_DIR;

// A place in our sources that reports a mistake: a call that names a code, or one of a helper that takes the place of its
// caller (a parameter `Rule rule = {}`).
struct Site {
  std::string file;
  int first = 0, last = 0;  // lines of the call
  std::string code;         // empty: the helper's
  std::string text;         // how it begins
  std::string ToText() const { return file + ":" + std::to_string(first) + ": " + text; }
};

// The text with comments and literals blotted out; lines stay where they are.
std::string CodeAlone(std::string text) {
  for (size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    const bool comment = c == '/' && text[at + 1] == '/';
    // (An apostrophe behind a digit divides a number.)
    const bool literal = c == '"' || (c == '\'' && (at == 0 || !IsAsciiAlnum(text[at - 1])));
    if (!comment && !literal) continue;
    size_t end = at + 1;
    while (end < text.size() && text[end] != '\n' && (comment || text[end] != c))
      end += text[end] == '\\' && !comment ? 2 : 1;
    for (; at < end && at < text.size(); ++at)
      if (text[at] != '\n') text[at] = '_';
    if (literal && at < text.size()) text[at] = '_';
  }
  return text;
}

int LineOf(const std::string& text, size_t at) {
  return 1 + static_cast<int>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
}

// Where the bracket that is open at `at` was opened; npos: none is.
size_t Opener(const std::string& text, size_t at) {
  for (int depth = 0; at-- > 0;) {
    if (text[at] == ')') ++depth;
    if (text[at] == '(' && depth-- == 0) return at;
  }
  return std::string::npos;
}

size_t Closer(const std::string& text, size_t opener) {
  int depth = 0;
  for (size_t at = opener; at < text.size(); ++at) {
    if (text[at] == '(') ++depth;
    if (text[at] == ')' && --depth == 0) return at;
  }
  return text.size();
}

std::map<std::string, std::string> Sources() {
  std::map<std::string, std::string> sources;
  for (const char* folder : {"compiler", "cli"})
    for (const auto& entry : fs::recursive_directory_iterator(kSources / folder))
      if (entry.path().extension() == ".cpp" || entry.path().extension() == ".h")
        sources[fs::relative(entry.path(), kSources)] = CodeAlone(ReadFile(entry.path()));
  return sources;
}

// Where calls of a helper are looked for: in its own file, or around its header.
struct Helper {
  std::string name, scope;
  auto operator<=>(const Helper&) const = default;
};

std::set<Helper> Helpers(const std::map<std::string, std::string>& sources) {
  static const std::regex parameter(R"(\bRule rule = \{\})");
  std::set<Helper> helpers;
  for (const auto& [path, text] : sources)
    for (std::sregex_iterator it(text.begin(), text.end(), parameter), end; it != end; ++it) {
      const size_t opener = Opener(text, static_cast<size_t>(it->position()));
      size_t begin = opener;
      while (begin > 0 && (std::isalnum(static_cast<unsigned char>(text[begin - 1])) || text[begin - 1] == '_'))
        --begin;
      helpers.insert(
          {text.substr(begin, opener - begin), path.ends_with(".h") ? path.substr(0, path.rfind('/') + 1) : path});
    }
  return helpers;
}

void AddSite(const std::string& path, const std::string& text, size_t opener, const std::string& code,
             std::vector<Site>& sites) {
  const size_t closer = Closer(text, opener);
  const std::string call = text.substr(opener, closer - opener);
  static const std::regex passed_on(R"(\brule$|\bRule rule\b)");
  if (std::regex_search(call, passed_on)) return;  // a helper: its callers are the sites
  static std::map<std::string, std::string> whole;
  const std::string& source = whole.try_emplace(path, ReadFile(kSources / path)).first->second;
  const size_t begin = source.rfind('\n', opener) + 1;
  const std::string line = source.substr(begin, source.find('\n', opener) - begin);
  sites.push_back({path, LineOf(text, opener), LineOf(text, closer), code, line.substr(line.find_first_not_of(' '))});
}

std::vector<Site> FindSites() {
  const auto sources = Sources();
  const std::set<Helper> helpers = Helpers(sources);
  const std::regex code(R"((==\s*|!=\s*)?\bCode::(P[0-9]{4})\b)");
  std::vector<Site> sites;
  for (const auto& [path, text] : sources) {
    if (path.starts_with("compiler/diagnostics/")) continue;
    for (std::sregex_iterator it(text.begin(), text.end(), code), end; it != end; ++it)
      if (!(*it)[1].matched && Opener(text, static_cast<size_t>(it->position())) != std::string::npos)
        AddSite(path, text, Opener(text, static_cast<size_t>(it->position())), (*it)[2], sites);
    for (const Helper& helper : helpers) {
      if (!path.starts_with(helper.scope)) continue;
      const std::regex call("\\b" + helper.name + "\\(");
      for (std::sregex_iterator it(text.begin(), text.end(), call), end; it != end; ++it) {
        const auto opener = static_cast<size_t>(it->position() + it->length() - 1);
        const std::string inside = text.substr(opener, Closer(text, opener) - opener);
        if (!std::regex_search(inside, code)) AddSite(path, text, opener, "", sites);
      }
    }
  }
  return sites;
}

// A finding that some wrong program gives: file and line of the rule, and the code.
struct Reached {
  std::string file;
  int line = 0;
  std::string code;
};

// Files that are too large to be kept.
std::vector<WrongProgram> LargePrograms() {
  const std::string large(17 << 20, '#');
  return {{"large.pipe", {{"large.pipe", large}}, "check large.pipe", {}},
          {"large.yml", {{"large.yml", large}}, "check large.yml", {}}};
}

std::vector<Reached> ReachedByPrograms() {
  static const std::regex line("(.*/)?((compiler|cli)/[^:]*):([0-9]+) (P[0-9]{4})");
  std::vector<Reached> reached;
  std::vector<WrongProgram> programs = LargePrograms();
  for (const std::string& name : OwnPrograms()) programs.push_back(OwnProgram(name));
  for (const WrongProgram& program : programs) {
    std::istringstream text(Say(Project(), program, SLUICE_RULES_BINARY).text);
    std::smatch match;
    for (std::string said; std::getline(text, said);)
      if (std::regex_match(said, match, line)) reached.push_back({match[2], std::stoi(match[4]), match[5]});
  }
  return reached;
}

bool Fits(const Site& site, const Reached& reached) {
  return site.file == reached.file && site.first <= reached.line && reached.line <= site.last &&
         (site.code.empty() || site.code == reached.code);
}

// unreached.txt: `FILE: TEXT OF THE LINE  # REASON`, for rules that no program can break.
std::map<std::string, std::string> Unreached() {
  std::map<std::string, std::string> unreached;
  std::istringstream text(ReadFile(kSources / "tests/diagnostics/unreached.txt"));
  for (std::string line; std::getline(text, line);) {
    if (line.empty() || line.starts_with('#')) continue;
    const size_t reason = line.find("  # ");
    EXPECT_NE(reason, std::string::npos) << "no reason: " << line;
    unreached[line.substr(0, reason)] = line.substr(std::min(reason, line.size()));
  }
  return unreached;
}

TEST(WrongPrograms, TooLargeToBeRead) {
  const std::vector<std::string> texts = {
      "error[P0109]: this file is larger than 16 MiB\n  ┌─ large.pipe\n"
      "  = A source is text that people write: is this the right file?\n",
      "error[P1102]: the file has 17825792 bytes, GitHub reads at most 1048576\n  ┌─ large.yml\n"};
  for (size_t i = 0; i < texts.size(); ++i) EXPECT_EQ(Say(Project(), LargePrograms()[i]).text, texts[i]);
}

TEST(WrongPrograms, BreakEveryRule) {
  const std::vector<Site> sites = FindSites();
  const std::vector<Reached> reached = ReachedByPrograms();
  std::map<std::string, std::string> unreached = Unreached();
  std::set<std::string> used;
  size_t covered = 0, owed = 0;
  for (const Site& site : sites) {
    const std::string key = site.file + ": " + site.text;
    const bool broken = std::ranges::any_of(reached, [&](const Reached& one) { return Fits(site, one); });
    covered += broken ? 1 : 0;
    const auto listed = unreached.find(key);
    if (listed != unreached.end()) used.insert(key);
    owed += listed != unreached.end() && listed->second == "  # owed" && !broken ? 1 : 0;
    EXPECT_NE(broken, unreached.contains(key)) << site.ToText() << (broken ? "\n  is broken by a program" : "");
  }
  for (const auto& [key, reason] : unreached) EXPECT_TRUE(used.contains(key)) << "no such rule: " << key;
  // Every finding comes from a place that the search above knows.
  for (const Reached& one : reached)
    EXPECT_TRUE(std::ranges::any_of(sites, [&](const Site& site) { return Fits(site, one); }))
        << one.file << ":" << one.line << " " << one.code << " is no place that reports";
  std::printf("%zu of %zu rules are broken by a wrong program, %zu programs are owed\n", covered, sites.size(), owed);
  EXPECT_GT(sites.size(), 250u);
}

}  // namespace
}  // namespace sluice::tests
