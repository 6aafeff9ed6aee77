#include "compiler/catalogue/contexts.h"

#include <string>

namespace sluice::catalogue {
namespace {

using types::Context;
using types::ContextSet;

constexpr ContextSet kEvent = Context::Github | Context::Inputs | Context::Vars;
constexpr ContextSet kNeeds = kEvent | Context::Needs;
constexpr ContextSet kRow = kNeeds | Context::Strategy | Context::Matrix;
constexpr ContextSet kRowSecrets = kRow | Context::Secrets;
constexpr ContextSet kLive = kRow | Context::Steps | Context::Job | Context::Runner | Context::Env;
constexpr ContextSet kRunner = kLive | Context::Secrets;
constexpr ContextSet kStep = kRunner | Context::HashFiles;
constexpr ContextSet kContainerEnv = kRowSecrets | Context::Steps | Context::Job | Context::Runner | Context::Env;
constexpr ContextSet kCredentials = kRowSecrets | Context::Env;

constexpr Slot kSlots[] = {
    {"concurrency", kEvent},
    {"env", kEvent | Context::Secrets},
    {"jobs.*.concurrency", kRow},
    {"jobs.*.container", kRow},
    {"jobs.*.container.credentials", kCredentials},
    {"jobs.*.container.env.*", kContainerEnv},
    {"jobs.*.continue-on-error", kRow},
    {"jobs.*.defaults.run", kRow | Context::Env},
    {"jobs.*.env", kRowSecrets},
    {"jobs.*.environment", kRow},
    {"jobs.*.environment.url", kLive},
    {"jobs.*.if", kNeeds | Context::Status, true},
    {"jobs.*.name", kRow},
    {"jobs.*.outputs.*", kRunner},
    {"jobs.*.cancel-timeout-minutes", kRow},
    {"jobs.*.runs-on", kRow},
    {"jobs.*.secrets.*", kRowSecrets},
    {"jobs.*.services", kRow},
    {"jobs.*.services.*.credentials", kCredentials},
    {"jobs.*.services.*.env.*", kContainerEnv},
    {"jobs.*.snapshot.if", kRow},
    {"jobs.*.steps.*.continue-on-error", kStep},
    {"jobs.*.steps.*.env", kStep},
    {"jobs.*.steps.*.if", kLive | Context::Status | Context::HashFiles},
    {"jobs.*.steps.*.name", kStep},
    {"jobs.*.steps.*.run", kStep},
    {"jobs.*.steps.*.timeout-minutes", kStep},
    {"jobs.*.steps.*.with", kStep},
    {"jobs.*.steps.*.working-directory", kStep},
    {"jobs.*.strategy", kNeeds},
    {"jobs.*.timeout-minutes", kRow},
    {"jobs.*.with.*", kRow},
    {"on.workflow_call.inputs.*.default", kEvent},
    {"on.workflow_call.outputs.*.value", kEvent | Context::Jobs},
    {"run-name", kEvent},
};

// Is `parent` the path or the beginning of it at a dot?
bool Covers(std::string_view parent, std::string_view path) {
  return path.starts_with(parent) && (path.size() == parent.size() || path[parent.size()] == '.');
}

}  // namespace

std::span<const Slot> Slots() { return kSlots; }

Slot FindSlot(std::string_view path) {
  constexpr std::string_view kParallel = ".parallel.*";  // its steps are steps as all others
  if (const size_t at = path.find(kParallel); at != std::string_view::npos) {
    std::string flat(path);
    Slot slot = FindSlot(flat.erase(at, kParallel.size()));
    if (slot.constant()) slot.path = path;
    return slot;
  }
  Slot best{path, {}};
  size_t length = 0;
  for (const Slot& slot : kSlots) {
    if (!Covers(slot.path, path) || slot.path.size() < length) continue;
    best = slot;
    length = slot.path.size();
  }
  return best;
}

}  // namespace sluice::catalogue
