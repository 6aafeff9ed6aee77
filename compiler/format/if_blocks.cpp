#include "compiler/format/if_blocks.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "compiler/syntax/parse.h"

namespace sluice::format {
namespace {

using source::Span;
using syntax::Ast;
using syntax::ItemId;

class Lifter {
 public:
  explicit Lifter(std::string_view text) { file_ = sources_.Add("text", std::string(text)); }

  std::string Run() {
    diagnostics::Sink sink;
    ast_ = syntax::Parse(sources_, file_, sink);
    const std::string& text = sources_.file(file_).text;
    if (ast_.unreadable || std::ranges::any_of(ast_.item_store, [](const syntax::Item& item) { return item.damaged; }))
      return text;
    for (ItemId id : ast_.items) Inside(id);
    if (edits_.empty()) return text;
    std::string result = Edited(text);
    return StillParses(result) ? result : text;
  }

 private:
  struct Edit {
    Span at;
    std::string text;
  };

  std::string_view Text(Span at) const { return sources_.Text(at); }

  void Items(const std::vector<ItemId>& items) {
    for (ItemId id : items) Inside(id);
  }

  void Inside(ItemId id) {
    const syntax::ItemNode& node = ast_[id].node;
    if (const auto* pipeline = std::get_if<syntax::PipelineDecl>(&node)) Items(pipeline->block.items);
    if (const auto* job = std::get_if<syntax::JobDecl>(&node); job != nullptr && job->block) Items(job->block->items);
    if (const auto* action = std::get_if<syntax::ActionDecl>(&node)) Items(action->block.items);
    // One of jobs. In one of steps an `if` block is decided at once, and an `if:` is not.
    if (const auto* loop = std::get_if<syntax::ForDecl>(&node))
      for (const ItemId inner : loop->block.items)
        if (ast_.As<syntax::JobDecl>(inner) != nullptr || ast_.As<syntax::ForDecl>(inner) != nullptr) Inside(inner);
    if (const auto* branch = std::get_if<syntax::IfStep>(&node)) {
      Items(branch->then.items);
      if (branch->else_if.valid()) Inside(branch->else_if);
      if (branch->otherwise) Items(branch->otherwise->items);
    }
    if (const auto* step = std::get_if<syntax::NamedStep>(&node)) Lift(ast_[id], *step);
  }

  // Comments and directives belong to the step; around a block they would belong to the block.
  bool HasComments(const syntax::Item& item) const {
    const std::string_view all = Text(sources_.WholeFile(file_));
    const size_t begin = item.span.begin - sources_.WholeFile(file_).begin;
    const size_t line = all.rfind('\n', begin);
    const size_t above = line == std::string_view::npos || line == 0 ? 0 : all.rfind('\n', line - 1) + 1;
    const auto from = static_cast<uint32_t>(sources_.WholeFile(file_).begin + above);
    size_t next = all.find('\n', item.span.end - sources_.WholeFile(file_).begin);
    if (next == std::string_view::npos) next = all.size();
    const Span around{from, sources_.WholeFile(file_).begin + static_cast<uint32_t>(next)};
    return std::ranges::any_of(ast_.comments, [&](const syntax::Comment& c) { return around.contains(c.span); }) ||
           std::ranges::any_of(ast_.directives, [&](const syntax::Directive& d) { return around.contains(d.span); });
  }

  // Of the line that it begins on: a text block in it is indented deeper.
  std::string Indentation(Span at) const {
    const source::Position begin = sources_.Begin(at);
    const std::string_view line = sources_.Line(begin.file, begin.line);
    return std::string(line.substr(0, std::min(line.find_first_not_of(" \t"), line.size())));
  }

  void Lift(const syntax::Item& item, const syntax::NamedStep& step) {
    if (!step.block || step.let || !step.body.valid() || !item.docs.empty() || HasComments(item)) return;
    const std::vector<ItemId>& items = step.block->items;
    const auto is_if = [&](ItemId id) {
      const auto* setting = std::get_if<syntax::Setting>(&ast_[id].node);
      return setting != nullptr && setting->key.text == "if" && setting->value.valid();
    };
    const auto found = std::ranges::find_if(items, is_if);
    if (found == items.end() || std::ranges::count_if(items, is_if) != 1) return;
    const auto& setting = std::get<syntax::Setting>(ast_[*found].node);
    const std::string indent = Indentation(item.span);
    const std::string condition(Text(ast_[setting.value].outer));
    const uint32_t begin = item.span.begin;
    if (items.size() == 2) {
      // Only the step itself is left: `step "Name": run …`, or nothing but `run …`.
      const std::string name = step.name.valid() ? "step " + std::string(Text(ast_[step.name].span)) + ": " : "";
      edits_.push_back({item.span, "if " + condition + " {\n" + indent + name +
                                       std::string(Text(ast_[step.body].span)) + "\n" + indent + "}"});
      return;
    }
    edits_.push_back({Span{begin, begin}, "if " + condition + " {\n" + indent});
    const auto next = found + 1;
    if (next != items.end())
      edits_.push_back({Span{ast_[*found].span.begin, ast_[*next].span.begin}, ""});
    else
      edits_.push_back({Span{ast_[*(found - 1)].span.end, ast_[*found].span.end}, ""});
    edits_.push_back({Span{item.span.end, item.span.end}, "\n" + indent + "}"});
  }

  std::string Edited(const std::string& text) {
    std::ranges::stable_sort(edits_, {}, [](const Edit& edit) { return edit.at.begin; });
    const uint32_t base = sources_.WholeFile(file_).begin;
    std::string result;
    size_t done = 0;
    for (const Edit& edit : edits_) {
      result += text.substr(done, edit.at.begin - base - done) + edit.text;
      done = edit.at.end - base;
    }
    return result + text.substr(done);
  }

  static bool StillParses(const std::string& text) {
    source::SourceMap sources;
    diagnostics::Sink sink;
    const Ast ast = syntax::Parse(sources, sources.Add("text", text), sink);
    return !ast.unreadable &&
           std::ranges::none_of(ast.item_store, [](const syntax::Item& item) { return item.damaged; });
  }

  source::SourceMap sources_;
  source::FileId file_;
  Ast ast_;
  std::vector<Edit> edits_;
};

// Does `if:` stand anywhere? Files without it, most of them, are not parsed for it.
bool MayHaveConditions(std::string_view text) {
  for (size_t at = text.find("if"); at != std::string_view::npos; at = text.find("if", at + 2)) {
    const size_t colon = text.find_first_not_of(" \t", at + 2);
    if (colon != std::string_view::npos && text[colon] == ':') return true;
  }
  return false;
}

}  // namespace

std::string LiftConditions(std::string_view text) {
  return MayHaveConditions(text) ? Lifter(text).Run() : std::string(text);
}

}  // namespace sluice::format
