#include "compiler/base/text.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

TEST(TextTest, InvalidUtf8IsFoundAtItsByte) {
  EXPECT_EQ(FindInvalidUtf8("grün 日本 😀"), std::nullopt);
  EXPECT_EQ(FindInvalidUtf8("ab\xFFzz"), 2u);
  EXPECT_EQ(FindInvalidUtf8("\xC0\x80"), 0u) << "overlong";
  EXPECT_EQ(FindInvalidUtf8("a\xED\xA0\x80"), 1u) << "surrogate";
  EXPECT_EQ(FindInvalidUtf8("\xF4\x90\x80\x80"), 0u) << "beyond U+10FFFF";
  EXPECT_EQ(FindInvalidUtf8("x\xE6\x97"), 1u) << "cut off";
}

TEST(TextTest, CodePointsAreCountedOnce) { EXPECT_EQ(CountCodePoints("é日😀a"), 4u); }

TEST(TextTest, EncodingRoundTrips) {
  for (uint32_t c : {0x24u, 0xE9u, 0x65E5u, 0x1F600u}) {
    const std::string text = EncodeUtf8(c);
    EXPECT_EQ(FindInvalidUtf8(text), std::nullopt);
    EXPECT_EQ(CountCodePoints(text), 1u);
  }
}

TEST(TextTest, DidYouMeanFindsSwapsAndStaysSilentForStrangers) {
  const std::vector<std::string> names{"build", "test", "deploy"};
  EXPECT_EQ(DidYouMean("tset", names), "test");
  EXPECT_EQ(DidYouMean("bulid", names), "build");
  EXPECT_EQ(DidYouMean("quality", names), std::nullopt);
}

TEST(TextTest, DidYouMeanKnowsTheWordsOfCompounds) {
  EXPECT_EQ(DidYouMean("version", std::vector<std::string>{"cache-hit", "node-version"}), "node-version");
  EXPECT_EQ(DidYouMean("cache", std::vector<std::string>{"cache-hit", "node-version"}), "cache-hit");
  EXPECT_EQ(DidYouMean("version", std::vector<std::string>{"python-version", "node-version"}), std::nullopt);
  EXPECT_EQ(DidYouMean("ersion", std::vector<std::string>{"cache-hit", "node-version"}), std::nullopt);
}

TEST(TextTest, SplitKeepsEmptyPieces) {
  EXPECT_EQ(SplitString("a,,b", ','), (std::vector<std::string_view>{"a", "", "b"}));
  EXPECT_EQ(SplitString("", ','), (std::vector<std::string_view>{""}));
}

TEST(TextTest, ReplaceAllDoesNotReplaceItsOwnOutput) { EXPECT_EQ(ReplaceAll("a'b'", "'", "''"), "a''b''"); }

}  // namespace
}  // namespace sluice
