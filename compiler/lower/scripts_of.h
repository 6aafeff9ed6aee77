#pragma once

#include "compiler/check/checked.h"
#include "compiler/lower/expressions.h"
#include "compiler/lower/scripts/lower_script.h"
#include "compiler/source/source_map.h"

namespace sluice::lower {

// The script of a `run` step as the lowering of scripts takes it.
scripts::Script ScriptOf(const check::Pipeline& pipeline, const check::Job& job, const check::Step& step,
                         const check::RunBody& body, const Expressions& expressions, const source::SourceMap& sources);

// The same for an input of an action that takes a program.
scripts::Script CodeOf(const check::Pipeline& pipeline, const check::Job& job, const check::Step& step,
                       const check::Argument& argument, const Expressions& expressions,
                       const source::SourceMap& sources);

}  // namespace sluice::lower
