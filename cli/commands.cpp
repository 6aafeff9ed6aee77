#include "cli/subcommands.h"

namespace sluice::cli {

std::vector<AddCommand> Commands() {
  return {
      AddCheck, AddBuild, AddEval, AddExplain, AddFmt, AddGraph, AddImage, AddLock, AddRun,
  };
}

}  // namespace sluice::cli
