// The input is a script; each `${{ … }}` in it is a placeholder whose kind follows from its text. Scanning and lowering
// are total, and what is left of the text is the script's own: no placeholder stays behind.
#include <cstdint>
#include <string>
#include <string_view>

#include "compiler/base/check.h"
#include "compiler/lower/scripts/lower_script.h"

namespace {

using namespace sluice;
using namespace sluice::lower::scripts;

Placeholder MakePlaceholder(std::string source) {
  Placeholder p;
  const char kind = source.empty() ? 't' : source[0];
  p.kind = kind == 'c'   ? Placeholder::Kind::Constant
           : kind == 'i' ? Placeholder::Kind::Int
           : kind == 'b' ? Placeholder::Kind::Bool
           : kind == 'f' ? Placeholder::Kind::File
           : kind == 'j' ? Placeholder::Kind::Json
                         : Placeholder::Kind::Text;
  p.use = kind == 'w' ? Placeholder::Use::Words : kind == 'g' ? Placeholder::Use::Flag : Placeholder::Use::Plain;
  p.flag_name = source.size() > 4 ? "--a=" : "-a";
  p.constant = source;
  p.path = source.size() % 3 == 0 ? "" : source;
  p.value = expr::String(source);
  if (kind == 'u') p.untrusted = "an outsider writes it";
  p.source = p.argument = std::move(source);
  p.is_string = true;
  p.is_list = kind == 'j';
  return p;
}

Script MakeScript(std::string_view text, source::SourceMap& sources) {
  const source::FileId file = sources.Add("fuzz.pipe", std::string(text));
  Script script;
  script.span = sources.WholeFile(file);
  constexpr Shell kShells[] = {Shell::Bash, Shell::Sh, Shell::PowerShell, Shell::Python, Shell::JavaScript};
  script.shell = kShells[text.size() % 5];
  script.outputs = {{"o", Output::Check::Int, script.span}};
  for (size_t at = 0; at < text.size();) {
    size_t begin = text.find("${{", at);
    size_t end = begin == std::string_view::npos ? begin : text.find("}}", begin + 3);
    if (end == std::string_view::npos) begin = end = text.size();
    if (begin > at) {
      Part part;
      part.text = text.substr(at, begin - at);
      part.span = sources.MakeSpan(file, at, begin);
      script.parts.push_back(std::move(part));
    }
    if (begin < end) {
      Part part;
      part.placeholder = script.placeholders.size();
      Placeholder p = MakePlaceholder(std::string(text.substr(begin + 3, end - begin - 3)));
      p.span = p.expression = part.span = sources.MakeSpan(file, begin, end + 2);
      script.placeholders.push_back(std::move(p));
      script.parts.push_back(std::move(part));
      end += 2;
    }
    at = end;
  }
  return script;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > 4096) return 0;
  source::SourceMap sources;
  const Script script = MakeScript({reinterpret_cast<const char*>(data), size}, sources);
  diagnostics::Sink sink;
  const LoweredScript lowered = LowerScript(script, sources, sink);
  size_t lines = 0;
  for (size_t i = 0; i < lowered.text.size(); ++i)
    if (lowered.text[i] == '\n' || i + 1 == lowered.text.size()) ++lines;
  SLUICE_CHECK(lowered.lines.size() == lines, "each line has a place");
  for (const diagnostics::Diagnostic& d : sink.all())
    SLUICE_CHECK(d.primary.at.valid() && script.span.contains(d.primary.at), "a diagnostic points into the script");
  SLUICE_CHECK(LowerScript(script, sources, sink).text == lowered.text, "two lowerings give the same");
  return 0;
}
