// Format is idempotent and keeps the tree; a damaged program gives at most one syntax error a damaged item.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>

#include "compiler/diagnostics/render_text.h"
#include "compiler/format/format.h"
#include "compiler/syntax/dump.h"
#include "compiler/syntax/lexer.h"
#include "compiler/syntax/parse.h"
#include "tests/support/compile/mutants.h"
#include "tests/support/program_generator.h"
#include "tests/support/samples.h"

namespace sluice::tests {
namespace {

struct Outcome {
  std::string dump, text;  // text: the errors, rendered
  size_t errors = 0;
  std::optional<std::string> formatted;
};

Outcome Read(const std::string& text, bool format = true) {
  source::SourceMap sources;
  const source::FileId file = sources.Add("program.pipe", text);
  diagnostics::Sink sink;
  Outcome outcome;
  outcome.dump = syntax::Dump(syntax::Parse(sources, file, sink));
  outcome.errors = sink.all().size();
  diagnostics::Sort(sink.all(), sources);
  if (outcome.errors > 0) outcome.text = diagnostics::RenderText(sink.all(), sources);
  diagnostics::Sink again;
  if (format) outcome.formatted = format::Format(sources, file, again);
  return outcome;
}

size_t CountComments(const std::string& text) {
  source::SourceMap sources;
  return syntax::Lex(sources, sources.Add("program.pipe", text)).comments.size();
}

void ExpectFormats(const std::string& text) {
  const Outcome first = Read(text);
  ASSERT_EQ(first.errors, 0u) << first.text << text;
  ASSERT_TRUE(first.formatted);
  const Outcome second = Read(*first.formatted);
  ASSERT_EQ(second.errors, 0u) << second.text << *first.formatted;
  ASSERT_EQ(first.dump, second.dump) << text << "----\n" << *first.formatted;
  ASSERT_EQ(*first.formatted, second.formatted.value_or("")) << text;
  ASSERT_EQ(CountComments(text), CountComments(*first.formatted)) << text;
}

TEST(Syntax, GeneratedProgramsFormat) {
  size_t lines = 0;
  for (uint64_t seed = 1; seed <= 400; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const std::string text = GenerateProgram(seed, {.untidy = seed % 2 == 0, .actions = true});
    lines += static_cast<size_t>(std::ranges::count(text, '\n'));
    ASSERT_NO_FATAL_FAILURE(ExpectFormats(text));
  }
  std::printf("400 of 400 programs, %zu lines\n", lines);
}

TEST(Syntax, SamplesFormat) {
  const std::vector<Sample> samples = DesignSamples();
  if (samples.empty()) GTEST_SKIP() << NoShared();
  for (const Sample& sample : samples) {
    SCOPED_TRACE(sample.name);
    ASSERT_NO_FATAL_FAILURE(ExpectFormats(sample.text));
  }
}

TEST(Syntax, MutantsGiveOneErrorAnItem) {
  const std::vector<Sample> samples = DesignSamples();
  std::vector<std::pair<std::string, std::string>> programs;
  for (const Sample& sample : samples) programs.emplace_back(sample.name, sample.text);
  if (programs.empty()) GTEST_SKIP() << NoShared();
  size_t total = 0, clean = 0, more = 0;
  for (const auto& [name, text] : programs) {
    for (const Mutant& mutant : Mutants(text)) {
      const Outcome outcome = Read(mutant.text, total % 7 == 0);
      ++total;
      clean += outcome.errors == 0 ? 1 : 0;
      if (outcome.errors <= mutant.allowed) continue;
      ++more;
      ADD_FAILURE() << name << ": " << mutant.what << " gives " << outcome.errors << " errors\n" << outcome.text;
    }
  }
  std::printf("%zu of %zu mutants give at most one error a damaged item (%zu are valid programs)\n", total - more,
              total, clean);
}

}  // namespace
}  // namespace sluice::tests
