#include "compiler/import/import.h"

#include <algorithm>
#include <set>
#include <utility>

#include "compiler/format/format.h"
#include "compiler/format/if_blocks.h"
#include "compiler/import/weaken.h"
#include "compiler/load/load.h"
#include "compiler/load/template_reader.h"
#include "compiler/load/yaml_tree.h"

namespace sluice::import {
namespace {

using diagnostics::Code;

constexpr int kMostRounds = 20;

// The regions around an offset, innermost first.
std::vector<Region> RegionsAt(const Printed& printed, size_t offset) {
  std::vector<Region> around;
  for (const Region& region : printed.regions)
    if (region.node != 0 && region.begin <= offset && offset < region.end) around.push_back(region);
  std::ranges::stable_sort(around, {}, [](const Region& region) { return region.end - region.begin; });
  return around;
}

// Permissions that actions need, beside those that the YAML says: it did not have them.
bool AddsPermissions(const std::vector<Difference>& differences) {
  return std::ranges::any_of(differences, [](const Difference& d) { return d.path.ends_with(".permissions"); });
}

// As `sluice fmt` leaves it. What was broken once may have to be broken again inside.
std::string Formatted(std::string text) {
  text = format::LiftConditions(text);
  for (int i = 0; i < 8; ++i) {
    source::SourceMap own;
    diagnostics::Sink syntax;
    auto formatted = format::Format(own, own.Add("import.pipe", text), syntax);
    if (!formatted || *formatted == text) break;
    text = std::move(*formatted);
  }
  return text;
}

// The text with those lifts that leave it as good as it was: one by one, since each stands for itself.
Printed Lifted(const source::SourceMap& sources, source::FileId file, const model::Value& root, const Judge& judge,
               const Lifts& lifts, Forms& forms, Printed printed) {
  const auto faults = [&](const Printed& text) {
    const Judgement judgement = judge(text);
    const auto errors = std::ranges::count_if(judgement.complaints, &Complaint::error);
    return static_cast<size_t>(errors) + judgement.differences.size();
  };
  if (!lifts.any()) return printed;
  const size_t before = faults(printed);
  for (bool Lifts::*lift : {&Lifts::needs, &Lifts::defaults, &Lifts::ok, &Lifts::conditions}) {
    if (!(lifts.*lift)) continue;
    forms.lifts.*lift = true;
    Printed shorter = Printer(sources, file, root, forms).Print();
    if (faults(shorter) <= before)
      printed = std::move(shorter);
    else
      forms.lifts.*lift = false;
  }
  return printed;
}

class Repair {
 public:
  Repair(const source::SourceMap& sources, Forms& forms, std::vector<Concession>& concessions)
      : sources_(sources), forms_(forms), concessions_(concessions) {}

  // Chooses a weaker form for what a complaint is about; false when there is none.
  bool Concede(const Printed& printed, const Complaint& complaint) {
    const auto around = RegionsAt(printed, complaint.offset);
    if (complaint.code == Code::P0307)
      for (const Region& region : around)
        if (!forms_.raw.contains(region.node) && Choose(forms_.defaulted, "default", complaint, region.node))
          return true;
    if (IsAboutValues(complaint.code))
      for (const Region& region : around)
        if (region.node % 2 == 0 && !forms_.raw.contains(region.node) &&
            Choose(forms_.untyped, "untyped", complaint, region.node))
          return true;
    if (complaint.code == Code::P0301)
      for (const Region& region : around)
        if (region.node % 2 == 0 && !forms_.raw.contains(region.node) &&
            Choose(forms_.omitted, "omitted", complaint, region.node))
          return true;
    if (diagnostics::Info(complaint.code).allowable)
      for (const Region& region : around) {
        if (!region.item) continue;
        if (fresh_.contains({Name(complaint), region.node})) return true;
        if (!forms_.allowed[region.node].insert(Name(complaint)).second) continue;
        fresh_.insert({Name(complaint), region.node});
        return Note("allow", complaint, region.node);
      }
    for (const Region& region : around)
      if (Choose(forms_.raw, "raw", complaint, region.node)) return true;
    return false;
  }

 private:
  // What reading a value may be refused for: a name, a property, a type.
  static bool IsAboutValues(Code code) {
    return code == Code::P0202 || code == Code::P0203 || code == Code::P0302 || code == Code::P0303 ||
           code == Code::P0304 || code == Code::P0401 || code == Code::P0307 || code == Code::P0308 ||
           code == Code::P0309 || code == Code::P0703;
  }
  // A node takes a form once. Further complaints of the round in which it did are answered by it, too.
  bool Choose(std::set<uint32_t>& form, const std::string& word, const Complaint& complaint, uint32_t node) {
    if (fresh_.contains({word, node})) return true;
    if (!form.insert(node).second) return false;
    fresh_.insert({word, node});
    return Note(word, complaint, node);
  }
  static std::string Name(const Complaint& complaint) { return std::string(diagnostics::Info(complaint.code).name); }
  bool Note(std::string form, const Complaint& complaint, uint32_t node) {
    concessions_.push_back({std::move(form), Name(complaint), complaint.message, {node / 2, node / 2 + 1}});
    return true;
  }

  const source::SourceMap& sources_;
  Forms& forms_;
  std::vector<Concession>& concessions_;
  std::set<std::pair<std::string, uint32_t>> fresh_;  // forms of this round
};

}  // namespace

std::optional<Imported> Import(const source::SourceMap& sources, source::FileId file, const Judge& judge,
                               const Lifts& lifts, const std::set<std::string>& declared, diagnostics::Sink& sink) {
  model::Program program;
  if (!load::LoadWorkflow(sources, file, program, sink)) return std::nullopt;
  diagnostics::Sink again;
  load::Problems problems(again);
  const auto document = load::ReadYaml(sources, file, again);
  auto root = load::TemplateReader(sources, problems).Read(*document->root);
  Forms forms;
  forms.declared = declared;
  Imported result;
  std::vector<std::string> notes;
  ForgetOtherJobs(*root, notes);
  Printed printed;
  for (int round = 0; round < kMostRounds; ++round) {
    printed = Printer(sources, file, *root, forms).Print();
    result.left.clear();
    if (!judge) break;
    bool conceded = false;
    Repair repair(sources, forms, result.concessions);
    const Judgement judgement = judge(printed);
    if (!forms.exact && AddsPermissions(judgement.differences)) conceded = forms.exact = true;
    for (const Complaint& complaint : judgement.complaints) {
      if (!complaint.error) continue;
      if (repair.Concede(printed, complaint))
        conceded = true;
      else
        result.left.push_back(complaint);
    }
    // What compiles may still mean something else.
    const bool sound = !conceded && result.left.empty();
    if (sound && WeakenDifferences(*root, judgement.differences, forms, result.concessions)) conceded = true;
    if (!conceded) break;
  }
  if (judge && result.left.empty()) printed = Lifted(sources, file, *root, judge, lifts, forms, std::move(printed));
  result.text = Formatted(printed.text);
  result.pins = std::move(printed.pins);
  result.names = std::move(printed.names);
  result.notes = std::move(printed.notes);
  result.notes.insert(result.notes.end(), notes.begin(), notes.end());
  result.declared = std::move(printed.declared);
  result.raw_blocks = printed.raw_blocks;
  return result;
}

}  // namespace sluice::import
