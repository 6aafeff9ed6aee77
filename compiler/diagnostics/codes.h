#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace sluice::diagnostics {

enum class Severity : uint8_t { Error, Warning, Notice };

// Every code of the language (language.md 2.14). The table is codes.def; the explanations lie in explanations/CODE.md.
enum class Code : uint16_t {
#define SLUICE_CODE(code, severity, allowable, title) code,
#include "compiler/diagnostics/codes.def"
#undef SLUICE_CODE
};

struct CodeInfo {
  Code code;
  std::string_view name;  // "P0401"
  Severity severity;
  bool allowable;  // may `# sluice: allow[CODE] reason` silence it?
  std::string_view title;
};

const CodeInfo& Info(Code code);
std::span<const CodeInfo> AllCodes();
std::optional<Code> FindCode(std::string_view name);
std::string_view SeverityName(Severity severity);

}  // namespace sluice::diagnostics
