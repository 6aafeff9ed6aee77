#include "cli/subcommands.h"

namespace sluice::cli {

std::vector<AddCommand> Commands() {
  return {
      AddEval,
      AddExplain,
      AddFmt,
      AddLock,
      AddImage,
      AddRun,
  };
}

}  // namespace sluice::cli
