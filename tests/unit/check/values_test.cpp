// Types, declarations and expressions of the whole language: what they become, and what makes them wrong.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/unit/compile/compile_text.h"

namespace sluice::compile {
namespace {

constexpr const char* kDeclarations = R"(
enum Stage { staging, production, "3.10" }
fn double(n: int) -> int = n * 2
fn pick(stage: Stage) -> string = match stage { staging -> "s", production -> "p", "3.10" -> "v" }
fn tag(name: string, suffix: string = "x") = "${{ name }}-${{ suffix }}"
fn first(items: list<string>) -> string = items[0]
fn where(home: url) -> string = "at ${{ home }}"
let sizes: map<string, int> = { small: 1, big: 8 }
let base = { a: 1, b: "two" }
let memory: bytes = 512Mi
let services = read-json("services.json") as list<{ name: string, port: int, public?: bool }>
)";

Compilation WithValue(const std::string& value, const std::string& more = "") {
  const std::string program = fmt::format(R"({}{}
pipeline ci(mode: string = "fast") {{
  on push
  on workflow_dispatch
  job make {{
    let first-step = run -> {{ text: string, count: int, plan: {{ os: string, on: bool }} }} `./make.sh # text count plan`
    output text = first-step.text
    output plan = first-step.plan
    output data = fromJSON(first-step.text).deep as int
  }}
  job use for os in ["a", "b"], n in [1, 2] {{
    let probe = run -> {{ ok: bool, size: int, doc: string }} `./probe.sh # ok size doc`
    step "value" {{
      env: {{ V: {} }}
      run `./show.sh`
    }}
    run `echo ${{{{ make.text }}}} ${{{{ make.plan.os }}}} ${{{{ make.data }}}}`
  }}
}}
)",
                                          kDeclarations, more, value);
  return CompileText({{"ci.pipe", program},
                      {"services.json", R"([{"name":"api","port":80},{"name":"web","port":443,"public":true}])"},
                      {"broken.json", "[1,"},
                      {"crates/a/Cargo.toml", ""},
                      {"crates/b/Cargo.toml", ""},
                      {"sluice.lock", SmallLock()}},
                     "ci.pipe");
}

std::string Emitted(const std::string& value, const std::string& more = "") {
  const Compilation built = WithValue(value, more);
  if (built.outputs.empty()) return built.messages;
  const std::string& text = built.outputs.begin()->second;
  const size_t at = text.find("          V: ");
  if (at == std::string::npos) return text;
  return text.substr(at + 13, text.find('\n', at) - at - 13);
}

struct Case {
  const char* source;
  const char* emitted;
};

void ExpectEmitted(std::initializer_list<Case> cases) {
  for (const Case& one : cases) EXPECT_EQ(Emitted(one.source), one.emitted) << one.source;
}
void ExpectCodes(std::initializer_list<Case> cases) {
  for (const Case& one : cases) {
    const std::string messages = WithValue(one.source).messages;
    EXPECT_NE(messages.find(std::string("[") + one.emitted + "]"), std::string::npos) << one.source << "\n" << messages;
  }
}

