// What certainly is there, and what conditions say about it (language reference 2.2b).
#include <fmt/format.h>

#include "tests/unit/check/project.h"

namespace sluice::check {
namespace {

using Codes_ = std::vector<std::string>;

// Statements behind a step `maybe` that may be skipped, one `sure` that is not, and one `loose` that may fail.
Codes_ After(const std::string& statements) {
  return Codes(fmt::format(R"(pipeline ci {{
  on push
  on pull_request
  job test {{
    let sure = run -> {{ v: string, ok: bool }} `./s.sh # v ok`
    if github.ref == 'refs/heads/main' {{ let maybe = run -> {{ v: string, ok: bool }} `./s.sh # v ok` }}
    let loose = step {{ continue-on-error: true, run -> {{ v: string }} `./s.sh # v` }}
{}
  }}
}}
)",
                           statements));
}

TEST(Presence, OfSteps) {
  struct Case {
    const char* statement;
    bool there;
  };
  const Case cases[] = {
      {"run `echo ${{ sure.v }}`", true},
      {"run `echo ${{ maybe.v }}`", false},
      {"run `echo ${{ loose.v }}`", false},
      {"run `echo ${{ maybe.v ?? \"none\" }}`", true},
      {"if always() { run `echo ${{ sure.v }}` }", false},
      {"if always() { if sure.outcome == success { run `echo ${{ sure.v }}` } }", true},
      {"if failure() && sure.outcome == success { run `echo ${{ sure.v }}` }", true},
      {"if failure() || sure.outcome == success { run `echo ${{ sure.v }}` }", false},
      {"if maybe.outcome == success { run `echo ${{ maybe.v }}` }", true},
      {"if steps.maybe.outcome == 'success' { run `echo ${{ maybe.v }}` }", true},
      {"if success == maybe.outcome { run `echo ${{ maybe.v }}` }", true},
      {"if maybe.outcome != success { run `echo ${{ maybe.v }}` }", false},
      {"if maybe.outcome != success { run `x` } else { run `echo ${{ maybe.v }}` }", true},
      {"if maybe.outcome == success { run `x` } else { run `echo ${{ maybe.v }}` }", false},
      {"if maybe.conclusion == success { run `echo ${{ maybe.v }}` }", false},
      {"if maybe.v != null { run `echo ${{ maybe.v }}` }", true},
      {"if maybe.v == null { run `x` } else { run `echo ${{ maybe.v }}` }", true},
      {"if maybe.v == 'a' { run `echo ${{ maybe.v }}` }", true},
      {"if loose.outcome == success { run `echo ${{ loose.v }}` }", true},
      // The same conjunct guards the producer and the reader.
      {"if github.ref == 'refs/heads/main' { run `echo ${{ maybe.v }}` }", true},
      {"if github.actor == 'me' && github.ref == 'refs/heads/main' { run `echo ${{ maybe.v }}` }", true},
      {"if github.ref == 'refs/heads/next' { run `echo ${{ maybe.v }}` }", false},
      {"if github.ref != 'refs/heads/main' { run `x` } else { run `echo ${{ maybe.v }}` }", true},
      // Behind `&&`, and in the first arm of `?:`.
      {"if maybe.outcome == success && maybe.ok { run `x` }", true},
      {"if maybe.ok && maybe.outcome == success { run `x` }", false},
      {"if maybe.outcome == success || maybe.ok { run `x` }", false},
      {"run `echo ${{ maybe.outcome == success ? maybe.v : \"none\" }}`", true},
      {"run `echo ${{ maybe.outcome == success ? \"none\" : maybe.v }}`", false},
      {"run `echo ${{ maybe.outcome != success ? \"none\" : maybe.v }}`", true},
      // Places that take an optional value, and comparisons that are clear.
      {"if maybe.v == 'a' { run `x` }", true},
      {"if maybe.v == sure.v { run `x` }", false},
      {"uses actions/checkout@v7(ref: maybe.v)", true},
  };
  for (const Case& one : cases) {
    const Codes_ expected = one.there ? Codes_{} : Codes_{"P0307:8"};
    EXPECT_EQ(After(one.statement), expected) << one.statement;
  }
}

// A job that reads another one: how its own condition decides.
Codes_ Reader(const std::string& condition, const std::string& statement, const std::string& of_maker = "") {
  return Codes(fmt::format(R"(pipeline ci {{
  on push
  job make {{ {}
    let s = run -> {{ v: string, ok: bool }} `./s.sh # v ok`
    output v = s.v
    output ok = s.ok
    output late = s.outcome
    output file: file = "dist/a.tgz"
  }}
  job use {{
    {}
    {}
    run `echo ${{{{ make.v ?? "" }}}} ${{{{ make.late ?? success }}}} ${{{{ make.ok ?? false }}}}`
  }}
}}
)",
                           of_maker, condition, statement));
}

TEST(Presence, OfJobs) {
  const std::string read = "run `echo ${{ make.v }}`";
  const Codes_ absent = {"P0307:12"};
  const auto said = [&](const std::string& condition, const std::string& statement) {
    Codes_ codes = Reader(condition, statement);
    // The default of what is always there is a mistake of its own, and of the last line only.
    std::erase_if(codes, [](const std::string& code) { return code.ends_with(":13") || code.starts_with("P0624"); });
    return codes;
  };
  EXPECT_EQ(said("", read), Codes_{});
  EXPECT_EQ(said("if: github.ref == 'x'", read), Codes_{});
  EXPECT_EQ(said("if: always()", read), absent);
  EXPECT_EQ(said("if: !cancelled()", read), absent);
  EXPECT_EQ(said("if: ok()", read), absent);
  EXPECT_EQ(said("if: always() && make.result == success", read), Codes_{});
  EXPECT_EQ(said("if: always() && needs.make.result == 'success'", read), Codes_{});
  EXPECT_EQ(said("if: always() || make.result == success", read), absent);
  EXPECT_EQ(said("if: always()", "if make.result == success { run `echo ${{ make.v }} ${{ make.file }}` }"), Codes_{});
  EXPECT_EQ(said("if: always()", "run `ls ${{ make.file }}`"), absent);
  EXPECT_EQ(said("if: always() && make.v != null", read), Codes_{});
}

TEST(Presence, OfTheEvent) {
  const auto said = [](const std::string& condition, const std::string& value) {
    return Codes(
        fmt::format("pipeline ci {{\n  on push\n  on pull_request\n  job test {{\n    if {} {{ run `echo ${{{{ {} "
                    "}}}}` }}\n  }}\n}}\n",
                    condition, value));
  };
  const Codes_ absent = {"P0307:5"};
  const std::string number = "github.event.pull_request.number", title = "github.event.pull_request.title";
  EXPECT_EQ(said("github.ref == 'x'", number), absent);
  EXPECT_EQ(said("github.event_name == 'pull_request'", number), Codes_{});
  EXPECT_EQ(said("github.event_name == 'push'", number), Codes_{"P0203:5"}) << "it has no such property";
  EXPECT_EQ(said("github.event_name != 'push'", number), Codes_{});
  EXPECT_EQ(said("github.event_name in ['pull_request']", title), Codes_{});
  EXPECT_EQ(said("github.event_name == 'pull_request' || github.event_name == 'push'", number), absent);
  EXPECT_EQ(said("github.event_name == 'push'", "github.event.head_commit.id"), Codes_{});
}

}  // namespace
}  // namespace sluice::check
