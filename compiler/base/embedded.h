#pragma once

#include <span>
#include <string_view>

namespace sluice {

// A text of the source tree that the binary carries (cmake/Embed.cmake). It costs no time until it is read.
struct EmbeddedFile {
  std::string_view name;  // without folder and extension
  std::string_view content;
};

}  // namespace sluice
