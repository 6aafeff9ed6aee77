#pragma once

#include <concepts>
#include <type_traits>

#include "compiler/model/program.h"

// Every member of the model, once: an archive is called as `archive("name", member)` for each and decides what that
// means (write JSON, read JSON, collect places, make random values). Bools whose default is true say so.
namespace sluice::model {

// T or const T, so that one function serves readers and writers.
template <class T, class Plain>
concept Like = std::same_as<std::remove_const_t<T>, Plain>;

template <class A, Like<Origin> T>
void Fields(A& a, T& x) {
  a("at", x.at), a("via", x.via), a("synth", x.synth), a("reason", x.reason);
}
template <class A, Like<TextPart> T>
void Fields(A& a, T& x) {
  a("literal", x.literal), a("expr", x.expr), a("spelling", x.spelling);
}
template <class A, Like<Value> T>
void Fields(A& a, T& x) {
  a("kind", x.kind), a("boolean", x.boolean), a("number", x.number), a("text", x.text), a("expr", x.expr);
  a("parts", x.parts), a("items", x.items), a("entries", x.entries), a("origin", x.origin);
}
template <class A, Like<Condition> T>
void Fields(A& a, T& x) {
  a("user", x.user), a("implicit_success", x.implicit_success, true), a("bare", x.bare), a("origin", x.origin);
}
template <class A, Like<Permission> T>
void Fields(A& a, T& x) {
  a("scope", x.scope), a("access", x.access), a("reasons", x.reasons);
}
template <class A, Like<Permissions> T>
void Fields(A& a, T& x) {
  a("all", x.all), a("scopes", x.scopes), a("origin", x.origin);
}
template <class A, Like<Concurrency> T>
void Fields(A& a, T& x) {
  a("group", x.group), a("cancel_in_progress", x.cancel_in_progress), a("queue", x.queue);
  a("shorthand", x.shorthand), a("whole", x.whole), a("origin", x.origin);
}
template <class A, Like<Defaults> T>
void Fields(A& a, T& x) {
  a("shell", x.shell), a("working_directory", x.working_directory), a("whole", x.whole), a("run", x.run, true);
  a("origin", x.origin);
}
template <class A, Like<Input> T>
void Fields(A& a, T& x) {
  a("name", x.name), a("description", x.description), a("deprecation_message", x.deprecation_message);
  a("required", x.required), a("default", x.default_value), a("type", x.type), a("options", x.options);
  a("origin", x.origin);
}
template <class A, Like<CallSecret> T>
void Fields(A& a, T& x) {
  a("name", x.name), a("description", x.description), a("required", x.required), a("mapping", x.mapping);
  a("origin", x.origin);
}
template <class A, Like<CallOutput> T>
void Fields(A& a, T& x) {
  a("name", x.name), a("description", x.description), a("value", x.value), a("origin", x.origin);
}
template <class A, Like<Filter> T>
void Fields(A& a, T& x) {
  a("name", x.name), a("value", x.value);
}
template <class A, Like<Schedule> T>
void Fields(A& a, T& x) {
  a("cron", x.cron), a("timezone", x.timezone);
}
template <class A, Like<Trigger> T>
void Fields(A& a, T& x) {
  a("event", x.event), a("filters", x.filters), a("schedules", x.schedules), a("inputs", x.inputs);
  a("outputs", x.outputs), a("secrets", x.secrets), a("raw", x.raw), a("origin", x.origin);
}
template <class A, Like<Effect> T>
void Fields(A& a, T& x) {
  a("kind", x.kind), a("workload", x.workload), a("environment", x.environment), a("digest", x.digest);
}
template <class A, Like<Pin> T>
void Fields(A& a, T& x) {
  a("target", x.target), a("version", x.version);
}
template <class A, Like<Transfer> T>
void Fields(A& a, T& x) {
  a("from", x.from), a("output", x.output), a("shape", x.shape), a("per_row", x.per_row), a("optional", x.optional);
  a("plain", x.plain), a("retention_days", x.retention_days);
  a("file_name", x.file_name), a("readers", x.readers), a("upload", x.upload), a("download", x.download);
  a("origin", x.origin);
}
template <class A, Like<Run> T>
void Fields(A& a, T& x) {
  a("script", x.script), a("shell", x.shell), a("working_directory", x.working_directory), a("lines", x.lines);
  a("pasted", x.pasted);
}
template <class A, Like<Uses> T>
void Fields(A& a, T& x) {
  a("target", x.target), a("version", x.version), a("with", x.with);
}
template <class A, Like<Put> T>
void Fields(A& a, T& x) {
  a("transfer", x.transfer), a("path", x.path), a("folder_word", x.folder_word), a("name_word", x.name_word);
}
template <class A, Like<Get> T>
void Fields(A& a, T& x) {
  a("transfer", x.transfer);
}
template <class A, Like<Wait> T>
void Fields(A& a, T& x) {
  a("all", x.all), a("targets", x.targets);
}
template <class A, Like<Cancel> T>
void Fields(A& a, T& x) {
  a("target", x.target);
}
template <class A, Like<Parallel> T>
void Fields(A& a, T& x) {
  a("steps", x.steps);
}
template <class A, Like<Verbatim> T>
void Fields(A& a, T& x) {
  a("tree", x.tree);
}
template <class A, Like<Step> T>
void Fields(A& a, T& x) {
  a("id", x.id), a("name", x.name), a("condition", x.condition), a("env", x.env);
  a("continue_on_error", x.continue_on_error), a("timeout_minutes", x.timeout_minutes), a("background", x.background);
  a("body", x.body), a("effects", x.effects), a("comments", x.comments), a("raw", x.raw), a("origin", x.origin);
}
template <class A, Like<Need> T>
void Fields(A& a, T& x) {
  a("job", x.job), a("why", x.why), a("origin", x.origin);
}
template <class A, Like<Matrix> T>
void Fields(A& a, T& x) {
  a("axes", x.axes), a("include", x.include), a("exclude", x.exclude), a("whole", x.whole), a("origin", x.origin);
}
template <class A, Like<Strategy> T>
void Fields(A& a, T& x) {
  a("matrix", x.matrix), a("fail_fast", x.fail_fast), a("max_parallel", x.max_parallel), a("whole", x.whole);
}
template <class A, Like<Environment> T>
void Fields(A& a, T& x) {
  a("name", x.name), a("url", x.url), a("deployment", x.deployment), a("shorthand", x.shorthand), a("whole", x.whole);
}
template <class A, Like<Container> T>
void Fields(A& a, T& x) {
  a("image", x.image), a("credentials", x.credentials), a("env", x.env), a("ports", x.ports);
  a("volumes", x.volumes), a("options", x.options), a("entrypoint", x.entrypoint), a("command", x.command);
  a("whole", x.whole), a("shorthand", x.shorthand);
}
template <class A, Like<Runner> T>
void Fields(A& a, T& x) {
  a("labels", x.labels), a("group", x.group), a("mapping", x.mapping);
}
template <class A, Like<Call> T>
void Fields(A& a, T& x) {
  a("target", x.target), a("version", x.version), a("with", x.with), a("secrets", x.secrets);
}
template <class A, Like<Job> T>
void Fields(A& a, T& x) {
  a("id", x.id), a("name", x.name), a("needs", x.needs), a("needs_shorthand", x.needs_shorthand);
  a("condition", x.condition), a("permissions", x.permissions), a("strategy", x.strategy), a("runner", x.runner);
  a("timeout_minutes", x.timeout_minutes), a("cancel_timeout_minutes", x.cancel_timeout_minutes);
  a("continue_on_error", x.continue_on_error), a("environment", x.environment), a("concurrency", x.concurrency);
  a("container", x.container), a("services", x.services), a("services_whole", x.services_whole), a("env", x.env);
  a("defaults", x.defaults), a("outputs", x.outputs), a("snapshot", x.snapshot), a("steps", x.steps);
  a("call", x.call), a("gate", x.gate), a("comments", x.comments), a("raw", x.raw), a("origin", x.origin);
}
template <class A, Like<Pipeline> T>
void Fields(A& a, T& x) {
  a("path", x.path), a("id", x.id), a("sources", x.sources), a("comments", x.comments), a("name", x.name);
  a("run_name", x.run_name), a("description", x.description), a("triggers", x.triggers);
  a("permissions", x.permissions), a("env", x.env), a("concurrency", x.concurrency), a("defaults", x.defaults);
  a("jobs", x.jobs), a("raw", x.raw), a("origin", x.origin);
}

// Does Fields know this type?
struct AnyArchive {
  template <class... M>
  void operator()(M&&...) {}
};
template <class T>
concept HasFields = requires(AnyArchive a, T& x) {
  Fields(a, x);
};

}  // namespace sluice::model
