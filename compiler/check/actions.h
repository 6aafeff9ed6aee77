#pragma once

#include <string>

#include "compiler/check/elaborate.h"
#include "compiler/check/uses_target.h"

namespace sluice::check {

// The action, or the extern, of that name in the file or in one that it imports: `greet`, `names.greet`; null if there is
// none.
ActionEntry* FindAction(const syntax::QualifiedName& name, const FileScope& file);
ExternEntry* FindExtern(const syntax::QualifiedName& name, const FileScope& file);
std::string TextOfName(const syntax::QualifiedName& name);

// Checks the block of an action once, with unknown arguments.
void CheckAction(ActionEntry& action, Elaborator& elaborator);

// Reads the signature of a foreign action once.
void ReadExtern(ExternEntry& entry, Elaborator& elaborator);

// What a `uses` of it is held against.
UsesTarget TargetOf(const ExternEntry& entry);

}  // namespace sluice::check
