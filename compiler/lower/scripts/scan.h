#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// Where the placeholders of a shell script stand, seen as the shell reads it: quotes, expansions, here-documents,
// commands. Sources: POSIX.1-2017, Shell Command Language; the manuals of bash 3.2 to 5.2, dash and busybox ash.
namespace sluice::lower::scripts {

// What reads a script. The last four are no shells that we know; see programs.h. Unknown: only the run chooses it, or nobody
// knows how it reads values. Nothing is scanned then, and values are pasted.
enum class Shell : uint8_t { Bash, Sh, PowerShell, Python, JavaScript, Unknown };

inline bool IsPosix(Shell shell) { return shell == Shell::Bash || shell == Shell::Sh; }

// The byte that stands for a placeholder in the text of a template.
inline constexpr char kHole = '\0';

// A script with holes: `text` has kHole where a placeholder stands; `holes` are their offsets, rising. A NUL elsewhere
// is an ordinary byte.
struct Template {
  std::string text;
  std::vector<size_t> holes;
};

// A range [begin, end) of offsets into the text of a template.
struct Range {
  size_t begin = 0;
  size_t end = 0;
  bool empty() const { return begin == end; }
};

// How the shell reads the characters at a place.
enum class Quoting : uint8_t {
  Unquoted,
  Double,            // "…", also the word of "${x:-…}"
  Single,            // '…'
  DollarSingle,      // $'…'
  Heredoc,           // the body of a here-document that expands
  HeredocRaw,        // the body of one that does not; label: its delimiter
  HeredocDelimiter,  // the word behind <<
  Backslash,         // directly behind a backslash; label: the backslash
  Comment,
  Arithmetic,        // $((…)) ((…)) $[…], an array subscript, ${v:here:here}
  ExpansionQuote,    // '…' inside ${x:-…}; label: the opening quote
  ExpansionPattern,  // the rest of ${x#…} and its kin; label: the operator
};

// What happens to the text after the shell has read it once.
enum class Evaluation : uint8_t {
  None,
  Arithmetic,  // computed; label: what makes it so (`-eq`, `let`, `((`)
  Name,        // the name of a variable; label: the command, operator or `${`
  Again,       // read as shell text again; label: eval, trap, alias
  Program,     // read by another interpreter; label: its name
};

struct Place {
  Quoting quoting = Quoting::Unquoted;
  Evaluation evaluation = Evaluation::None;
  bool subscript = false;    // Arithmetic: of an array, so possibly a key
  bool alone = false;        // the whole of an unquoted word
  bool list = false;         // alone, and where a word may become several or none: arguments, `for … in`, arrays
  bool first_word = false;   // alone, and the name of a command
  bool expansion = false;    // inside ${x:-…}
  bool in_brackets = false;  // unquoted behind { or [, or in a regular expression: plain text could be syntax there
  bool before_redirection = false;      // digits here would name a file, as in 2>file
  bool conditional = false;             // inside [[ ]]
  int backticks = 0;                    // how many `…` stand around it
  std::string assignment;               // NAME when it is the whole value of NAME=…
  Range label;                          // see the enumerators; empty when there is none
  std::string word;                     // the text of the label: "-eq", "eval", "bash"
  Range operand_left, operand_right;    // around an arithmetic operator of [[ ]]
  Range quotes;                         // with both quotes, when the string holds nothing but it
  std::vector<std::string> delimiters;  // of all here-documents around it: no line of a constant may be one
  bool expands_more = false;  // HeredocRaw: the body has `$`, backticks or backslashes, so unquoting changes more
};

// What Unclosed says of a script whose nesting is deeper than anybody writes.
inline constexpr std::string_view kTooDeep = "nesting this deep";

// A quote, substitution or here-document that is never closed.
struct Unclosed {
  Range opening;
  std::string what;       // "quote", "here-document", "`$(`"
  std::string delimiter;  // of a here-document
};

struct Scan {
  std::vector<Place> places;       // one a hole
  std::vector<Unclosed> unclosed;  // at most one: nothing behind it can be told
  std::vector<Range> globs;        // unquoted * ? [ in words that the shell would expand to file names
  bool ends_in_backslash = false;  // the last line goes on
};

// Reads a script. Total: any text gives a place for every hole. Linear but for nested `$((`.
Scan ScanScript(Shell shell, const Template& script);

}  // namespace sluice::lower::scripts
