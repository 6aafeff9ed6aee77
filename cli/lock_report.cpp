#include "cli/lock_report.h"

#include <fmt/format.h>

#include <utility>

namespace sluice::cli {
namespace {

using diagnostics::Build;
using diagnostics::Code;

Build AnyNoPin(const syntax::ActionUse& use, std::string_view uses, std::string_view ref, const NoPin& none) {
  switch (none.why) {
    case NoPin::Why::UnknownAction:
      return Build(
          Code::P0701, use.span,
          fmt::format("I do not know the {} `{}`", catalogue::IsWorkflowPath(uses) ? "workflow" : "action", uses),
          catalogue::IsWorkflowPath(uses) ? "no repository gave it" : "not in the catalogue that comes with sluice");
    case NoPin::Why::UnknownRef:
      return Build(
          Code::P0701, use.span, fmt::format("`{}` has no tag `{}`", uses, ref),
          none.note.empty() ? "not among the tags that this sluice knows" : "not among the tags that are known here");
    case NoPin::Why::Branch:
      return Build(Code::P0705, use.span, fmt::format("`{}` is a branch of `{}`", ref, uses),
                   "its commit is lost after the next force-push");
    default:
      return Build(Code::P0701, use.span, fmt::format("`{}@{}` cannot be read", uses, ref),
                   "no pin without its signature");
  }
}

}  // namespace

void ReportNoPin(Project& project, const syntax::ActionUse& use, const NoPin& none) {
  const auto [uses, ref] = *catalogue::SplitActionRef(use.target);
  Build problem = AnyNoPin(use, uses, ref, none);
  const bool name = none.why == NoPin::Why::UnknownAction;
  const std::string better = name ? fmt::format("{}@{}", none.nearest, ref) : fmt::format("{}@{}", uses, none.nearest);
  if (!none.nearest.empty())
    problem.Say(none.why == NoPin::Why::Branch ? fmt::format("Use a tag:   {}", better)
                                               : fmt::format("Did you mean `{}`?", better),
                diagnostics::Replace(use.span, better, "use " + better, false));
  if (!none.note.empty()) problem.Say(none.note);
  project.sink.Add(problem);
}

std::string Describe(const NoPin& none, const std::string& ref) {
  switch (none.why) {
    case NoPin::Why::UnknownRef:
      if (catalogue::IsCommit(ref) && none.note.empty()) return "its signature is not known here";
      return none.note.empty() ? fmt::format("the tag `{}` is gone", ref) : none.note;
    case NoPin::Why::Branch:
      return fmt::format("`{}` is a branch now", ref);
    case NoPin::Why::UnknownAction:
      return none.note.empty() ? "not in the catalogue that comes with sluice" : none.note;
    default:
      return none.note;
  }
}

}  // namespace sluice::cli
