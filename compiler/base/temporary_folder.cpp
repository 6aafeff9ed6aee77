#include "compiler/base/temporary_folder.h"

#include <fmt/format.h>
#include <stdlib.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

namespace sluice {

TemporaryFolder::TemporaryFolder(const std::string& purpose) {
  std::error_code problem;
  const std::filesystem::path parent = std::filesystem::temp_directory_path(problem);
  if (problem) {
    error_ = fmt::format("there is no folder for temporary files: {}", problem.message());
    return;
  }
  std::string name = (parent / ("sluice-" + purpose + "-")).string() + std::string(6, 'X');  // mkdtemp wants six
  if (::mkdtemp(name.data()) != nullptr)
    path_ = name;
  else
    error_ = fmt::format("cannot make a folder in `{}`: {}", parent.string(), std::strerror(errno));
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

}  // namespace sluice
