#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/lower/scripts/lower_script.h"
#include "compiler/source/source_map.h"

namespace sluice::lower::scripts {

// A script as it stands in a .pipe file, cut into parts as the parser does: one piece of text a line, `${{ … }}` a
// placeholder, `$${{` the text `${{`. A placeholder is a run-time string named as written, but:
//   int:x bool:x file:x json:x list:x   of that type      const:TEXT  a constant      evil:x  untrusted
//   words(…) flag(NAME, …)  around one of them                          !x     a complex expression
struct Harness {
  explicit Harness(std::string text, Shell shell = Shell::Bash, std::string path = "ci.pipe");

  LoweredScript Lower();
  // "P0512 error 4:16 message" of each diagnostic.
  std::vector<std::string> Problems() const;

  source::SourceMap sources;
  source::FileId file;
  Script script;
  diagnostics::Sink sink;
};

// The text after lowering, without looking at diagnostics.
std::string Lowered(std::string text, Shell shell = Shell::Bash);

}  // namespace sluice::lower::scripts
