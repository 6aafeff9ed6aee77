#pragma once

#include <map>
#include <string>
#include <vector>

#include "cli/project.h"
#include "compiler/catalogue/committed_pins.h"

// What the committed workflows say about pins, for every command that compiles (language.md 2.15).
namespace sluice::cli {

// Lays the pins of the workflows that Sluice wrote over the project's lock.
catalogue::CommittedTruth ReadCommittedPins(Project& project);

// Says P0706 where the committed workflows and the sources, or two workflows, disagree.
void ReportCommittedPins(Project& project, const catalogue::CommittedTruth& truth);

// The sources with the refs that the committed versions ask for: path -> new text. Empty when nothing has to change.
std::map<std::string, std::string> BumpSources(const Project& project, const catalogue::CommittedTruth& truth);

// `expected` with what `committed` says of the same pins in other comments, and with the pins that it still has of an
// action for which a newer commit is committed elsewhere, so that a check is not red because of what a bot wrote.
std::string AllowOlderPins(const std::string& expected, const std::string& committed,
                           const catalogue::CommittedTruth& truth);

}  // namespace sluice::cli
