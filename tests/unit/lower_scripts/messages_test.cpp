// The messages, to the letter: those that language.md fixes (samples/f 22, 23, 24), and the others.
#include <gtest/gtest.h>

#include "compiler/diagnostics/render_text.h"
#include "tests/unit/lower_scripts/harness.h"

namespace sluice::lower::scripts {
namespace {

std::string Text(Harness& harness) {
  harness.Lower();
  diagnostics::Sort(harness.sink.all(), harness.sources);
  return diagnostics::RenderText(harness.sink.all(), harness.sources);
}
std::string Text(std::string text, Shell shell = Shell::Bash) {
  Harness harness(std::move(text), shell);
  return Text(harness);
}

TEST(Messages, EvaluatedAgain) {
  EXPECT_EQ(Text("if [[ ${{ evil:github.event.pull_request.title }} -eq 1 ]]; then echo one; fi").substr(0, 47),
            "error[P0512]: this is evaluated again by bash\n ");
  EXPECT_EQ(Text("[[ ${{ evil:t }} -eq 1 ]]"), R"(error[P0512]: this is evaluated again by bash
  ┌─ ci.pipe:1:4
1 │ [[ ${{ evil:t }} -eq 1 ]]
  │    ^^^^^^^^^^^^^ --- both sides of `-eq` are arithmetic: the text  a[$(cmd)]  would run cmd
  │    untrusted: the author of the pull request writes it
  = Compare as text:   [[ ${{ evil:t }} == 1 ]]  [fix]
)");
  EXPECT_EQ(Text("echo $((1 + ${{ n }}))", Shell::Sh), R"(error[P0512]: this is evaluated again by sh
  ┌─ ci.pipe:1:13
1 │ echo $((1 + ${{ n }}))
  │      ---    ^^^^^^^^ any text can arrive here
  │      arithmetic: the text  a[$(cmd)]  would run cmd
  = Only an `int` may stand here.
)");
  EXPECT_EQ(Text("export ${{ n }}=1"), R"(error[P0512]: this is evaluated again by bash
  ┌─ ci.pipe:1:8
1 │ export ${{ n }}=1
  │ ------ ^^^^^^^^ this would choose the variable
  │ the name of a variable is expected: the text  a[$(cmd)]  would run cmd
  = Write the name itself, or choose between names with `case`.
)");
  EXPECT_EQ(Text("eval \"run ${{ n }}\""), R"(error[P0512]: this is evaluated again by bash
  ┌─ ci.pipe:1:11
1 │ eval "run ${{ n }}"
  │ ----      ^^^^^^^^ any text can arrive here
  │ `eval` reads its words as shell text again
  = Set it in the step's `env` and let the text read it:   eval 'cmd "$NAME"'
)");
  EXPECT_EQ(Text("jq '.a = \"${{ evil:n }}\"' f"), R"(error[P0512]: this is evaluated again by jq
  ┌─ ci.pipe:1:11
1 │ jq '.a = "${{ evil:n }}"' f
  │ --        ^^^^^^^^^^^^^ untrusted: the author of the pull request writes it
  │ reads it as a program
  = Pass it beside the program:   jq --arg v ${{ n }} '... $v ...'
)");
}

TEST(Messages, NothingExpands) {
  EXPECT_EQ(Text("cat > version.txt <<'EOF'\n${{ github.sha }}\nEOF\necho \\${{ github.ref }}"),
            R"(error[P0513]: nothing expands here
  ┌─ ci.pipe:2:1
1 │ cat > version.txt <<'EOF'
  │                     ----- the quotes switch it off
2 │ ${{ github.sha }}
  │ ^^^^^^^^^^^^^^^^^ the shell would keep the name of the variable
  = Leave the quotes away:   <<EOF  [fix]

error[P0513]: nothing expands after a backslash
  ┌─ ci.pipe:4:7
4 │ echo \${{ github.ref }}
  │      -^^^^^^^^^^^^^^^^^ the shell would keep the name of the variable
  │      this one
  = Remove the backslash.  [fix]
  = A literal `${{` is written `$${{`.
)");
  EXPECT_EQ(Text("echo ${v#${{ n }}}"), R"(error[P0513]: a value cannot stand in a pattern
  ┌─ ci.pipe:1:10
1 │ echo ${v#${{ n }}}
  │         -^^^^^^^^ its `*`, `?` and `[` would be patterns
  │         a pattern follows
  = Set a variable first:   v=${{ n }}   and write  "$v"  in the pattern.
)");
}

TEST(Messages, OneWordOrMany) {
  Harness harness(
      "test-args: string = \"--all --quiet\"\ncargo test ${{ test-args }}\ncargo test \"${{ words(test-args) }}\"");
  harness.script.placeholders[0].blank_value = harness.sources.MakeSpan(harness.file, 20, 35);
  EXPECT_EQ(Text(harness), R"(warning[P0515]: `test-args` is passed as one word
  ┌─ ci.pipe:2:12
1 │ test-args: string = "--all --quiet"
  │                     --------------- this value has a blank in it
2 │ cargo test ${{ test-args }}
  │            ^^^^^^^^^^^^^^^^ one argument, also if it contains blanks
  = Did you mean `${{ words(test-args) }}`?  [fix]
  = If one argument is meant, write quotes around it:   "${{ test-args }}"

error[P0515]: `words` cannot stand in quotes
  ┌─ ci.pipe:3:17
3 │ cargo test "${{ words(test-args) }}"
  │                 ^^^^^^^^^^^^^^^^ quotes make one word of it
  = Remove the quotes.  [fix]
)");
}

TEST(Messages, ProgramsAndOpenQuotes) {
  EXPECT_EQ(Text("sudo bash -c 'echo ${{ n }}'"), R"x(warning[P0511]: this value becomes part of a program for bash
  ┌─ ci.pipe:1:20
1 │ sudo bash -c 'echo ${{ n }}'
  │      -------       ^^^^^^^^ quotes, blanks and `$` in the value would mean something there
  │      runs its argument
  = Pass it beside the program:   bash -c '... "$1" ...' _ ${{ n }}
)x");
  EXPECT_EQ(Text("echo 'a\necho ${{ n }}"), R"(error[P0518]: this quote is not closed
  ┌─ ci.pipe:1:6
1 │ echo 'a
  │      ^ the script ends inside of it
)");
}

TEST(Messages, AHereDocumentAndALongScript) {
  EXPECT_EQ(Text("cat > notes.txt <<EOF\nBuilt from main.\n EOF"), R"(warning[P0518]: this here-document does not end
  ┌─ ci.pipe:1:17
1 │ cat > notes.txt <<EOF
  │                 ^^^^^ no line below is exactly `EOF`
)");
  Harness harness("run: echo ${{ n }}\n" + std::string(21000, 'x'));
  harness.script.keyword = harness.sources.MakeSpan(harness.file, 0, 3);
  EXPECT_EQ(Text(harness), R"(error[P0905]: GitHub refuses this script
  ┌─ ci.pipe:1:1
1 │ run: echo ${{ n }}
  │ ^^^ more than 21000 characters, and it has placeholders
  = Put it into a file of the repository and run that:   run `./script.sh`
)");
}

TEST(Messages, PartsOfWordsAndNamesOfSeveral) {
  Harness harness("extra-args\nnpm test ${{ extra-args }} --fix=${{ words(extra-args) }} $((${{ n }}))");
  harness.script.placeholders[0].declaration = harness.sources.MakeSpan(harness.file, 0, 10);
  harness.script.placeholders[2].description = "a string, known only when the run starts";
  EXPECT_EQ(Text(harness), R"(warning[P0515]: `extra-args` is passed as one word
  ┌─ ci.pipe:2:10
1 │ extra-args
  │ ---------- this name speaks of several words
2 │ npm test ${{ extra-args }} --fix=${{ words(extra-args) }} $((${{ n }}))
  │          ^^^^^^^^^^^^^^^^^ one argument, also if it contains blanks
  = Did you mean `${{ words(extra-args) }}`?  [fix]
  = If one argument is meant, write quotes around it:   "${{ extra-args }}"

error[P0515]: `words` cannot be part of a word
  ┌─ ci.pipe:2:34
2 │ npm test ${{ extra-args }} --fix=${{ words(extra-args) }} $((${{ n }}))
  │                                  ^^^^^^^^^^^^^^^^^^^^^^^^ it may become several words, or none
  = Put a blank before and after it.

error[P0512]: this is evaluated again by bash
  ┌─ ci.pipe:2:62
2 │ npm test ${{ extra-args }} --fix=${{ words(extra-args) }} $((${{ n }}))
  │                                                           ---^^^^^^^^ a string, known only when the run starts
  │                                                           arithmetic: the text  a[$(cmd)]  would run cmd
  = Only an `int` may stand here.
)");
}

}  // namespace
}  // namespace sluice::lower::scripts
