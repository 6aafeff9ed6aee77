#include "compiler/lower/scripts/quoting.h"

#include <algorithm>

#include "compiler/base/text.h"

namespace sluice::lower::scripts {
namespace {

std::string Escape(std::string_view text, std::string_view characters) {
  std::string out;
  for (const char c : text) {
    if (characters.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

// A shell takes one layer of backslashes off for each pair of backticks around.
std::string ForBackticks(std::string text, int depth) {
  for (; depth > 0; --depth) text = Escape(text, "\\`");
  return text;
}

bool AllDigits(std::string_view text) { return !text.empty() && std::ranges::all_of(text, IsAsciiDigit); }

// Would `text` be something else than itself here, though it has plain characters only?
bool ReadAsSyntax(const Place& place, std::string_view text) {
  if (place.first_word || place.in_brackets) return true;
  if (place.before_redirection && AllDigits(text)) return true;
  return place.conditional && place.alone && (text.starts_with('-') || text == "=" || text == "==");
}

std::optional<std::string> QuoteUnquoted(const Place& place, std::string_view text) {
  if (IsPlainWord(text) && !ReadAsSyntax(place, text)) return std::string(text);
  // In ${x:-…} shells disagree about quotes and braces.
  if (place.expansion && text.find_first_of("'}\\\"`") != std::string_view::npos) return std::nullopt;
  return SingleQuote(text);
}

// May a line of the here-document become the one that closes it?
bool ClosesHeredoc(std::string_view delimiter, std::string_view text) {
  const auto lines = SplitString(text, '\n');
  for (size_t i = 0; i < lines.size(); ++i) {
    const std::string_view line = lines[i].substr(std::min(lines[i].find_first_not_of('\t'), lines[i].size()));
    const bool whole = i > 0 && i + 1 < lines.size();
    if (whole ? line == delimiter : delimiter.find(line) != std::string_view::npos) return true;
  }
  return false;
}

// Arithmetic reads a constant as it stands; only numbers, names and operators may be there.
std::optional<std::string> QuoteArithmetic(const Place& place, std::string_view text) {
  static constexpr std::string_view kSafe = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-*/% ";
  if (text.empty() || text.find_first_not_of(kSafe) != std::string_view::npos) return std::nullopt;
  const bool direct = place.quoting == Quoting::Arithmetic && !place.subscript;
  return direct && !text.empty() && text[0] == '-' ? "(" + std::string(text) + ")" : std::string(text);
}

}  // namespace

bool IsPlainWord(std::string_view text) {
  static constexpr std::string_view kPlain = "_./:@%+=,-";
  return !text.empty() &&
         std::ranges::all_of(text, [](char c) { return IsAsciiAlnum(c) || kPlain.find(c) != std::string_view::npos; });
}

std::string SingleQuote(std::string_view text) { return "'" + ReplaceAll(text, "'", "'\\''") + "'"; }

std::string EscapeDouble(std::string_view text) { return Escape(text, "\\\"$`"); }

std::optional<std::string> QuoteConstant(Shell shell, const Place& place, std::string_view text) {
  std::optional<std::string> out;
  for (const std::string& delimiter : place.delimiters)
    if (ClosesHeredoc(delimiter, text)) return std::nullopt;
  // In "`… "{a,b}" …`" bash takes the braces for unquoted.
  if (place.backticks > 0 && text.find('{') != std::string_view::npos) return std::nullopt;
  if (place.evaluation == Evaluation::Arithmetic) {
    out = QuoteArithmetic(place, text);
    if (!out || place.quoting != Quoting::Unquoted || IsPlainWord(text)) return out;
    return SingleQuote(text);
  }
  switch (place.quoting) {
    case Quoting::Unquoted:
      out = QuoteUnquoted(place, text);
      break;
    case Quoting::Double:
      if (place.expansion && text.find_first_of("}'\"\\`$") != std::string_view::npos) return std::nullopt;
      out = EscapeDouble(text);
      break;
    case Quoting::Single:
      out = ReplaceAll(text, "'", "'\\''");
      break;
    case Quoting::DollarSingle:
      if (shell == Shell::Sh && text.find_first_of("\\'") != std::string_view::npos) return std::nullopt;
      out = Escape(text, "\\'");
      break;
    case Quoting::Heredoc:
      out = Escape(text, "\\$`");
      break;
    case Quoting::HeredocRaw:
      if (text.find('\n') != std::string_view::npos) return std::nullopt;
      return std::string(text);
    default:
      return std::string(text);
  }
  if (!out) return out;
  return ForBackticks(std::move(*out), place.backticks);
}

std::string FitReference(const Place& place, const std::string& reference, const std::string& name) {
  if (place.evaluation == Evaluation::Arithmetic && !name.empty()) return place.subscript ? reference : name;
  switch (place.quoting) {
    case Quoting::Unquoted:
      return '"' + reference + '"';
    case Quoting::Single:
      return "'\"" + reference + "\"'";
    case Quoting::DollarSingle:
      return "'\"" + reference + "\"$'";
    default:
      return reference;
  }
}

}  // namespace sluice::lower::scripts
