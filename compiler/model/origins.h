#pragma once

#include <optional>
#include <string>

#include "compiler/model/program.h"

namespace sluice::model {

// Writes down where every span of the program stands (Program::files, places), so that it can name its origins without
// the sources, also after a trip through JSON. Call it once when the program is complete; `sources` are those of its spans.
void RecordOrigins(Program& program, const source::SourceMap& sources);

// A place for people: `ci.pipe`, line and column from 1.
struct Location {
  std::string path;
  uint32_t line = 0;
  uint32_t column = 0;

  friend bool operator==(const Location&, const Location&) = default;
};

// Where a span of the program begins; nothing for an invalid span or one that was never recorded.
std::optional<Location> Locate(const Program& program, Span span);

// The recorded file that holds `offset` of the virtual text, as an index into Program::files; -1 if there is none.
int FileIndex(const Program& program, uint32_t offset);

}  // namespace sluice::model
