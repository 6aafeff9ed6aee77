#pragma once

#include <string_view>

namespace sluice {

// Prints the place and the broken promise to stderr and aborts. For bugs of Sluice only, never for bad input.
[[noreturn]] void CheckFailed(const char* file, int line, std::string_view condition, std::string_view message);

}  // namespace sluice

// Aborts when a promise of our own code is broken. Conditions must not have side effects.
#define SLUICE_CHECK(condition, message) \
  ((condition) ? static_cast<void>(0) : ::sluice::CheckFailed(__FILE__, __LINE__, #condition, (message)))
