#include "runtime/agent/protocol.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace sluice::agent {
namespace {

template <class T>
T RoundTrip(const T& message) {
  std::string bytes;
  EXPECT_TRUE(Encode(message, bytes));
  Decoder decoder;
  decoder.Feed(bytes);
  auto got = decoder.Next();
  EXPECT_TRUE(got.has_value() && std::holds_alternative<T>(*got));
  EXPECT_EQ(decoder.buffered(), 0u);
  return got ? std::get<T>(*got) : T{};
}

TEST(Protocol, KeepsEveryFieldOfAStart) {
  StartProcess start;
  start.process = 7;
  start.arguments = {"bash", "-e", std::string("a\0b", 3), ""};
  start.environment = {"A=1", "B=\xff\n"};
  start.folder = "/w";
  start.user = "1000:1000";
  start.keep_input = true;
  start.input = std::string(100000, 'x');
  start.drain_ms = 1234;
  const StartProcess got = RoundTrip(start);
  EXPECT_EQ(got.process, 7u);
  EXPECT_EQ(got.arguments, start.arguments);
  EXPECT_EQ(got.environment, start.environment);
  EXPECT_EQ(got.folder, "/w");
  EXPECT_EQ(got.user, "1000:1000");
  EXPECT_TRUE(got.keep_input);
  EXPECT_EQ(got.input, start.input);
  EXPECT_EQ(got.drain_ms, 1234u);
}

TEST(Protocol, KeepsEndsAndEntries) {
  Exited exited;
  exited.process = 3;
  exited.code = 255;
  exited.signal = 9;
  exited.core_dumped = true;
  exited.error = "no";
  exited.max_rss_kib = 1ull << 40;
  const Exited got = RoundTrip(exited);
  EXPECT_EQ(got.code, 255u);
  EXPECT_EQ(got.signal, 9u);
  EXPECT_TRUE(got.core_dumped);
  EXPECT_FALSE(got.output_cut);
  EXPECT_EQ(got.max_rss_kib, 1ull << 40);
  const Entries entries =
      RoundTrip(Entries{5, true, {{"a/b", EntryKind::Link, 0777, 3, "c"}, {"d", EntryKind::Folder, 0755, 0, ""}}});
  ASSERT_EQ(entries.entries.size(), 2u);
  EXPECT_EQ(entries.entries[0].target, "c");
  EXPECT_EQ(entries.entries[1].kind, EntryKind::Folder);
}

TEST(Protocol, TakesBytesOneByOne) {
  std::string bytes;
  Encode(Output{1, Stream::Err, "hello"}, bytes);
  Encode(Shutdown{}, bytes);
  Decoder decoder;
  std::vector<size_t> types;
  for (const char c : bytes) {
    decoder.Feed({&c, 1});
    while (auto message = decoder.Next()) types.push_back(message->index());
  }
  EXPECT_THAT(types, testing::ElementsAre(Message(Output{}).index(), Message(Shutdown{}).index()));
  EXPECT_FALSE(decoder.damaged());
}

TEST(Protocol, RefusesFramesBeyondTheBound) {
  std::string bytes = "kept";
  WriteFile large;
  large.bytes.resize(kMaxFrame);
  EXPECT_FALSE(Encode(large, bytes));
  EXPECT_EQ(bytes, "kept");
  Decoder decoder;
  decoder.Feed(std::string("\xff\xff\xff\x7f\x01", 5));
  EXPECT_FALSE(decoder.Next());
  EXPECT_TRUE(decoder.damaged());
}

TEST(Protocol, SeesDamage) {
  std::string good;
  Encode(Done{1, 2}, good);
  auto damaged = [](std::string bytes) {
    Decoder decoder;
    decoder.Feed(bytes);
    const bool none = !decoder.Next();
    return none && decoder.damaged();
  };
  EXPECT_TRUE(damaged(std::string("\0\0\0\0", 4))) << "an empty frame has no type";
  std::string unknown = good;
  unknown[4] = 99;
  EXPECT_TRUE(damaged(unknown)) << "an unknown type";
  std::string longer = good;
  longer[0] = static_cast<char>(longer[0] + 1);
  EXPECT_TRUE(damaged(longer + "x")) << "bytes after the last field";
  std::string shorter = good;
  shorter[0] = static_cast<char>(shorter[0] - 1);
  EXPECT_TRUE(damaged(shorter)) << "a field that is cut off";
  std::string many;
  Encode(StartProcess{}, many);
  many[9] = '\xff';  // the number of arguments
  many[10] = '\xff';
  EXPECT_TRUE(damaged(many)) << "more items than bytes";
}

// Every message that can be read is written back as the same bytes, and no bytes do harm.
TEST(Protocol, SurvivesRandomBytes) {
  const uint32_t seed = std::random_device{}();
  std::printf("seed %u\n", seed);
  std::mt19937 random(seed);
  std::string valid;
  Encode(List{1, "/a/b", true, false}, valid);
  Encode(Entries{5, true, {{"a/b", EntryKind::Link, 0777, 3, "c"}}}, valid);
  Encode(StartProcess{}, valid);
  int messages = 0;
  for (int i = 0; i < 20000; ++i) {
    std::string bytes = valid;
    for (uint32_t n = random() % 4; n > 0; --n) bytes[random() % bytes.size()] = static_cast<char>(random());
    Decoder decoder;
    decoder.Feed(bytes);
    std::string again;
    while (auto message = decoder.Next()) {
      ASSERT_TRUE(Encode(*message, again));
      ASSERT_EQ(bytes.substr(0, again.size()), again);
      ++messages;
    }
  }
  EXPECT_GT(messages, 20000);
}

}  // namespace
}  // namespace sluice::agent
