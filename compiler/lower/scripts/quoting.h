#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "compiler/lower/scripts/scan.h"

// What to write at a place so that the shell reads exactly the value there.
namespace sluice::lower::scripts {

// A constant, quoted for its place. Nothing where no quoting is right: then it has to go through a variable.
std::optional<std::string> QuoteConstant(Shell shell, const Place& place, std::string_view text);

// A reference to a value in double quotes ("${V}", or a path that starts with a variable), fitted to its place. `name`
// is what arithmetic reads: the bare name of the variable.
std::string FitReference(const Place& place, const std::string& reference, const std::string& name);

// '…' with '\'' for each quote.
std::string SingleQuote(std::string_view text);
// The characters of `text` that mean something inside "…", each behind a backslash.
std::string EscapeDouble(std::string_view text);
// Is `text` one word of every shell as it is?
bool IsPlainWord(std::string_view text);

}  // namespace sluice::lower::scripts
