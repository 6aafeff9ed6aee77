#pragma once

#include <string>
#include <string_view>

#include "compiler/check/elaborate.h"

namespace sluice::check {

// A place of a value: which contexts it may read, and what it accepts of secrets and of what outsiders write
// (language.md 2.3, 2.4).
struct SlotUse {
  std::string_view path;  // the key in GitHub's file: "jobs.*.if" (catalogue/contexts.h)
  std::string_view key;   // as users write it: "if", "run-name"
  // What a secret would do there: P0502 with `secret_message` and `secret_label`; empty: secrets may stand there.
  std::string_view secret_message = {};
  std::string_view secret_label = {};
  // What an outsider would choose: P0504 "an outsider would choose the folder"; empty: nothing.
  std::string_view chosen = {};
};

namespace slots {
extern const SlotUse kRunName, kConcurrency, kPipelineEnv;
extern const SlotUse kJobName, kJobIf, kJobEnv, kRunsOn, kJobTimeout, kJobContinue, kJobConcurrency, kContainer,
    kContainerCredentials, kContainerEnv, kServices, kServiceCredentials, kServiceEnv, kStrategy, kPipelineOutput,
    kCallWith, kCallSecrets, kEnvironment, kEnvironmentUrl;
extern const SlotUse kJobShell, kJobFolder, kJobOutput, kMatrix;
extern const SlotUse kStepName, kStepIf, kStepEnv, kStepRun, kStepWith, kStepTimeout, kStepContinue, kStepFolder,
    kShell, kShownName;
}  // namespace slots

// P0401, P0402, P0403, P0502 and P0504 for a value in that place; false when one was reported.
bool CheckSlot(const TermPtr& term, const SlotUse& slot, const Env& env, Session& session);

// P0403 unless the value is known when the program is compiled.
bool CheckConstant(const TermPtr& term, std::string_view what, Session& session);

// The first leaf of `term` with the label, seen from the reader: a `let` counts as one leaf.
const Term* FindSecret(const TermPtr& term);
const Term* FindUntrusted(const TermPtr& term);
// The first leaf that reads a context.
const Term* FindRead(const TermPtr& term);

}  // namespace sluice::check
