#pragma once

#include <string>
#include <vector>

#include "compiler/import/equal.h"
#include "compiler/import/import.h"
#include "compiler/import/printer.h"

namespace sluice::import {

// Chooses a weaker form for each place of the YAML where the printed program means something else: values of a program are
// pasted, others taken as GitHub takes them, and in the end the part is kept as YAML. False when no form is left.
bool WeakenDifferences(const Value& root, const std::vector<Difference>& differences, Forms& forms,
                       std::vector<Concession>& concessions);

// `needs.x` in a job that does not wait for x is nothing on GitHub, and a need in .pipe: it is written as the nothing that
// it is. Each such job gets a note.
void ForgetOtherJobs(Value& root, std::vector<std::string>& notes);

}  // namespace sluice::import
