#include "compiler/lower/scripts/references.h"

#include <fmt/format.h>

#include <functional>

#include "compiler/base/text.h"

namespace sluice::lower::scripts {
namespace {

using Kind = Placeholder::Kind;
using Shape = Placeholder::Shape;

// Is `word` in the program otherwise than in front of a dot, or behind `import`?
bool OtherwiseUsed(const std::string& program, std::string_view word) {
  for (size_t at = program.find(word); at != std::string::npos; at = program.find(word, at + 1)) {
    const auto part = [](char c) { return IsAsciiAlnum(c) || c == '_' || c == '.'; };
    const size_t end = at + word.size();
    if (at > 0 && part(program[at - 1])) continue;
    if (end < program.size() && part(program[end])) continue;
    if (program.substr(0, at).ends_with("import ") && word == "os") continue;
    return true;
  }
  return false;
}

// ---- Python ----

char PythonQuote(const ProgramPlace& place) { return place.inner.find('"') == std::string::npos ? '"' : '\''; }

std::string PythonReference(const Environment& environment, const ProgramPlace& place, const Placeholder& p,
                            const std::string& name) {
  const char quote = PythonQuote(place);
  const auto read = [&](std::string_view variable) {
    return fmt::format("{}[{}{}{}]", environment.text, quote, variable, quote);
  };
  const std::string path = p.kind == Kind::File ? ReplaceAll(p.constant, "\\", "\\\\") : "";
  if (place.stand == Stand::Text)
    return p.kind == Kind::File ? fmt::format("{{{}}}/{}", read("GITHUB_WORKSPACE"), path)
                                : fmt::format("{{{}}}", read(name));
  if (place.stand == Stand::Literal) {
    const std::string& q = place.literal.quote;
    return fmt::format("{} + {} + {}{}", q, read(name), place.literal.prefix, q);
  }
  switch (p.kind) {
    case Kind::File:
      return fmt::format("({} + {}/{}{})", read("GITHUB_WORKSPACE"), quote, path, quote);
    case Kind::Int:
      return fmt::format("int({})", read(name));
    case Kind::Float:
      return fmt::format("float({})", read(name));
    case Kind::Bool:
      return fmt::format("({} == {}true{})", read(name), quote, quote);
    case Kind::Json:
      return fmt::format("__import__({0}json{0}).loads({1})", quote, read(name));
    default:
      return read(name);
  }
}

// In a literal of Python or JavaScript that takes backslashes.
std::string EscapeText(std::string_view text, std::string_view quote) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\\' || (!quote.empty() && c == quote[0])) {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\t') {
      out += "\\t";
    } else if (byte < 0x20 || byte == 0x7F) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out;
}

bool IsAscii(std::string_view text) {
  for (const char c : text)
    if ((static_cast<unsigned char>(c) & 0x80) != 0) return false;
  return true;
}

std::optional<std::string> PythonConstant(const ProgramPlace& place, const Placeholder& p) {
  const std::string& text = p.constant;
  if (place.stand == Stand::Text || place.stand == Stand::Literal) {
    const Literal& literal = place.literal;
    if (literal.prefix.find('b') != std::string::npos && !IsAscii(text)) return std::nullopt;
    if (literal.quote.empty()) return std::nullopt;  // the format of a field
    std::string out;
    if (literal.raw) {
      if (text.find_first_of("\\'\"\n\r") != std::string::npos) return std::nullopt;
      out = text;
    } else {
      out = EscapeText(text, literal.quote);
    }
    return place.stand == Stand::Text ? ReplaceAll(ReplaceAll(out, "{", "{{"), "}", "}}") : out;
  }
  if (p.shape == Shape::Number) return text.starts_with('-') ? "(" + text + ")" : text;
  if (p.shape == Shape::Bool) return text == "true" ? "True" : "False";
  if (p.shape == Shape::Json) return std::nullopt;
  const std::string quote(1, PythonQuote(place));
  const std::string out = EscapeText(text, quote);
  if (!place.inner.empty() && (out.find('\\') != std::string::npos || out.find_first_of("'\"") != std::string::npos))
    return std::nullopt;  // Python before 3.12 takes neither in a field of an f-string
  return quote + out + quote;
}