TEST(ValuesTest, ConstantsFold) {
  ExpectEmitted({
      {"double(21)", "42"},
      {"double(double(n: 2))", "8"},
      {"tag('a')", "a-x"},
      {"tag('a', suffix: 'b')", "a-b"},
      {"pick(staging)", "s"},
      {"pick(Stage.production)", "p"},
      {"first(['q', 'r'])", "q"},
      {"where('https://example.com')", "at https://example.com"},
      {"sizes.big", "8"},
      {"sizes['small']", "1"},
      {"{ ...base, a: 2 }.a", "2"},
      {"join([for x in [1, 2, 3] if x != 2: \"v${{ x }}\"], ',')", "v1,v3"},
      {"{for x in ['a', 'b']: x -> len(x)}.b", "1"},
      {"len([...['a'], ...split('b,c', ',')])", "3"},
      {"upper('aß')", "ASS"},
      {"replace('a.b.c', '.', '-')", "a-b-c"},
      {"sort(['b', 'a'])[0]", "a"},
      {"len(unique([1, 2, 1]))", "2"},
      {"len(range(2, 5))", "3"},
      {"len(2 .. 5)", "4"},
      {"memory * 2", "1Gi"},
      {"memory + 512Mi == 1Gi ? 'same' : 'other'", "same"},
      {"'1.10.0' == '1.9.0' ? 'x' : (1.10.0 > 1.9.0 ? 'newer' : 'older')", "newer"},
      {"1.0.0-rc.1 < 1.0.0 ? 'a' : 'b'", "a"},
      {"10% + 5%", "15%"},
      {"services[1].name", "web"},
      {"services[0].port", "80"},
      {"join(files('crates/*/Cargo.toml'), ' ')", "crates/a/Cargo.toml crates/b/Cargo.toml"},
      {"fromJSON('{\"a\":[1,2]}').a[1] as int", "2"},
      {"fromJSON('\"x\"') as? int ?? 3", "3"},
      {"match 2 { 1 -> 'one', 2 -> 'two', else -> 'many' }", "two"},
  });
}

TEST(ValuesTest, RunTimeValuesLower) {
  ExpectEmitted({
      {"tag(github.sha)", "${{ github.sha }}-x"},
      {"match os { 'a' -> 'x', else -> 'y' }", "${{ matrix.os == 'a' && 'x' || 'y' }}"},
      {"sizes[os] ?? 0",
       "${{ case(toJSON(fromJSON('{\"small\":1,\"big\":8}')[matrix.os]) == 'null', 0, "
       "fromJSON('{\"small\":1,\"big\":8}')[matrix.os]) }}"},
      {"make.plan.os", "${{ fromJSON(needs.make.outputs.plan).os }}"},
      {"make.plan.on ? 'x' : 'y'", "${{ fromJSON(needs.make.outputs.plan).on && 'x' || 'y' }}"},
      {"fromJSON(probe.doc).name as string",
       "${{ fromJSON(startsWith(toJSON(fromJSON(steps.probe.outputs.doc).name), '\"') && "
       "toJSON(fromJSON(steps.probe.outputs.doc).name) || 'this value is not a string') }}"},
      {"fromJSON(probe.doc) as? bool ?? false",
       "${{ fromJSON(contains(fromJSON('[\"true\",\"false\"]'), toJSON(fromJSON(steps.probe.outputs.doc))) && "
       "toJSON(fromJSON(steps.probe.outputs.doc)) || 'false') }}"},
      {"case(n == 1, 'a', n == 2, 'b', 'c')", "${{ matrix.n == 1 && 'a' || matrix.n == 2 && 'b' || 'c' }}"},
      {"n in [1, 2] ? 'x' : 'y'", "${{ contains(fromJSON('[1,2]'), matrix.n) && 'x' || 'y' }}"},
      {"probe.size > double(2)  ? 'x' : 'y'", "${{ fromJSON(steps.probe.outputs.size) > 4 && 'x' || 'y' }}"},
  });
}

TEST(ValuesTest, WrongOnesHaveTheirCode) {
  ExpectCodes({
      {"double('a')", "P0302"},
      {"double()", "P0301"},
      {"double(1, 2)", "P0302"},
      {"double(m: 1)", "P0302"},
      {"double(1, n: 2)", "P0205"},
      {"double(n)", "P0403"},
      {"double", "P0302"},
      {"pick(stagin)", "P0309"},
      {"Stage.stagin", "P0309"},
      {"where('example.com')", "P0305"},
      {"first([])", "P0309"},
      {"sizes.medium", "P0309"},
      {"sizes[os]", "P0307"},
      {"{ ...base }.c", "P0203"},
      {"[for x in github.sha: x]", "P0302"},
      {"join([for x in needs.*.result: x], ',')", "P0403"},
      {"match os { 'a' -> 'x' }", "P0311"},
      {"match n { 1 -> 'x', 1 -> 'y', else -> 'z' }", "P0205"},
      {"upper(os)", "P0403"},
      {"memory < 5", "P0303"},
      {"memory + 10%", "P0303"},
      {"fromJSON('[1,')", "P0305"},
      {"fromJSON(probe.doc)", "P0308"},
      {"fromJSON(probe.doc) == 'x' ? 'a' : 'b'", "P0303"},
      {"fromJSON('{}') as int", "P0302"},
      {"fromJSON(probe.doc) as url", "P0302"},
      {"fromJSON(probe.doc) as? int", "P0307"},
      {"probe.doc as int", "P0302"},
      {"read-json('nope.json') as int", "P0207"},
      {"read-json('../x.json') as int", "P0305"},
      {"read-json('broken.json') as int", "P0305"},
      {"read-json('services.json') as list<int>", "P0302"},
      {"5 .. 2", "P0305"},
      {"case(true, 'a')", "P0301"},
      {"case(1, 'a', 'b')", "P0303"},
  });
}

