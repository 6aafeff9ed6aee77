#include "cli/subcommands.h"

namespace sluice::cli {

std::vector<AddCommand> Commands() {
  return {
      AddCheck,
      AddBuild,
      AddEval,
      AddExplain,
      AddFmt,
      AddLock,
      AddImage,
      AddRun,
  };
}

}  // namespace sluice::cli
