#include "cli/subcommands.h"

namespace sluice::cli {

std::vector<AddCommand> Commands() {
  return {
      AddAudit, AddBuild, AddCheck,  AddDiff, AddEject, AddEval,    AddExplain, AddFmt,
      AddGraph, AddImage, AddImport, AddInit, AddLock,  AddResolve, AddRun,
  };
}

}  // namespace sluice::cli
