// What is said about steps among steps: which values are known where, and what `for` goes over.
#include <fmt/format.h>

#include "tests/unit/check/project.h"

namespace sluice::check {
namespace {

using List = std::vector<std::string>;

// Codes with lines; the statements begin at line 4.
List Said(const std::string& statements) {
  return Codes(fmt::format("pipeline ci {{\n  on push\n  job test {{\n{}\n  }}\n}}\n", statements));
}

const std::string kScan = "let scan = background run -> { n: int } `./scan # n`\n";

TEST(Background, ValuesExistOnceItIsAwaited) {
  EXPECT_EQ(Said(kScan + "run `echo ${{ scan.n }}`"), List{"P0202:5"});
  EXPECT_EQ(Said(kScan + "run `echo ${{ steps.scan.outputs.n }}`"), List{"P0202:5"});
  EXPECT_EQ(Said(kScan + "if scan.outcome == success { run `x` }"), List{"P0202:5"});
  EXPECT_EQ(Said(kScan + "output n = scan.n"), List{"P0202:5"});
  EXPECT_EQ(Said(kScan + "wait scan\nrun `echo ${{ scan.n }}`"), List{});
  EXPECT_EQ(Said(kScan + "wait all\nrun `echo ${{ scan.n }}`"), List{});
}

TEST(Background, MayBeAbsentWhenItWasCancelled) {
  EXPECT_EQ(Said(kScan + "cancel scan\nwait scan\nrun `echo ${{ scan.n }}`"), List{"P0307:7"});
  EXPECT_EQ(Said(kScan + "cancel scan\nwait scan\nrun `echo ${{ scan.n ?? 0 }}`"), List{});
}

TEST(Background, OnlyWhatWasStartedIsAwaited) {
  EXPECT_EQ(Said("wait scan\n" + kScan), List{"P0202:4"});
  EXPECT_EQ(Said("let a = run `x`\nwait a"), List{"P0202:5"});
  EXPECT_EQ(Said("run `x`\ncancel a"), List{"P0202:5"});
  EXPECT_EQ(Said("for x in [1, 2] { let a = background run `./s ${{ x }}`\nwait a }"), List{});
  EXPECT_EQ(Said("for x in [1, 2] { let a = background run `./s ${{ x }}` }\nwait a"), List{"P0202:5"});
}

TEST(Background, IsNotAwaitedUnderACondition) {
  EXPECT_EQ(Said(kScan + "if github.ref_name == 'a' { wait scan }"), List{"P0615:5"});
  EXPECT_EQ(Said(kScan + "if github.ref_name == 'a' { run `x` } else { wait all }"), List{"P0615:5"});
}

TEST(Together, StepsDoNotReadEachOther) {
  EXPECT_EQ(Said("parallel {\nlet a = run -> { v: string } `./a # v`\nrun `echo ${{ a.v }}`\n}"), List{"P0202:6"});
  EXPECT_EQ(Said("parallel {\nlet a = run -> { v: string } `./a # v`\n}\nrun `echo ${{ a.v }}`"), List{});
  EXPECT_EQ(Said("run `x`\nparallel { }"), List{"P0601:5"});
}

TEST(Loops, GoOverConstants) {
  EXPECT_EQ(Said("for x in \"a\" { run `x` }"), List{"P0302:4"});
  EXPECT_EQ(Said("for x in github.event.commits { run `x` }"), List{"P0403:4"});
  EXPECT_EQ(Said("for x in [\"a\"] if github.ref == x { run `x` }"), List{"P0403:4"});
  EXPECT_EQ(Said("for x in [1, 2] if x { run `x` }"), List{"P0302:4"});
}

TEST(Loops, HaveNamesOfTheirOwn) {
  const std::string loop =
      "for x in [1, 2] {\nlet a = run -> { v: string } `./a ${{ x }} # v`\nrun `echo ${{ a.v }}`\n}\n";
  EXPECT_EQ(Said(loop), List{});
  EXPECT_EQ(Said(loop + "run `echo ${{ a.v }}`"), List{"P0202:8"});
  EXPECT_EQ(Said(loop + "run `echo ${{ x }}`"), List{"P0202:8"});
  // A mistake is told once, and not for each item.
  EXPECT_EQ(Said("for x in [1, 2, 3] { run `echo ${{ nobody }}` }"), List{"P0202:4"});
}

}  // namespace
}  // namespace sluice::check
