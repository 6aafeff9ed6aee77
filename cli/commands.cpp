#include "cli/subcommands.h"

namespace sluice::cli {

std::vector<AddCommand> Commands() {
  return {
      AddCheck, AddBuild, AddEject,  AddEval, AddExplain, AddFmt,
      AddGraph, AddImage, AddImport, AddLock, AddResolve, AddRun,
  };
}

}  // namespace sluice::cli
