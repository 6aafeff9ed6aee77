#include "cli/lock_images.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "cli/compile_project.h"
#include "compiler/base/text.h"
#include "runtime/fetch/registry.h"

namespace sluice::cli {
namespace {

using catalogue::ImagePin;

constexpr std::string_view kScheme = "docker://";

void Take(const std::optional<model::Value>& value, const catalogue::Lock& lock, std::set<std::string>& images) {
  if (!value || !value->is(model::Value::Kind::String) || value->text.empty()) return;
  std::string image = value->text.starts_with(kScheme) ? value->text.substr(kScheme.size()) : value->text;
  if (const size_t at = image.find('@'); at != std::string::npos) {
    const std::string digest = image.substr(at + 1);
    image.resize(at);
    const ImagePin* pin = lock.FindImage(image);
    if (pin == nullptr || pin->digest != digest) return;
  }
  images.insert(std::move(image));
}

// `NAME=sha256:…`
Result<std::map<std::string, std::string>> ReadGiven(const std::vector<std::string>& flags) {
  std::map<std::string, std::string> given;
  for (const std::string& flag : flags) {
    const size_t equals = flag.rfind('=');
    if (equals == std::string::npos || equals == 0 || !catalogue::IsDigest(flag.substr(equals + 1)))
      return Error{
          fmt::format("`--image {}` names no digest: write `--image postgres:15=sha256:…` with 64 digits", flag)};
    given[flag.substr(0, equals)] = flag.substr(equals + 1);
  }
  return given;
}

// The program with the new pins. What is wrong in the sources is for `sluice check` to say.
compile::Compiled CompileQuietly(Project& project, const catalogue::Lock& lock, bool& complete) {
  const diagnostics::Sink kept = std::exchange(project.sink, {});
  const catalogue::Lock before = std::exchange(project.lock, lock);
  compile::Compiled compiled = CompileProject(project, false);
  complete = !project.sink.has_errors();
  project.lock = before;
  project.sink = kept;
  return compiled;
}

fetch::Outcome<std::string> Resolve(const std::string& image, const fetch::Patience& patience) {
  const auto name = fetch::ParseImageName(image);
  if (!name) return fetch::Trouble{fetch::Trouble::Kind::Refused, "this is no name of an image"};
  return fetch::ImageDigest(*name, patience);
}

}  // namespace

std::vector<std::string> ImagesOf(const model::Program& program, const catalogue::Lock& lock) {
  std::set<std::string> images;
  for (const model::Job& job : program.jobs) {
    if (job.container) Take(job.container->image, lock, images);
    for (const auto& service : job.services) Take(service.second.image, lock, images);
  }
  for (const model::Step& step : program.steps) {
    const auto* uses = std::get_if<model::Uses>(&step.body);
    if (uses != nullptr && uses->target.text.starts_with(kScheme)) Take(uses->target, lock, images);
  }
  return {images.begin(), images.end()};
}

Status LockImages(Project& project, const LockFlags& flags, const Lookup& lookup, Locked& locked) {
  SLUICE_ASSIGN(auto given, ReadGiven(flags.images));
  catalogue::Lock with_images = locked.lock;
  with_images.images = project.lock.images;
  bool complete = true;
  const compile::Compiled compiled = CompileQuietly(project, with_images, complete);
  std::vector<std::string> images = ImagesOf(compiled.program, with_images);
  // Pipelines with a mistake are not in the program; their images stay.
  if (!complete)
    for (const ImagePin& pin : project.lock.images)
      if (std::ranges::find(images, pin.uses) == images.end()) images.push_back(pin.uses);
  for (const std::string& image : images) {
    const ImagePin* pinned = project.lock.FindImage(image);
    const bool update =
        flags.update && (flags.names.empty() || std::ranges::find(flags.names, image) != flags.names.end());
    if (const auto own = given.extract(image); !own.empty()) {
      locked.lock.images.push_back({image, own.mapped()});
    } else if (pinned != nullptr && !update) {
      locked.lock.images.push_back(*pinned);
    } else if (!lookup.options().network) {
      if (pinned != nullptr)
        locked.lock.images.push_back(*pinned);
      else
        locked.notes.push_back(
            fmt::format("{0} has no digest, and registries are not asked: --image {0}=sha256:…", image));
    } else if (auto digest = Resolve(image, lookup.options().patience); digest.ok() && catalogue::IsDigest(*digest)) {
      if (pinned != nullptr && pinned->digest != *digest)
        locked.changes.push_back(
            fmt::format("{}: {} -> {}", image, pinned->digest.substr(0, 14), digest->substr(0, 14)));
      locked.lock.images.push_back({image, *digest});
    } else {
      const std::string why =
          digest.ok() ? fmt::format("`{}` is no SHA-256 digest", *digest) : digest.trouble().message;
      locked.notes.push_back(fmt::format("{}: {}", image, why));
      if (pinned != nullptr) locked.lock.images.push_back(*pinned);
    }
  }
  if (!given.empty())
    return Error{fmt::format("no container, service or step uses the image `{}`", given.begin()->first)};
  return {};
}

}  // namespace sluice::cli
