#include "compiler/check/facts.h"

#include <array>

#include "compiler/base/text.h"
#include "compiler/catalogue/events.h"

namespace sluice::check {
namespace {

using catalogue::PropertyKind;
using types::Kind;

std::string ShapeOf(std::string_view context) {
  std::string shape;
  for (char c : context) shape += c == '.' ? '_' : c;
  return shape;
}

// A path, or all below it, and its writer; the first row that fits counts.
struct Writer {
  std::string_view path;
  std::string_view sentence;
};
constexpr auto kWriters = std::to_array<Writer>({
    {"github.head_ref", "the author of the pull request names the branch"},
    {"github.event.pull_request.head.ref", "the author of the pull request names the branch"},
    {"github.event.pull_request.head.label", "the author of the pull request names the branch"},
    {"github.event.pull_request.head.repo", "the owner of the fork writes it"},
    {"github.event.pull_request.labels", "whoever may label writes it"},
    {"github.event.pull_request", "the author of the pull request writes it"},
    {"github.event.changes", "the author of the pull request writes it"},
    {"github.event.label", "whoever may label writes it"},
    {"github.event.commits", "the author of the commit writes it"},
    {"github.event.head_commit", "the author of the commit writes it"},
    {"github.event.merge_group", "the author of the commit writes it"},
    {"github.event.pusher", "whoever pushes writes it"},
    {"github.event.issue", "anyone can open an issue"},
    {"github.event.comment", "anyone can comment"},
    {"github.event.review", "anyone can review"},
    {"github.event.discussion", "anyone can open a discussion"},
    {"github.event.workflow_run", "the author of the pull request writes it"},
    {"github.event.client_payload", "the sender of the event writes it"},
});

}  // namespace

std::optional<types::Type> ContextProperty(std::string_view context, std::string_view property) {
  const catalogue::PayloadProperty* found = catalogue::FindPayloadProperty(ShapeOf(context), property);
  if (found == nullptr) return std::nullopt;
  if (context == "job" && found->name == "status") return types::JobResult();
  switch (found->kind) {
    case PropertyKind::Text:
      return types::Simple(Kind::String);
    case PropertyKind::Number:
      return types::Simple(Kind::Int);
    case PropertyKind::Boolean:
      return types::Simple(Kind::Bool);
    case PropertyKind::List:
      return types::ListOf(types::Simple(Kind::Object));
    case PropertyKind::Json:
      return types::Simple(Kind::Json);
    case PropertyKind::Record:
    case PropertyKind::Object:
      return types::Simple(Kind::Object);
  }
  return std::nullopt;
}

std::vector<std::string> ShapeProperties(std::string_view shape) {
  std::vector<std::string> names;
  for (const catalogue::PayloadProperty& property : catalogue::PayloadProperties(shape))
    names.emplace_back(property.name);
  return names;
}

std::vector<std::string> ContextProperties(std::string_view context) { return ShapeProperties(ShapeOf(context)); }

std::string WhoWrites(std::string_view path) {
  const std::string lower = AsciiLower(path);
  for (const Writer& writer : kWriters) {
    const bool below = lower.size() > writer.path.size() && lower[writer.path.size()] == '.';
    if (lower.starts_with(writer.path) && (lower.size() == writer.path.size() || below))
      return std::string(writer.sentence);
  }
  return "somebody outside of the project may write it";
}

}  // namespace sluice::check
