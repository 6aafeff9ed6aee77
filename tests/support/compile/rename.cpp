#include "tests/support/compile/rename.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>

#include "compiler/base/text.h"
#include "compiler/syntax/parse.h"

namespace sluice::tests {
namespace {

char Shifted(char c) {
  if (c >= 'a' && c <= 'z') return static_cast<char>('a' + (c - 'a' + 7) % 26);
  if (c >= 'A' && c <= 'Z') return static_cast<char>('A' + (c - 'A' + 7) % 26);
  return c;
}

class Names {
 public:
  explicit Names(const syntax::Ast& ast) {
    for (const syntax::Item& item : ast.item_store) std::visit([this](const auto& node) { Node(node); }, item.node);
    for (const syntax::Type& type : ast.types)
      for (const syntax::TypeField& field : type.fields) Add(field.name);
  }
  const std::set<std::string>& all() const { return names_; }

 private:
  void Add(const syntax::Name& name) { names_.insert(name.text); }
  void Add(const std::optional<syntax::StepLet>& let) {
    if (let) Add(let->name);
  }
  void Add(const std::vector<syntax::Name>& names) {
    for (const syntax::Name& name : names) Add(name);
  }

  template <class Other>
  void Node(const Other&) {}
  void Node(const syntax::ImportDecl& node) {
    Add(node.names);
    if (node.alias) Add(*node.alias);
  }
  void Node(const syntax::LetDecl& node) { Add(node.name); }
  void Node(const syntax::SecretDecl& node) { Add(node.names); }
  void Node(const syntax::VarDecl& node) { Add(node.name); }
  void Node(const syntax::PipelineDecl& node) {
    Add(node.name);
    for (const syntax::Param& param : node.params) Add(param.name);
  }
  void Node(const syntax::JobDecl& node) {
    Add(node.name);
    if (!node.matrix) return;
    for (const syntax::Axis& axis : node.matrix->axes) Add(axis.name);
  }
  void Node(const syntax::ForDecl& node) { Add(node.name); }
  void Node(const syntax::GateDecl& node) { Add(node.name); }
  void Node(const syntax::OutputDecl& node) { Add(node.name); }
  void Node(const syntax::RunStep& node) { Add(node.let); }
  void Node(const syntax::UsesStep& node) { Add(node.let); }
  void Node(const syntax::NamedStep& node) { Add(node.let); }

  std::set<std::string> names_;
};

bool InWord(char c) { return IsAsciiAlnum(c) || c == '_' || c == '-'; }
bool Divides(char c) { return c == '_' || c == '-'; }

std::string RenamedWord(std::string_view word, const Renaming& renaming) {
  std::string out;
  for (size_t at = 0; at < word.size();) {
    size_t length = 0;
    const std::string* found = nullptr;
    if (at == 0 || Divides(word[at - 1]))
      for (const auto& [from, to] : renaming)
        if (from.size() > length && word.substr(at, from.size()) == from &&
            (at + from.size() == word.size() || Divides(word[at + from.size()]))) {
          found = &to;
          length = from.size();
        }
    out += found != nullptr ? *found : std::string(1, word[at]);
    at += std::max<size_t>(length, 1);
  }
  return out;
}

std::string Variable(const std::string& name) { return ReplaceAll(AsciiUpper(name), "-", "_"); }

}  // namespace

Renaming RenameAll(const compile::Files& files) {
  Renaming renaming;
  for (const auto& [path, text] : files) {
    if (!path.ends_with(".pipe")) continue;
    source::SourceMap sources;
    diagnostics::Sink sink;
    const syntax::Ast ast = syntax::Parse(sources, sources.Add(path, text), sink);
    const Names names(ast);
    for (const std::string& name : names.all()) {
      std::string other = name;
      std::ranges::transform(other, other.begin(), Shifted);
      renaming[name] = other;
    }
  }
  return renaming;
}

std::string Renamed(const std::string& text, const Renaming& renaming) {
  Renaming variables;
  for (const auto& [from, to] : renaming) variables[Variable(from)] = Variable(to);
  std::string out;
  for (size_t at = 0; at < text.size();) {
    size_t end = at;
    while (end < text.size() && InWord(text[end])) ++end;
    const std::string_view word = std::string_view(text).substr(at, end - at);
    out += RenamedWord(word, word.starts_with("PIPE_") ? variables : renaming);
    if (end < text.size()) out += text[end];
    at = end + 1;
  }
  return out;
}

}  // namespace sluice::tests