// ---- JavaScript ----

std::string JavaScriptReference(const Environment& environment, const ProgramPlace& place, const Placeholder& p,
                                const std::string& name) {
  const std::string value = environment.text + "." + (p.kind == Kind::File ? "GITHUB_WORKSPACE" : name);
  const std::string path = p.kind == Kind::File ? "/" + EscapeText(p.constant, "\"") : "";
  if (place.stand == Stand::Text) return fmt::format("${{{}}}{}", value, ReplaceAll(path, "`", "\\`"));
  if (place.stand == Stand::Literal) return fmt::format("{0} + {1} + {0}", place.literal.quote, value);
  if (place.stand == Stand::Key) return fmt::format("[{}]", value);
  switch (p.kind) {
    case Kind::File:
      return fmt::format("({} + \"{}\")", value, path);
    case Kind::Int:
    case Kind::Float:
      return fmt::format("Number({})", value);
    case Kind::Bool:
      return fmt::format("({} === \"true\")", value);
    case Kind::Json:
      return fmt::format("JSON.parse({})", value);
    default:
      return value;
  }
}

std::optional<std::string> JavaScriptConstant(const ProgramPlace& place, const Placeholder& p) {
  if (p.shape == Shape::Json) return std::nullopt;
  const std::string& text = p.constant;
  if (place.stand == Stand::Regex) {
    for (const char c : text)
      if (!IsAsciiAlnum(c) && c != '_' && c != ' ' && c != '"' && c != '\'') return std::nullopt;
    return text;
  }
  // Line separators end a line, but not in a string; they are written as escapes all the same.
  const auto escape = [&](std::string_view quote) {
    return ReplaceAll(ReplaceAll(EscapeText(text, quote), "\u2028", "\\u2028"), "\u2029", "\\u2029");
  };
  if (place.stand == Stand::Text) return ReplaceAll(escape("`"), "${", "\\${");
  if (place.stand == Stand::Literal) return escape(place.literal.quote);
  if (p.shape == Shape::Bool) return text;
  if (p.shape == Shape::Number) return text.starts_with('-') ? "(" + text + ")" : text;
  return "\"" + escape("\"") + "\"";
}

// ---- PowerShell ----

std::string PowerShellReference(const ProgramPlace& place, const Placeholder& p, const std::string& name) {
  if (p.kind == Kind::File) {
    const std::string path = "$($env:GITHUB_WORKSPACE)/" + p.constant;
    return place.stand == Stand::Text || place.stand == Stand::Part ? path : "\"" + path + "\"";
  }
  if (place.stand == Stand::Text || place.stand == Stand::Part) return fmt::format("$($env:{})", name);
  if (place.stand == Stand::Literal) return fmt::format("' + $env:{} + '", name);
  if (p.kind == Kind::Int) return fmt::format("([long]$env:{})", name);
  if (p.kind == Kind::Float) return fmt::format("([double]$env:{})", name);
  if (p.kind == Kind::Bool && place.expression) return fmt::format("($env:{} -eq 'true')", name);
  return "$env:" + name;
}

// Curly quotes count as quotes there.
std::string DoubleSingleQuotes(std::string text) {
  for (const std::string_view quote : {"'", "\u2018", "\u2019", "\u201A", "\u201B"})
    text = ReplaceAll(text, quote, std::string(quote) + std::string(quote));
  return text;
}

