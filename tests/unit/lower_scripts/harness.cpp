#include "tests/unit/lower_scripts/harness.h"

#include <fmt/format.h>

#include <utility>

#include "compiler/base/text.h"

namespace sluice::lower::scripts {
namespace {

bool Take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

Placeholder ReadPlaceholder(std::string_view source) {
  Placeholder p;
  p.source = source;
  if (Take(source, "words(")) {
    p.use = Placeholder::Use::Words;
    source.remove_suffix(1);
  } else if (Take(source, "flag(")) {
    p.use = Placeholder::Use::Flag;
    source.remove_suffix(1);
    p.flag_name = source.substr(0, source.find(", "));
    source.remove_prefix(source.find(", ") + 2);
  }
  p.argument = source;
  if (Take(source, "evil:")) p.untrusted = "the author of the pull request writes it";
  if (Take(source, "const:")) {
    p.kind = Placeholder::Kind::Constant;
    p.constant = ReplaceAll(source, "\\n", "\n");
    p.path = "constant";
    return p;
  }
  if (Take(source, "file:")) {
    p.kind = Placeholder::Kind::File;
    p.constant = source;
    return p;
  }
  p.is_string = true;
  if (Take(source, "int:")) p.kind = Placeholder::Kind::Int;
  if (Take(source, "bool:")) p.kind = Placeholder::Kind::Bool;
  p.is_string = p.kind == Placeholder::Kind::Text;
  if (Take(source, "json:")) p.kind = Placeholder::Kind::Json;
  if (Take(source, "list:")) p.kind = Placeholder::Kind::Json, p.is_list = true;
  p.is_string = p.is_string && p.kind != Placeholder::Kind::Json;
  const bool complex = Take(source, "!");
  if (!complex) p.path = source;
  if (p.use == Placeholder::Use::Plain) p.source = source;
  p.value = expr::Path(complex ? fmt::format("vars.complex_{}", source) : source);
  return p;
}

}  // namespace

Harness::Harness(std::string text, Shell shell, std::string path)
    : file(sources.Add(std::move(path), std::move(text))) {
  script.shell = shell;
  const std::string_view all = sources.file(file).text;
  script.span = sources.WholeFile(file);
  size_t begin = 0;
  const auto flush = [&](size_t end) {
    if (end == begin) return;
    Part part;
    part.text = ReplaceAll(all.substr(begin, end - begin), "$${{", "${{");
    part.span = sources.MakeSpan(file, begin, end);
    script.parts.push_back(std::move(part));
    begin = end;
  };
  for (size_t at = 0; at < all.size();) {
    if (all.substr(at).starts_with("$${{")) {
      at += 4;
    } else if (all.substr(at).starts_with("${{")) {
      flush(at);
      const size_t end = all.find("}}", at) + 2;
      Placeholder p = ReadPlaceholder(all.substr(at + 4, end - at - 7));
      p.span = sources.MakeSpan(file, at, end);
      p.expression = sources.MakeSpan(file, at + 4, end - 3);
      Part part;
      part.placeholder = script.placeholders.size();
      part.span = p.span;
      script.placeholders.push_back(std::move(p));
      script.parts.push_back(std::move(part));
      at = begin = end;
    } else if (all[at++] == '\n') {
      flush(at);
    }
  }
  flush(all.size());
}

LoweredScript Harness::Lower() { return LowerScript(script, sources, sink); }

std::vector<std::string> Harness::Problems() const {
  std::vector<std::string> out;
  for (const diagnostics::Diagnostic& d : sink.all()) {
    const auto at = sources.Begin(d.primary.at);
    out.push_back(fmt::format("{} {} {}:{} {}", diagnostics::Info(d.code).name, diagnostics::SeverityName(d.severity),
                              at.line, at.column, d.message));
  }
  return out;
}

std::string Lowered(std::string text, Shell shell) { return Harness(std::move(text), shell).Lower().text; }

}  // namespace sluice::lower::scripts
