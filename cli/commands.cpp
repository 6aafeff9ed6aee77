#include "cli/subcommands.h"

namespace sluice::cli {

std::vector<AddCommand> Commands() {
  return {
      AddEval,
      AddExplain,
      AddLock,
      AddImage,
  };
}

}  // namespace sluice::cli
