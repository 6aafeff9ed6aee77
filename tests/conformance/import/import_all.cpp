// import_all < LIST: imports each workflow of LIST (one path a line), compiles what was printed and compares it with what
// was loaded. One line a file on stdout, fields apart by tabs:
//   verdict (equal, differs, error, later, unformatted, rejected), raw blocks, concessions, milliseconds, kilobytes of
//   text, path, reason, what was conceded
// With `--lift` all lifts are tried. `import_all --show FILE` prints the text and what is wrong with it.
#include <fmt/format.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>

#include "compiler/format/format.h"
#include "compiler/format/if_blocks.h"
#include "compiler/import_checked.h"

namespace {

using namespace sluice;

struct Verdict {
  std::string word, reason, text, conceded;
  size_t raw = 0, concessions = 0, rounds = 0;
};

bool Stable(const std::string& text) {
  source::SourceMap sources;
  diagnostics::Sink sink;
  const auto again = format::Format(sources, sources.Add("import.pipe", format::LiftConditions(text)), sink);
  return again && *again == text;
}

void Add(std::string& list, const std::string& item) {
  if (list.size() < 2000) list += (list.empty() ? "" : " | ") + item;
}

Verdict Judge(const std::string& path, const import::Lifts& lifts) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream content;
  content << in.rdbuf();
  source::SourceMap sources;
  const source::FileId file = sources.Add(path, content.str());
  diagnostics::Sink sink;
  const auto checked = compile::ImportWorkflow(sources, file, {}, {}, lifts, {}, sink);
  Verdict verdict;
  if (!checked) {
    // A file that GitHub does not read gives a reason.
    verdict.word = sink.has_errors() ? "rejected" : "silent";
    if (sink.has_errors()) verdict.reason = sink.all()[0].message;
    return verdict;
  }
  const import::Imported& imported = checked->imported;
  verdict.text = imported.text;
  verdict.raw = imported.raw_blocks;
  verdict.concessions = imported.concessions.size();
  verdict.rounds = checked->rounds;
  for (const import::Concession& c : imported.concessions)
    Add(verdict.conceded, fmt::format("{} {} {} at line {}", c.form, c.code, c.message, sources.Begin(c.at).line));
  const bool later = !checked->errors.empty() && checked->later.size() == checked->errors.size();
  for (const std::string& error : checked->errors)
    if (later || !checked->later.contains(error)) Add(verdict.reason, error);
  for (const import::Difference& d : checked->differences)
    Add(verdict.reason, fmt::format("{}: [{}] [{}]", d.path, d.loaded.substr(0, 100), d.lowered.substr(0, 100)));
  verdict.word = !Stable(verdict.text)           ? "unformatted"
                 : later                         ? "later"
                 : !checked->errors.empty()      ? "error"
                 : !checked->differences.empty() ? "differs"
                                                 : "equal";
  return verdict;
}

std::string OneLine(std::string text) {
  for (char& c : text)
    if (c == '\n' || c == '\t' || c == '\r') c = ' ';
  return text;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 3 && std::string(argv[1]) == "--show") {
    const Verdict verdict = Judge(argv[2], {});
    fmt::print("{}", verdict.text);
    fmt::print(stderr, "{}, {} raw\n{}\n{}\n", verdict.word, verdict.raw, verdict.reason, verdict.conceded);
    return 0;
  }
  import::Lifts lifts;
  if (argc == 2 && std::string(argv[1]) == "--lift") lifts = {true, true, true, true};
  const auto start = std::chrono::steady_clock::now();
  std::string path;
  int n = 0;
  for (; std::getline(std::cin, path); ++n) {
    const auto before = std::chrono::steady_clock::now();
    const Verdict verdict = Judge(path, lifts);
    const std::chrono::duration<double, std::milli> spent = std::chrono::steady_clock::now() - before;
    fmt::print("{}\t{}\t{}\t{:.1f}\t{}\t{}\t{}\t{}\n", verdict.word, verdict.raw, verdict.concessions, spent.count(),
               verdict.text.size(), path, OneLine(verdict.reason), OneLine(verdict.conceded));
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  fmt::print(stderr, "{} files in {:.2f} s, peak {} MiB\n", n, seconds.count(), usage.ru_maxrss / 1024);
  return 0;
}
