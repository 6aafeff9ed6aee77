#include "compiler/base/check.h"

#include <cstdio>
#include <cstdlib>

namespace sluice {

void CheckFailed(const char* file, int line, std::string_view condition, std::string_view message) {
  std::fprintf(stderr, "sluice: internal error at %s:%d: %.*s (%.*s)\nThis is a bug in sluice: please report it.\n",
               file, line, static_cast<int>(message.size()), message.data(), static_cast<int>(condition.size()),
               condition.data());
  std::abort();
}

}  // namespace sluice
