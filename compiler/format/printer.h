#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sluice::format {

// The columns that a line may have; longer ones are broken where they can be.
inline constexpr size_t kWidth = 120;
inline constexpr size_t kIndent = 2;

// What a layout is made of: texts, places where a line may end, and groups of them that stand on one line or on several.
struct Command {
  enum class Kind : uint8_t {
    Text,
    Soft,       // flat: `text`; in a broken group a line end
    Separator,  // flat: `, `; broken: see `keep` and `comma`
    HardLine,   // always a line end; breaks every group around it
    Lines,      // a text block: `lines`, each indented deeper than the line it begins on, and then a line end
    Open,       // of a group
    Close,
    Indent,
    Dedent,
    BrokenText,  // only in a broken group: a comma behind the last element
    Align,       // neighbouring lines with one of the same `text` are padded to the same column
  };
  Kind kind = Kind::Text;
  std::string text;
  bool blank = false;   // a line end with an empty line
  bool broken = false;  // Open: must break
  bool filled = false;  // Open: its separators may keep several elements on a line
  bool keep = false;    // Separator: in a filled group the element may stay on this line
  bool comma = false;   // Separator: needs a comma also at a line end
  std::vector<std::string> lines;
};

// Prints commands with at most kWidth columns where there are places to break. Ends with one line end if not empty.
std::string Print(std::vector<Command> commands);

}  // namespace sluice::format
