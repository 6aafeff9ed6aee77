// PowerShell cannot be installed everywhere, so its proof is the text: docs/decisions/0150 says why each form carries
// any value.
#include <gtest/gtest.h>

#include "tests/unit/lower_scripts/harness.h"

namespace sluice::lower::scripts {
namespace {

using Strings = std::vector<std::string>;

std::string Text(std::string script) {
  Harness harness(std::move(script), Shell::PowerShell);
  const std::string text = harness.Lower().text;
  EXPECT_EQ(harness.Problems(), Strings()) << text;
  return text;
}

Strings Found(std::string script) {
  Harness harness(std::move(script), Shell::PowerShell);
  harness.Lower();
  return harness.Problems();
}

TEST(PowerShell, ArgumentsAreOneWord) {
  EXPECT_EQ(Text("cmake -A ${{ x }} -B build"), "cmake -A $env:PIPE_X -B build");
  EXPECT_EQ(Text("cmake -DX=${{ x }}/${{ y }} ."), "cmake \"-DX=$($env:PIPE_X)/$($env:PIPE_Y)\" .");
  EXPECT_EQ(Text("copy target\\${{ x }}\\a.exe out\\"), "copy \"target\\$($env:PIPE_X)\\a.exe\" out\\");
  EXPECT_EQ(Text("echo hi > ${{ x }}/log.txt"), "echo hi > \"$($env:PIPE_X)/log.txt\"");
  EXPECT_EQ(Text("git commit -m \"v ${{ x }}\""), "git commit -m \"v $($env:PIPE_X)\"");
  EXPECT_EQ(Text("cmake `\n  -DX=${{ x }} `\n  -DY=\"${{ y }}\"\n"),
            "cmake `\n  \"-DX=$($env:PIPE_X)\" `\n  -DY=\"$($env:PIPE_Y)\"\n");
  EXPECT_EQ(Text("7z x L${{ x }}.exe -y; 1..3 | % { $_ + ${{ int:n }} }"),
            "7z x \"L$($env:PIPE_X).exe\" -y; 1..3 | % { $_ + ([long]$env:PIPE_N) }");
  EXPECT_EQ(Text("a ; b ${{ x }} | c ${{ x }} && d ${{ x }}"), "a ; b $env:PIPE_X | c $env:PIPE_X && d $env:PIPE_X");
}

TEST(PowerShell, ExpressionsAreOperands) {
  EXPECT_EQ(Text("$v = ${{ x }}"), "$v = $env:PIPE_X");
  EXPECT_EQ(Text("if (${{ x }} -eq 'a') { b ${{ x }} }"), "if ($env:PIPE_X -eq 'a') { b $env:PIPE_X }");
  EXPECT_EQ(Text("$v = \"a $(Get-Item ${{ x }}) b\""), "$v = \"a $(Get-Item $env:PIPE_X) b\"");
  EXPECT_EQ(Text("$h = @{ a = ${{ x }}; b = 'c' }"), "$h = @{ a = $env:PIPE_X; b = 'c' }");
  EXPECT_EQ(Text("foreach ($i in ${{ x }}.Split(',')) { $i }"), "foreach ($i in $env:PIPE_X.Split(',')) { $i }");
  EXPECT_EQ(Text("return ${{ x }}"), "return $env:PIPE_X");
  EXPECT_EQ(Text("[IO.File]::ReadAllText(${{ x }})"), "[IO.File]::ReadAllText($env:PIPE_X)");
  EXPECT_EQ(Text("& ${{ x }} --version"), "& $env:PIPE_X --version");
}

TEST(PowerShell, NumbersAndBoolsHaveTheirTypesWhereTheyCount) {
  EXPECT_EQ(Text("if (${{ int:x }} -gt 3) { a }"), "if (([long]$env:PIPE_X) -gt 3) { a }");
  EXPECT_EQ(Text("ctest -j ${{ int:x }}"), "ctest -j ([long]$env:PIPE_X)");
  EXPECT_EQ(Text("if (${{ bool:x }}) { a }"), "if (($env:PIPE_X -eq 'true')) { a }");
  EXPECT_EQ(Text("a --all ${{ bool:x }}"), "a --all $env:PIPE_X");
}

TEST(PowerShell, StringsAndComments) {
  EXPECT_EQ(Text("echo \"a\"\"${{ x }}`\"b\""), "echo \"a\"\"$($env:PIPE_X)`\"b\"");
  EXPECT_EQ(Text("$t = @\"\nit's \"${{ x }}\"\n\"@\n"), "$t = @\"\nit's \"$($env:PIPE_X)\"\n\"@\n");
  EXPECT_EQ(Text("# it's ${{ x }}\na#b ${{ x }}"), "# it's (x)\na#b $env:PIPE_X\n");
  EXPECT_EQ(Text("<# ' ${{ x }} #> a ${{ y }}"), "<# ' (x) #> a $env:PIPE_Y");
  EXPECT_EQ(Text("echo \u201Ca ${{ x }}\u201D"), "echo \u201Ca $($env:PIPE_X)\u201D");
}

TEST(PowerShell, ConstantsAreQuotedForTheirPlace) {
  EXPECT_EQ(Text("a ${{ const:it's $(b) }}"), "a 'it''s $(b)'");
  EXPECT_EQ(Text("a ${{ const:it\u2019s }}"), "a 'it\u2019\u2019s'");
  EXPECT_EQ(Text("a \"${{ const:`\"$(b) }}\""), "a \"```\"`$(b)\"");
  EXPECT_EQ(Text("a -x=${{ const:b c$d }}"), "a \"-x=b c`$d\"");
  EXPECT_EQ(Text("a 'x ${{ const:it's }}'"), "a 'x it''s'");
  EXPECT_EQ(Text("$v = @'\n${{ const:it's }}\n'@\n"), "$v = @'\nit's\n'@\n");
}

TEST(PowerShell, WhereNothingExpandsIsAnError) {
  EXPECT_EQ(Found("a 'x ${{ x }}'"), Strings{"P0513 error 1:6 nothing expands in this string"});
  EXPECT_EQ(Found("a \"`${{ x }}\""), Strings{"P0513 error 1:5 nothing expands after a backtick"});
  EXPECT_EQ(Found("${{ x }} --version"),
            Strings{"P0513 error 1:1 PowerShell takes no value for the name of a command"});
  EXPECT_EQ(Found("$a${{ x }} = 1"), Strings{"P0513 error 1:3 a value cannot be a name here"});
  EXPECT_EQ(Found("a --% ${{ x }}"), Strings{"P0513 error 1:7 nothing expands here"});
  EXPECT_EQ(Found("a x$y${{ x }}"), Strings{"P0513 error 1:6 nothing expands here"});
  EXPECT_EQ(Found("a ${{ words(x) }}"), Strings{"P0515 error 1:7 `words` is only for words of a command"});
  EXPECT_EQ(Found("a \"${{ x }}"), Strings{"P0518 error 1:3 this quote is not closed"});
}

TEST(PowerShell, WhatReadsItsTextAsAProgram) {
  EXPECT_EQ(Found("iex \"git ${{ x }}\""), Strings{"P0512 error 1:10 this is evaluated again by `iex`"});
  EXPECT_EQ(Found("Invoke-Expression ('a ' + ${{ x }})"),
            Strings{"P0512 error 1:27 this is evaluated again by `invoke-expression`"});
  EXPECT_EQ(Found("bash -c \"echo ${{ x }}\""),
            Strings{"P0511 warning 1:15 this value becomes part of a program for `bash`"});
  EXPECT_EQ(Found("bash -c \"echo ${{ evil:x }}\""), Strings{"P0512 error 1:15 this is evaluated again by `bash`"});
  EXPECT_EQ(Found("bash \"build ${{ evil:x }}.sh\""), Strings{});
}

}  // namespace
}  // namespace sluice::lower::scripts
