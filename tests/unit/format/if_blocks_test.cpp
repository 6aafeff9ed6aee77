#include "compiler/format/if_blocks.h"

#include <gtest/gtest.h>

#include "compiler/format/format.h"

namespace sluice::format {
namespace {

// The program of one job with these statements, lifted and formatted; only the statements, without their indentation.
std::string Lifted(const std::string& statements) {
  const std::string text = LiftConditions("pipeline ci {\n  on push\n  job a {\n" + statements + "  }\n}\n");
  source::SourceMap sources;
  diagnostics::Sink sink;
  const std::string formatted = Format(sources, sources.Add("ci.pipe", text), sink).value_or("no program:\n" + text);
  const size_t begin = formatted.find("job a {\n") + 8, end = formatted.rfind("  }\n}\n");
  return begin < end ? formatted.substr(begin, end - begin) : formatted;
}

TEST(IfBlocks, AStepWithNothingElseIsLeftAlone) {
  EXPECT_EQ(Lifted("    step { if: failure(), run \"x\" }\n"), "    if failure() {\n      run \"x\"\n    }\n");
  EXPECT_EQ(Lifted("    step \"Name\" { if: failure(), run \"x\" }\n"),
            "    if failure() {\n      step \"Name\": run \"x\"\n    }\n");
  EXPECT_EQ(Lifted("    step {\n      run \"x\"\n      if: (a || b) && c\n    }\n"),
            "    if (a || b) && c {\n      run \"x\"\n    }\n");
}

TEST(IfBlocks, OtherSettingsStayInTheStep) {
  EXPECT_EQ(
      Lifted(
          "    step \"Name\" {\n      timeout: 5m\n      if: failure()\n      env: { A: b }\n      run \"x\"\n    }\n"),
      "    if failure() {\n      step \"Name\" {\n        timeout: 5m\n        env: { A: b }\n        run \"x\"\n"
      "      }\n    }\n");
  EXPECT_EQ(Lifted("    step { env: { A: b }, run \"x\"\n      if: failure()\n    }\n"),
            "    if failure() {\n      step {\n        env: { A: b }\n        run \"x\"\n      }\n    }\n");
}

TEST(IfBlocks, TextBlocksKeepTheirText) {
  EXPECT_EQ(Lifted("    step {\n      if: failure()\n      run |\n        one\n          two\n    }\n"),
            "    if failure() {\n      run |\n        one\n          two\n    }\n");
}

TEST(IfBlocks, TextBlocksOfStepsBehindOthersKeepTheirText) {
  EXPECT_EQ(Lifted("    if a { step { if: b\n      run |\n        deep\n    } }\n"),
            "    if a {\n      if b {\n        run |\n          deep\n      }\n    }\n");
}

TEST(IfBlocks, StepsInsideOfBlocksAreSeen) {
  EXPECT_EQ(
      Lifted("    if a { step { if: b, run \"x\" } } else { step { if: c, run \"y\" } }\n"),
      "    if a {\n      if b {\n        run \"x\"\n      }\n    } else {\n      if c {\n        run \"y\"\n      }\n"
      "    }\n");
}

TEST(IfBlocks, WhatCouldMeanSomethingElseStays) {
  for (const char* kept : {
           "    let x = step { if: failure(), run \"x\" }\n",            // a name: where it is known would change
           "    ## Says why.\n    step { if: failure(), run \"x\" }\n",  // a text that is emitted with the step
           "    # why\n    step { if: failure(), run \"x\" }\n",
           "    # sluice: allow[P0616] kept for later\n    step { if: false, run \"x\" }\n",
           "    step { if: failure(), run \"x\" } # sluice: allow[P0616] kept\n",
           "    step {\n      # why\n      if: failure()\n      run \"x\"\n    }\n",
           "    step { timeout: 5m, run \"x\" }\n",
       })
    EXPECT_EQ(Lifted(kept), kept);
  const std::string broken = "pipeline ci { job a { step { if: failure(), run \"x\" } }\n";
  EXPECT_EQ(LiftConditions(broken), broken);
}

}  // namespace
}  // namespace sluice::format
