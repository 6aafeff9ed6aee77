// Python and JavaScript by execution: whatever a value holds, each place gives exactly the meaning.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>

#include "compiler/base/text.h"
#include "tests/support/skip.h"
#include "tests/unit/lower_scripts/harness.h"
#include "tests/unit/lower_scripts/interpreters.h"

namespace sluice::lower::scripts {
namespace {

using Strings = std::vector<std::string>;
using Meaning = std::function<Strings(const std::string&)>;

Strings Itself(const std::string& v) { return {v}; }
Meaning Around(std::string before, std::string after) {
  return [=](const std::string& v) { return Strings{before + v + after}; };
}
std::string Length(const std::string& v) { return std::to_string(CountCodePoints(v)); }

struct Row {
  std::string script;
  Meaning meaning = Itself;
};

const std::vector<Row>& PythonRows() {
  static const std::vector<Row> rows = {
      {"show(${{ x }})"},
      {"import os\nshow(os.path.join('a', '') + ${{ x }})", Around("a/", "")},
      {"show(f'a ${{ x }} b')", Around("a ", " b")},
      {"show(f\"a ${{ x }} b\")", Around("a ", " b")},
      {"show(f'''it's ${{ x }}''')", Around("it's ", "")},
      {"show(f\"\"\"a \"${{ x }}\" {{}} b\"\"\")", Around("a \"", "\" {} b")},
      {"show(rf'a\\n${{ x }}')", Around("a\\n", "")},
      {"show(f'{${{ x }}}')"},
      {"show(f'{len(${{ x }}):>1}')", [](auto& v) { return Strings{Length(v)}; }},
      {"show(f\"{(${{ x }})!s}\")"},
      {"d = {${{ x }}: 1, 'k': ${{ x }}}\nshow(d['k'])"},
      {"show([${{ x }}, 'b'][0])"},
      {"# a comment: ${{ x }}\nshow('a')", [](auto&) { return Strings{"a"}; }},
      {"y = ${{ x }}  # '${{ x }}'\nshow(y)"},
      {"if ${{ x }} == 'plain':\n  show('plain')\nelse:\n  show('other')",
       [](auto& v) { return Strings{v == "plain" ? "plain" : "other"}; }},
      {"def f(v=${{ x }}): return v\nshow(f())"},
      {"os = 'taken'\nshow(os + ${{ x }})", Around("taken", "")},
      {"from __future__ import annotations\nshow(${{ x }})"},
      {"show(\"it's\" 'two' + ${{ x }})", Around("it'stwo", "")},
      {"show(b'x'.decode() + ${{ x }})", Around("x", "")},
      {"show(${{ x }}.replace('q', 'q'))"},
      {"show('a\\\\' + ${{ x }} + '\\'')", Around("a\\", "'")},
      {"show(f'{\"a\"}${{ x }}{ {1: 2}[1] }')", Around("a", "2")},
  };
  return rows;
}

const std::vector<Row>& JavaScriptRows() {
  static const std::vector<Row> rows = {
      {"show(${{ x }})"},
      {"show(`a ${{ x }} b`)", Around("a ", " b")},
      {"show(`a ${`${{ x }}`} b`)", Around("a ", " b")},
      {"show(`${ { a: ${{ x }} }.a } }`)", Around("", " }")},
      {"show(`\\`${{ x }}\\\\`)", Around("`", "\\")},
      {"const o = { ${{ x }}: 'v', b: ${{ x }} };\nshow(o.b + Object.values(o)[0])", Around("", "v")},
      {"show([1, ${{ x }}][1])"},
      {"// ${{ x }} it's\nshow('a')", [](auto&) { return Strings{"a"}; }},
      {"/* ${{ x }} ` */ show('a')", [](auto&) { return Strings{"a"}; }},
      {"const r = /['\"`/]/.test(\"'\") ? ${{ x }} : 1;\nshow(r)"},
      {"const n = 4 / 2; show(n / 1 + ${{ x }})", Around("2", "")},
      {"if (${{ x }} === 'plain') show('plain'); else show('other')",
       [](auto& v) { return Strings{v == "plain" ? "plain" : "other"}; }},
      {"const f = async (v = ${{ x }}) => v\nshow(await f())"},
      {"show(${{ x }}.concat('q'))", Around("", "q")},
      {"const process = {}; show(${{ x }})"},
      {"show(true ? ${{ x }} : 'b')"},
      {"show('it\\'s' + \"\\\"\" + ${{ x }})", Around("it's\"", "")},
      {"return show(${{ x }})"},
      {"show(((v) => { return v })(${{ x }}))"},
      {"show(`${[1, 2].map((i) => `${i}-${{ x }}`).join('')}`)", [](auto& v) { return Strings{"1-" + v + "2-" + v}; }},
  };
  return rows;
}

const std::vector<Row>& RowsOf(Shell language) { return language == Shell::Python ? PythonRows() : JavaScriptRows(); }

// An environment cannot hold it, or the text is not UTF-8.
bool Fits(const std::string& value) { return value.find('\0') == std::string::npos; }

std::vector<Case> CasesOf(Shell language, bool constants) {
  std::vector<Case> cases;
  for (const Row& row : RowsOf(language)) {
    for (const std::string& value : HostileValues()) {
      if (!Fits(value)) continue;
      Harness harness(row.script, language);
      if (constants)
        for (Placeholder& p : harness.script.placeholders) {
          p.kind = Placeholder::Kind::Constant;
          p.constant = value;
          p.value = {};
        }
      const LoweredScript lowered = harness.Lower();
      EXPECT_EQ(harness.Problems(), Strings()) << row.script;
      Case one{fmt::format("{} <{}>", row.script, value.substr(0, 40)), lowered.text, {}, Shown(row.meaning(value))};
      for (const EnvVariable& variable : lowered.env) one.env.emplace_back(variable.name, value);
      cases.push_back(std::move(one));
    }
  }
  return cases;
}

class Programs : public testing::TestWithParam<Shell> {
 protected:
  void SetUp() override {
    if (InterpretersFor(GetParam()).empty()) SKIP_BUT_IN_CI("no interpreter on this machine");
  }
  static void ExpectNothingWrong(const std::vector<Case>& cases, const char* what) {
    const Strings wrong = RunPrograms(GetParam(), cases);
    std::printf("%s: %zu of %zu %s\n", InterpretersFor(GetParam())[0].c_str(),
                cases.size() - std::min(wrong.size(), cases.size()), cases.size(), what);
    for (size_t i = 0; i < wrong.size() && i < 8; ++i) ADD_FAILURE() << wrong[i];
  }
};

TEST_P(Programs, RunTimeValuesMeanThemselves) {
  ExpectNothingWrong(CasesOf(GetParam(), false), "places with hostile values give the meaning");
}

TEST_P(Programs, ConstantsMeanThemselves) {
  ExpectNothingWrong(CasesOf(GetParam(), true), "places with hostile constants give the meaning");
}

// What is offered instead of a plain string means what the string meant.
TEST_P(Programs, FixesOfLiteralsKeepTheMeaning) {
  const Strings python = {"show('a ${{ x }} b')",       "show(\"it's {b} ${{ x }}\")",
                          "show('''a\n${{ x }} {}''')", "show(r'\\d ${{ x }}')",
                          "show('${{ x }}')",           "show('a\\'${{ x }}\\n')"};
  const Strings javascript = {"show('a ${{ x }} b')", "show(\"it's `b` ${{ x }}\")", "show('${{ x }}')",
                              "show('${ b } ${{ x }}')", "show('a\\'${{ x }}\\n')"};
  std::vector<Case> cases;
  for (const std::string& script : GetParam() == Shell::Python ? python : javascript) {
    Harness harness(script, GetParam());
    harness.Lower();
    ASSERT_EQ(harness.sink.all().size(), 1U) << script;
    EXPECT_EQ(diagnostics::Info(harness.sink.all()[0].code).name, "P0513");
    ASSERT_TRUE(harness.sink.all()[0].notes[0].fix) << script;
    const diagnostics::Edit& edit = harness.sink.all()[0].notes[0].fix->edits[0];
    std::string better = script;
    const auto at = harness.sources.Begin(edit.at);
    better.replace(at.byte, edit.at.end - edit.at.begin, edit.text);
    for (const std::string& value : HostileValues()) {
      Harness fixed(better, GetParam());
      const LoweredScript lowered = fixed.Lower();
      EXPECT_EQ(fixed.Problems(), Strings()) << better;
      // The meaning is that of the literal with the value in it: the same literal with an escaped constant.
      Harness constant(script, GetParam());
      constant.script.placeholders[0].kind = Placeholder::Kind::Constant;
      constant.script.placeholders[0].constant = value;
      const bool raw = script.find("r'") != std::string::npos;
      if (raw && value.find_first_of("\\'\"\n\r") != std::string::npos) continue;
      const std::string meant = constant.Lower().text;
      Case one{better + " <" + value.substr(0, 40) + ">",
               meant + "\n" + lowered.text.substr(lowered.text.starts_with("import os\n") ? 10 : 0),
               {},
               ""};
      if (GetParam() == Shell::Python) one.script = "import os\n" + one.script;
      for (const EnvVariable& variable : lowered.env) one.env.emplace_back(variable.name, value);
      one.script = ReplaceAll(one.script, "show(", "collect(");
      one.script = (GetParam() == Shell::Python
                        ? std::string("seen = []\ncollect = lambda v: seen.append(v)\n") + one.script +
                              "\nshow(len(seen), seen[0] == seen[1])\n"
                        : std::string("const seen = []; const collect = (v) => seen.push(v);\n") + one.script +
                              "\nshow(seen.length, seen[0] === seen[1] ? 'True' : 'False')\n");
      one.expected = Shown({"2", "True"});
      cases.push_back(std::move(one));
    }
  }
  ExpectNothingWrong(cases, "literals mean the same after their fix");
}

TEST_P(Programs, TypedValuesHaveTheirTypes) {
  const bool python = GetParam() == Shell::Python;
  std::vector<Case> cases;
  const auto add = [&](const std::string& script, const std::string& value, const std::string& expected) {
    Harness harness(script, GetParam());
    const LoweredScript lowered = harness.Lower();
    EXPECT_EQ(harness.Problems(), Strings()) << script;
    Case one{script, lowered.text, {}, Shown({expected})};
    for (const EnvVariable& variable : lowered.env) one.env.emplace_back(variable.name, value);
    cases.push_back(std::move(one));
  };
  add("show(${{ int:n }} + 1)", "41", "42");
  add("show(${{ int:n }} + 1)", "-5", "-4");
  add(python ? "show('yes' if ${{ bool:b }} else 'no')" : "show(${{ bool:b }} ? 'yes' : 'no')", "true", "yes");
  add(python ? "show('yes' if ${{ bool:b }} else 'no')" : "show(${{ bool:b }} ? 'yes' : 'no')", "false", "no");
  add("show(${{ json:l }}[1])", "[\"a\", \"it's \\\"b\\\" $(touch x)\"]", "it's \"b\" $(touch x)");
  add(python ? "show(${{ json:l }}['k'])" : "show(${{ json:l }}.k)", "{\"k\": \"v\"}", "v");
  ExpectNothingWrong(cases, "typed values have their types");
}

INSTANTIATE_TEST_SUITE_P(Languages, Programs, testing::Values(Shell::Python, Shell::JavaScript),
                         [](const auto& one) { return one.param == Shell::Python ? "Python" : "JavaScript"; });

}  // namespace
}  // namespace sluice::lower::scripts
