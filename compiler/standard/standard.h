#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::standard {

// The text of a module of the standard library, `std.services`, as it is written in modules/; nothing when there is none.
std::optional<std::string_view> FindModule(std::string_view name);

// Is this the name of a module, not the path of a file?
bool IsModuleName(std::string_view name);

// Is this a module that is to come: a later version has it?
bool IsPlannedModule(std::string_view name);

// All modules by their full names, sorted.
std::vector<std::string> ModuleNames();

}  // namespace sluice::standard
