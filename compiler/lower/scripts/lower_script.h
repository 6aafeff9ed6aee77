#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/expr/expr.h"
#include "compiler/lower/scripts/scan.h"
#include "compiler/source/source_map.h"

// Makes a `run` body safe YAML (language.md 2.7): constants are written quoted for their place, every other placeholder
// becomes a variable of the step's `env` and a reference that fits its place. Programs of actions likewise.
namespace sluice::lower::scripts {

using source::Span;

// A piece of the body: literal text, or a placeholder.
struct Part {
  std::string text;
  std::optional<size_t> placeholder;  // an index into Script::placeholders
  Span span;                          // as written; of text in a text block at most one line with its end
  bool escapes = false;               // the text was written in "…": \n and the like stand for one character
};

// What stands in `${{ }}`.
struct Placeholder {
  enum class Kind : uint8_t { Constant, Text, Int, Float, Bool, File, Json };  // Json: lists and records
  enum class Shape : uint8_t { Text, Bool, Number, Json };                     // of a constant
  enum class Use : uint8_t { Plain, Words, Flag, Paste };

  Kind kind = Kind::Text;  // of the argument, for Words, Flag and Paste
  Use use = Use::Plain;
  Span span;             // with `${{` and `}}`
  Span expression;       // without them
  std::string source;    // the expression as written
  std::string argument;  // of Words and Flag: their argument as written
  std::string path;      // what names the variable: a path, or the name of a let; empty: a complex expression
  std::string constant;  // Constant: its text. File: its path below the workspace (.sluice/in/build.package/a.tgz)
  Shape shape = Shape::Text;
  std::vector<std::string> items;  // Constant that is a list of texts
  bool is_list = false;            // a list of texts
  expr::Expr value;                // otherwise: the lowered expression
  std::string flag_name;           // Flag: its first argument
  // An outsider may write it; the text says who: "the author of the pull request writes it".
  std::optional<std::string> untrusted;
  bool secret = false;
  // What kind of value it is, for messages: "a string, known only when the run starts". May be empty.
  std::string description;
  // Where a value stands that it is known to have and that contains a blank (default, axis, let); and where its name is
  // declared. Both may be nowhere.
  Span blank_value;
  Span declaration;
  bool is_string = false;  // its type is `string`: a hint about words makes sense
};

// A declared output of `run -> { … }`.
struct Output {
  std::string name;
  enum class Check : uint8_t { None, Bool, Int } check = Check::None;
  Span span;  // of its declaration
};

// What the script prints becomes its output `stdout`.
struct Capture {
  std::string file;       // below $RUNNER_TEMP, of this step alone
  bool pipefail = false;  // the shell gives up when a part of a pipe fails
};

// An input of an action that runs its value as a program.
struct CodeInput {
  std::string name;
  Span key;
};

struct Script {
  Shell shell = Shell::Bash;
  std::optional<Capture> capture;
  std::optional<CodeInput> code_input;  // where the program is no `run`
  int attempts = 1;                     // until it succeeds
  bool errexit = true;                  // the shell gives up when a command fails
  std::vector<Part> parts;
  std::vector<Placeholder> placeholders;
  std::vector<Output> outputs;
  std::vector<std::string> env_names;  // what the step's own `env` sets
  Span span;                           // of the whole body
  Span keyword;                        // the word `run`; may be nowhere
};

struct EnvVariable {
  std::string name;
  expr::Expr value;
};

// The byte that stands for a value which GitHub puts into the text (P0513, where a directive allows it).
inline constexpr char kPasted = '\x02';

struct LoweredScript {
  // What the shell shall read. A `${{` in it is text: GithubText writes it so that GitHub leaves it alone. Several
  // lines end in a line end, one does not.
  std::string text;
  std::vector<EnvVariable> env;  // in order of first use
  std::vector<Span> lines;       // for each line of the text, where it was written
  // Values for which no reference can be written: each stands in the text as kPasted, in this order.
  std::vector<expr::Expr> pasted = {};
};

// Never fails: with errors in `sink` the text is still there, as near to the meaning as can be.
LoweredScript LowerScript(const Script& script, const source::SourceMap& sources, diagnostics::Sink& sink);

// Of a text with expressions: the runner's ExpressionConstants.MaxLength.
inline constexpr size_t kMaxCharacters = 21'000;

// The text as it stands in a workflow: each `${{` becomes `${{ '${{' }}`.
std::string GithubText(std::string_view text);

// PIPE_ and the path in capitals: "build.outputs.digest" -> "PIPE_BUILD_DIGEST" (language.md 2.7, 4).
std::string VariableName(std::string_view path);

// `text` as exactly one word of any POSIX shell; plain when it needs no quotes.
std::string QuoteWord(std::string_view text);

}  // namespace sluice::lower::scripts
