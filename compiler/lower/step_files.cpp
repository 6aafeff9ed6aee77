// Files between jobs: where one is packed, and where it is fetched for all that read it.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "compiler/base/text.h"
#include "compiler/check/shells.h"
#include "compiler/lower/conditions.h"
#include "compiler/lower/scripts_of.h"
#include "compiler/lower/steps.h"

namespace sluice::lower {
namespace {

using check::Node;
using check::Term;
using check::TermKind;
using check::TermPtr;
using model::Value;

std::string FileKey(const Term& file) { return file.owner + "." + file.name; }

}  // namespace

void StepLowering::CollectFiles(const check::Step& step, const Conditions& conditions) {
  Conditions all;
  bool status = false;
  const auto add = [&](const TermPtr& condition) {
    for (const TermPtr& conjunct : check::Conjuncts(condition)) {
      status = status || check::FindStatusCall(conjunct) != nullptr;
      if (!check::MayChange(conjunct)) all.push_back(conjunct);
    }
  };
  for (const TermPtr& condition : conditions) add(condition);
  add(step.condition);
  std::set<std::string> read;
  check::ForEachValue(step, [&](const TermPtr& value) {
    check::Walk(value, [&](const Term& term) {
      if (term.is(TermKind::JobFile)) read.insert(FileKey(term));
    });
  });
  for (const std::string& file : read) {
    auto [it, first] = files_.emplace(file, FileUse{all, status});
    if (first) continue;
    FileUse& use = it->second;
    use.status = use.status || status;
    // The state of the job changes from reader to reader, too.
    std::erase_if(use.shared, [&](const TermPtr& mine) {
      const std::string print = check::Fingerprint(mine);
      return check::FindStatusCall(mine) != nullptr ||
             std::ranges::none_of(all, [&](const TermPtr& other) { return check::Fingerprint(other) == print; });
    });
  }
}

// The conditions under which the file is fetched.
StepLowering::Conditions StepLowering::ConditionsOf(const std::string& file) const {
  const FileUse& use = files_.at(file);
  const bool says_status = std::ranges::any_of(
      use.shared, [](const TermPtr& condition) { return check::FindStatusCall(condition) != nullptr; });
  if (!use.status || says_status) return use.shared;
  Term always = check::NodeOver(TermKind::Call, types::Simple(types::Kind::Bool), {}, {});
  always.name = "always";
  always.contexts = types::Context::Status;
  Conditions conditions{check::Share(std::move(always))};
  conditions.insert(conditions.end(), use.shared.begin(), use.shared.end());
  return conditions;
}

void StepLowering::CollectFiles(const std::vector<Node>& nodes, const Conditions& around) {
  for (const Node& node : nodes) {
    if (const auto* step = std::get_if<check::Step>(&node.what)) CollectFiles(*step, around);
    if (const auto* parallel = std::get_if<check::ParallelBlock>(&node.what)) CollectFiles(parallel->steps, around);
    if (const auto* block = std::get_if<check::IfBlock>(&node.what)) {
      Conditions then = around, otherwise = around;
      if (!block->condition->is(TermKind::Error)) {
        then.push_back(block->condition);
        otherwise.push_back(check::Negation(block->condition));
      }
      CollectFiles(block->then, then);
      CollectFiles(block->otherwise, otherwise);
    }
  }
}

void StepLowering::Gets(const check::Step& step) {
  check::ForEachValue(step, [&](const TermPtr& value) {
    check::Walk(value, [&](const Term& term) {
      if (!term.is(TermKind::JobFile) || std::exchange(fetched_[FileKey(term)], true)) return;
      auto transfer = shared_.transfers.find(FileKey(term));
      if (transfer == shared_.transfers.end()) return;
      std::vector<model::JobId>& readers = shared_.program.transfers[transfer->second].readers;
      if (std::ranges::find(readers, id_) == readers.end()) readers.push_back(id_);
      model::Step get;
      get.origin = {term.at, {}, model::Synth::Get, FileKey(term)};
      get.body = model::Get{transfer->second};
      SetCondition(get, ConditionsOf(FileKey(term)));
      Add(std::move(get));
    });
  });
}

void StepLowering::Put(const check::Output& output, const Conditions& around) {
  auto transfer = shared_.transfers.find(job_.name + "." + output.name);
  if (transfer == shared_.transfers.end() || output.value->is(TermKind::Error)) return;
  model::Step step;
  step.origin = {output.at, {}, model::Synth::Put, job_.name + "." + output.name};
  SetCondition(step, around);
  model::Put put;
  put.transfer = transfer->second;
  put.path = expressions_.Value(output.value);
  const bool folder = output.shape == check::OutputShape::Dir;
  if (!output.value->is_constant() && !output.raw) {
    // The folder is a word of the packing script, made like a placeholder of any script.
    check::RunBody body;
    body.shell = "sh";
    body.program = "sh";
    check::Step around_script;
    const std::vector<TermPtr> pieces =
        output.value->is(TermKind::Text) ? output.value->args : std::vector<TermPtr>{output.value};
    for (size_t i = 0; i < pieces.size(); ++i) {
      check::ScriptPart part;
      part.at = pieces[i]->at;
      if (pieces[i]->is_text_constant()) {
        part.text = pieces[i]->constant.text;
        if (i + 1 == pieces.size() && !folder) part.text.erase(part.text.rfind('/'));
      } else {
        part.placeholder = pieces[i];
        part.expression = pieces[i]->at;
        part.source = shared_.sources.Text(pieces[i]->at);
      }
      body.script.push_back(std::move(part));
    }
    const scripts::Script script = ScriptOf(shared_.pipeline, job_, around_script, body, expressions_, shared_.sources);
    diagnostics::Sink ignored;
    scripts::LoweredScript lowered = scripts::LowerScript(script, shared_.sources, ignored);
    put.folder_word = lowered.text;
    const std::string& last = pieces.back()->constant.text;
    if (!folder) put.name_word = scripts::QuoteWord(last.substr(last.rfind('/') + 1));
    AddVariables(lowered, step);
  }
  step.body = std::move(put);
  Add(std::move(step));
}

}  // namespace sluice::lower
