#pragma once

#include <string>
#include <string_view>

// Letter case as GitHub's evaluator sees it: Unicode's full mappings, independent of the locale. Stray bytes stay.
namespace sluice::expr {

// For comparing: upper case, but the dotless ı stays as it is.
std::string UpperText(std::string_view text);

// For keys and `contains`: lower case.
std::string LowerText(std::string_view text);

// Do the texts have one upper case?
bool EqualText(std::string_view a, std::string_view b);

// Negative, zero or positive: the order of UTF-16 code units of the upper cases.
int CompareText(std::string_view a, std::string_view b);

// Have the keys one lower case?
bool EqualKey(std::string_view a, std::string_view b);

// How many UTF-16 code units the text takes; GitHub's limits count those.
size_t Utf16Length(std::string_view text);

// For messages that quote what was given: at most the first 200 bytes, on one line, with an ellipsis for the rest.
std::string Shorten(std::string_view text);

}  // namespace sluice::expr
