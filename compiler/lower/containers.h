#pragma once

#include "compiler/catalogue/lock.h"
#include "compiler/check/checked.h"
#include "compiler/lower/expressions.h"
#include "compiler/model/program.h"

namespace sluice::lower {

// A container with everything that its record says.
model::Container ContainerOf(const check::ContainerRecord& record, const Expressions& expressions,
                             const catalogue::Lock& lock);
// The image with its digest, when the lock knows it.
model::Value ImageOf(const check::TermPtr& image, const Expressions& expressions, const catalogue::Lock& lock);

}  // namespace sluice::lower
