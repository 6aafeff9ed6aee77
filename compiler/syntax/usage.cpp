#include "compiler/syntax/usage.h"

namespace sluice::syntax {

Usage UsageOf(TokenKind word) {
  switch (word) {
    case TokenKind::Import:
      return {"an import is written", "`import { a, b } from \"./file.pipe\"`"};
    case TokenKind::Let:
      return {"a name is bound by", "`let NAME = value`"};
    case TokenKind::Type:
      return {"a type is written", "`type NAME = { field: string }`"};
    case TokenKind::Enum:
      return {"an enum is written", "`enum NAME { a, b }`"};
    case TokenKind::Fn:
      return {"a function is written", "`fn NAME(x: int) -> int = value`"};
    case TokenKind::Action:
      return {"an action is written", "`action NAME(x: string) { ... }`"};
    case TokenKind::Extern:
      return {"an extern is written", "`extern action NAME from owner/repo@v1 (x: string)`"};
    case TokenKind::Pipeline:
      return {"a pipeline is written", "`pipeline NAME { ... }`"};
    case TokenKind::On:
      return {"a trigger is written", "`on push(branches: [main])`"};
    case TokenKind::Job:
      return {"a job is written", "`job NAME { ... }`"};
    case TokenKind::Gate:
      return {"a gate is written", "`gate NAME: all`"};
    case TokenKind::For:
      return {"a loop is written", "`for x in list { ... }`"};
    case TokenKind::Uses:
      return {"a step is written", "`uses owner/repo@v1(input: value)`"};
    case TokenKind::Run:
      return {"a step is written", "run `command`"};
    case TokenKind::Step:
      return {"a step is written", "`step \"Name\" { ... }`"};
    case TokenKind::If:
      return {"a condition is written", "`if condition { ... }`"};
    case TokenKind::Parallel:
      return {"parallel steps are written", "`parallel { ... }`"};
    case TokenKind::Wait:
      return {"waiting is written", "`wait a, b`"};
    case TokenKind::Cancel:
      return {"cancelling is written", "`cancel NAME`"};
    case TokenKind::Output:
      return {"an output is written", "`output NAME = value`"};
    case TokenKind::Secret:
      return {"a secret is written", "`secret NAME`"};
    case TokenKind::Var:
      return {"a variable is written", "`var NAME: string`"};
    case TokenKind::Environment:
      return {"an environment is written", "`environment NAME { ... }`"};
    case TokenKind::Service:
      return {"a service is written", "`service NAME { ... }`"};
    case TokenKind::Overlay:
      return {"an overlay is written", "`overlay NAME { ... }`"};
    case TokenKind::Rollout:
      return {"a rollout is written", "`rollout canary { ... }`"};
    case TokenKind::At:
      return {"a step of a rollout is written", "`at 10% hold 5m`"};
    case TokenKind::Check:
      return {"a check is written", "`check { metric < 1% }`"};
    case TokenKind::Metric:
      return {"a metric is written", "`metric NAME: percent { ... }`"};
    case TokenKind::Slo:
      return {"an objective is written", "`slo NAME: 99.9% { ... }`"};
    case TokenKind::Migration:
      return {"a migration is written", "`migration NAME { ... }`"};
    case TokenKind::Raw:
      return {"raw YAML is written", "`raw |` with the YAML below"};
    case TokenKind::Once:
      return {"a step is written", "`once step \"Name\": run ...`"};
    case TokenKind::Requires:
      return {"a requirement is written", "`requires permissions { contents: read }`"};
    case TokenKind::Assert:
      return {"an assertion is written", "`assert condition`"};
    case TokenKind::Verbatim:
      return {"a file is carried by", "`verbatim \"file.yml\"`"};
    default:
      return {};
  }
}

}  // namespace sluice::syntax
