#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice {

// The offset of the first byte that is not well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms), if any.
std::optional<size_t> FindInvalidUtf8(std::string_view text);

// The length in bytes of the code point that starts at `offset` of well-formed UTF-8 (1 for a stray byte).
size_t Utf8Length(std::string_view text, size_t offset);

// How many code points `text` has; stray bytes count as one each.
size_t CountCodePoints(std::string_view text);

// `code_point` as UTF-8. It must be a Unicode scalar value.
std::string EncodeUtf8(uint32_t code_point);

// ASCII only, independent of the locale.
bool IsAsciiAlpha(char c);
bool IsAsciiDigit(char c);
bool IsAsciiAlnum(char c);
std::string AsciiLower(std::string_view text);
std::string AsciiUpper(std::string_view text);
bool EqualsIgnoreCase(std::string_view a, std::string_view b);

// The candidate with the smallest edit distance (adjacent swaps count one), or nothing when none is near enough to be a
// typing mistake (at most a third of the letters, at least one); else the only candidate of which `wrong` is the first
// or the last word (`version` of `node-version`). Ties go to the first.
std::optional<std::string> DidYouMean(std::string_view wrong, std::span<const std::string> candidates);

// Splits at every `separator`; "a,,b" has an empty middle, "" is one empty piece.
std::vector<std::string_view> SplitString(std::string_view text, char separator);

// Replaces every occurrence of `from` (not empty).
std::string ReplaceAll(std::string_view text, std::string_view from, std::string_view to);

}  // namespace sluice
