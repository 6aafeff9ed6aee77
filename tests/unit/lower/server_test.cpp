// What is written for a server that lacks something (language reference 2.15, Profiles).
#include <gtest/gtest.h>

#include "compiler/catalogue/servers.h"
#include "compiler/expr/evaluate.h"
#include "compiler/expr/expr.h"
#include "tests/unit/check/project.h"
#include "tests/unit/compile/compile_text.h"

namespace sluice::lower {
namespace {

constexpr std::string_view kToml = "[github]\nserver = \"ghes-3.17\"\n";

compile::Compilation OnServer(const std::string& source) {
  return compile::CompileText({{"ci.pipe", source}, {"sluice.toml", std::string(kToml)}});
}

TEST(Server, HasNoCaseAndChoosesInJson) {
  const compile::Compilation made = OnServer(R"(pipeline ci(shards: int = 3) {
  on push
  on workflow_dispatch
  job test {
    env: { FLAGS: github.ref_name == "main" ? "" : github.sha }
    run `make ${{ shards }}`
  }
}
)");
  EXPECT_EQ(made.messages, "");
  const std::string text = made.outputs.begin()->second;
  EXPECT_EQ(text.find("case("), std::string::npos);
  EXPECT_NE(text.find("FLAGS: ${{ fromJSON(github.ref_name == 'main' && '\"\"' || toJSON(github.sha)) }}"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("fromJSON(toJSON(inputs.shards) == 'null' && '3' || toJSON(inputs.shards))"), std::string::npos)
      << text;
}

// The two forms have one meaning for everything that `&&` and `||` alone would take for false.
TEST(Server, ChoosesAsCaseDoes) {
  const auto text = [](const std::string& e) {
    const expr::ParseResult parsed = expr::Parse(e);
    const auto value = expr::Evaluate(*parsed.expr, expr::ObjectEnvironment({}));
    return value.ok() ? expr::ToText(*value) : value.error().message;
  };
  for (const std::string a : {"''", "0", "false", "null", "'x'", "2", "fromJSON('[]')", "'\"'"})
    for (const std::string b : {"''", "0", "'y'", "fromJSON('{\"k\":1}')"})
      for (const std::string c : {"true", "false"}) {
        EXPECT_EQ(text("toJSON(fromJSON(" + c + " && toJSON(" + a + ") || toJSON(" + b + ")))"),
                  text("toJSON(case(" + c + ", " + a + ", " + b + "))"));
      }
}

TEST(Server, OldArtifactsHaveNoOverwrite) {
  std::string lock = compile::SmallLock();
  for (size_t at = 0; (at = lock.find("-artifact\"\nref = \"v", at)) != std::string::npos; ++at) {
    const size_t version = lock.find("version = \"v", at) + 12;
    lock.replace(version, lock.find('"', version) - version, "3.2.1");
  }
  const compile::Compilation made = compile::CompileText({{"ci.pipe", R"(pipeline ci {
  on push
  job build {
    run `make`
    output package: file = "app.tgz"
  }
  job test { run `tar -xf ${{ build.package }}` }
}
)"},
                                                          {"sluice.toml", std::string(kToml)},
                                                          {"sluice.lock", lock}});
  EXPECT_EQ(made.messages, "");
  const std::string text = made.outputs.begin()->second;
  EXPECT_NE(text.find("# v3.2.1"), std::string::npos) << text;
  EXPECT_EQ(text.find("overwrite"), std::string::npos) << text;
}

TEST(Server, LocksTheNewestMajorThatItHas) {
  EXPECT_EQ(catalogue::NewestMajorOn(catalogue::ServerOf("ghes-3.17"), "Actions/Upload-Artifact"), "v3");
  EXPECT_NE(catalogue::NewestMajorOn(catalogue::ServerOf("github.com"), "actions/upload-artifact"), "v3");
}

}  // namespace
}  // namespace sluice::lower
