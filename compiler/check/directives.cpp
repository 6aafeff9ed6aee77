#include "compiler/check/directives.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace sluice::check {
namespace {

using diagnostics::Code;
using diagnostics::Diagnostic;
using source::Span;

Span NextItem(const syntax::Ast& ast, Span directive) {
  Span next;
  for (const syntax::Item& item : ast.item_store)
    if (item.span.begin >= directive.end &&
        (!next.valid() || item.span.begin < next.begin || (item.span.begin == next.begin && item.span.end > next.end)))
      next = item.span;
  return next;
}

bool IsSound(const syntax::Directive& directive) {
  if (directive.malformed || directive.reason.empty() || directive.codes.empty()) return false;
  return std::ranges::all_of(directive.codes, [](const syntax::Name& name) {
    const auto code = diagnostics::FindCode(name.text);
    return code && diagnostics::Info(*code).allowable;
  });
}

bool Covers(const Allowance& allowance, const Diagnostic& found, const source::SourceMap& sources) {
  const Span at = found.primary.at;
  if (!at.valid() || sources.FileOf(at) != allowance.file) return false;
  if (allowance.item.valid()) return allowance.item.contains(at);
  return sources.Begin(at).line == allowance.line;
}

// A warning that directives took away leaves no trace; another mistake at the same place may have hidden it.
bool MayBeHidden(const Allowance& allowance, const std::vector<Diagnostic>& found, const source::SourceMap& sources) {
  return std::ranges::any_of(found, [&](const Diagnostic& d) {
    return d.severity == diagnostics::Severity::Error && Covers(allowance, d, sources);
  });
}

}  // namespace

std::vector<Allowance> FindAllowances(const source::SourceMap& sources, const std::vector<File>& files) {
  std::vector<Allowance> allowances;
  for (const File& file : files)
    for (const syntax::Directive& directive : file.ast->directives) {
      if (!IsSound(directive)) continue;
      const Span next = directive.own_line ? NextItem(*file.ast, directive.span) : Span{};
      allowances.push_back({&directive, next, sources.Begin(directive.span).line, file.ast->file});
    }
  return allowances;
}

bool IsAllowed(const std::vector<Allowance>& allowances, const Diagnostic& found, const source::SourceMap& sources) {
  const std::string_view code = diagnostics::Info(found.code).name;
  return std::ranges::any_of(allowances, [&](const Allowance& allowance) {
    return std::ranges::find(allowance.directive->codes, code, &syntax::Name::text) !=
               allowance.directive->codes.end() &&
           Covers(allowance, found, sources);
  });
}

void ApplyDirectives(const source::SourceMap& sources, const std::vector<File>& files, diagnostics::Sink& sink) {
  const std::vector<Allowance> allowances = FindAllowances(sources, files);
  for (const Allowance& allowance : allowances) {
    for (const syntax::Name& name : allowance.directive->codes) {
      const Code code = *diagnostics::FindCode(name.text);
      const size_t taken = std::erase_if(
          sink.all(), [&](const Diagnostic& d) { return d.code == code && Covers(allowance, d, sources); });
      if (taken > 0 || MayBeHidden(allowance, sink.all(), sources)) continue;
      sink.Add(diagnostics::Build(Code::P0117, allowance.directive->span, "this directive allows nothing",
                                  fmt::format("there is no {} here", name.text))
                   .Say("Remove it.", diagnostics::Replace(allowance.directive->span, "", "remove the directive")));
    }
  }
}

}  // namespace sluice::check
