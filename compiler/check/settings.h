#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/check/elaborate.h"
#include "compiler/check/slots.h"

namespace sluice::check {

using SettingMap = std::map<std::string, ItemId, std::less<>>;

enum class Place : uint8_t { Pipeline, Job, Call, Step };

// P0208 for settings that the place does not have.
void CheckKnownSettings(const Ast& ast, const syntax::Block& block, Place place, Session& session);

// Reads the settings of one block. Each setting is an item; what is absent or wrong gives null.
class SettingReader {
 public:
  SettingReader(const SettingMap& settings, const Env& env, Elaborator& elaborator)
      : settings_(settings), env_(env), elaborator_(elaborator), ast_(*env.file->ast) {}

  bool has(std::string_view key) const { return settings_.contains(key); }
  const syntax::Setting* Find(std::string_view key) const;
  Span SpanOf(std::string_view key) const;  // key and value
  // A setting had a mistake.
  bool broken() const { return broken_; }

  TermPtr Value(std::string_view key, const Type& type, const SlotUse& slot);
  // A text with placeholders, a name or the like.
  TermPtr Text(std::string_view key, const SlotUse& slot);
  TermPtr Timeout(const SlotUse& slot);  // in whole minutes
  // A label, or a list of them; of `{ group: …, labels: … }` the labels, which may be none.
  TermPtr RunsOn(TermPtr* group);
  // `of_step`: `default` has no meaning there.
  TermPtr Shell(const SlotUse& slot, bool of_step = false);
  TermPtr Container();
  // `environment: { name: …, url: …, deployment: … }`: the last two; what the record lacks stays as it is.
  void EnvironmentRecord(TermPtr& url, TermPtr& deployment);
  // `container: { … }`; nothing when it is no record.
  std::optional<ContainerRecord> ContainerRecordOf();
  std::vector<ContainerRecord> Services(JobScope& job);
  std::vector<EnvEntry> EnvOf(const SlotUse& slot);
  // `of_pipeline`: `default` may stand here.
  TokenPermissions Permissions(bool of_pipeline);
  // What a record of permissions says, wherever it stands.
  std::vector<Grant> Grants(ExprId record);
  std::optional<Concurrency> ConcurrencyOf(const SlotUse& slot, const std::string& pipeline, bool privileged);
  std::string ConstantText(std::string_view key);

 private:
  TermPtr Labels(ExprId id);
  TermPtr Group(ExprId id, TermPtr* group);
  template <class Read>
  auto InItem(std::string_view key, const Read& read) {
    const syntax::Item& written = ast_[settings_.find(key)->second];
    Reporter::Item item(elaborator_.session().report, &written, written.damaged);
    auto result = read(std::get<syntax::Setting>(written.node));
    broken_ = broken_ || item.broken();
    return result;
  }
  void AddEnv(const std::string& name, Span name_at, const TermPtr& value, const SlotUse& slot,
              std::vector<EnvEntry>& entries);
  void AddGrant(const syntax::Entry& entry, std::vector<Grant>& grants);
  void ReadConcurrencyRecord(const syntax::Expr& record, const SlotUse& slot, Concurrency& result);

  const SettingMap& settings_;
  const Env& env_;
  Elaborator& elaborator_;
  const Ast& ast_;
  bool broken_ = false;
};

}  // namespace sluice::check
