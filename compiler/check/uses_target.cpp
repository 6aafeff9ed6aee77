#include "compiler/check/uses_target.h"

#include <fmt/format.h>

#include "compiler/check/pins.h"

namespace sluice::check {
namespace {

using catalogue::ActionPin;

// Nobody knows what it takes.
const ActionPin& OpenPin() {
  static const ActionPin& pin = *[] {
    auto* made = new ActionPin;
    made->open = true;
    return made;
  }();
  return pin;
}

// What the runner itself reads of an image's step; everything else becomes a variable INPUT_NAME in the container. It has
// no token but one that is handed over.
const ActionPin& ImagePin() {
  static const ActionPin& pin = *[] {
    auto* made = new ActionPin(OpenPin());
    made->permissions.emplace();
    for (const char* name : {"args", "entrypoint"}) made->inputs.emplace_back().name = name;
    return made;
  }();
  return pin;
}

void FindLocal(std::string_view text, const Session& session, UsesTarget& target) {
  target.kind = UsesTarget::Kind::Local;
  target.pin = &OpenPin();
  const std::string folder = NormalizePath(text.substr(2));
  const Result<ActionPin>* found = session.readers.action ? session.readers.action(folder) : nullptr;
  if (found == nullptr) return;  // an earlier step may make it
  if (!found->ok()) {
    target.problem = found->error().message;
    return;
  }
  target.pin = &**found;
  target.source = target.pin->uses;
}

}  // namespace

std::string PlainText(const Ast& ast, ExprId id) {
  if (!id.valid() || ast[id].kind != syntax::ExprKind::String) return {};
  std::string text;
  for (const syntax::StringPart& part : ast[id].parts) {
    if (part.placeholder.valid()) return {};
    text += part.text;
  }
  return text;
}

std::string LockName(const catalogue::Lock& lock) { return lock.path.empty() ? "sluice.lock" : lock.path; }

UsesTarget FindUses(std::string_view text, const Session& session) {
  UsesTarget target;
  target.name = text;
  if (text.starts_with("docker://")) {
    target.kind = UsesTarget::Kind::Image;
    target.pin = &ImagePin();
  } else if (text.ends_with(".yml") || text.ends_with(".yaml")) {
    // A workflow, which jobs call.
  } else if (text == "." || text == "./" || text.starts_with("./") || text.starts_with("$/")) {
    FindLocal(text == "." ? "./" : text, session, target);
  } else if (const auto ref = catalogue::SplitActionRef(text); ref && ref->first.find('/') != std::string_view::npos) {
    target.kind = UsesTarget::Kind::Pinned;
    target.name = ref->first;
    target.pin = session.lock.Find(ref->first, ref->second);
    if (target.pin != nullptr)
      target.source = fmt::format("{}: {}", LockName(session.lock), DescribePin(*target.pin, target.name));
  }
  return target;
}

}  // namespace sluice::check
