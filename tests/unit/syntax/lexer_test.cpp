#include "compiler/syntax/lexer.h"

#include <gtest/gtest.h>

#include <string>

namespace sluice::syntax {
namespace {

// The kinds and texts of the tokens: "Id:a Colon:: Int:1".
std::string Tokens(const std::string& text) {
  source::SourceMap sources;
  const TokenList list = Lex(sources, sources.Add("t.pipe", text));
  std::string out;
  for (const Token& token : list.tokens) {
    if (token.kind == TokenKind::EndOfFile) break;
    static constexpr std::string_view kNames[] = {
        "EndOfFile",
#define SLUICE_TOKEN(kind, antlr, words) #kind,
#include "compiler/syntax/tokens.def"
#undef SLUICE_TOKEN
    };
    out += (out.empty() ? "" : " ") + std::string(kNames[static_cast<size_t>(token.kind)]) + ":" +
           std::string(list.Text(token));
  }
  return out;
}

std::string Codes(const std::string& text) {
  source::SourceMap sources;
  const TokenList list = Lex(sources, sources.Add("t.pipe", text));
  std::string out;
  for (const auto& problem : list.problems)
    out += (out.empty() ? "" : " ") + std::string(diagnostics::Info(problem.code).name);
  return out;
}

TEST(Lexer, TakesTheLongestMatch) {
  EXPECT_EQ(Tokens("ubuntu-24.04-arm"), "Label:ubuntu-24.04-arm");
  EXPECT_EQ(Tokens("actions/checkout@v7"), "ActionRef:actions/checkout@v7");
  EXPECT_EQ(Tokens("acme/ci/.github/actions/x@v1"), "ActionRef:acme/ci/.github/actions/x@v1");
  EXPECT_EQ(Tokens("a/b"), "Id:a Slash:/ Id:b");
  EXPECT_EQ(Tokens("run-name a-b a - b"), "Id:run-name Id:a-b Id:a Minus:- Id:b");
  EXPECT_EQ(Tokens("...x..y.z->?? ?"), "Ellipsis:... Id:x DotDot:.. Id:y Dot:. Id:z Arrow:-> Coalesce:?? Question:?");
}

TEST(Lexer, TellsNumbersApart) {
  EXPECT_EQ(Tokens("0 12 1_000 0xff 0o17"), "Int:0 Int:12 Int:1_000 Int:0xff Int:0o17");
  EXPECT_EQ(Tokens("1.5 1e3 1.5e-3"), "Float:1.5 Float:1e3 Float:1.5e-3");
  EXPECT_EQ(Tokens("1.0.0 1.0.0-rc.1+b.2"), "Semver:1.0.0 Semver:1.0.0-rc.1+b.2");
  EXPECT_EQ(Tokens("5m 1h30m 1.5h 20ms"), "Duration:5m Duration:1h30m Duration:1.5h Duration:20ms");
  EXPECT_EQ(Tokens("10% 99.95% 512Mi 5k"), "Quantity:10% Quantity:99.95% Quantity:512Mi Quantity:5k");
  EXPECT_EQ(Tokens("100m..500m 3..10"), "Duration:100m DotDot:.. Duration:500m Int:3 DotDot:.. Int:10");
}

TEST(Lexer, RefusesMalformedNumbers) {
  for (const char* text : {"5min", "007", "1.2.3.4", "5m1h", "1_", "0x", "12abc", "10%5"}) {
    EXPECT_EQ(Codes(text), "P0107") << text;
    EXPECT_EQ(Tokens(text), "Error:" + std::string(text));
  }
}

TEST(Lexer, NestsStringsInPlaceholders) {
  EXPECT_EQ(
      Tokens("\"a${{ f(\"b\") }}c\""),
      "DoubleOpen:\" Text:a PlaceholderOpen:${{ Id:f LeftParen:( DoubleOpen:\" Text:b DoubleClose:\" RightParen:) "
      "PlaceholderClose:}} Text:c DoubleClose:\"");
  EXPECT_EQ(Tokens("`${{ { a: { b: 1 }} }}`"),
            "TickOpen:` PlaceholderOpen:${{ LeftBrace:{ Id:a Colon:: LeftBrace:{ Id:b Colon:: Int:1 RightBrace:} "
            "RightBrace:} "
            "PlaceholderClose:}} TickClose:`");
  EXPECT_EQ(Tokens("\"$${{ x $y\""), "DoubleOpen:\" Text:$${{ x $y DoubleClose:\"");
}

TEST(Lexer, EndsTextBlocksByIndentation) {
  EXPECT_EQ(Tokens("  run |\n      a\n\n        b\n\n  x"),
            "Run:run BlockOpen:| Text:a\n Text:\n Text:  b BlockClose: Id:x");
  EXPECT_EQ(Tokens("\trun |\n\t\ta\n\tx"), "Run:run BlockOpen:| Text:a BlockClose: Id:x");
  EXPECT_EQ(Tokens("run |\r\n  a\r\n  b"), "Run:run BlockOpen:| Text:a\r\n Text:b BlockClose:");
  EXPECT_EQ(Codes("run |\nx"), "P0108");
  EXPECT_EQ(Codes("run | x"), "P0108");
  EXPECT_EQ(Codes("  run |\n    a\n\tb\n\tc\n  x"), "P0106");
}

TEST(Lexer, ClosesEverythingAtTheLineEnd) {
  EXPECT_EQ(Codes("name: \"a\nb: 'c\nd: `e"), "P0105 P0105 P0105");
  EXPECT_EQ(Codes("x: \"${{ f(\"a\n"), "P0105");
  EXPECT_EQ(Tokens("|\n  ${{ a\n  b"),
            "BlockOpen:| PlaceholderOpen:${{ Id:a PlaceholderClose: Text:\n Text:b BlockClose:");
}

TEST(Lexer, KnowsBadCharactersAndEscapes) {
  EXPECT_EQ(Codes("a ; b"), "P0101");
  EXPECT_EQ(Codes("\"${{ a } }}\""), "P0101");
  EXPECT_EQ(Codes("\"${{ a # b }}\""), "P0101");
  EXPECT_EQ(Codes("\"${{ a | b }}\""), "P0108");
  EXPECT_EQ(Codes(R"("\n\t\r\\\"\u{1F600}")"), "");
  EXPECT_EQ(Codes(R"("\d")"), "P0103");
  EXPECT_EQ(Codes(R"("\u{D800}")"), "P0103");
  EXPECT_EQ(Codes("'${{ a }}'"), "P0104");
  EXPECT_EQ(Codes("'it''s'"), "");
}

TEST(Lexer, SaysThatAFileIsNoText) {
  EXPECT_EQ(Codes(std::string("a\0b", 3)), "P0109");
  EXPECT_EQ(Codes("a\xff"), "P0109");
  EXPECT_EQ(Codes("a\rb"), "P0109");
  EXPECT_EQ(Codes("a\r\nb\r\n"), "");
  EXPECT_EQ(Codes(std::string(kLargestFile + 1, 'a')), "P0109");
  EXPECT_EQ(Tokens("\xEF\xBB\xBFlet"), "Let:let");
}

TEST(Lexer, LimitsTheDepth) {
  EXPECT_EQ(Codes(std::string(256, '[') + std::string(256, ']')), "");
  EXPECT_EQ(Codes(std::string(257, '[')), "P0111");
  EXPECT_EQ(Codes(std::string(100'000, '(')), "P0111");
  std::string chain = "if a {}";
  for (int i = 0; i < 300; ++i) chain += " else if a {}";
  EXPECT_EQ(Codes(chain), "P0111");
}

TEST(Lexer, KeepsCommentsAndDirectives) {
  source::SourceMap sources;
  const TokenList list =
      Lex(sources, sources.Add("t.pipe", "## doc\nx: 1 # sluice: allow[P0517, P0515] it is\n# sluice: nonsense\n"));
  ASSERT_EQ(list.comments.size(), 3u);
  EXPECT_TRUE(list.comments[0].doc && list.comments[0].own_line);
  EXPECT_FALSE(list.comments[1].own_line);
  ASSERT_EQ(list.directives.size(), 2u);
  EXPECT_EQ(list.directives[0].codes.size(), 2u);
  EXPECT_EQ(list.directives[0].reason, "it is");
  EXPECT_TRUE(list.directives[1].malformed);
}

}  // namespace
}  // namespace sluice::syntax
