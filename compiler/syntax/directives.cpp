#include <fmt/format.h>

#include "compiler/base/text.h"
#include "compiler/syntax/lexer.h"

namespace sluice::syntax {
namespace {

bool IsBlank(char c) { return c == ' ' || c == '\t'; }

size_t SkipBlanks(std::string_view text, size_t at) {
  while (at < text.size() && IsBlank(text[at])) ++at;
  return at;
}

}  // namespace

Directive ReadDirective(const source::SourceMap& sources, source::Span span, bool own_line) {
  Directive directive{.span = span, .codes = {}, .reason = "", .own_line = own_line, .malformed = true};
  const std::string_view text = sources.Text(span);
  size_t at = SkipBlanks(text, text.find(':') + 1);
  if (!text.substr(at).starts_with("allow")) return directive;
  at = SkipBlanks(text, at + 5);
  if (at >= text.size() || text[at] != '[') return directive;
  const size_t close = text.find(']', at);
  if (close == std::string_view::npos) return directive;
  for (++at; at < close;) {
    at = SkipBlanks(text, at);
    size_t end = at;
    while (end < close && IsAsciiAlnum(text[end])) ++end;
    if (end == at) return directive;
    const auto offset = static_cast<uint32_t>(at), stop = static_cast<uint32_t>(end);
    directive.codes.push_back({std::string(text.substr(at, end - at)), {span.begin + offset, span.begin + stop}});
    at = SkipBlanks(text, end);
    if (at < close && text[at] != ',') return directive;
    if (at < close) ++at;
  }
  directive.malformed = directive.codes.empty();
  size_t reason = SkipBlanks(text, close + 1);
  size_t end = text.size();
  while (end > reason && IsBlank(text[end - 1])) --end;
  directive.reason = std::string(text.substr(reason, end - reason));
  return directive;
}

}  // namespace sluice::syntax