// What only a call finds is shown at its argument, with the place in the body.
TEST(ValuesTest, CallsShowTheChain) {
  const std::string messages = WithValue("outer(n)", "fn outer(m: int) -> int = double(m)\n").messages;
  EXPECT_NE(messages.find("outer(n)"), std::string::npos) << messages;
  EXPECT_NE(messages.find("used here in `outer`"), std::string::npos) << messages;
  EXPECT_EQ(messages.find("error", messages.find("error[P0403]") + 1), std::string::npos) << messages;
}

TEST(ValuesTest, BodiesAreCheckedWithoutACall) {
  const auto code = [](const std::string& more) { return WithValue("'x'", more).messages.substr(0, 12); };
  EXPECT_EQ(code("fn f(x: int) -> string = x\n"), "error[P0302]");
  EXPECT_EQ(code("fn f(x: int) -> int = y\n"), "error[P0202]");
  EXPECT_EQ(code("fn f(x: int?) -> int = x + 1\n"), "error[P0307]");
  EXPECT_EQ(code("fn f(x: Stage) -> int = match x { staging -> 1 }\n"), "error[P0311]");
  EXPECT_EQ(code("fn f(x: int) -> int = f(x)\n"), "error[P0606]");
  EXPECT_EQ(code("fn f(x: int) -> int = g(x)\nfn g(x: int) -> int = f(x)\n"), "error[P0606]");
  EXPECT_EQ(code("fn f(x: { a: int }) -> int = x.b\n"), "error[P0203]");
  EXPECT_EQ(code("fn f(x: { a: int }) -> int = x.a\n"), "");
  EXPECT_EQ(code("fn f(x: list<int>) -> list<int> = [for y in x if y > 1: y * 2]\n"), "");
  EXPECT_EQ(code("enum Stage { a }\n"), "error[P0205]");
  EXPECT_EQ(code("let r: { a: int } = { a: 1, b: 2 }\n"), "error[P0203]");
  EXPECT_EQ(code("let r: { a: int } = {}\n"), "error[P0301]");
  EXPECT_EQ(code("let u: list<url> = [\"https://a.example\", \"b\"]\n"), "error[P0305]");
  EXPECT_EQ(code("let u: range<int> = 2 .. 10\nlet v: list<int> = 2 .. 4\nlet w = u.max\n"), "");
  EXPECT_EQ(code("let c: cpu = 500m\nlet d: cpu = 2\nlet e: bytes = \"1Gi\"\n"), "");
  EXPECT_EQ(code("let i: image = \"alpine\"\n"), "error[P0705]");
}

// Chains of functions that double their text are refused before they take memory or time.
TEST(ValuesTest, TheBudgetHolds) {
  std::string more = "fn f0(x: string) = \"${{ x }}${{ x }}\"\n";
  for (int i = 1; i < 40; ++i)
    more += fmt::format("fn f{0}(x: string) = \"${{{{ f{1}(x) }}}}${{{{ f{1}(x) }}}}\"\n", i, i - 1);
  EXPECT_NE(WithValue("f39(github.sha)", more).messages.find("[P0906]"), std::string::npos);
}

}  // namespace
}  // namespace sluice::compile
