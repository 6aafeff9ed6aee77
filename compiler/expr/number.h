#pragma once

#include <string>
#include <string_view>

// Numbers as text, both ways, by the rules of GitHub's evaluator (those of ECMAScript's Number).
namespace sluice::expr {

// Trims Unicode blanks; '' is 0. Decimal with sign and exponent, 0x, 0o and 0b, ±Infinity; anything else is NaN.
double ParseNumber(std::string_view text);

// The shortest spelling that reads back the same: 1.5, 1e+21, 5e-324, NaN, Infinity; both zeros are 0.
std::string ShortestNumber(double number);

// The length in bytes of the Unicode blank or line end at the start of `text`, or 0.
size_t BlankLength(std::string_view text);

}  // namespace sluice::expr
