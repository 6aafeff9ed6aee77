#include "cli/command.h"

namespace sluice::cli {

std::vector<AddCommand> Commands() { return {}; }

}  // namespace sluice::cli
