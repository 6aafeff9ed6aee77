// The proof of language.md 2.7 by execution: whatever a value holds, each place gives exactly the meaning, in every
// shell.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>
#include <random>

#include "compiler/base/text.h"
#include "compiler/expr/value.h"
#include "tests/unit/lower_scripts/harness.h"
#include "tests/unit/lower_scripts/shells.h"

namespace sluice::lower::scripts {
namespace {

using Strings = std::vector<std::string>;
using Meaning = std::function<Strings(const std::string&)>;

// What `$( )` leaves of a text.
std::string Substituted(std::string text) {
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

Strings Itself(const std::string& v) { return {v}; }
Strings Stripped(const std::string& v) { return {Substituted(v)}; }
Meaning Around(std::string before, std::string after) {
  return [=](const std::string& v) { return Strings{before + v + after}; };
}

// A script with the placeholder x, and the arguments that its only `show` gets.
struct Row {
  std::string name;
  std::string script;
  Meaning meaning = Itself;
  bool bash_only = false;
  std::function<bool(const std::string&)> fits = {};  // the values it is for; empty: all
};

const std::vector<Row>& Rows() {
  static const std::vector<Row> rows = {
      {"unquoted", "show ${{ x }}"},
      {"part of a word", "show a${{ x }}'b'", Around("a", "b")},
      {"double quotes", "show \"a ${{ x }} b\"", Around("a ", " b")},
      {"single quotes", "show 'a ${{ x }} b'", Around("a ", " b")},
      {"dollar quotes", "show $'a\\t${{ x }}\\'b'", Around("a\t", "'b"), true},
      {"substitution", "show \"$(printf %s ${{ x }})\"", Stripped},
      {"substitution in quotes", "show \"$(printf %s \"a${{ x }}\")\"", [](auto& v) { return Stripped("a" + v); }},
      {"backticks", "y=`printf %s ${{ x }}`; show \"$y\"", Stripped},
      {"backticks in quotes", "show \"`printf %s ${{ x }}`\"", Stripped},
      {"quotes in backticks in quotes", "show \"`printf %s \"a ${{ x }}\"`\"",
       [](auto& v) { return Stripped("a " + v); }},
      {"nested backticks", "show \"`printf %s \\`printf %s a; : ${{ x }}\\``\"", [](auto&) { return Strings{"a"}; }},
      {"assignment", "y=${{ x }}; show \"$y\""},
      {"quoted assignment", "y=\"a${{ x }}\" z=1; show \"$y\"", Around("a", "")},
      {"export", "export y=${{ x }}; show \"$y\""},
      {"export, quoted", "export \"y=${{ x }}\"; show \"$y\""},
      {"local", "f() { local y=${{ x }}; show \"$y\"; }; f"},
      {"prefix of a command", "y=${{ x }} sh -c 'printf %s \"$y\"' > d/o; y=$(cat d/o); show \"$y\"", Stripped},
      {"redirection", "cd d; rm -f f*; printf hi > f${{ x }}; show f*", Around("f", ""), false,
       [](auto& v) { return v.size() < 200 && v.find('/') == std::string::npos; }},
      {"case word", "case ${{ x }} in plain) show plain ;; *) show other ;; esac",
       [](auto& v) { return Strings{v == "plain" ? "plain" : "other"}; }},
      {"case pattern", "case plain in ${{ x }}) show plain ;; *) show other ;; esac",
       [](auto& v) { return Strings{v == "plain" ? "plain" : "other"}; }},
      {"conditional", "if [[ ${{ x }} == plain ]]; then show plain; else show other; fi",
       [](auto& v) { return Strings{v == "plain" ? "plain" : "other"}; }, true},
      {"conditional pattern", "if [[ plain == ${{ x }} && a != ${{ x }} ]]; then show plain; else show other; fi",
       [](auto& v) { return Strings{v == "plain" ? "plain" : "other"}; }, true},
      {"regular expression", "if [[ plain =~ ^${{ x }}$ ]]; then show plain; else show other; fi",
       [](auto& v) { return Strings{v == "plain" ? "plain" : "other"}; }, true},
      {"test", "if [ ${{ x }} = plain ]; then show plain; else show other; fi",
       [](auto& v) { return Strings{v == "plain" ? "plain" : "other"}; }},
      {"here-document", "y=$(cat <<EOF\n[${{ x }}] \"it's\"\nEOF\n); show \"$y\"", Around("[", "] \"it's\"")},
      {"here-document with tabs", "y=$(cat <<-EOF\n\t[${{ x }}]\n\tEOF\n); show \"$y\"", Around("[", "]")},
      {"substitution in a here-document", "y=$(cat <<EOF\n$(printf %s ${{ x }})]\nEOF\n); show \"$y\"",
       [](auto& v) { return Strings{Substituted(v) + "]"}; }},
      {"two here-documents", "y=$(cat <<A; cat <<'B'\n[${{ x }}]\nA\n$(touch x)\nB\n); show \"$y\"",
       Around("[", "]\n$(touch x)")},
      {"here-string", "y=$(cat <<< ${{ x }}); show \"$y\"", Stripped, true},
      {"default", "show ${u:-${{ x }}}"},
      {"default in quotes", "show \"${u:-a ${{ x }} b}\"", Around("a ", " b")},
      {"quoted default", "show ${u-\"a ${{ x }}\"}", Around("a ", "")},
      {"alternative", "u=1; show ${u:+${{ x }}} \"${u+${{ x }}}\"",
       [](auto& v) {
         return Strings{v, v};
       }},
      {"assigned default", ": \"${z:=a${{ x }}}\"; show \"$z\"", Around("a", "")},
      {"nested defaults", "show \"${u:-${w:-${{ x }}}}\""},
      {"comment", "show a # ${{ x }} '\n: # it's ${{ x }}", [](auto&) { return Strings{"a"}; }},
      {"loop", "for y in ${{ x }} \"${{ x }}\"; do show \"$y\"; done; :", nullptr},
      {"array", "y=(a ${{ x }} # it's\n b); show \"${y[@]}\"",
       [](auto& v) {
         return Strings{"a", v, "b"};
       },
       true},
      {"array element", "y[1]=${{ x }}; y+=([3]=${{ x }}); show \"${y[@]}\"",
       [](auto& v) {
         return Strings{v, v};
       },
       true},
      {"process substitution", "y=$(cat <(printf %s ${{ x }})); show \"$y\"", Stripped, true},
      {"arguments of eval'd text", "y=${{ x }}; eval 'show \"$y\"'"},
      {"function and braces", "f() { show \"$1\"; }\n{ f ${{ x }}; }"},
      {"subshell and pipe", "y=$( (printf %s ${{ x }}) | cat); show \"$y\"", Stripped},
      {"arithmetic-looking subshells", "y=$((printf %s ${{ x }}) | cat); show \"$y\"", Stripped, true},
      {"case in a substitution", "y=$(case a in a) printf %s ${{ x }} ;; (b) echo ')' ;; esac); show \"$y\"", Stripped},
      {"continued lines", "show \\\n  ${{ x }} \\\n  b",
       [](auto& v) {
         return Strings{v, "b"};
       }},
      {"beside quotes", "show \"a\"${{ x }}'b'\"${{ x }}\"", [](auto& v) { return Strings{"a" + v + "b" + v}; }},
      {"an option's value", "show --name=${{ x }}", Around("--name=", "")},
      {"arguments of sh -c", "y=$(sh -c 'printf %s \"$1\"' _ ${{ x }}); show \"$y\"", Stripped},
      {"words", "show a ${{ words(x) }}", nullptr},
      {"flag", "show ${{ flag(--name, x) }}",
       [](auto& v) {
         return v.empty() ? Strings() : Strings{"--name", v};
       }},
      {"flag with =", "show ${{ flag(--name=, x) }}",
       [](auto& v) { return v.empty() ? Strings() : Strings{"--name=" + v}; }},
  };
  return rows;
}

Strings Split(const std::string& text) {
  Strings words{"a"};
  std::string word;
  for (const char c : text + " ") {
    if (c != ' ' && c != '\t' && c != '\n') {
      word += c;
    } else if (!word.empty()) {
      words.push_back(std::exchange(word, {}));
    }
  }
  return words;
}

std::string Expected(const Row& row, const std::string& value) {
  if (row.name == "loop") return Shown({value}) + Shown({value});
  if (row.name == "words") return Shown(Split(value));
  return Shown(row.meaning(value));
}

// All rows with all values: as run-time values, or as constants.
std::vector<Case> TableCases(Shell shell, bool constants) {
  std::vector<Case> cases;
  for (const Row& row : Rows()) {
    if (row.bash_only && shell == Shell::Sh) continue;
    Harness harness(row.script, shell);
    LoweredScript lowered = harness.Lower();
    EXPECT_EQ(harness.Problems(), Strings()) << row.script;
    for (const std::string& value : HostileValues()) {
      if (row.fits && !row.fits(value)) continue;
      Case one{fmt::format("{} <{}>{}", row.name, value.substr(0, 40), constants ? " constant" : ""),
               lowered.text,
               {},
               Expected(row, value)};
      if (constants) {
        Harness constant(row.script, shell);
        for (Placeholder& p : constant.script.placeholders) {
          p.kind = Placeholder::Kind::Constant;
          p.constant = value;
          p.value = {};
        }
        lowered = constant.Lower();
        one.script = lowered.text;
        EXPECT_EQ(constant.Problems(), Strings()) << row.script;
      }
      for (const EnvVariable& variable : lowered.env) one.env.emplace_back(variable.name, value);
      cases.push_back(std::move(one));
    }
  }
  return cases;
}

void ExpectNothingWrong(Shell shell, const std::vector<Case>& cases, const char* what) {
  for (const std::string& program : ShellsFor(shell)) {
    const Strings wrong = RunCases(program, cases);
    std::printf("%s: %zu of %zu %s\n", program.c_str(), cases.size() - std::min(wrong.size(), cases.size()),
                cases.size(), what);
    for (size_t i = 0; i < wrong.size() && i < 8; ++i) ADD_FAILURE() << wrong[i];
  }
}

TEST(Execution, RunTimeValuesMeanThemselves) {
  for (const Shell shell : {Shell::Bash, Shell::Sh})
    ExpectNothingWrong(shell, TableCases(shell, false), "places with hostile values give the meaning");
}

TEST(Execution, ConstantsMeanThemselves) {
  for (const Shell shell : {Shell::Bash, Shell::Sh})
    ExpectNothingWrong(shell, TableCases(shell, true), "places with hostile constants give the meaning");
}

// ---- numbers ----

struct NumberRow {
  std::string script;
  std::function<long(long)> meaning;
  bool bash_only = false;
};

TEST(Execution, NumbersAreComputedAndOthersStopTheStep) {
  const std::vector<NumberRow> rows = {
      {"show $(( ${{ int:n }} + 1 ))", [](long n) { return n + 1; }},
      {"show \"$((${{ int:n }} * (2)))\"", [](long n) { return n * 2; }},
      {"show $((${u:-${{ int:n }}} + 1))", [](long n) { return n + 1; }},
      {"((y = ${{ int:n }} + 1)) || :; show $y", [](long n) { return n + 1; }, true},
      {"show $[${{ int:n }} + 1]", [](long n) { return n + 1; }, true},
      {"let 'y = ${{ int:n }} + 1' || :; show $y", [](long n) { return n + 1; }, true},
      {"declare -i y=${{ int:n }}; show $y", [](long n) { return n; }, true},
      {"declare -i y; y=${{ int:n }}; show $y", [](long n) { return n; }, true},
      {"[[ ${{ int:n }} -lt 3 ]] && y=1 || y=0; show $y", [](long n) { return n < 3 ? 1 : 0; }, true},
      {"[[ \"${{ int:n }}\" -eq '${{ int:n }}' ]] && y=1 || y=0; show $y", [](long) { return 1; }, true},
      {"for ((i = 0, y = 1; i < ${{ int:n }}; i++)); do y=$((y + 1)); done; show $y",
       [](long n) { return n > 0 ? n + 1 : 1; }, true},
      {"y=(0 1 2 3 4 5 6 7 8 9 10 11 12); show ${y[${{ int:n }} + 5]}", [](long n) { return n + 5; }, true},
      {"declare -A y=([7]=1 [0]=1 [-5]=1); show ${y[${{ int:n }}]}", [](long) { return 1; }, true},
      {"y[${{ int:n }} + 5]=3; show ${y[@]}", [](long) { return 3; }, true},
      {"y=0123456789012345; show $((10#${y:${{ int:n }} + 5:2}))",
       [](long n) { return ((n + 5) % 10) * 10 + (n + 6) % 10; }, true},
  };
  for (const Shell shell : {Shell::Bash, Shell::Sh}) {
    std::vector<Case> cases;
    for (const NumberRow& row : rows) {
      if (row.bash_only && shell == Shell::Sh) continue;
      Harness harness(row.script, shell);
      const LoweredScript lowered = harness.Lower();
      EXPECT_EQ(harness.Problems(), Strings()) << row.script;
      for (const long n : {0L, 7L, -5L})
        cases.push_back({row.script + " " + std::to_string(n),
                         lowered.text,
                         {{"PIPE_N", std::to_string(n)}},
                         Shown({std::to_string(row.meaning(n))})});
      for (const std::string& value : HostileValues()) {
        if (value == "1" || value == "-5") continue;
        cases.push_back({row.script + " <" + value.substr(0, 30) + ">",
                         lowered.text,
                         {{"PIPE_N", value}},
                         "::error file=ci.pipe,line=1::n is not an int\n"});
      }
    }
    ExpectNothingWrong(shell, cases, "numbers are computed, and others stop the step");
  }
}

TEST(Execution, OutputsAreChecked) {
  for (const Shell shell : {Shell::Bash, Shell::Sh}) {
    std::vector<Case> cases;
    const auto add = [&](Output::Check check, const std::string& lines, const std::string& expected) {
      Harness harness("GITHUB_OUTPUT=d/out; printf '" + lines + "' > d/out; echo b=1 >> d/out", shell);
      harness.script.outputs = {{"o", check, harness.script.span}};
      cases.push_back({lines, harness.Lower().text, {}, expected});
    };
    const std::string no_bool = "::error file=ci.pipe,line=1::output o is not a bool\n";
    const std::string no_int = "::error file=ci.pipe,line=1::output o is not an int\n";
    for (const char* good : {"o=true\\n", "o=false\\n", "o=x\\no=true\\n", "oo=x\\no=true\\n"})
      add(Output::Check::Bool, good, "");
    for (const char* bad : {"", "o=\\n", "o=True\\n", "o=true x\\n", "o=true\\no=\\n", "ao=true\\n"})
      add(Output::Check::Bool, bad, no_bool);
    for (const char* good : {"o=0\\n", "o=-12\\n", "o=x\\no=7\\n"}) add(Output::Check::Int, good, "");
    for (const char* bad : {"", "o=\\n", "o=-\\n", "o=1.5\\n", "o=1 2\\n", "o=--1\\n", "o=a[$(touch x)]\\n"})
      add(Output::Check::Int, bad, no_int);
    ExpectNothingWrong(shell, cases, "outputs are checked");
  }
}

TEST(Execution, FlagsOfBools) {
  for (const Shell shell : {Shell::Bash, Shell::Sh}) {
    Harness harness("show ${{ flag(--all, bool:x) }}", shell);
    const std::string script = harness.Lower().text;
    ExpectNothingWrong(
        shell, {{"on", script, {{"PIPE_X", "--all"}}, Shown({"--all"})}, {"off", script, {{"PIPE_X", ""}}, Shown({})}},
        "flags of bools");
  }
}

TEST(Execution, ListsAreWords) {
  Strings all = HostileValues();
  std::string json = "[";
  for (const std::string& value : all)
    json += (json.size() > 1 ? "," : "") + expr::PrintCompactJson(expr::Value(value));
  Harness harness("show a ${{ list:x }} b");
  const std::string script = harness.Lower().text;
  ASSERT_EQ(harness.Problems(), Strings());
  Strings expected = {"a"};
  expected.insert(expected.end(), all.begin(), all.end());
  expected.emplace_back("b");
  ExpectNothingWrong(Shell::Bash,
                     {{"hostile", script, {{"PIPE_X", json + "]"}}, Shown(expected)},
                      {"empty", script, {{"PIPE_X", "[]"}}, Shown({"a", "b"})}},
                     "lists are words");
  for (const Shell shell : {Shell::Bash, Shell::Sh}) {
    Harness constant("show a ${{ list:x }} b", shell);
    constant.script.placeholders[0].kind = Placeholder::Kind::Constant;
    constant.script.placeholders[0].items = all;
    ExpectNothingWrong(shell, {{"constant", constant.Lower().text, {}, Shown(expected)}}, "constant lists are words");
  }
}

// ---- random compositions ----

// Builds scripts whose meaning is known because it is built along.
class Composer {
 public:
  Composer(unsigned seed, Shell shell) : random_(seed), shell_(shell) {}

  struct Piece {
    std::string text;
    std::function<std::string(const std::string&)> meaning;
  };

  std::pair<std::string, Meaning> Script() {
    Piece word = Word(4, 0);
    auto meaning = [word](const std::string& v) { return Strings{word.meaning(v)}; };
    std::string text = Pick() % 2 == 0 ? "# it's a comment (${{ x }}\n" : "case a in (b) echo ')' ;; esac\n";
    return {text + "show " + word.text + "\n", meaning};
  }

 private:
  unsigned Pick() { return random_(); }

  static Piece Literal(std::string text, std::string meaning) {
    return {std::move(text), [meaning](const std::string&) { return meaning; }};
  }
  static Piece Hole() {
    return {"${{ x }}", [](const std::string& v) { return v; }};
  }
  static Piece Join(const Piece& a, const Piece& b) {
    return {a.text + b.text, [a, b](const std::string& v) { return a.meaning(v) + b.meaning(v); }};
  }
  static Piece Wrap(std::string before, const Piece& piece, std::string after) {
    return {before + piece.text + after, piece.meaning};
  }

  // One word outside quotes.
  Piece Word(int depth, int backticks) {
    Piece piece = Literal("", "");
    for (unsigned i = 0, n = 1 + Pick() % 3; i < n; ++i) {
      switch (Pick() % (shell_ == Shell::Bash ? 7 : 6)) {
        case 0:
          piece = Join(piece, Literal("a.b", "a.b"));
          break;
        case 1:
          piece = Join(piece, Literal("'l \"$(touch x) #'", "l \"$(touch x) #"));
          break;
        case 2:
          piece = Join(piece, Hole());
          break;
        case 3:
          piece = Join(piece, {"'s ${{ x }}'", [](const std::string& v) { return "s " + v; }});
          break;
        case 6:
          if (backticks == 0) {
            piece = Join(piece, {"$'d\\t${{ x }}'", [](const std::string& v) { return "d\t" + v; }});
            break;
          }
          [[fallthrough]];
        default:
          piece = Join(piece, Wrap("\"", Double(depth - 1, backticks, true), "\""));
      }
    }
    return piece;
  }

  // Inside double quotes, or a here-document (`quote`: a `"` would end it).
  Piece Double(int depth, int backticks, bool quote) {
    Piece piece = Literal("", "");
    for (unsigned i = 0, n = 1 + Pick() % 3; i < n; ++i) {
      const unsigned kind = Pick() % (depth > 0 ? 8 : 3);
      if (kind == 0) {
        piece = Join(piece, Literal("it's ) # ;", "it's ) # ;"));
      } else if (kind == 1) {
        piece = Join(piece, quote && backticks == 0 ? Literal("\\\"q\\\\", "\"q\\") : Literal(" ", " "));
      } else if (kind == 2) {
        piece = Join(piece, Hole());
      } else if (kind == 3) {
        piece = Join(piece, Literal("$((1 + 1))", "2"));
      } else if (kind == 4 && quote) {
        piece = Join(piece, Wrap("${u:-", Default(depth - 1), "}"));
      } else if (kind == 5 && backticks == 0) {
        piece = Join(piece, Substitution("`", Command(depth - 1, 1), "`"));
      } else {
        piece = Join(piece, Substitution("$(", Command(depth - 1, backticks), ")"));
      }
    }
    return piece;
  }

  Piece Default(int depth) {
    const Piece piece = Join(Literal("d ", "d "), Hole());
    return depth > 0 && Pick() % 2 == 0 ? Join(piece, Wrap("${w-", Default(depth - 1), "}")) : piece;
  }

  static Piece Substitution(const std::string& open, const Piece& command, const std::string& close) {
    return {open + command.text + close, [command](const std::string& v) { return Substituted(command.meaning(v)); }};
  }

  // A command that prints a text.
  Piece Command(int depth, int backticks) {
    const Piece word = Word(depth, backticks);
    switch (Pick() % (backticks == 0 ? 8 : 5)) {
      case 0:
        return Wrap("if true; then printf %s ", word, "; fi");
      case 1:
        return Wrap("{ printf %s ", word, "; }");
      case 2:
        return Wrap("for i in ", word, "; do printf %s \"$i\"; done");
      case 3:
        return Wrap(" (printf %s ", word, ")");
      case 4:
        return Wrap("printf %s ", word, "");
      case 5:
        return Wrap("case a in (a) printf %s ", word, " ;; b | c) echo ')' ;; esac");
      case 6:
        return Wrap("printf %s ", word, " # it's ) a comment\n");
      default: {
        const Piece body = Double(depth, backticks, false);
        const std::string end = "E_" + std::to_string(++heredocs_);
        return {"cat <<" + end + "\n" + body.text + "\n" + end + "\n",
                [body](const std::string& v) { return body.meaning(v) + "\n"; }};
      }
    }
  }

  std::mt19937 random_;
  Shell shell_;
  int heredocs_ = 0;
};

TEST(Execution, RandomCompositionsMeanWhatTheyAreBuiltToMean) {
  const char* given = std::getenv("SLUICE_SEED");
  const unsigned seed =
      given != nullptr ? static_cast<unsigned>(std::strtoul(given, nullptr, 10)) : std::random_device()();
  std::printf("seed %u (SLUICE_SEED)\n", seed);
  for (const Shell shell : {Shell::Bash, Shell::Sh}) {
    Composer composer(seed, shell);
    std::mt19937 random(seed);
    std::vector<Case> cases;
    for (int i = 0; i < 300; ++i) {
      const auto [text, meaning] = composer.Script();
      Harness harness(text, shell);
      const LoweredScript lowered = harness.Lower();
      ASSERT_EQ(harness.Problems(), Strings()) << text;
      for (int k = 0; k < 4; ++k) {
        const std::string& value = HostileValues()[random() % HostileValues().size()];
        Case one{fmt::format("{}: <{}>", text, value.substr(0, 40)), lowered.text, {}, Shown(meaning(value))};
        for (const EnvVariable& variable : lowered.env) one.env.emplace_back(variable.name, value);
        cases.push_back(std::move(one));
      }
    }
    ExpectNothingWrong(shell, cases, "random compositions give the meaning");
  }
}

}  // namespace
}  // namespace sluice::lower::scripts
