#include "compiler/diagnostics/codes.h"

#include <algorithm>
#include <iterator>

namespace sluice::diagnostics {
namespace {

constexpr CodeInfo kCodes[] = {
#define SLUICE_CODE(code, severity, allowable, title) {Code::code, #code, Severity::severity, allowable, title},
#include "compiler/diagnostics/codes.def"
#undef SLUICE_CODE
};

}  // namespace

const CodeInfo& Info(Code code) { return kCodes[static_cast<size_t>(code)]; }

std::span<const CodeInfo> AllCodes() { return kCodes; }

std::optional<Code> FindCode(std::string_view name) {
  auto it = std::ranges::find(kCodes, name, &CodeInfo::name);
  if (it == std::end(kCodes)) return std::nullopt;
  return it->code;
}

std::string_view SeverityName(Severity severity) {
  constexpr std::string_view kNames[] = {"error", "warning", "notice"};
  return kNames[static_cast<size_t>(severity)];
}

}  // namespace sluice::diagnostics
