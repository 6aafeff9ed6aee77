#include "runtime/steps/env_files.h"

#include <gtest/gtest.h>

namespace sluice::steps {
namespace {

std::string Show(std::string_view text) {
  auto pairs = ParseEnvFile(text);
  if (!pairs.ok()) return "error: " + pairs.error().message;
  std::string all;
  for (const auto& [name, value] : *pairs) all += name + "=[" + value + "]";
  return all;
}

TEST(EnvFiles, ReadsLines) {
  EXPECT_EQ(Show("A=1\nB=x=y\r\n\nC="), "A=[1]B=[x=y]C=[]");
  EXPECT_EQ(Show(""), "");
  EXPECT_EQ(Show("\xEF\xBB\xBF"
                 "A=1"),
            "A=[1]");
  EXPECT_EQ(Show("A=1<<2"), "A=[1<<2]");
}

TEST(EnvFiles, ReadsBlocks) {
  EXPECT_EQ(Show("A<<EOF\nx=1\n\ny\nEOF\nB=2"), "A=[x=1\n\ny]B=[2]");
  EXPECT_EQ(Show("A<<EOF\nEOF"), "A=[]");
  EXPECT_EQ(Show("A<<EOF\n\nEOF"), "A=[]");
  EXPECT_EQ(Show("A<<E=F\nx\nE=F\n"), "A=[x]");
}

TEST(EnvFiles, SaysWhatTheRunnerSays) {
  EXPECT_EQ(Show("novalue"), "error: Invalid format 'novalue'");
  EXPECT_EQ(Show("=x"), "error: Invalid format '=x'. Name must not be empty");
  EXPECT_EQ(Show("<<E\nE"), "error: Invalid format '<<E'. Name must not be empty and delimiter must not be empty");
  EXPECT_EQ(Show("A<<E\nx"), "error: Invalid value. Matching delimiter not found 'E'");
}

TEST(EnvFiles, ReadsPaths) { EXPECT_EQ(ParsePathFile("/a\n\r\n/b c\n"), (std::vector<std::string>{"/a", "/b c"})); }

}  // namespace
}  // namespace sluice::steps
