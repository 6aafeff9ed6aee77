// Lexer, parser, places and formatter on any bytes: no crash, no exception, and what formats keeps its meaning.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "compiler/base/check.h"
#include "compiler/format/format.h"
#include "compiler/syntax/dump.h"
#include "compiler/syntax/parse.h"

namespace {

using namespace sluice;

std::string Meaning(const std::string& text) {
  source::SourceMap sources;
  diagnostics::Sink sink;
  return syntax::Dump(syntax::Parse(sources, sources.Add("fuzz.pipe", text), sink));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  source::SourceMap sources;
  const source::FileId file = sources.Add("fuzz.pipe", text);
  diagnostics::Sink sink, again;
  syntax::Ast ast = syntax::Parse(sources, file, sink);
  const std::string before = syntax::Dump(ast);
  const bool errors = sink.has_errors();
  syntax::CheckPlaces(sources, ast, sink);
  for (const auto& problem : sink.all())
    SLUICE_CHECK(problem.primary.at.end <= sources.WholeFile(file).end + 1, "a label outside of the file");
  const auto formatted = format::Format(sources, file, again);
  if (!formatted) return 0;
  if (!errors) SLUICE_CHECK(Meaning(*formatted) == before, "formatting changed the program");
  source::SourceMap second;
  diagnostics::Sink none;
  const auto stable = format::Format(second, second.Add("fuzz.pipe", *formatted), none);
  SLUICE_CHECK(stable && *stable == *formatted, "formatting twice differs from formatting once");
  return 0;
}
