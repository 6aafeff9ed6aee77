// Actions of the program, written out where they are used, and foreign ones whose signature the program declares.
#include <fmt/format.h>

#include "tests/unit/check/project.h"

namespace sluice::lower {
namespace {

using check::JobOf;
using List = std::vector<std::string>;

compile::Compilation Build(const std::string& declarations, const std::string& statements, compile::Files files = {}) {
  files["ci.pipe"] = fmt::format("{}\npipeline ci {{\n  on push\n  on pull_request\n  job test {{\n{}\n  }}\n}}\n",
                                 declarations, statements);
  if (!files.contains("sluice.lock")) files["sluice.lock"] = compile::SmallLock();
  return compile::CompileText(files, "ci.pipe");
}

// The steps of a job with these statements, or what is said about them.
std::string Steps(const std::string& declarations, const std::string& statements, compile::Files files = {}) {
  const compile::Compilation built = Build(declarations, statements, std::move(files));
  if (built.outputs.empty() || !built.messages.empty()) return built.messages;
  const std::string text = JobOf(built.outputs.begin()->second, "test");
  const size_t at = text.find("steps:\n");
  return at == std::string::npos ? text : text.substr(at + 7);
}

List Said(const std::string& declarations, const std::string& statements) {
  return check::CodesIn(Build(declarations, statements).messages);
}

constexpr const char* kBuild =
    R"(action build(dir: string, fast: bool = false, label: string? = null) -> { digest: string } {
  let made = run -> { digest: string } `./build ${{ dir }} # digest`
  if fast { run `echo fast` } else { run `./verify ${{ made.digest }}` }
  output digest = made.digest
})";

TEST(Actions, AreWrittenOutWithTheirArguments) {
  EXPECT_EQ(Steps(kBuild, R"(let web = uses build(dir: "web")
    uses build(github.ref_name, fast: true)
    run `push ${{ web.digest }}`)"),
            R"(  - id: web-made
    run: './build web # digest'
  - env:
      PIPE_MADE_DIGEST: ${{ steps.web-made.outputs.digest }}
    run: ./verify "${PIPE_MADE_DIGEST}"
  - env:
      PIPE_DIR: ${{ github.ref_name }}
    run: './build "${PIPE_DIR}" # digest'
  - run: echo fast
  - env:
      PIPE_WEB_DIGEST: ${{ steps.web-made.outputs.digest }}
    run: push "${PIPE_WEB_DIGEST}"
)");
}

TEST(Actions, NumberTheIdsOfRepetitions) {
  EXPECT_EQ(Steps(kBuild, R"(uses build(dir: "a")
    uses build(dir: "b")
    for d in ["c", "d"] { let c = uses build(dir: d)
      run `echo ${{ c.digest }}` })"),
            R"(  - id: build-made
    run: './build a # digest'
  - env:
      PIPE_MADE_DIGEST: ${{ steps.build-made.outputs.digest }}
    run: ./verify "${PIPE_MADE_DIGEST}"
  - id: build-made-2
    run: './build b # digest'
  - env:
      PIPE_MADE_DIGEST: ${{ steps.build-made-2.outputs.digest }}
    run: ./verify "${PIPE_MADE_DIGEST}"
  - id: c-made
    run: './build c # digest'
  - env:
      PIPE_MADE_DIGEST: ${{ steps.c-made.outputs.digest }}
    run: ./verify "${PIPE_MADE_DIGEST}"
  - env:
      PIPE_C_DIGEST: ${{ steps.c-made.outputs.digest }}
    run: echo "${PIPE_C_DIGEST}"
  - id: c-made-2
    run: './build d # digest'
  - env:
      PIPE_MADE_DIGEST: ${{ steps.c-made-2.outputs.digest }}
    run: ./verify "${PIPE_MADE_DIGEST}"
  - env:
      PIPE_C_DIGEST: ${{ steps.c-made-2.outputs.digest }}
    run: echo "${PIPE_C_DIGEST}"
)");
}

