#pragma once

#include <map>
#include <string>
#include <string_view>

#include "compiler/base/result.h"
#include "compiler/expr/value.h"
#include "compiler/model/program.h"

namespace sluice::steps {

// What the repository on this machine says about itself.
struct Repository {
  std::string folder;           // absolute
  std::string owner = "local";  // of the remote `origin`
  std::string name;
  std::string sha = "0000000000000000000000000000000000000000";
  std::string branch = "main";  // checked out; empty when a tag or commit is
  std::string tag;              // that HEAD is at, when no branch is checked out
  std::string default_branch = "main";
};

// A payload as GitHub would send it, filled in from the repository: push, pull_request, workflow_dispatch, schedule …
// `trigger` gives the activity type and the schedule.
expr::Value DefaultPayload(const Repository& repository, const model::Trigger& trigger);

// The `github` context of a run on this event. Facts of the payload (a ref, a sender) win over the repository's.
expr::Value GithubContext(const Repository& repository, const model::Pipeline& pipeline, std::string_view event,
                          const expr::Value& payload, std::string_view run_id);

// The `inputs` context: what was given (flags over the payload's `inputs`), then defaults, each as its declared type.
// Errors name the input: unknown, required, not of its type, no such choice.
Result<expr::Value> ResolveInputs(const model::Pipeline& pipeline, const model::Trigger& trigger,
                                  const std::map<std::string, std::string>& given, const expr::Value& payload,
                                  const expr::Value& github, const expr::Value& vars);

// The payload with `inputs` as texts, as `github.event.inputs` has them.
expr::Value WithInputs(const expr::Value& payload, const expr::Value& inputs);

}  // namespace sluice::steps
