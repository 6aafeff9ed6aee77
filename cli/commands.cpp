#include "cli/subcommands.h"

namespace sluice::cli {

std::vector<AddCommand> Commands() {
  return {
      AddExplain,
  };
}

}  // namespace sluice::cli