TEST(Actions, UseOtherActionsOfOtherFiles) {
  EXPECT_EQ(
      Steps("import \"./steps.pipe\" as shared\nimport { outer } from \"./steps.pipe\"", R"(let o = uses outer(n: 2)
    uses shared.inner(word: "direct")
    run `echo ${{ o.said }}`)",
            {{"steps.pipe", R"(let prefix = "say"
action inner(word: string) -> { said: string } {
  let it = run -> { said: string } `echo ${{ prefix }} ${{ word }} # said`
  output said = it.said
}
action outer(n: int) -> { said: string } {
  let deep = uses inner(word: "n${{ n }}")
  output said = deep.said
})"}}),
      R"(  - id: o-deep-it
    run: 'echo say n2 # said'
  - run: 'echo say direct # said'
  - env:
      PIPE_O_SAID: ${{ steps.o-deep-it.outputs.said }}
    run: echo "${PIPE_O_SAID}"
)");
}

TEST(Actions, HaveTheConditionOfTheirCall) {
  EXPECT_EQ(Steps("action two() { run `one`\nif github.actor == 'me' { run `two` } }",
                  "step { if: github.ref_name == 'main', uses two() }\nif failure() { uses two() }"),
            R"(  - if: github.ref_name == 'main'
    run: one
  - if: github.ref_name == 'main' && github.actor == 'me'
    run: two
  - if: failure()
    run: one
  - if: failure() && github.actor == 'me'
    run: two
)");
}

TEST(Actions, HaveAShellAndAFolderOfTheirOwn) {
  EXPECT_EQ(Steps("action x() { run `make`\nstep { working-directory: \"sub\", run sh `make` } }",
                  "shell: sh\nworking-directory: \"web\"\nrun `own`\nuses x()"),
            R"(  - run: own
  - shell: bash
    working-directory: '.'
    run: make
  - working-directory: sub
    run: make
)");
}

TEST(Actions, GiveValuesToJobOutputs) {
  const std::string text = Build(kBuild,
                                 "let b = uses build(dir: \"x\")\noutput digest = b.digest\n}\njob other {\nrun "
                                 "`echo ${{ test.digest }}`")
                               .outputs.begin()
                               ->second;
  EXPECT_NE(text.find("digest: ${{ steps.b-made.outputs.digest }}"), std::string::npos) << text;
}

TEST(Actions, AskForPermissionsOnce) {
  const std::string text = Build(
                               "action p() {\n requires permissions { packages: write }\n once step \"Login\": run "
                               "`login`\n run `push`\n}",
                               "uses p()\nif github.actor == 'a' { uses p() }\nuses p()")
                               .outputs.begin()
                               ->second;
  EXPECT_NE(text.find("packages: write # p\n"), std::string::npos) << text;
  EXPECT_EQ(text.find("Login"), text.rfind("Login")) << text;
}

TEST(Actions, OnceIsRepeatedWhereItMayNotHaveRun) {
  const std::string once = "action p() { once step \"Login\": run `login`\nrun `push` }";
  EXPECT_EQ(Steps(once, "if github.actor == 'a' { uses p()\nuses p() }\nuses p()"),
            R"(  - name: Login
    if: github.actor == 'a'
    run: login
  - if: github.actor == 'a'
    run: push
  - if: github.actor == 'a'
    run: push
  - name: Login
    run: login
  - run: push
)");
}

TEST(Actions, AreCheckedOnce) {
  EXPECT_EQ(Said("action a(x: string) {\n  run `echo ${{ y }}`\n  run `echo ${{ z }}`\n}", "uses a(x: \"1\")"),
            (List{"P0202:2", "P0202:3"}));
  EXPECT_EQ(Said("action a() { run `echo ${{ needs.b.result }}` }", "run `x`"), List{"P0202:1"});
  EXPECT_EQ(Said("action a() { run `echo ${{ inputs.b }}` }", "run `x`"), List{"P0203:1"});
  EXPECT_EQ(Said("action a() { run `echo ${{ late.outcome }}`\nlet late = run `x` }", "run `x`"), List{"P0202:1"});
  EXPECT_EQ(Said("action a() { uses b() }\naction b() { uses a() }", "run `x`"), List{"P0606:2"});
  EXPECT_EQ(Said("action a(x: string, x: int) { run `y` }", "run `x`"), List{"P0205:1"});
  EXPECT_EQ(Said("action a(x: string) { let x = run `y` }", "run `x`"), List{"P0211:1"});
}

TEST(Actions, CheckTheirArguments) {
  const std::string take =
      "action take(s: string, n: int = 1, static k: string = \"k\") { run `${{ s }} ${{ n }} ${{ k }}` }";
  EXPECT_EQ(Said(take, "uses take(s: \"a\")"), List{});
  EXPECT_EQ(Said(take, "uses take()"), List{"P0301:6"});
  EXPECT_EQ(Said(take, "uses take(s: 1)"), List{"P0302:6"});
  EXPECT_EQ(Said(take, "uses take(s: \"a\", m: 1)"), List{"P0302:6"});
  EXPECT_EQ(Said(take, "uses take(s: \"a\", n: \"b\")"), List{"P0302:6"});
  EXPECT_EQ(Said(take, "uses take(s: \"a\", k: github.actor)"), List{"P0403:6"});
  EXPECT_EQ(Said("secret S\n" + take, "uses take(s: secrets.S)"), List{"P0502:7"});
  EXPECT_EQ(Said(take, "uses tak(s: \"a\")"), List{"P0202:6"});
  EXPECT_EQ(Said(take, "run `${{ take }}`"), List{"P0302:6"});
}

TEST(Actions, WhatOnlyACallFindsIsShownThere) {
  const std::string eval = "action count(n: string) {\n  run `[[ ${{ n }} -eq 1 ]] && echo one`\n}";
  EXPECT_EQ(Said(eval, "uses count(n: \"2\")"), List{});
  EXPECT_EQ(Said("action pick(kind: string) { uses \"./actions/${{ kind }}\" }",
                 "permissions: {}\nuses actions/checkout@v7\nuses pick(kind: github.actor)"),
            List{"P0403:8"});
  EXPECT_EQ(Said("action small(n: int) { assert n < 3\nrun `x` }", "uses small(n: 2)\nuses small(n: 3)"),
            List{"P0312:8"});
  EXPECT_EQ(Said("action all(xs: list<string>) { for x in xs { run `do ${{ x }}` } }", "uses all(xs: [\"a\", \"b\"])"),
            List{});
}

TEST(Actions, OutputsMayBeAbsent) {
  EXPECT_EQ(Said(kBuild, "if github.actor == 'a' { let b = uses build(dir: \"x\") }\nrun `echo ${{ b.digest }}`"),
            List{"P0307:11"});
  EXPECT_EQ(Said(kBuild, "let b = uses build(dir: \"x\")\nrun `echo ${{ b.nothing }}`"), List{"P0703:11"});
  EXPECT_EQ(Said(kBuild, "let b = uses build(dir: \"x\")\nrun `echo ${{ b.outcome }}`"), List{"P0203:11"});
  EXPECT_EQ(Said(kBuild, "run `echo ${{ b.digest }}`\nlet b = uses build(dir: \"x\")"), List{"P0202:10"});
}

TEST(Actions, KeepTheirPromises) {
  EXPECT_EQ(Said("action a() -> { x: string, y: int } { run `x`\noutput x = \"1\" }", "run `x`"), List{"P0301:1"});
  EXPECT_EQ(Said("action a() -> { x: string } { output x = 1 }", "run `x`"), List{"P0302:1"});
  EXPECT_EQ(Said("action a() -> { x: string } { output x = \"1\"\noutput z = \"1\" }", "run `x`"), List{"P0302:2"});
  EXPECT_EQ(Said("action a() { if github.actor == 'x' { output x = \"1\" } }", "run `x`"), List{"P0114:1"});
  EXPECT_EQ(Said("action a() { output x: file = \"a/b\" }", "run `x`"), List{"P0302:1"});
}

TEST(Actions, EnterEnvironments) {
  const std::string declared =
      "environment prod { url: \"https://x.example\" }\nsecret KEY in prod\naction deploy() in environment {\n run "
      "`deploy ${{ environment.name }} ${{ secrets.KEY }}`\n}";
  EXPECT_EQ(Said(declared, "uses deploy()"), List{"P0301:10"});
  EXPECT_EQ(Steps(declared, "environment: prod\nif github.event_name == 'push' { uses deploy() }"),
            R"(  - if: github.event_name == 'push'
    env:
      PIPE_SECRETS_KEY: ${{ secrets.KEY }}
    run: deploy prod "${PIPE_SECRETS_KEY}"
)");
}

TEST(Actions, StandAlone) {
  EXPECT_EQ(Said("action a() { run `x` }", "parallel { uses a() }"), List{"P0114:6"});
  EXPECT_EQ(Said("action a() { run `x` }", "let h = background uses a()\nwait all"), List{"P0114:6"});
  EXPECT_EQ(Said("action a() { run `x` }", "step \"Name\": uses a()"), List{"P0208:6"});
  EXPECT_EQ(Said("action a() { run `x` }", "step { timeout: 5m, uses a() }"), List{"P0208:6"});
}

// Twenty actions, each of which uses the next one twice: a million steps.
TEST(Actions, EndInABudget) {
  std::string chain;
  for (int i = 0; i < 20; ++i) chain += fmt::format("action a{}() {{ uses a{}()\nuses a{}() }}\n", i, i + 1, i + 1);
  const List said = Said(chain + "action a20() { run `x` }", "uses a0()");
  ASSERT_FALSE(said.empty());
  EXPECT_EQ(said.front().substr(0, 5), "P0906");
}

constexpr const char* kPush = R"(extern action push from actions/upload-artifact@v7 (
  name: string, path: list<string> as lines, level: enum(none, best) = none, token: secret<string>? = null
) -> { id: int, key: secret<string> } { permissions: { packages: write }, events: [push] })";

