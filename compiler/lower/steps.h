#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "compiler/catalogue/lock.h"
#include "compiler/catalogue/servers.h"
#include "compiler/check/checked.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/lower/expressions.h"
#include "compiler/lower/scripts/lower_script.h"
#include "compiler/model/program.h"
#include "compiler/source/source_map.h"

namespace sluice::lower {

// What lowering the jobs of one pipeline shares. Transfers are made by the jobs that give them, before others read
// them.
struct Shared {
  const source::SourceMap& sources;
  const catalogue::Lock& lock;
  diagnostics::Sink& sink;
  const catalogue::Server& server;
  const check::Pipeline& pipeline;
  model::Program& program;
  std::map<std::string, model::TransferId> transfers;  // "build.package"
  // What was said about scripts: one that is written out several times is read each time.
  std::set<std::tuple<diagnostics::Code, uint32_t, std::string>> said;
};

// Lowers the statements of one job into its steps.
class StepLowering {
 public:
  StepLowering(Shared& shared, const check::Job& job, model::JobId id)
      : shared_(shared), job_(job), id_(id), expressions_(shared.pipeline, shared.server.has_case) {
    expressions_.set_job(&job);
  }

  // Adds the steps to the job; `job` gets the variables that conditions on secrets need.
  void Lower(model::Job& job);

 private:
  using Conditions = std::vector<check::TermPtr>;

  void CheckInputs();
  void CollectReads();
  void CollectFiles(const std::vector<check::Node>& nodes, const Conditions& around);
  void CollectFiles(const check::Step& step, const Conditions& conditions);
  Conditions ConditionsOf(const std::string& file) const;
  void Nodes(const std::vector<check::Node>& nodes, const Conditions& around);
  void Block(const check::IfBlock& block, const Conditions& around);
  check::TermPtr Latch(const check::IfBlock& block, const Conditions& around);
  void Parallel(const check::ParallelBlock& block, const Conditions& around);
  void RawStep(const check::RawStep& raw, const Conditions& around);
  void AddConditions(model::Step& step, const Conditions& around, source::Span at);
  void NoteRawReads(const check::RawBlock& block, bool step);
  void Wait(const check::WaitPlace& place);
  void Cancel(const check::CancelPlace& place);
  void OneStep(const check::Step& step, const Conditions& around);
  std::optional<scripts::Capture> CaptureOf(const check::Step& step, const check::RunBody& body);
  model::Run RunOf(const check::Step& step, const check::RunBody& body, model::Step& result);
  scripts::LoweredScript Lowered(const scripts::Script& script, const check::RunBody& body, bool unread);
  static void AddVariables(scripts::LoweredScript& lowered, model::Step& result);
  model::Value CodeArgument(const check::Step& step, const check::Argument& argument, model::Step& result);
  model::Uses UsesOf(const check::Step& step, const check::UsesBody& body, model::Step& result);
  model::Value ArgumentOf(const check::Argument& argument);
  void Put(const check::Output& output, const Conditions& around);
  void Gets(const check::Step& step);
  void SetCondition(model::Step& step, const Conditions& conditions);
  void Add(model::Step step);
  void CheckRawIds();

  Shared& shared_;
  const check::Job& job_;
  model::JobId id_;
  Expressions expressions_;
  std::vector<model::StepId> steps_;
  std::map<std::string, bool> read_steps_;  // ids of steps that something reads
  std::set<std::string> printed_;           // ids of steps of which something reads what they print
  struct FileUse {
    Conditions shared;    // by all its readers
    bool status = false;  // one of them asks for the state of the job
  };
  std::map<std::string, FileUse> files_;
  std::map<std::string, bool> fetched_;
  std::vector<std::string> tested_secrets_;
  std::vector<std::pair<std::string, source::Span>> raw_ids_;  // of raw blocks
  int latches_ = 0;
};

}  // namespace sluice::lower
