// Containers: `services: { db: … }` and `container: { … }`.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "compiler/base/text.h"
#include "compiler/check/patterns.h"
#include "compiler/check/settings.h"
#include "compiler/check/suggest.h"
#include "compiler/types/refined.h"

namespace sluice::check {
namespace {

const std::vector<std::string>& ContainerKeys() {
  static const auto& keys = *new std::vector<std::string>{"command", "credentials", "entrypoint", "env",
                                                          "image",   "options",     "ports",      "volumes"};
  return keys;
}

TermPtr EntryOf(const TermPtr& record, std::string_view key) {
  for (size_t i = 0; i < record->keys.size(); ++i)
    if (record->keys[i] == key) return record->args[i];
  return nullptr;
}

// The slots of one kind of container.
struct ContainerSlots {
  SlotUse whole, credentials, env;
};

class ContainerReader {
 public:
  ContainerReader(const ContainerSlots& slots, const Env& env, Elaborator& elaborator)
      : slots_(slots), env_(env), elaborator_(elaborator), session_(elaborator.session()) {}

  ContainerRecord Read(const TermPtr& record);
  bool broken() const { return broken_; }

 private:
  TermPtr Text(const TermPtr& value, const SlotUse& slot, std::string_view what);
  void Credentials(const TermPtr& value, ContainerRecord& result);
  void Variables(const TermPtr& value, ContainerRecord& result);
  std::vector<TermPtr> Texts(const TermPtr& value, std::string_view what);

