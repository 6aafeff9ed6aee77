#pragma once

#include "cli/command.h"

// One function a subcommand, each in the file of its name.
namespace sluice::cli {

void AddAudit(CLI::App& app, Invocation& invocation);
void AddBuild(CLI::App& app, Invocation& invocation);
void AddCheck(CLI::App& app, Invocation& invocation);
void AddDiff(CLI::App& app, Invocation& invocation);
void AddEject(CLI::App& app, Invocation& invocation);
void AddEval(CLI::App& app, Invocation& invocation);
void AddExplain(CLI::App& app, Invocation& invocation);
void AddFmt(CLI::App& app, Invocation& invocation);
void AddGraph(CLI::App& app, Invocation& invocation);
void AddImage(CLI::App& app, Invocation& invocation);
void AddImport(CLI::App& app, Invocation& invocation);
void AddInit(CLI::App& app, Invocation& invocation);
void AddLock(CLI::App& app, Invocation& invocation);
void AddResolve(CLI::App& app, Invocation& invocation);
void AddRun(CLI::App& app, Invocation& invocation);

}  // namespace sluice::cli
