#include "compiler/lower/containers.h"

#include <utility>

namespace sluice::lower {
namespace {

using check::TermPtr;
using model::Value;

std::optional<Value> ListOf(const std::vector<TermPtr>& terms, const Expressions& expressions) {
  if (terms.empty()) return std::nullopt;
  std::vector<Value> items;
  for (const TermPtr& term : terms) items.push_back(expressions.Value(term));
  return Value::List(std::move(items));
}

std::optional<Value> TextOf(const TermPtr& term, const Expressions& expressions) {
  if (term == nullptr) return std::nullopt;
  return expressions.Value(term);
}

}  // namespace

model::Value ImageOf(const TermPtr& image, const Expressions& expressions, const catalogue::Lock& lock) {
  if (image->is_text_constant())
    if (const catalogue::ImagePin* pin = lock.FindImage(image->constant.text)) return Value::String(pin->Pinned());
  return expressions.Value(image);
}

model::Container ContainerOf(const check::ContainerRecord& record, const Expressions& expressions,
                             const catalogue::Lock& lock) {
  model::Container container;
  if (record.image != nullptr) container.image = ImageOf(record.image, expressions, lock);
  if (record.username != nullptr && record.password != nullptr)
    container.credentials = Value::Map({{Value::String("username"), expressions.Value(record.username)},
                                        {Value::String("password"), expressions.Value(record.password)}});
  if (!record.env.empty()) {
    container.env = Value::Map({});
    for (const check::EnvEntry& entry : record.env)
      container.env->entries.emplace_back(Value::String(entry.name), expressions.Value(entry.value));
  }
  container.ports = ListOf(record.ports, expressions);
  container.volumes = ListOf(record.volumes, expressions);
  container.options = TextOf(record.options, expressions);
  container.entrypoint = TextOf(record.entrypoint, expressions);
  container.command = TextOf(record.command, expressions);
  return container;
}

}  // namespace sluice::lower
