// What expressions become (language reference 2.6) and what makes them wrong.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/unit/compile/compile_text.h"

namespace sluice::compile {
namespace {

// The value of `env: { V: … }` of a step in a pipeline with a typed output of an earlier job and step.
Compilation WithValue(const std::string& value) {
  return CompileText({{"ci.pipe", fmt::format(R"(var OPTION: string?
var NAME: string
pipeline ci(mode: string = "fast", note: string = "", deep: bool = false, full: bool = true) {{
  on push
  on workflow_dispatch
  job make {{
    let first = run -> {{ text: string, flag: bool, count: int }} `./make.sh # text flag count`
    output text = first.text
    output flag = first.flag
    output count = first.count
    output site: file = "dist/site.tgz"
  }}
  job use for os in [ubuntu-24.04, windows-2025], n in [1, 2] {{
    if: always()
    needs: [make]
    runs-on: os
    shell: bash
    let probe = run -> {{ ok: bool, size: int }} `./probe.sh # ok size`
    step "value" {{
      env: {{ V: {} }}
      run `./show.sh`
    }}
    run `echo ${{{{ make.text ?? "" }}}} ${{{{ make.flag ?? false }}}} ${{{{ make.count ?? 0 }}}}`
    if make.result == success {{ run `ls ${{{{ make.site }}}}` }}
  }}
}}
)",
                                              value)},
                      {"sluice.lock", SmallLock()}});
}

std::string Emitted(const std::string& value) {
  const Compilation built = WithValue(value);
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

TEST(ExpressionsTest, LowerToGithub) {
  const Case cases[] = {
      {"github.sha", "${{ github.sha }}"},
      {"\"a ${{ github.sha }} b\"", "a ${{ github.sha }} b"},
      {"mode", "${{ inputs.mode || 'fast' }}"},
      {"inputs.note", "${{ inputs.note }}"},
      {"deep", "${{ toJSON(inputs.deep) == 'true' }}"},
      {"full", "${{ toJSON(inputs.full) != 'false' }}"},
      {"!full", "${{ toJSON(inputs.full) == 'false' }}"},
      {"os", "${{ matrix.os }}"},
      {"os.os", "${{ matrix.os == 'ubuntu-24.04' && 'linux' || 'windows' }}"},
      {"n", "${{ matrix.n }}"},
      {"make.text ?? \"none\"", "${{ needs.make.outputs.text || 'none' }}"},
      {"make.flag ?? false", "${{ needs.make.outputs.flag == 'true' }}"},
      {"make.flag ?? true", "${{ needs.make.outputs.flag != 'false' }}"},
      {"make.count ?? 3", "${{ fromJSON(needs.make.outputs.count || '3') }}"},
      {"probe.ok && github.ref == 'x'", "${{ steps.probe.outputs.ok == 'true' && github.ref == 'x' }}"},
      {"!probe.ok", "${{ steps.probe.outputs.ok != 'true' }}"},
      {"probe.ok == false", "${{ steps.probe.outputs.ok != 'true' }}"},
      {"probe.size > 3", "${{ fromJSON(steps.probe.outputs.size) > 3 }}"},
      {"probe.size", "${{ steps.probe.outputs.size }}"},
      {"github.ref in [\"a\", 'b']", "${{ contains(fromJSON('[\"a\",\"b\"]'), github.ref) }}"},
      {"deep ? 'x' : 'y'", "${{ toJSON(inputs.deep) == 'true' && 'x' || 'y' }}"},
      {"deep ? '' : 'y'", "${{ case(toJSON(inputs.deep) == 'true', '', 'y') }}"},
      {"contains(github.ref, 'rel')", "${{ contains(github.ref, 'rel') }}"},
      {"startsWith('abc', 'ab')", "true"},
      {"format('{0}-{1}', github.sha, n)", "${{ format('{0}-{1}', github.sha, matrix.n) }}"},
      {"\"${{ 'a' }}b${{ 1 + 2 }}\"", "ab3"},
      {"vars.OPTION ?? vars.NAME", "${{ vars.OPTION || vars.NAME }}"},
      {"vars.OPTION != null", "${{ vars.OPTION != '' }}"},
      {"make.result", "${{ needs.make.result }}"},
      {"needs.*.result == null", nullptr},
      {"probe.outcome == failure", "${{ steps.probe.outcome == 'failure' }}"},
      {"join(['a', 'b'], '-')", "a-b"},
      {"join(['a', github.sha], '-')", "${{ join(fromJSON(format('[\"a\",{0}]', toJSON(github.sha))), '-') }}"},
      {"github['sha']", "${{ github.sha }}"},
      {"true && deep", "${{ toJSON(inputs.deep) == 'true' }}"},
      {"hashFiles('a', 'b')", "${{ hashFiles('a', 'b') }}"},
  };
  for (const Case& one : cases)
    if (one.emitted != nullptr) {
      EXPECT_EQ(Emitted(one.source), one.emitted) << one.source;
    }
}

TEST(ExpressionsTest, WrongOnesHaveTheirCode) {
  const Case cases[] = {
      {"make.text", "P0307"},
      {"make.flag", "P0307"},
      {"make.site", "P0307"},
      {"vars.OPTION", "P0307"},
      {"probe.ok == 'true'", "P0303"},
      {"github.ref < 'x'", "P0303"},
      {"github.ref && true", "P0303"},
      {"1 + github.run_number", "P0303"},
      {"n + 1", "P0403"},
      {"nope", "P0202"},
      {"nope()", "P0202"},
      {"contains('a')", "P0301"},
      {"github.nope", "P0203"},
      {"steps.nope.outputs.x", "P0202"},
      {"probe.nope", "P0203"},
      {"make.nope", "P0203"},
      {"needs.nope.result", "P0202"},
      {"inputs.nope", "P0203"},
      {"matrix.nope", "P0203"},
      {"secrets.NOPE", "P0206"},
      {"vars.NOPE", "P0206"},
      {"failure()", "P0402"},
      {"[1, 2]", "P0308"},
      {"[1, 'a']", "P0302"},
      {"{ a: 1 }", "P0308"},
      {"github.event", "P0308"},
      {"5m", "P0308"},
      {"1.10", "P0304"},
      {"1 / 0", "P0305"},
      {"use.result", "P0401"},
      {"probe.outcome == nope", "P0309"},
      {"words(mode)", "P0515"},
      {"\"https://user:word@example.org/\"", "P0506"},
      {"fromJSON('1')", "P0308"},
      {"github.event.nope", "P0203"},
  };
  for (const Case& one : cases) {
    const std::string messages = WithValue(one.source).messages;
    EXPECT_NE(messages.find(std::string("[") + one.emitted + "]"), std::string::npos) << one.source << "\n" << messages;
  }
}

TEST(ExpressionsTest, OddExpressionsAreRead) {
  std::string deep = "github.sha", chain = "true", text = "\"";
  for (int i = 0; i < 200; ++i) deep = "(" + deep + ")";
  for (int i = 0; i < 5'000; ++i) chain += " && github.ref == 'x'";
  for (int i = 0; i < 500; ++i) text += "${{ github.sha }}";
  text += "\"";
  EXPECT_EQ(Emitted(deep), "${{ github.sha }}");
  EXPECT_FALSE(WithValue(chain).messages.empty() && WithValue(chain).outputs.empty());
  EXPECT_FALSE(WithValue(text).outputs.empty());
  std::string nots(2'000, '!');
  EXPECT_NE(WithValue(nots + "true").messages, "");
  EXPECT_NE(WithValue("github" + std::string(1'000, '.') + "x").messages, "");
}

}  // namespace
}  // namespace sluice::compile
