#include "runtime/store/archive_library.h"

#include <dlfcn.h>
#include <fmt/format.h>

namespace sluice::store {

#define SLUICE_DEFINE(name) decltype(&::name) name = nullptr;
SLUICE_ARCHIVE_FUNCTIONS(SLUICE_DEFINE)
#undef SLUICE_DEFINE

namespace {

Status Load() {
  void* library = ::dlopen(SLUICE_LIBARCHIVE, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr)
    return Error{fmt::format("images cannot be read without `{}`: apt-get install libarchive13 ({})", SLUICE_LIBARCHIVE,
                             ::dlerror())};
  const char* missing = nullptr;
#define SLUICE_FIND(name)                                              \
  name = reinterpret_cast<decltype(&::name)>(::dlsym(library, #name)); \
  if (name == nullptr) missing = #name;
  SLUICE_ARCHIVE_FUNCTIONS(SLUICE_FIND)
#undef SLUICE_FIND
  if (missing == nullptr) return {};
  return Error{fmt::format("`{}` of this machine has no `{}`: it is older than the one sluice was built with",
                           SLUICE_LIBARCHIVE, missing)};
}

}  // namespace

Status LoadArchiveLibrary() {
  static const Status loaded = Load();
  return loaded;
}

}  // namespace sluice::store
