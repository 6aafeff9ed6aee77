// P0115: what the grammar knows and this version cannot use yet (language reference, the marks [2] and [3]).
#include <fmt/format.h>

#include <array>

#include "compiler/syntax/places.h"

namespace sluice::syntax {
namespace {

using diagnostics::Build;
using diagnostics::Code;
using diagnostics::Diagnostic;

constexpr std::string_view kLabel = "this version of Sluice reads it, but cannot use it";

Diagnostic Later(source::Span at, std::string_view what, diagnostics::Rule rule = {}) {
  return Build(Code::P0115, at, fmt::format("{} not supported yet", what), std::string(kLabel), rule);
}

class Finder {
 public:
  Finder(const Ast& ast, const Item& item, Place place) : ast_(ast), item_(item), place_(place) {}
  using Found = std::optional<Diagnostic>;

  Found Run() {
    return std::visit([this](const auto& node) { return Node(node); }, item_.node);
  }

 private:
  Found Word(std::string_view word, diagnostics::Rule rule = {}) const {
    return Later(item_.keyword, fmt::format("`{}` is", word), rule);
  }

  Found Node(const TypeDecl&) { return Word("type"); }
  Found Node(const ServiceDecl&) { return Word("service"); }
  Found Node(const OverlayDecl&) { return Word("overlay"); }
  Found Node(const RolloutDecl&) { return Word("rollout"); }
  Found Node(const RolloutAt&) { return Word("at"); }
  Found Node(const CheckDecl&) { return Word("check"); }
  Found Node(const MetricDecl&) { return Word("metric"); }
  Found Node(const SloDecl&) { return Word("slo"); }
  Found Node(const MigrationDecl&) { return Word("migration"); }
  Found Node(const ManifestDecl&) { return Word("manifest"); }
  Found Node(const PatchDecl&) { return Word("patch"); }

  Found Node(const ForDecl&) {
    if (place_ == Place::File) return Word("for");
    return std::nullopt;
  }
  Found Node(const ImportDecl& import) {
    const bool standard = import.package.kind == Target::Kind::Name && !import.package.name.empty() &&
                          import.package.name[0].text == "std";
    if (import.path || standard) return std::nullopt;
    return Later(item_.keyword, "an import of a package is");
  }
  Found Node(const NamedStep& step) {
    if (step.block || !step.body) return std::nullopt;
    return Finder(ast_, ast_[step.body], Place::Step).Run();
  }
  template <class T>
  Found Node(const T&) {
    return std::nullopt;
  }

  const Ast& ast_;
  const Item& item_;
  const Place place_;
};

}  // namespace

std::optional<Diagnostic> CheckLater(const Ast& ast, const Item& item, Place place) {
  return Finder(ast, item, place).Run();
}

}  // namespace sluice::syntax
