#include "compiler/types/type.h"

#include <gtest/gtest.h>

#include "compiler/types/contexts.h"
#include "compiler/types/labels.h"

namespace sluice::types {
namespace {

TEST(TypeTest, PresenceCounts) {
  const Type text = Simple(Kind::String);
  EXPECT_TRUE(Fits(text, Optional(text)));
  EXPECT_FALSE(Fits(Optional(text), text));
  EXPECT_TRUE(Fits(Simple(Kind::Null), Optional(text)));
  EXPECT_FALSE(Fits(Simple(Kind::Null), text));
}

TEST(TypeTest, OnlyIntegersWiden) {
  EXPECT_TRUE(Fits(Simple(Kind::Int), Simple(Kind::Float)));
  EXPECT_FALSE(Fits(Simple(Kind::Float), Simple(Kind::Int)));
  EXPECT_FALSE(Fits(Simple(Kind::Int), Simple(Kind::String)));
  EXPECT_FALSE(Fits(Simple(Kind::Bool), Simple(Kind::String)));
}

TEST(TypeTest, StructuresAreCompared) {
  const Type wide = RecordOf({{"a", Simple(Kind::Int), false}, {"b", Simple(Kind::Bool), false}});
  const Type narrow = RecordOf({{"a", Simple(Kind::Float), false}});
  EXPECT_TRUE(Fits(wide, narrow));
  EXPECT_FALSE(Fits(narrow, wide));
  EXPECT_TRUE(Fits(EnumOf({"a"}), EnumOf({"a", "b"})));
  EXPECT_FALSE(Fits(EnumOf({"c"}), EnumOf({"a", "b"})));
  EXPECT_TRUE(Fits(ListOf(Simple(Kind::Int)), ListOf(Simple(Kind::Float))));
}

TEST(TypeTest, RefinedStringsAreStrings) {
  EXPECT_TRUE(Fits(Text(Refined::Url), Simple(Kind::String)));
  EXPECT_FALSE(Fits(Simple(Kind::String), Text(Refined::Url)));
  EXPECT_FALSE(Fits(Text(Refined::Path), Text(Refined::Url)));
  EXPECT_TRUE(Text(Refined::Bytes).is_quantity());
  EXPECT_TRUE(Text(Refined::Url).is_text());
}

TEST(TypeTest, DeclaredEnumsAreNominal) {
  const Type e = NamedEnum("E", {"a", "b"}), f = NamedEnum("F", {"a", "b"});
  EXPECT_FALSE(Fits(e, f));
  EXPECT_TRUE(Fits(EnumOf({"a"}), e));
  EXPECT_TRUE(Fits(e, EnumOf({"a", "b", "c"})));
  EXPECT_EQ(ToText(e), "E");
}

TEST(TypeTest, RecordsAreMapsOfTheirFields) {
  const Type map = MapOf(Simple(Kind::String), Simple(Kind::Int));
  const Type record = RecordOf({{"a", Simple(Kind::Int), false}});
  EXPECT_TRUE(Fits(record, map));
  EXPECT_FALSE(Fits(map, record));
  EXPECT_FALSE(Fits(RecordOf({{"a", Simple(Kind::Bool), false}}), map));
  EXPECT_TRUE(Fits(record, MapOf(EnumOf({"a", "b"}), Simple(Kind::Int))));
  EXPECT_FALSE(Fits(RecordOf({{"c", Simple(Kind::Int), false}}), MapOf(EnumOf({"a"}), Simple(Kind::Int))));
  EXPECT_EQ(ToText(map), "map<string, int>");
}

TEST(TypeTest, EveryNameIsReadBack) {
  for (const std::string& name : TypeNames()) {
    const auto type = FindType(name);
    if (name == "job-result") continue;
    if (type) {
      EXPECT_EQ(ToText(*type), name);
    }
  }
  EXPECT_FALSE(FindType("list"));
  EXPECT_FALSE(FindType("object"));
}

TEST(TypeTest, TextIsAsWritten) {
  EXPECT_EQ(ToText(Optional(Simple(Kind::Bool))), "bool?");
  EXPECT_EQ(ToText(ListOf(Simple(Kind::String))), "list<string>");
  EXPECT_EQ(ToText(EnumOf({"a", "b"})), "enum(a, b)");
  EXPECT_EQ(ToText(RecordOf({{"a", Simple(Kind::Int), false}})), "{ a: int }");
  EXPECT_EQ(WithArticle(Simple(Kind::Int)), "an int");
  EXPECT_EQ(WithArticle(Simple(Kind::Bool)), "a bool");
}

TEST(ContextsTest, SetsAreMasks) {
  const ContextSet both = Context::Github | Context::Needs;
  EXPECT_TRUE(both.contains(Context::Github));
  EXPECT_FALSE(ContextSet(Context::Github).contains(both));
  EXPECT_EQ(FindContext("GitHub"), ContextSet(Context::Github));
  EXPECT_EQ(FindContext("steps"), ContextSet(Context::Steps));
  EXPECT_TRUE(FindContext("step").empty());
}

TEST(LabelsTest, TheFirstReasonStays) {
  Labels a, b;
  a.secret = {{}, "first"};
  b.secret = {{}, "second"};
  b.untrusted = {{}, "outsider"};
  const Labels joined = Join(a, b);
  EXPECT_EQ(joined.secret->text, "first");
  EXPECT_EQ(joined.untrusted->text, "outsider");
}

}  // namespace
}  // namespace sluice::types
