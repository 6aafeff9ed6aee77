#include "compiler/types/quantity.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>

#include "compiler/base/text.h"
#include "compiler/expr/number.h"

namespace sluice::types {
namespace {

struct Unit {
  std::string_view text;
  double factor;
};
// Largest first.
constexpr auto kBinary =
    std::to_array<Unit>({{"Ti", 1099511627776.0}, {"Gi", 1073741824.0}, {"Mi", 1048576.0}, {"Ki", 1024.0}});
constexpr auto kDecimal = std::to_array<Unit>({{"T", 1e12}, {"G", 1e9}, {"M", 1e6}, {"k", 1e3}});

// Without an exponent, however big.
std::string Spell(double value) {
  if (value == std::floor(value)) return fmt::format("{:.0f}", value);
  return expr::ShortestNumber(value);
}

// Digits with at most one fraction; no sign, no exponent.
std::optional<double> Decimal(std::string_view text) {
  const size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  if (whole.empty()) return std::nullopt;
  for (char c : whole)
    if (!IsAsciiDigit(c)) return std::nullopt;
  if (point != std::string_view::npos) {
    const std::string_view fraction = text.substr(point + 1);
    if (fraction.empty()) return std::nullopt;
    for (char c : fraction)
      if (!IsAsciiDigit(c)) return std::nullopt;
  }
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<double> Scaled(std::string_view text, const Unit& unit) {
  if (!text.ends_with(unit.text)) return std::nullopt;
  const auto number = Decimal(text.substr(0, text.size() - unit.text.size()));
  return number ? std::optional(*number * unit.factor) : std::nullopt;
}

}  // namespace

std::optional<double> QuantityValue(Refined unit, std::string_view text) {
  if (unit == Refined::Percent) return Scaled(text, {"%", 1});
  if (unit == Refined::Cpu) {
    if (text.ends_with('m')) return Scaled(text, {"m", 0.001});
    return Decimal(text);
  }
  for (const Unit& each : kBinary)
    if (const auto value = Scaled(text, each)) return value;
  for (const Unit& each : kDecimal)
    if (const auto value = Scaled(text, each)) return value;
  const auto value = Decimal(text);
  return value && *value == std::floor(*value) ? value : std::nullopt;
}

std::string QuantityText(Refined unit, double value) {
  auto whole = [](double x) { return x == std::floor(x); };
  if (unit == Refined::Percent) return Spell(value) + "%";
  if (unit == Refined::Cpu) {
    const double milli = std::round(value * 1000);
    const bool exact = std::abs(value * 1000 - milli) < 1e-9;
    return whole(value) || !exact ? Spell(value) : Spell(milli) + "m";
  }
  if (value != 0)
    for (const auto* units : {&kBinary, &kDecimal})
      for (const Unit& each : *units)
        if (whole(value / each.factor)) return Spell(value / each.factor) + std::string(each.text);
  return Spell(std::round(value));
}

}  // namespace sluice::types