TEST(Extern, SaysWhatAForeignActionTakes) {
  const std::string text = Build(kPush, R"(if github.event_name == 'push' {
      let p = uses push(name: "x", path: ["a", "b"], level: best)
      run `echo $(( ${{ p.id }} + 1 ))`
    })")
                               .outputs.begin()
                               ->second;
  EXPECT_NE(text.find("packages: write # actions/upload-artifact\n"), std::string::npos) << text;
  EXPECT_NE(text.find("uses: actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f # v7.0.0"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("path: |-\n            a\n            b\n          level: best\n"), std::string::npos) << text;
}

TEST(Extern, ChecksItsUses) {
  const auto said = [](const std::string& use) {
    return Said(kPush, "if github.event_name == 'push' { " + use + " }");
  };
  EXPECT_EQ(said("uses push(name: \"x\", path: \"p\")"), List{});
  EXPECT_EQ(said("uses push(name: \"x\")"), List{"P0301:8"});
  EXPECT_EQ(said("uses push(name: \"x\", path: \"p\", level: worst)"), List{"P0309:8"});
  EXPECT_EQ(said("uses push(name: \"x\", path: \"p\", lvl: best)"), List{"P0702:8"});
  EXPECT_EQ(Said(kPush, "uses push(name: \"x\", path: \"p\")"), List{"P0204:8"});
  EXPECT_EQ(Said("extern action no from acme/none@v1 (a: string)", "run `x`"), List{"P0701:1"});
  EXPECT_EQ(Said("extern action e from actions/checkout@v7 (a: list<string>)", "run `x`"), List{"P0302:1"});
  EXPECT_EQ(Said("extern action e from actions/checkout@v7 (a: string as lines)", "run `x`"), List{"P0309:1"});
  EXPECT_EQ(Said("extern action e from actions/checkout@v7 (a: string) { permission: {} }", "run `x`"),
            List{"P0208:1"});
  EXPECT_EQ(Said("extern action e from actions/checkout@v7 () { permissions: {}, env: { TOKEN: secret } }", "uses e()"),
            List{"P0301:6"});
}

}  // namespace
}  // namespace sluice::lower
