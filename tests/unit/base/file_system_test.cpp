#include "compiler/base/file_system.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

namespace sluice {
namespace {

TEST(FileSystemTest, PathsAreNormalised) {
  EXPECT_EQ(NormalizePath("a/./b/../c"), "a/c");
  EXPECT_EQ(NormalizePath("../x"), "../x");
  EXPECT_EQ(NormalizePath("a/.."), ".");
  EXPECT_EQ(NormalizePath("/a//b/"), "/a/b");
  EXPECT_EQ(NormalizePath("/../a"), "/a");
}

TEST(FileSystemTest, GlobsSpanFoldersOnlyWithTwoStars) {
  EXPECT_TRUE(MatchesGlob("ci.pipe", "*.pipe"));
  EXPECT_FALSE(MatchesGlob("a/ci.pipe", "*.pipe"));
  EXPECT_TRUE(MatchesGlob("pipelines/a/b/ci.pipe", "pipelines/**/*.pipe"));
  EXPECT_TRUE(MatchesGlob("pipelines/ci.pipe", "pipelines/**/*.pipe"));
  EXPECT_FALSE(MatchesGlob("ci.pipes", "*.pipe"));
}

TEST(FileSystemTest, MemoryBehavesLikeFiles) {
  MemoryFileSystem files;
  ASSERT_TRUE(files.Write("a/b.txt", "x").ok());
  EXPECT_TRUE(files.IsFolder("a"));
  EXPECT_FALSE(files.IsFile("a"));
  EXPECT_EQ(*files.List("a"), (std::vector<std::string>{"b.txt"}));
  EXPECT_EQ(files.Read("nope").error().message, "cannot read `nope`: No such file or directory");
}

TEST(FileSystemTest, RealWritesAreWholeAndLeaveNothingBehind) {
  const std::string root = std::filesystem::temp_directory_path() / ("sluice-fs-" + std::to_string(::getpid()));
  auto files = MakeRealFileSystem(root);
  ASSERT_TRUE(files->Write("deep/er/file", "one").ok());
  ASSERT_TRUE(files->Write("deep/er/file", "two").ok());
  EXPECT_EQ(*files->Read("deep/er/file"), "two");
  EXPECT_EQ(*files->List("deep/er"), (std::vector<std::string>{"file"}));
  EXPECT_FALSE(files->Read("deep").ok());
  std::filesystem::remove_all(root);
}

TEST(FileSystemTest, OverlayReadsUpperFirstAndWritesThere) {
  MemoryFileSystem upper, lower;
  ASSERT_TRUE(lower.Write("a", "old").ok());
  OverlayFileSystem both(upper, lower);
  ASSERT_TRUE(both.Write("a", "new").ok());
  EXPECT_EQ(*both.Read("a"), "new");
  EXPECT_EQ(*lower.Read("a"), "old");
}

}  // namespace
}  // namespace sluice