std::optional<std::string> PowerShellConstant(const ProgramPlace& place, const Placeholder& p) {
  if (p.shape == Shape::Json) return std::nullopt;
  const std::string& text = p.constant;
  const bool here = place.literal.quote.starts_with('@');
  if (place.stand == Stand::Text || place.stand == Stand::Part) {
    if (here && text.find('\n') != std::string::npos) return std::nullopt;
    std::string out = ReplaceAll(ReplaceAll(text, "`", "``"), "$", "`$");
    if (here) return out;
    for (const std::string_view quote : {"\"", "\u201C", "\u201D", "\u201E"})
      out = ReplaceAll(out, quote, "`" + std::string(quote));
    return out;
  }
  if (place.stand == Stand::Literal) {
    if (here && text.find('\n') != std::string::npos) return std::nullopt;
    return here ? text : DoubleSingleQuotes(text);
  }
  if (p.shape == Shape::Number) return text.starts_with('-') ? "(" + text + ")" : text;
  if (p.shape == Shape::Bool && place.expression) return "$" + text;
  return "'" + DoubleSingleQuotes(text) + "'";
}

// Between `${{` and `}}` of placeholders, `change` is not asked.
std::string OutsideOfHoles(const std::string& body, const std::function<std::string(const std::string&)>& change) {
  std::string out;
  for (size_t at = 0; at < body.size();) {
    const size_t open = std::min(body.find("${{", at), body.size());
    out += change(body.substr(at, open - at));
    const size_t close = body.find("}}", open);
    at = close == std::string::npos ? body.size() : close + 2;
    out += body.substr(open, at - open);
  }
  return out;
}

}  // namespace

Environment EnvironmentOf(Shell language, const std::string& program) {
  if (language == Shell::JavaScript)
    return {OtherwiseUsed(program, "process") ? "globalThis.process.env" : "process.env"};
  if (language != Shell::Python) return {};
  // An import has to stand behind those of `__future__`, and the name may be taken.
  if (program.find("__future__") != std::string::npos || OtherwiseUsed(program, "os"))
    return {"__import__('os').environ"};
  return {"os.environ", true};
}

std::string ReferenceTo(Shell language, const Environment& environment, const ProgramPlace& place,
                        const Placeholder& placeholder, const std::string& name) {
  if (language == Shell::PowerShell) return PowerShellReference(place, placeholder, name);
  if (language == Shell::JavaScript) return JavaScriptReference(environment, place, placeholder, name);
  Environment fitted = environment;
  if (PythonQuote(place) == '"') fitted.text = ReplaceAll(fitted.text, "'", "\"");
  return PythonReference(fitted, place, placeholder, name);
}

std::optional<std::string> ConstantAt(Shell language, const ProgramPlace& place, const Placeholder& placeholder) {
  if (language == Shell::PowerShell) return PowerShellConstant(place, placeholder);
  return language == Shell::JavaScript ? JavaScriptConstant(place, placeholder) : PythonConstant(place, placeholder);
}

std::optional<std::string> ExpandingLiteral(Shell language, const Literal& literal, const std::string& body) {
  if (language == Shell::Python) {
    if (literal.prefix.find('b') != std::string::npos) return std::nullopt;
    if (body.find("$${{") != std::string::npos) return std::nullopt;
    // `${` would become a placeholder.
    const std::string text = OutsideOfHoles(body, [](const std::string& piece) {
      return ReplaceAll(ReplaceAll(ReplaceAll(piece, "{", "{{"), "}", "}}"), "${{", "$${{");
    });
    return (literal.raw ? "rf" : "f") + literal.quote + text + literal.quote;
  }
  if (language == Shell::JavaScript) {
    return "`" +
           OutsideOfHoles(
               body, [](const std::string& piece) { return ReplaceAll(ReplaceAll(piece, "`", "\\`"), "${", "\\${"); }) +
           "`";
  }
  if (literal.quote == "@'") return "@\"" + body + "\n\"@";
  return "\"" +
         OutsideOfHoles(body,
                        [](const std::string& piece) {
                          return ReplaceAll(
                              ReplaceAll(ReplaceAll(ReplaceAll(piece, "`", "``"), "$", "`$"), "\"", "`\""), "''", "'");
                        }) +
         "\"";
}

}  // namespace sluice::lower::scripts