  const ContainerSlots& slots_;
  const Env& env_;
  Elaborator& elaborator_;
  Session& session_;
  bool broken_ = false;
};

TermPtr ContainerReader::Text(const TermPtr& value, const SlotUse& slot, std::string_view what) {
  if (value == nullptr) return nullptr;
  const TermPtr text = elaborator_.Require(value, types::Simple(Kind::String), what);
  if (!text->is(TermKind::Error) && CheckSlot(text, slot, env_, session_)) return text;
  broken_ = true;
  return nullptr;
}

void ContainerReader::Credentials(const TermPtr& value, ContainerRecord& result) {
  if (value == nullptr) return;
  for (const std::string& key : value->keys)
    if (key != "username" && key != "password") {
      session_.report.Add(Build(Code::P0208, value->at, fmt::format("`credentials` has no setting `{}`", key),
                                "it has `username` and `password`"));
      broken_ = true;
    }
  result.username = Text(EntryOf(value, "username"), slots_.credentials, "`username`");
  result.password = Text(EntryOf(value, "password"), slots_.credentials, "`password`");
  if (!value->is(TermKind::Record) || EntryOf(value, "username") == nullptr || EntryOf(value, "password") == nullptr) {
    session_.report.Add(
        Build(Code::P0301, value->at, "`credentials` takes a user name and a password", "one is missing")
            .Say("Write   credentials: { username: github.actor, password: github.token }"));
    broken_ = true;
  }
}

void ContainerReader::Variables(const TermPtr& value, ContainerRecord& result) {
  if (value == nullptr) return;
  if (!value->is(TermKind::Record)) {
    elaborator_.Require(value, types::RecordOf({}), "`env`");
    broken_ = true;
    return;
  }
  for (size_t i = 0; i < value->keys.size(); ++i) {
    const TermPtr& variable = value->args[i];
    if (elaborator_.RefuseAbsent(variable) || elaborator_.RefuseNoText(variable) ||
        !CheckSlot(variable, slots_.env, env_, session_))
      broken_ = true;
    else
      result.env.push_back({value->keys[i], variable, value->key_spans[i]});
  }
}

std::vector<TermPtr> ContainerReader::Texts(const TermPtr& value, std::string_view what) {
  std::vector<TermPtr> texts;
  if (value == nullptr) return texts;
  if (!value->is(TermKind::List)) {
    session_.report.Add(
        Build(Code::P0302, value->at, fmt::format("{} takes a list", what), types::WithArticle(value->type)));
    broken_ = true;
    return texts;
  }
  for (const TermPtr& item : value->args) {
    TermPtr text = item;
    // A port is published under its own number.
    if (what == "`ports`" && item->type.is(Kind::Int) && item->is_constant())
      text = StringTerm(fmt::format("{0}:{0}", RenderConstant(item->constant)), types::Simple(Kind::String), item->at);
    if ((text = Text(text, slots_.whole, what)) == nullptr) continue;
    if (auto wrong = what == "`ports`" && text->is_text_constant() ? CheckPort(text->constant.text) : std::nullopt) {
      session_.report.Add(WrongLiteral(*wrong, text->at));
      broken_ = true;
    }
    texts.push_back(std::move(text));
  }
  return texts;
}

ContainerRecord ContainerReader::Read(const TermPtr& record) {
  ContainerRecord result;
  result.at = record->at;
  result.image = Text(EntryOf(record, "image"), slots_.whole, "`image`");
  if (result.image != nullptr && result.image->is_text_constant())
    if (auto wrong = types::CheckLiteral(types::Refined::Image, result.image->constant.text)) {
      session_.report.Add(WrongLiteral(*wrong, result.image->at));
      broken_ = broken_ || !wrong->moves;
    }
  Credentials(EntryOf(record, "credentials"), result);
  Variables(EntryOf(record, "env"), result);
  result.ports = Texts(EntryOf(record, "ports"), "`ports`");
  result.volumes = Texts(EntryOf(record, "volumes"), "`volumes`");
  result.options = Text(EntryOf(record, "options"), slots_.whole, "`options`");
  result.entrypoint = Text(EntryOf(record, "entrypoint"), slots_.whole, "`entrypoint`");
  result.command = Text(EntryOf(record, "command"), slots_.whole, "`command`");
  return result;
}

}  // namespace

TermPtr Elaborator::RequireService(const TermPtr& term, std::string_view what) {
  if (term->is(TermKind::Error)) return term;
  if (term->is(TermKind::Record) && EntryOf(term, "image") != nullptr) return term;
  if (term->type.is(Kind::Service)) return term;
  return Fail(
      Build(Code::P0302, term->at, fmt::format("{} takes a ci-service", what),
            term->is(TermKind::Record) ? std::string("a record without `image`") : types::WithArticle(term->type))
          .Say("A service is a record:   { image: \"redis:7\", ports: [6379] }"),
      term->at);
}

TermPtr Elaborator::ServiceTerm(JobScope& job, std::string_view name) {
  auto setting = job.settings.find("services");
  if (setting == job.settings.end()) return nullptr;
  if (!std::exchange(job.services_known, true)) {
    const Ast& ast = *job.pipeline->file->ast;
    const ExprId value = std::get<syntax::Setting>(ast[setting->second].node).value;
    Reporter::Item item(session_.report, &ast[setting->second], ast[setting->second].damaged);
    if (value.valid() && ast[value].kind == syntax::ExprKind::Record)
      for (const syntax::Entry& entry : ast[value].entries) {
        if (!entry.key) continue;
        Env env = JobEnv(job);
        const SelfService self{entry.key->text,
                               job.settings.contains("container") || job.pipeline->settings.contains("container")};
        env.self = &self;
        const TermPtr service = ElaborateAs(entry.value, env, types::Simple(Kind::Service), "a service");
        const TermPtr read = service->is(TermKind::Record) ? service : ErrorTerm(service->at);
        job.services.emplace(entry.key->text, read);
      }
  }
  auto service = job.services.find(name);
  return service == job.services.end() ? nullptr : service->second;
}

TermPtr Elaborator::ReadService(const std::string& path, const std::string& key, Span key_at, Span at, const Env& env) {
  SelfService self = env.self != nullptr ? *env.self : SelfService{};
  if (path == "services") {
    if (env.job == nullptr) return ErrorTerm(at);
    if (ServiceTerm(*env.job, key) == nullptr) {
      std::vector<std::string> names;
      for (const auto& [name, service] : env.job->services) names.push_back(name);
      Build report(Code::P0203, key_at, fmt::format("the job has no service `{}`", key));
      Suggest(report, key, key_at, names, "not one of `services`");
      return Fail(std::move(report), at);
    }
    Term term;
    term.kind = TermKind::Path;
    term.type = types::Simple(Kind::Object);
    term.at = at;
    term.name = "services." + key;
    return Share(std::move(term));
  }
  if (path != "self") {
    self.name = path.substr(std::string_view("services.").size());
    self.job_in_container =
        env.job->settings.contains("container") || env.job->pipeline->settings.contains("container");
  }
  if (key == "host")
    return StringTerm(self.job_in_container ? self.name : "localhost", types::Simple(Kind::String), at);
  if (path == "self") return UnknownProperty("self", key, key_at, {"host", "port"});
  const TermPtr service = ServiceTerm(*env.job, self.name);
  if (service == nullptr || service->is(TermKind::Error)) return ErrorTerm(at);
  if (const TermPtr field = EntryOf(service, key)) {
    Term copy = *field;
    copy.at = at;
    return Share(std::move(copy));
  }
  std::vector<std::string> names = service->keys;
  names.insert(names.end(), {"host", "port"});
  return UnknownProperty(path, key, key_at, names);
}

// `services.db.port(5432)`: ports are published under their own number.
TermPtr Elaborator::EvalPort(const syntax::Expr& e, const syntax::Expr& callee, const Env& env) {
  const TermPtr object = Eval(callee.args[0], env, nullptr);
  if (object->is(TermKind::Error)) return ErrorTerm(e.span);
  if (e.entries.size() != 1)
    return Fail(Build(Code::P0301, e.span, "`port` takes the port of the container", "one number")
                    .Say("Its form is   port(5432)"),
                e.span);
  const TermPtr port = ElaborateAs(e.entries[0].value, env, types::Simple(Kind::Int), "the port of a service");
  if (port->is(TermKind::Error)) return port;
  Term copy = *port;
  copy.at = e.span;
  return Share(std::move(copy));
}

std::optional<ContainerRecord> SettingReader::ContainerRecordOf() {
  const syntax::Setting* setting = Find("container");
  if (setting == nullptr || !setting->value.valid()) return std::nullopt;
  return InItem("container", [&](const syntax::Setting& written) -> std::optional<ContainerRecord> {
    const TermPtr record = elaborator_.Elaborate(written.value, env_);
    if (!record->is(TermKind::Record)) return std::nullopt;
    Session& session = elaborator_.session();
    for (size_t i = 0; i < record->keys.size(); ++i) {
      const std::string& key = record->keys[i];
      const bool of_services = key == "command" || key == "entrypoint";
      if (std::ranges::find(ContainerKeys(), key) != ContainerKeys().end() && !of_services) continue;
      Build report(Code::P0208, record->key_spans[i], fmt::format("`container` has no setting `{}`", key));
      Suggest(report, key, record->key_spans[i], ContainerKeys(), of_services ? "only services have it" : "not known");
      session.report.Add(std::move(report));
      return std::nullopt;
    }
    if (EntryOf(record, "image") == nullptr) {
      session.report.Add(Build(Code::P0301, record->at, "`container` needs an image", "not given")
                             .Say("Write   container: { image: \"node:24-bookworm\" }"));
      return std::nullopt;
    }
    static const ContainerSlots slots{slots::kContainer, slots::kContainerCredentials, slots::kContainerEnv};
    ContainerReader reader(slots, env_, elaborator_);
    ContainerRecord result = reader.Read(record);
    return reader.broken() ? std::nullopt : std::optional(std::move(result));
  });
}

std::vector<ContainerRecord> SettingReader::Services(JobScope& job) {
  std::vector<ContainerRecord> services;
  if (!has("services")) return services;
  InItem("services", [&](const syntax::Setting& setting) {
    if (!setting.value.valid() || ast_[setting.value].kind == syntax::ExprKind::Error) return 0;
    if (ast_[setting.value].kind != syntax::ExprKind::Record) {
      elaborator_.session().report.Add(
          Build(Code::P0302, ast_[setting.value].span, "`services` takes a record", "not a record")
              .Say("Write   services: { db: { image: \"postgres:17\", ports: [5432] } }"));
      return 0;
    }
    static const ContainerSlots slots{slots::kServices, slots::kServiceCredentials, slots::kServiceEnv};
    for (const syntax::Entry& entry : ast_[setting.value].entries) {
      if (!entry.key) continue;
      const Reporter::Part part(elaborator_.session().report, &entry);
      const TermPtr record = elaborator_.ServiceTerm(job, entry.key->text);
      if (record == nullptr || record->is(TermKind::Error)) {
        broken_ = true;
        continue;
      }
      ContainerReader reader(slots, env_, elaborator_);
      ContainerRecord service = reader.Read(record);
      service.name = entry.key->text;
      service.at = entry.key->span;
      broken_ = broken_ || reader.broken();
      services.push_back(std::move(service));
    }
    return 0;
  });
  return services;
}

}  // namespace sluice::check
