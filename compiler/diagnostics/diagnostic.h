#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/diagnostics/codes.h"
#include "compiler/source/source_map.h"

namespace sluice::diagnostics {

using source::Span;

struct Edit {
  Span at;  // replaced; empty to insert
  std::string text;
};

// A change that mends the mistake. Safe: the meaning of the program is surely what was wanted.
struct Fix {
  std::string title;
  bool safe = false;
  std::vector<Edit> edits;
};

struct Label {
  Span at;
  std::string text;
  std::optional<Fix> fix;
};

struct Note {
  std::string text;  // may have several lines
  std::optional<Fix> fix;
};

// The place in Sluice's own sources that reports a mistake: the caller's, when it is a default argument. Tests ask with it
// whether every rule has a wrong program; users never see it.
struct Rule {
  const char* file;
  int line;
  // (Not std::source_location, which clang 14 does not know.)
  // NOLINTNEXTLINE(google-explicit-constructor): it stands for the place that calls.
  constexpr Rule(const char* caller = __builtin_FILE(), int at = __builtin_LINE()) : file(caller), line(at) {}
};

// One mistake: what is wrong (a sentence in plain words), where, why, and how to mend it (language.md 2.14).
struct Diagnostic {
  Code code;
  Severity severity;  // of the code, unless sluice.toml raised it
  std::string message;
  Label primary;
  std::vector<Label> labels;
  std::vector<Note> notes;
  bool whole_file = false;  // shows no source line
  Rule rule;
};

// Makes a diagnostic with the severity of its code; the other parts are chained on:
//   Make(Code::P0205, span, "two jobs are called `x`", "why").Also(other, "the first one").Say("Give one ...")
class Build {
 public:
  Build(Code code, Span at, std::string message, std::string label = "", Rule rule = {});
  Build& Also(Span at, std::string text);
  Build& Say(std::string note);
  Build& Say(std::string note, Fix fix);
  Build& FixLabel(Fix fix);        // on the primary label
  Build& Label(std::string text);  // of the primary label
  Build& WholeFile();
  operator Diagnostic() const { return diagnostic_; }  // NOLINT(google-explicit-constructor)

 private:
  Diagnostic diagnostic_;
};

// A fix of one edit.
Fix Replace(Span at, std::string text, std::string title, bool safe = true);

// Where phases leave what they found. Order does not matter: renderers sort.
class Sink {
 public:
  void Add(Diagnostic diagnostic) { diagnostics_.push_back(std::move(diagnostic)); }
  const std::vector<Diagnostic>& all() const { return diagnostics_; }
  std::vector<Diagnostic>& all() { return diagnostics_; }
  bool has_errors() const;

 private:
  std::vector<Diagnostic> diagnostics_;
};

// Sorts by file, position of the primary label and code, and drops exact repetitions.
void Sort(std::vector<Diagnostic>& diagnostics, const source::SourceMap& sources);

}  // namespace sluice::diagnostics
