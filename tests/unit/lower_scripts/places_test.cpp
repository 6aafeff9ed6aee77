// Each row of the table of language.md 2.7: what stands there after lowering, and what is refused.
#include <gtest/gtest.h>

#include "tests/unit/lower_scripts/harness.h"

namespace sluice::lower::scripts {
namespace {

using Strings = std::vector<std::string>;

Strings Problems(std::string text, Shell shell = Shell::Bash) {
  Harness harness(std::move(text), shell);
  harness.Lower();
  return harness.Problems();
}

TEST(Places, QuotedAndUnquoted) {
  EXPECT_EQ(Lowered("echo ${{ x }}"), "echo \"${PIPE_X}\"");
  EXPECT_EQ(Lowered("echo a${{ x }}b"), "echo a\"${PIPE_X}\"b");
  EXPECT_EQ(Lowered("echo \"a ${{ x }}b\""), "echo \"a ${PIPE_X}b\"");
  EXPECT_EQ(Lowered("echo 'a ${{ x }}b'"), "echo 'a '\"${PIPE_X}\"'b'");
  EXPECT_EQ(Lowered("echo $'a ${{ x }}b'"), "echo $'a '\"${PIPE_X}\"$'b'");
  EXPECT_EQ(Lowered("echo $(cat ${{ x }}) `cat ${{ x }}` \"`cat ${{ x }}`\""),
            "echo $(cat \"${PIPE_X}\") `cat \"${PIPE_X}\"` \"`cat \"${PIPE_X}\"`\"");
  EXPECT_EQ(Lowered("A=${{ x }} B=\"${{ x }}\" c >${{ x }} 2>&1"),
            "A=\"${PIPE_X}\" B=\"${PIPE_X}\" c >\"${PIPE_X}\" 2>&1");
  EXPECT_EQ(Lowered("[[ ${{ x }} == y* ]]"), "[[ \"${PIPE_X}\" == y* ]]");
  EXPECT_EQ(Lowered("case ${{ x }} in ${{ y }}) echo 1;; esac; echo ${{ x }}"),
            "case \"${PIPE_X}\" in \"${PIPE_Y}\") echo 1;; esac; echo \"${PIPE_X}\"");
}

TEST(Places, HereDocuments) {
  EXPECT_EQ(Lowered("cat <<EOF\n${{ x }} \"${{ x }}\"\nEOF\necho ${{ x }}\n"),
            "cat <<EOF\n${PIPE_X} \"${PIPE_X}\"\nEOF\necho \"${PIPE_X}\"\n");
  EXPECT_EQ(Lowered("cat <<-A <<'B'\n\t$(echo ${{ x }})\n\tA\n${{ const:one }}\nB\n"),
            "cat <<-A <<'B'\n\t$(echo \"${PIPE_X}\")\n\tA\none\nB\n");
  EXPECT_EQ(Problems("cat <<'EOF'\n${{ x }}\nEOF"), Strings{"P0513 error 2:1 nothing expands here"});
  EXPECT_EQ(Problems("cat <<\\EOF\n${{ x }}\nEOF"), Strings{"P0513 error 2:1 nothing expands here"});
  EXPECT_EQ(Problems("cat <<'EOF'\n${{ const:a\\nb }}\nEOF"), Strings{"P0513 error 2:1 nothing expands here"});
  EXPECT_EQ(Problems("cat <<${{ x }}\nEOF"), (Strings{"P0518 error 1:5 this here-document does not end"}));
  EXPECT_EQ(Lowered("cat <<$EOF <<\"A B\"\n${{ x }}\n$EOF\n$x\nA B\n"),
            "cat <<$EOF <<\"A B\"\n${PIPE_X}\n$EOF\n$x\nA B\n");
  // A line that goes on is not the end, and a constant may not become it.
  EXPECT_EQ(Lowered("cat <<EOF\na\\\nEOF\n${{ x }}\nEOF"), "cat <<EOF\na\\\nEOF\n${PIPE_X}\nEOF\n");
  EXPECT_EQ(Lowered("cat <<EOF\n${{ const:EOF }}\nEOF"), "cat <<EOF\n${PIPE_CONSTANT}\nEOF\n");
  EXPECT_EQ(Lowered("cat <<EOF\nE${{ const:O }}F\nEOF"), "cat <<EOF\nE${PIPE_CONSTANT}F\nEOF\n");
  EXPECT_EQ(Lowered("cat <<EOF\n${{ const:a$`\\\" }}\nEOF"), "cat <<EOF\na\\$\\`\\\\\"\nEOF\n");
}

TEST(Places, ParameterExpansions) {
  EXPECT_EQ(Lowered("echo ${a:-${{ x }}} \"${a:-b ${{ x }}}\" ${a+\"${{ x }}\"}"),
            "echo ${a:-\"${PIPE_X}\"} \"${a:-b ${PIPE_X}}\" ${a+\"${PIPE_X}\"}");
  EXPECT_EQ(Problems("echo ${a:-'${{ x }}'}"), Strings{"P0513 error 1:12 nothing expands here"});
  EXPECT_EQ(Problems("echo ${a#${{ x }}}"), Strings{"P0513 error 1:10 a value cannot stand in a pattern"});
  EXPECT_EQ(Problems("echo \"${a//b/${{ x }}}\""), Strings{"P0513 error 1:14 a value cannot stand in a pattern"});
  EXPECT_EQ(Problems("echo \"${a%\"${{ x }}\"}\""), Strings{"P0513 error 1:12 a value cannot stand in a pattern"});
  EXPECT_EQ(Problems("echo \\${{ x }}"), Strings{"P0513 error 1:7 nothing expands after a backslash"});
  EXPECT_EQ(Problems("echo \"\\${{ x }}\""), Strings{"P0513 error 1:8 nothing expands after a backslash"});
  EXPECT_EQ(Lowered("echo \\\\${{ x }} '\\${{ x }}'"), "echo \\\\\"${PIPE_X}\" '\\'\"${PIPE_X}\"''");
}

TEST(Places, Comments) {
  EXPECT_EQ(Lowered("# ${{ x }} 'it\n echo a#${{ x }} # \"${{ const:b }}\nls"),
            "# (x) 'it\n echo a#\"${PIPE_X}\" # \"(const:b)\nls\n");
  EXPECT_TRUE(Harness("echo # ${{ x }}").Lower().env.empty());
}

TEST(Places, Arithmetic) {
  const std::string guard =
      "case \"${PIPE_N#-}\" in '' | *[!0-9]*) echo \"::error file=ci.pipe,line=1::n is not an int\"; exit 1 ;; esac\n";
  EXPECT_EQ(Lowered("echo $((1 + ${{ int:n }}))"), guard + "echo $((1 + PIPE_N))\n");
  EXPECT_EQ(Lowered("((a += ${{ int:n }}))"), guard + "((a += PIPE_N))\n");
  EXPECT_EQ(Lowered("echo $[${{ int:n }}]"), guard + "echo $[PIPE_N]\n");
  EXPECT_EQ(Lowered("let a=${{ int:n }} 'b = ${{ int:n }}'"), guard + "let a=PIPE_N 'b = PIPE_N'\n");
  EXPECT_EQ(Lowered("a[${{ int:n }}]=1; echo ${a[${{ int:n }}]}"), guard + "a[${PIPE_N}]=1; echo ${a[${PIPE_N}]}\n");
  EXPECT_EQ(Lowered("echo ${a:${{ int:n }}:2}"), guard + "echo ${a:PIPE_N:2}\n");
  EXPECT_EQ(Lowered("[[ ${{ int:n }} -lt 3 ]]"), guard + "[[ PIPE_N -lt 3 ]]\n");
  EXPECT_EQ(Lowered("declare -i a=${{ int:n }}; a=${{ int:n }}"), guard + "declare -i a=PIPE_N; a=PIPE_N\n");
  EXPECT_EQ(Lowered("for ((i = ${{ int:n }}; i < 3; i++)); do echo ${{ x }}; done"),
            guard + "for ((i = PIPE_N; i < 3; i++)); do echo \"${PIPE_X}\"; done\n");
  EXPECT_EQ(Lowered("echo ${{ int:n }} $((2 * ${{ const:3 }})) $((1 - ${{ const:-3 }}))"),
            "echo \"${PIPE_N}\" $((2 * 3)) $((1 - (-3)))");
  // A subshell in a substitution is none.
  EXPECT_EQ(Lowered("echo $((ls ${{ x }}) | wc)"), "echo $((ls \"${PIPE_X}\") | wc)");
  EXPECT_EQ(Lowered("[ ${{ x }} -eq 1 ]"), "[ \"${PIPE_X}\" -eq 1 ]");
  for (const char* text :
       {"echo $((${{ x }}))", "((a = ${{ x }}))", "echo $[${{ x }}]", "let a=${{ x }}", "let 'a=${{ x }}'",
        "a[${{ x }}]=1", "a=([${{ x }}]=1)", "echo ${a:${{ x }}}", "echo \"${a[${{ x }}]}\"", "[[ 1 -gt ${{ x }} ]]",
        "[[ \"${{ x }}\" -eq 1 ]]", "declare -i a=${{ x }}", "typeset -ri a=${{ x }}", "declare -i a; a=${{ x }}",
        "echo $((${a:-${{ x }}}))", "echo \"$((1 + \"${{ x }}\"))\"", "echo $((${{ bool:x }}))",
        "echo $((${{ const:a[$(id)] }}))"}) {
    const Strings problems = Problems(text);
    ASSERT_EQ(problems.size(), 1u) << text;
    EXPECT_EQ(problems[0].substr(0, 11), "P0512 error") << text;
  }
}

TEST(Places, NamesAndTextReadAgain) {
  for (const char* text : {"printf -v ${{ x }} a",
                           "printf -v${{ x }} a",
                           "declare ${{ x }}=1",
                           "local ${{ x }}",
                           "export ${{ x }}",
                           "export a=1 ${{ x }}",
                           "read ${{ x }}",
                           "read -r -a ${{ x }}",
                           "unset -v ${{ x }}",
                           "[ -v ${{ x }} ]",
                           "[[ -v ${{ x }} ]]",
                           "echo ${!${{ x }}}",
                           "echo ${a${{ x }}}",
                           "eval ${{ x }}",
                           "eval \"a ${{ x }}\"",
                           "eval \"$(echo ${{ x }})\"",
                           "trap '${{ x }}' EXIT",
                           "alias a=${{ x }}",
                           "for ${{ x }} in a; do :; done",
                           "getopts a ${{ x }}",
                           "mapfile -t ${{ x }}",
                           "readonly ${{ x }}=1",
                           "test -v ${{ x }}"}) {
    const Strings problems = Problems(text);
    ASSERT_EQ(problems.size(), 1u) << text;
    EXPECT_EQ(problems[0].substr(0, 11), "P0512 error") << text;
  }
  EXPECT_EQ(Lowered("export A=${{ x }} \"B=${{ x }}\"; read -p ${{ x }} a; printf '%s' ${{ x }}"),
            "export A=\"${PIPE_X}\" \"B=${PIPE_X}\"; read -p \"${PIPE_X}\" a; printf '%s' \"${PIPE_X}\"");
  EXPECT_EQ(Problems("export A=${{ x }} \"B=${{ x }}\"; read -p ${{ x }} a; printf '%s' ${{ x }}"), Strings());
  EXPECT_EQ(Problems("eval ${{ const:ls }}; export ${{ const:A }}=1"), Strings());
}

TEST(Places, ProgramsOfOthers) {
  for (const char* text : {"sh -c '${{ x }}'",
                           "bash -ec \"echo ${{ x }}\"",
                           "bash -o pipefail -c ${{ x }}",
                           "/bin/sh -c ${{ x }}",
                           "python3 -c 'print(\"${{ x }}\")'",
                           "python3.12 -c ${{ x }}",
                           "node -e ${{ x }}",
                           "node -p ${{ x }}",
                           "perl -e '${{ x }}'",
                           "perl -pe 's/a/${{ x }}/'",
                           "awk '{ print ${{ x }} }' f",
                           "awk -F: -v a=1 '/${{ x }}/'",
                           "sed 's/a/${{ x }}/'",
                           "sed -i -e s/a/${{ x }}/ f",
                           "jq '.a = \"${{ x }}\"' f",
                           "jq -r --arg a b .${{ x }}",
                           "ssh host rm ${{ x }}",
                           "ssh -p 22 host \"${{ x }}\"",
                           "psql -c \"select ${{ x }}\"",
                           "find . | xargs sh -c '${{ x }}'",
                           "sudo -u me bash -c '${{ x }}'",
                           "docker exec c sh -c ${{ x }}",
                           "bash <<EOF\n${{ x }}\nEOF",
                           "python3 - <<< ${{ x }}",
                           "ssh host <<EOF\n${{ x }}\nEOF",
                           "bash -s <<< \"${{ x }}\"",
                           "psql 2>/dev/null <<EOF\n${{ x }}\nEOF",
                           "sudo bash <<-EOF\n\techo ${{ x }}\n\tEOF",
                           "env A=1 python -c ${{ x }}"}) {
    const Strings problems = Problems(text);
    ASSERT_EQ(problems.size(), 1u) << text;
    EXPECT_EQ(problems[0].substr(0, 13), "P0511 warning") << text;
    std::string evil = text;
    evil.replace(evil.find("${{ x"), 5, "${{ evil:x");
    const Strings errors = Problems(evil);
    ASSERT_EQ(errors.size(), 1u) << evil;
    EXPECT_EQ(errors[0].substr(0, 11), "P0512 error") << evil;
  }
  for (const char* text : {"bash build.sh ${{ x }}", "sh -c 'echo \"$1\"' _ ${{ x }}", "python3 build.py -c ${{ x }}",
                           "jq --arg a ${{ x }} .a f", "awk -v a=${{ x }} '{ print a }' f", "sed -n 1p ${{ x }}",
                           "ssh ${{ x }}", "echo sh -c ${{ x }}", "cat <<EOF\n${{ x }}\nEOF",
                           "bash x.sh <<EOF\n${{ x }}\nEOF", "node build.js ${{ x }}", "psql -d ${{ x }} -f q.sql",
                           "python -m pip install ${{ x }}", "jq -f filter.jq ${{ x }}", "perl build.pl ${{ x }}",
                           "psql -c 'select 1' -h ${{ x }}", "bash -c '${{ const:ls }}'", "sed -i '' s/a/b/ ${{ x }}"})
    EXPECT_EQ(Problems(text), Strings()) << text;
}

TEST(Places, WordsAndFlags) {
  EXPECT_EQ(Lowered("ls ${{ words(x) }} ${{ words(x) }}"),
            "IFS=$' \\t\\n' read -r -d '' -a PIPE_X_WORDS <<< \"${PIPE_X}\" || true\n"
            "ls ${PIPE_X_WORDS[@]+\"${PIPE_X_WORDS[@]}\"} ${PIPE_X_WORDS[@]+\"${PIPE_X_WORDS[@]}\"}\n");
  EXPECT_EQ(Lowered("ls ${{ words(x) }}", Shell::Sh), "set -f\nls ${PIPE_X}\n");
  EXPECT_EQ(Lowered("ls ${{ words(const: a b'c  ) }} ."), "ls a 'b'\\''c' .");
  EXPECT_EQ(Lowered("${{ words(const:if a) }}"), "'if' a");
  EXPECT_EQ(Lowered("ls ${{ flag(--all, x) }} ${{ flag(-o=, x) }}"),
            "ls ${PIPE_X:+--all \"${PIPE_X}\"} ${PIPE_X:+\"-o=${PIPE_X}\"}");
  Harness flag("ls ${{ flag(--all, bool:x) }} ${{ bool:x }}");
  const LoweredScript lowered = flag.Lower();
  EXPECT_EQ(lowered.text, "ls ${PIPE_X:+\"${PIPE_X}\"} \"${PIPE_X_2}\"");
  EXPECT_EQ(expr::Print(lowered.env.at(0).value), "x && '--all' || ''");
  for (const char* text : {"ls \"${{ words(x) }}\"", "ls a${{ words(x) }}", "A=${{ words(x) }}", "ls > ${{ words(x) }}",
                           "ls '${{ flag(-a, x) }}'", "[[ ${{ words(x) }} ]]", "cat <<EOF\n${{ words(x) }}\nEOF",
                           "ls ${{ flag(a b, x) }}"}) {
    const Strings problems = Problems(text);
    ASSERT_EQ(problems.size(), 1u) << text;
    EXPECT_EQ(problems[0].substr(0, 11), "P0515 error") << text;
  }
  EXPECT_EQ(Problems("ls *.c ${{ words(x) }}", Shell::Sh),
            Strings{"P0515 error 1:12 `words` in sh switches off the file patterns of the script"});
  EXPECT_EQ(Problems("[ -f a ] && case $a in *.c) ls ${{ words(x) }} \"*\" \\? $? ${a#*.};; esac", Shell::Sh),
            Strings());
  EXPECT_EQ(Problems("a=( ${{ words(x) }} ); for i in ${{ words(x) }}; do :; done"), Strings());
  EXPECT_EQ(Problems("ls ${{ words(evil:x) }}"),
            Strings{"P0512 error 1:8 an outsider would choose the arguments of this command"});
  EXPECT_EQ(Problems("ls ${{ test-args }} \"${{ test-args }}\""),
            Strings{"P0515 warning 1:4 `test-args` is passed as one word"});
}

TEST(Places, Constants) {
  EXPECT_EQ(Lowered("ls ${{ const:a/b.c }} ${{ const:a b }} ${{ const:it's }} ${{ const: }}"),
            "ls a/b.c 'a b' 'it'\\''s' ''");
  EXPECT_EQ(Lowered("${{ const:if }} ${{ const:if }}; ${{ const:A=b }}; x=${{ const:if }}"), "'if' if; 'A=b'; x=if");
  EXPECT_EQ(Lowered("ls ${{ const:2 }}>f ${{ const:a }}>f ${{ const:1 }}2>f"), "ls '2'>f a>f '1'2>f");
  EXPECT_EQ(Lowered("echo \"${{ const:a\"b$c`d\\ }}\" '${{ const:it's }}'"), "echo \"a\\\"b\\$c\\`d\\\\\" 'it'\\''s'");
  EXPECT_EQ(Lowered("echo {${{ const:a,b }}} [${{ const:a-z }}] ${{ const:x }}"), "echo {'a,b'} ['a-z'] x");
  EXPECT_EQ(Lowered("[[ $x =~ ${{ const:a.b }} ]]"), "[[ $x =~ 'a.b' ]]");
  EXPECT_EQ(Lowered("echo `echo ${{ const:a`b\\c }}`"), "echo `echo 'a\\`b\\\\c'`");
  EXPECT_EQ(Lowered("echo ${a:-${{ const:b }}} ${a:-${{ const:b}'c }}}"), "echo ${a:-b} ${a:-\"${PIPE_CONSTANT}\"}");
  EXPECT_EQ(Lowered("tar -xf ${{ file:.sluice/in/b.p/a b$.tgz }} \"${{ file:.sluice/in/x }}\""),
            "tar -xf \"$GITHUB_WORKSPACE/.sluice/in/b.p/a b\\$.tgz\" \"$GITHUB_WORKSPACE/.sluice/in/x\"");
}

TEST(Places, CaseInsideSubstitutions) {
  EXPECT_EQ(
      Lowered("x=$(case $1 in a) echo ')' ;; (b|c) echo '${{ x }}' ;; *) ;; esac; echo ${{ x }}); echo \"${{ x }}\""),
      "x=$(case $1 in a) echo ')' ;; (b|c) echo ''\"${PIPE_X}\"'' ;; *) ;; esac; echo \"${PIPE_X}\"); echo "
      "\"${PIPE_X}\"");
  EXPECT_EQ(Lowered("f() { echo ${{ x }}; }; function g { eval ls; }; g ${{ x }}"),
            "f() { echo \"${PIPE_X}\"; }; function g { eval ls; }; g \"${PIPE_X}\"");
  EXPECT_EQ(Lowered("echo $(# it's\necho ${{ x }})"), "echo $(# it's\necho \"${PIPE_X}\")\n");
}

TEST(Places, NotClosed) {
  EXPECT_EQ(Problems("echo 'a ${{ x }}"), Strings{"P0518 error 1:6 this quote is not closed"});
  EXPECT_EQ(Problems("echo \"a"), Strings{"P0518 warning 1:6 this quote is not closed"});
  EXPECT_EQ(Problems("echo $(ls ${{ x }}"), Strings{"P0518 error 1:6 this `$(` is not closed"});
  EXPECT_EQ(Problems("echo `ls ${{ x }}"), Strings{"P0518 error 1:6 this backtick is not closed"});
  EXPECT_EQ(Problems("cat <<EOF\n${{ x }}\n EOF"), Strings{"P0518 error 1:5 this here-document does not end"});
  EXPECT_EQ(Problems("echo ${a:-${{ x }}"), Strings{"P0518 error 1:6 this `${` is not closed"});
}

TEST(Script, Variables) {
  Harness harness(
      "echo ${{ inputs.a }} ${{ inputs.a }} ${{ a }} ${{ needs.build.outputs.tag }} ${{ secrets.X }} V=${{ !c }}\n"
      "W=${{ !d }} echo ${{ !e }} ${{ A }}");
  harness.script.env_names = {"pipe_secrets_x"};
  const LoweredScript lowered = harness.Lower();
  std::vector<std::string> names;
  for (const EnvVariable& variable : lowered.env) names.push_back(variable.name);
  EXPECT_EQ(names, (Strings{"PIPE_A", "PIPE_A_2", "PIPE_BUILD_TAG", "PIPE_SECRETS_X_2", "PIPE_1", "PIPE_W", "PIPE_2",
                            "PIPE_A_3"}));
  EXPECT_EQ(expr::Print(lowered.env[2].value), "needs.build.outputs.tag");
}

TEST(Script, OutputsAreChecked) {
  Harness harness("echo a >> \"$GITHUB_OUTPUT\"\nexit 0 # \\");
  harness.script.outputs = {{"release", Output::Check::Bool, harness.script.span},
                            {"tag", Output::Check::None, {}},
                            {"files", Output::Check::Int, harness.script.span}};
  const LoweredScript lowered = harness.Lower();
  EXPECT_EQ(
      lowered.text,
      "echo a >> \"$GITHUB_OUTPUT\"\nexit 0 # \\\n"
      R"x(case "$(sed -n 's/^release=//p' "$GITHUB_OUTPUT" | tail -n 1)" in true | false) ;; *) echo "::error file=ci.pipe,line=1::output release is not a bool"; exit 1 ;; esac
case "$(sed -n 's/^files=-\{0,1\}//p' "$GITHUB_OUTPUT" | tail -n 1)" in '' | *[!0-9]*) echo "::error file=ci.pipe,line=1::output files is not an int"; exit 1 ;; esac
)x");
  EXPECT_EQ(lowered.lines.size(), 4u);
}

// The steps of the language's sample of every construct.
TEST(Script, TheSampleOfEveryConstruct) {
  EXPECT_EQ(
      Lowered("mkdir -p dist\n"
              "git archive --format=tar.gz --output=dist/${{ const:hello }}.tar.gz HEAD\n"
              "echo \"packed $(( ${{ int:info.files }} + 1 )) files\" # not ${{ info.files }}"),
      R"x(case "${PIPE_INFO_FILES#-}" in '' | *[!0-9]*) echo "::error file=ci.pipe,line=3::info.files is not an int"; exit 1 ;; esac
mkdir -p dist
git archive --format=tar.gz --output=dist/hello.tar.gz HEAD
echo "packed $(( PIPE_INFO_FILES + 1 )) files" # not (info.files)
)x");
  EXPECT_EQ(Lowered("python -m unittest discover ${{ flag(--verbose, bool:publish-all) }} "
                    "${{ flag(--pattern, vars.TEST_PATTERN) }} ${{ words(test-args) }}"),
            R"x(IFS=$' \t\n' read -r -d '' -a PIPE_TEST_ARGS_WORDS <<< "${PIPE_TEST_ARGS}" || true
python -m unittest discover ${PIPE_PUBLISH_ALL:+"${PIPE_PUBLISH_ALL}"} ${PIPE_VARS_TEST_PATTERN:+--pattern "${PIPE_VARS_TEST_PATTERN}"} ${PIPE_TEST_ARGS_WORDS[@]+"${PIPE_TEST_ARGS_WORDS[@]}"}
)x");
  EXPECT_EQ(Lowered("for f in scripts/build.sh ${{ words(inputs.test-args) }}; do\n  sh -n \"$f\"\ndone", Shell::Sh),
            "set -f\nfor f in scripts/build.sh ${PIPE_TEST_ARGS}; do\n  sh -n \"$f\"\ndone\n");
  EXPECT_EQ(Lowered("cat <<END\nversion ${{ !a }}, release ${{ !b }}\nEND\n"
                    "echo 'publish: ${{ publish.result }}, tests: ${{ needs.test.result }}'",
                    Shell::Sh),
            "cat <<END\nversion ${PIPE_1}, release ${PIPE_2}\nEND\n"
            "echo 'publish: '\"${PIPE_PUBLISH_RESULT}\"', tests: '\"${PIPE_TEST_RESULT}\"''\n");
  EXPECT_EQ(
      Lowered("printf 'Authorization: Bearer %s' \"$TOKEN\" |\n  curl -fsS -H @- --upload-file "
              "${{ file:.sluice/in/build.package/hello.tar.gz }} \"${{ vars.UPLOAD_URL }}/${{ channel }}/\""),
      "printf 'Authorization: Bearer %s' \"$TOKEN\" |\n  curl -fsS -H @- --upload-file "
      "\"$GITHUB_WORKSPACE/.sluice/in/build.package/hello.tar.gz\" \"${PIPE_VARS_UPLOAD_URL}/${PIPE_CHANNEL}/\"\n");
}

TEST(Script, EveryLineKnowsWhereItWasWritten) {
  Harness harness("a ${{ words(x) }}\nb\n\nc $((${{ int:n }}))");
  const LoweredScript lowered = harness.Lower();
  std::vector<uint32_t> lines;
  for (const Span span : lowered.lines) lines.push_back(harness.sources.Begin(span).line);
  EXPECT_EQ(lines, (std::vector<uint32_t>{1, 4, 1, 2, 3, 4}));
}

TEST(Script, PlaceholdersOfGithubStayText) {
  Harness harness("echo '$${{ github.sha }}' ${{ const:a ${{ }}");
  EXPECT_EQ(harness.Lower().text, "echo '${{ github.sha }}' 'a ${{'");
  EXPECT_EQ(GithubText("a ${{ b }}"), "a ${{ '${{' }} b }}");
}

TEST(Script, TooLongForGithub) {
  EXPECT_EQ(Problems(std::string(21001, 'x')), Strings());
  EXPECT_EQ(Problems(std::string(20989, 'x') + "${{ x }}"), Strings());
  EXPECT_EQ(Problems(std::string(20990, 'x') + "${{ x }}"), Strings{"P0905 error 1:20991 GitHub refuses this script"});
}

}  // namespace
}  // namespace sluice::lower::scripts
