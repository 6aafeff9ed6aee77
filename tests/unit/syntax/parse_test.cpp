#include "compiler/syntax/parse.h"

#include <gtest/gtest.h>

#include "compiler/diagnostics/render_text.h"
#include "compiler/syntax/dump.h"

namespace sluice::syntax {
namespace {

struct Parsed {
  std::string dump, text;
  std::vector<std::string> said;  // "P0112 message"
};

Parsed Read(const std::string& text, bool places = false) {
  source::SourceMap sources;
  const source::FileId file = sources.Add("t.pipe", text);
  diagnostics::Sink sink;
  Ast ast = Parse(sources, file, sink);
  if (places) CheckPlaces(sources, ast, sink);
  diagnostics::Sort(sink.all(), sources);
  Parsed parsed{Dump(ast), diagnostics::RenderText(sink.all(), sources), {}};
  for (const auto& problem : sink.all())
    parsed.said.push_back(std::string(diagnostics::Info(problem.code).name) + " " + problem.message);
  return parsed;
}

// The value of `let x = …` as one line: "binary + (int 1) (int 2)".
std::string Expr(const std::string& text) {
  const Parsed parsed = Read("let x = " + text + "\n");
  if (!parsed.said.empty()) return parsed.said[0];
  std::string out;
  size_t depth = 0, lines = 0;
  for (size_t at = 0; at < parsed.dump.size();) {
    const size_t end = parsed.dump.find('\n', at);
    const size_t indent = parsed.dump.find_first_not_of(' ', at) - at;
    if (lines++ >= 2) {
      for (; lines > 3 && depth >= indent; depth -= 2) out += ')';
      out += (out.empty() ? "" : " ") + std::string("(") + parsed.dump.substr(at + indent, end - at - indent);
      depth = indent;
    }
    at = end + 1;
  }
  for (; depth >= 4; depth -= 2) out += ')';
  return out;
}

TEST(Parse, BindsOperatorsByPrecedence) {
  EXPECT_EQ(Expr("a || b && c"), "(binary || (name a) (binary && (name b) (name c)))");
  EXPECT_EQ(Expr("a == b != c"), "(binary != (binary == (name a) (name b)) (name c))");
  EXPECT_EQ(Expr("a ?? b ?? c"), "(binary ?? (name a) (binary ?? (name b) (name c)))");
  EXPECT_EQ(Expr("1 + 2 * 3 - 4"), "(binary - (binary + (int 1) (binary * (int 2) (int 3))) (int 4))");
  EXPECT_EQ(Expr("a in b && !c"), "(binary && (binary in (name a) (name b)) (unary ! (name c)))");
  EXPECT_EQ(Expr("a ? b : c ? d : e"), "(conditional (name a) (name b) (conditional (name c) (name d) (name e)))");
  EXPECT_EQ(Expr("a as json ? b : c"), "(conditional (cast (name a) (type json)) (name b) (name c))");
  EXPECT_EQ(Expr("a as? json"), "(cast ? (name a) (type json))");
  EXPECT_EQ(Expr("100m..500m"), "(binary .. (duration 100m) (duration 500m))");
  EXPECT_EQ(Expr("(a || b) && c"), "(binary && (binary || (name a) (name b)) (name c))");
}

TEST(Parse, ReadsPostfixes) {
  EXPECT_EQ(Expr("needs.*.result"), "(member result (member * (name needs)))");
  EXPECT_EQ(Expr("a['b'][*].c"), "(member c (index * (index (name a) (string ' (text \"b\")))))");
  EXPECT_EQ(Expr("f(1, k: 2)"), "(call (name f) (entry (int 1)) (entry \"k\" (int 2)))");
}

TEST(Parse, TakesKeywordsAsNames) {
  for (const char* word :
       {"import", "from",     "as",     "let",      "type",        "enum",      "fn",         "action",
        "extern", "pipeline", "on",     "job",      "gate",        "for",       "in",         "where",
        "uses",   "run",      "step",   "if",       "else",        "parallel",  "background", "wait",
        "cancel", "output",   "secret", "var",      "environment", "service",   "overlay",    "rollout",
        "at",     "hold",     "check",  "metric",   "slo",         "migration", "manifest",   "patch",
        "raw",    "static",   "once",   "requires", "assert",      "verbatim"}) {
    const std::string w(word);
    const Parsed parsed =
        Read("pipeline " + w + "(" + w + ": string = \"\") {\n  on push(" + w + ": [" + w + "])\n  " + w +
             ": 1\n  job " + w + " for " + w + " in [1] {\n    env: { " + w + ": " + w + ", a: x." + w +
             " }\n    if: " + w + "\n    let " + w + " = run -> { " + w + ": string } `true`\n    run `${{ " + w +
             " }}`\n    output " + w + " = " + w + "." + w + "\n  }\n  gate " + w + ": [" + w + "]\n}\n");
    EXPECT_TRUE(parsed.said.empty()) << w << "\n" << parsed.text;
  }
}

TEST(Parse, KeepsTextBlocksAsTheyAre) {
  const Parsed parsed = Read("run |\n    a\n\n      b ${{ x }}\n    $${{ c\n\n");
  EXPECT_EQ(parsed.dump,
            "run\n  string |\n    text \"a\\n\\n  b \"\n    placeholder\n      name x\n    text \"\\n${{ c\"\n");
}

TEST(Parse, DamagesOneItem) {
  const Parsed parsed = Read(
      "pipeline ci {\n  on push\n  job a {\n    timeout 5m\n    name: )\n    run `x`\n  }\n  job {\n    run `y`\n  }\n "
      " job c for in [1] {\n    run `z`\n  }\n}\n");
  EXPECT_EQ(parsed.said.size(), 4u) << parsed.text;  // timeout, name, job, c
  for (const char* kept : {"job a", "text \"x\"", "text \"y\"", "job c", "text \"z\""})
    EXPECT_NE(parsed.dump.find(kept), std::string::npos) << kept;
}

TEST(Parse, FindsMissingBracketsByIndentation) {
  const std::string good =
      "pipeline ci {\n  on push(branches: [main])\n  job a {\n    run `x`\n  }\n  job b {\n    run `y`\n  }\n}\n";
  const auto without = [&](std::string_view what, size_t from = 0) {
    std::string text = good;
    return text.erase(text.find(what, from), what.size());
  };
  for (const std::string& text :
       {without("{", 40), without("  }\n"), without("("), without("]"), without(")"), good + "}\n"}) {
    const Parsed parsed = Read(text);
    EXPECT_EQ(parsed.said.size(), 1u) << text << parsed.text;
    EXPECT_NE(parsed.dump.find("job b"), std::string::npos) << text;
    EXPECT_NE(parsed.dump.find("text \"y\""), std::string::npos) << text;
  }
}

TEST(Parse, SaysWhatWasExpected) {
  const std::pair<const char*, const char*> cases[] = {
      {"let x 1", "P0112 expected `=` after `x`"},
      {"pipeline {\n}", "P0112 expected a name after `pipeline`"},
      {"let x = f(a", "P0113 this `(` is never closed"},
      {"let x = [a b]", "P0112 expected `,` or `]` after `a`"},
      {"let x = a +", "P0112 expected a value after `+`"},
      {"pipeline p {\n  jbo test {\n  }\n}", "P0112 `jbo` begins nothing that I know"},
      {"pipeline p {\n  job a {\n    actions/checkout@v7\n  }\n}",
       "P0112 expected `uses` before `actions/checkout@v7`"},
      {"pipeline p {\n  job a {\n    `make`\n  }\n}", "P0112 expected `run` before a script"},
      {"pipeline p {\n  job a {\n    uses: actions/checkout@v7\n  }\n}", "P0102 `uses` is written without a colon"},
      {"pipeline p {\n  job a {\n    - run `x`\n  }\n}", "P0112 items have no `-` before them"},
      {"pipeline p {\n  job a {\n    timeout:\n    name: \"x\"\n  }\n}", "P0112 expected a value after `timeout:`"},
      {"pipeline p {\n  gate all: test\n}", "P0112 expected `all` or a list of jobs"},
      {"pipeline p {\n  job a {\n    step \"x\" { timeout: 5m }\n  }\n}", "P0112 this step does nothing"},
      {"let x = { a: 1 b: 2 }", "P0110 a line break or a comma is needed before `b`"},
      {"let x = f(1 2)", "P0110 a comma is needed before `2`"}};
  for (const auto& [text, message] : cases) {
    const Parsed parsed = Read(std::string(text) + "\n");
    ASSERT_EQ(parsed.said.size(), 1u) << text << "\n" << parsed.text;
    EXPECT_EQ(parsed.said[0], message) << parsed.text;
  }
}

TEST(Parse, SurvivesHostileFiles) {
  const auto many = [](std::string_view text, size_t times) {
    std::string out;
    for (size_t i = 0; i < times; ++i) out += text;
    return out;
  };
  const std::string hostile[] = {"let x = " + many("[", 100'000),
                                 "let x = " + many("!", 50'000) + "a",
                                 "let x = a" + many(" + a", 50'000),
                                 "let x = " + many("a ? b : ", 50'000) + "c",
                                 "let x = a" + many(".b", 50'000),
                                 "let x: " + many("a<", 50'000),
                                 many("}\n", 50'000),
                                 many("{\n", 50'000),
                                 many("   a\n", 20'000) + many("}\n", 20'000),
                                 many("let let ", 20'000),
                                 many("a/", 500'000),
                                 "run `" + many("${{ a ", 1000),
                                 many("run |\n", 20'000),
                                 many(";", 100'000),
                                 many("'\n", 20'000)};
  for (const std::string& text : hostile) {
    const Parsed parsed = Read(text, true);
    EXPECT_FALSE(parsed.said.empty()) << text.substr(0, 40);
    EXPECT_LE(parsed.said.size(), 2001u) << text.substr(0, 40);
  }
}

TEST(Places, FollowTheTable) {
  const std::pair<const char*, const char*> cases[] = {
      {"run `x`\n", "P0114 a step cannot stand in a file"},
      {"timeout: 5m\n", "P0114 a setting cannot stand in a file"},
      {"pipeline p {\n  if a { run `x` }\n}\n", "P0114 an `if` block cannot stand in a pipeline"},
      {"pipeline p {\n  job a {\n    if x {\n      timeout: 5m\n    }\n  }\n}\n",
       "P0114 a setting cannot stand in an `if`"},
      {"pipeline p {\n  job a {\n    step {\n      run `x`\n      output y = 1\n    }\n  }\n}\n",
       "P0114 an output cannot stand in a step"},
      {"pipeline p {\n  import \"./x.pipe\" as x\n}\n", "P0114 an import cannot stand in a pipeline"},
      {"type T = string\n", "P0115 `type` is not supported yet"},
      {"pipeline p {\n  jobs: {}\n}\n", "P0102 jobs are written as declarations"}};
  for (const auto& [text, message] : cases) {
    const Parsed parsed = Read(text, true);
    ASSERT_EQ(parsed.said.size(), 1u) << text << "\n" << parsed.text;
    EXPECT_EQ(parsed.said[0], message);
  }
}

}  // namespace
}  // namespace sluice::syntax
