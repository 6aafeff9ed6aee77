#include "compiler/catalogue/events.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "compiler/base/text.h"
#include "compiler/check/elaborate.h"
#include "compiler/check/facts.h"
#include "compiler/check/suggest.h"

namespace sluice::check {
namespace {

using catalogue::PayloadProperty;
using catalogue::PropertyKind;

bool IsIndex(std::string_view part) { return !part.empty() && std::ranges::all_of(part, IsAsciiDigit); }

// What a dotted path below github.event is in a payload of that shape, or nothing. Items of lists are written `*` or by
// their number.
std::optional<PayloadProperty> FindInPayload(std::string_view shape, std::string_view path) {
  PayloadProperty found;
  found.kind = PropertyKind::Record;
  found.shape = shape;
  bool optional = false;
  if (path.empty()) return found;
  for (std::string_view part : SplitString(path, '.')) {
    if ((part == "*" || IsIndex(part)) && found.kind == PropertyKind::List) {
      found.kind = found.element;
      optional = optional || part != "*";  // the list may be shorter
      continue;
    }
    if (found.kind == PropertyKind::Json) continue;
    if (found.kind == PropertyKind::Object) {  // names of the user: any text
      found.kind = PropertyKind::Text;
      found.optional = true;
      optional = true;
      continue;
    }
    if (found.kind != PropertyKind::Record) return std::nullopt;
    const PayloadProperty* next = catalogue::FindPayloadProperty(found.shape, part);
    if (next == nullptr) return std::nullopt;
    optional = optional || next->optional;
    found = *next;
  }
  found.optional = optional;
  return found;
}

Type PayloadType(const PayloadProperty& property, bool star) {
  Type type = types::Simple(Kind::Object);
  if (property.kind == PropertyKind::Text) type = types::Simple(Kind::String);
  if (property.kind == PropertyKind::Number) type = types::Simple(Kind::Int);
  if (property.kind == PropertyKind::Json) return types::Simple(Kind::Json);
  if (property.kind == PropertyKind::Boolean) type = types::Simple(Kind::Bool);
  if (property.kind == PropertyKind::List) {
    const bool records = property.element == PropertyKind::Record || property.element == PropertyKind::Object;
    type = types::ListOf(types::Simple(records ? Kind::Object : Kind::String));
  }
  return star && !type.is(Kind::Object) ? types::ListOf(std::move(type)) : type;
}

bool MayBeUntrusted(std::string_view below) {
  std::vector<std::string> parts;
  for (std::string_view part : SplitString(below, '.')) parts.emplace_back(part);
  return catalogue::MayBeUntrusted(parts);
}

// What two events mean by one name: text is what every scalar can be read as.
PayloadProperty Either(PayloadProperty a, const PayloadProperty& b) {
  a.untrusted = a.untrusted || b.untrusted;
  a.optional = a.optional || b.optional;
  const bool record = a.kind == PropertyKind::Record || b.kind == PropertyKind::Record;
  if (!record) a.kind = PropertyKind::Text;
  if (record && a.kind != PropertyKind::Record) a = b;
  return a;
}

std::string Quoted(const std::vector<std::string>& events) {
  std::string text;
  for (const std::string& event : events) text += fmt::format("{}`{}`", text.empty() ? "" : ", ", event);
  return text;
}

// What the triggers of a pipeline say about a property.
struct EventReading {
  std::optional<PayloadProperty> found;
  std::vector<std::string> with, without;
  Span missing_at;
  bool foreign = false;   // the event of a caller
  bool unmapped = false;  // an event whose payload is in no table
};

EventReading ReadTriggers(const PipelineScope* pipeline, const Env& env, std::string_view below) {
  EventReading reading;
  if (pipeline == nullptr || pipeline->checked == nullptr) {
    reading.foreign = true;
    return reading;
  }
  for (const Trigger& trigger : pipeline->checked->triggers) {
    if (env.events && !env.events->contains(trigger.event)) continue;
    const catalogue::Event* event = catalogue::FindEvent(trigger.event);
    if (trigger.event == "workflow_call") {
      reading.foreign = true;
    } else if (event == nullptr || event->shape.empty()) {
      reading.unmapped = true;
    } else if (auto property = FindInPayload(event->shape, below)) {
      if (!event->precise && property->kind == PropertyKind::Text) property->untrusted = MayBeUntrusted(below);
      if (reading.found && reading.found->kind != property->kind) property = Either(*reading.found, *property);
      property->optional = property->optional || (reading.found && reading.found->optional);
      property->untrusted = property->untrusted || (reading.found && reading.found->untrusted);
      reading.found = property;
      reading.with.push_back(trigger.event);
    } else {
      reading.without.push_back(trigger.event);
      if (!reading.missing_at.valid()) reading.missing_at = trigger.at;
    }
  }
  return reading;
}

// The event of a called run is somebody else's: any event may be it.
std::optional<PayloadProperty> FindInAnyPayload(std::string_view below) {
  for (const catalogue::Event& event : catalogue::Events()) {
    if (event.shape.empty()) continue;
    if (auto property = FindInPayload(event.shape, below)) return property;
  }
  return std::nullopt;
}

}  // namespace

TermPtr Elaborator::ReadEvent(const std::string& path, const std::string& key, Span key_at, Span at, const Env& env) {
  const std::string full = path + "." + key;
  const std::string below = full.substr(std::string_view("github.event.").size());
  EventReading reading = ReadTriggers(env.run(), env, below);
  if (!reading.found && reading.foreign) reading.found = FindInAnyPayload(below);
  if (!reading.found && reading.unmapped) return UnmappedProperty(full, at);
  if (!reading.found) {
    std::vector<std::string> known;
    for (const std::string& event : reading.without) {
      auto parent = FindInPayload(catalogue::FindEvent(event)->shape, path == "github.event" ? "" : path.substr(13));
      if (parent)
        for (std::string& name : ShapeProperties(parent->shape)) known.push_back(std::move(name));
    }
    Build report(Code::P0203, key_at, fmt::format("`{}` has no property `{}`", path, key));
    Suggest(report, key, key_at, known,
            FindInAnyPayload(below) && !reading.without.empty()
                ? fmt::format("not on {}: GitHub would put nothing here, without a word", Quoted(reading.without))
                : "GitHub would put nothing here, without a word");
    return Fail(std::move(report), at);
  }
  Term term;
  term.kind = TermKind::Path;
  term.type = PayloadType(*reading.found, full.find('*') != std::string::npos);
  term.at = at;
  term.contexts = Context::Github;
  term.name = full;
  if (reading.found->kind == PropertyKind::Json || reading.found->untrusted)
    term.labels.untrusted = {Span{}, WhoWrites(full)};
  const bool partly = !reading.without.empty() || reading.foreign || reading.unmapped;
  if (!reading.found->optional && !partly) return Share(std::move(term));
  Absence absence;
  if (!reading.without.empty()) {
    absence.cause = reading.missing_at;
    absence.cause_text = "this event has no such property";
    absence.because = fmt::format("because {} does not have it", Quoted(reading.without));
    if (reading.with.size() == 1) absence.test = fmt::format("github.event_name == '{}'", reading.with[0]);
  } else {
    absence.because = reading.foreign ? "because the event is the caller's" : "because the event may come without it";
  }
  term.absence = std::make_shared<const Absence>(std::move(absence));
  const bool tested = env.facts.contains("present:" + Fingerprint(Share(term)));
  // Objects are only walked through: what is read below them has the presence of the whole path.
  if (!tested && !env.neutral && !term.type.is(Kind::Object) && !term.type.is(Kind::Json))
    term.type = types::Optional(std::move(term.type));
  return Share(std::move(term));
}

// A property of a payload that no table describes: text that may be missing, and object for what is read below it.
TermPtr Elaborator::UnmappedProperty(const std::string& full, Span at) {
  Term term;
  term.kind = TermKind::Path;
  term.type = types::Optional(types::Simple(Kind::String));
  term.at = at;
  term.contexts = Context::Github;
  term.name = full;
  term.open = true;
  std::vector<std::string> parts;
  for (std::string_view part : SplitString(std::string_view(full).substr(13), '.')) parts.emplace_back(part);
  if (catalogue::MayBeUntrusted(parts)) term.labels.untrusted = {Span{}, WhoWrites(full)};
  Absence absence;
  absence.because = "because the event may come without it";
  term.absence = std::make_shared<const Absence>(std::move(absence));
  return Share(std::move(term));
}

}  // namespace sluice::check
