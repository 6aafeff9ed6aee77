#include "runtime/store/run_records.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>

namespace sluice::store {
namespace {

class RunRecords : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/sluice-records-XXXXXX";
    folder_ = ::mkdtemp(name);
    store_ = std::move(Store::Open(folder_ + "/store")).value();
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string folder_;
  std::unique_ptr<Store> store_;
};

TEST_F(RunRecords, AreKeptAProjectTheNewestFirst) {
  ASSERT_TRUE(KeepRecord(*store_, "/a", "2026-01-01", "one\n").ok());
  ASSERT_TRUE(KeepRecord(*store_, "/a", "2026-01-02", "two\n").ok());
  ASSERT_TRUE(KeepRecord(*store_, "/b", "2026-01-03", "three\n").ok());
  const auto records = Records(*store_, "/a");
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(*ReadWhole(records[0]), "two\n");
  EXPECT_EQ(*ReadWhole(records[1]), "one\n");
  EXPECT_TRUE(Records(*store_, "/c").empty());
}

TEST_F(RunRecords, AreForTheirOwnerAlone) {
  ASSERT_TRUE(KeepRecord(*store_, "/a", "1", "x").ok());
  struct stat info;
  const std::string folder = std::filesystem::path(Records(*store_, "/a")[0]).parent_path();
  ASSERT_EQ(::stat(folder.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0700u);
}

TEST_F(RunRecords, AreNotKeptForEver) {
  for (size_t i = 0; i < kMostRecords + 5; ++i)
    ASSERT_TRUE(KeepRecord(*store_, "/a", std::to_string(1000 + i), std::to_string(i)).ok());
  const auto records = Records(*store_, "/a");
  ASSERT_EQ(records.size(), kMostRecords);
  EXPECT_EQ(*ReadWhole(records.back()), "5");
}

}  // namespace
}  // namespace sluice::store
