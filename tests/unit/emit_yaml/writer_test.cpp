#include "compiler/emit/yaml/writer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "compiler/emit/yaml/scalar.h"

namespace sluice::emit {
namespace {

std::string One(const std::string& text) { return WriteYaml(Node::Map().Add("k", Node::String(text))); }

TEST(Scalar, PlainWhereNoReaderCanMistakeIt) {
  for (const char* text : {"",      "y",     "N",    "Yes",  "OFF",      "true",       "Null", ".inf", ".NaN", ".",
                           "1",     "1.10",  "0x1F", "1e3",  "12:30:45", "2024-01-01", "+1",   "e5",   ".E+2", "._",
                           "._5e1", "1_000", "- a",  "-",    "?x",       "*a",         "&a",   "!t",   "@x",   "`x",
                           "%x",    "{a",    "[a",   "a: b", "a #b",     "a:",         "a ",   " a",   "'a",   "\"a",
                           "|",     ">",     "#a",   "~",    "<<",       "=",          "1 2",  "a\tb"})
    EXPECT_FALSE(IsPlain(text, false)) << text;
  for (const char* text : {"a,b", "a]", "a{", "a?"}) {
    EXPECT_TRUE(IsPlain(text, false)) << text;
    EXPECT_FALSE(IsPlain(text, true)) << text;
  }
  for (const char* text : {"main", "v1.2.3", "_x", "$x", "/x", "./x", "(x)", "a#b", "a:b", "x'y", "12 apples", "aé"})
    EXPECT_TRUE(IsPlain(text, false)) << text;
  EXPECT_FALSE(IsPlain("é", false)) << "it begins with a letter that is not ASCII";
}

TEST(Scalar, QuotesAsTheTextDemands) {
  EXPECT_EQ(One("it's: so"), "k: 'it''s: so'\n");
  EXPECT_EQ(One("tab\t\"\\"), "k: \"tab\\t\\\"\\\\\"\n");
  EXPECT_EQ(One("\xE2\x80\xA8\x7F\x01"), "k: \"\\u2028\\x7F\\x01\"\n");
  EXPECT_EQ(One("a\nb"), "k: |-\n  a\n  b\n");
  EXPECT_EQ(One("a\n\n  b\n"), "k: |\n  a\n\n    b\n");
  EXPECT_EQ(One("a\n\n"), "k: |+\n  a\n\n");
  EXPECT_EQ(One("\n\na\n"), "k: |\n\n\n  a\n");
  EXPECT_EQ(One(" a\nb"), "k: \" a\\nb\"\n");
  EXPECT_EQ(One("\n"), "k: \"\\n\"\n");
  EXPECT_EQ(One("a\r\nb"), "k: \"a\\r\\nb\"\n");
}

TEST(Number, HasOneSafeForm) {
  EXPECT_EQ(PrintNumber(0), "0");
  EXPECT_EQ(PrintNumber(-0.0), "-0.0");
  EXPECT_EQ(PrintNumber(42), "42");
  EXPECT_EQ(PrintNumber(1.5), "1.5");
  EXPECT_EQ(PrintNumber(1e20), "100000000000000000000");
  EXPECT_EQ(PrintNumber(1e21), "1.0e+21");
  EXPECT_EQ(PrintNumber(1e-7), "1.0e-07");
  EXPECT_EQ(PrintNumber(-std::numeric_limits<double>::infinity()), "-.inf");
  EXPECT_EQ(PrintNumber(std::nan("")), ".nan");
}

TEST(Writer, ListsOfConstantsStandOnOneLineOf100Columns) {
  const auto list = [](std::vector<Node> items) {
    return WriteYaml(Node::Map().Add("k", Node::List(std::move(items))));
  };
  EXPECT_EQ(list({Node::String("a"), Node::Number("1"), Node::Boolean(true), Node::String("b,c")}),
            "k: [a, 1, true, 'b,c']\n");
  EXPECT_EQ(list({}), "k: []\n");
  EXPECT_EQ(list({Node::String("${{ x }}")}), "k:\n  - ${{ x }}\n");
  EXPECT_EQ(list({Node::Null(), Node::Map()}), "k:\n  -\n  - {}\n");
  EXPECT_EQ(list({Node::String("a\nb")}), "k:\n  - |-\n    a\n    b\n");
  const std::string fits(95, 'x');  // `k: [` + 95 + `]` are 100 columns
  EXPECT_EQ(list({Node::String(fits)}), "k: [" + fits + "]\n");
  EXPECT_EQ(list({Node::String(fits + "x")}), "k:\n  - " + fits + "x\n");
  EXPECT_EQ(list({Node::List({Node::List({Node::Map().Add("a", Node::Null())})})}), "k:\n  - - - a:\n");
}

TEST(Writer, CommentsStandAboveAndBehind) {
  Node step = Node::Map();
  Node uses = Node::String("a/b@c");
  uses.comment = "v1";
  step.Add("uses", std::move(uses));
  step.above = {"why", "two\nlines"};
  Node map = Node::Map();
  map.Add("steps", Node::List({std::move(step)}));
  map.entries[0].above = {"all\x01steps"};
  EXPECT_EQ(WriteYaml(map, {"header"}),
            "# header\n"
            "# all steps\n"
            "steps:\n"
            "  # why\n"
            "  # two\n"
            "  # lines\n"
            "  - uses: a/b@c # v1\n");
}

TEST(Writer, KeysThatAreTooLongForOneLineGetTheirOwn) {
  const std::string key(1500, 'k');
  EXPECT_EQ(WriteYaml(Node::Map().AddName(key, Node::String("v"))), "? " + key + "\n: v\n");
}

}  // namespace
}  // namespace sluice::emit
