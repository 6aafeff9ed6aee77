#pragma once

#include <string>
#include <vector>

#include "compiler/format/printer.h"
#include "compiler/syntax/cst.h"

namespace sluice::format {

// Turns the concrete tree of a file without syntax errors into commands for the printer. Every token of the source is
// written once and in order, but for commas, which follow the layout; every comment stays between the tokens around it.
class Layout {
 public:
  explicit Layout(const syntax::Reading& reading, uint32_t file_begin);
  std::vector<Command> Run();

 private:
  using Node = uint32_t;
  struct GroupStyle {
    bool blank_inside = false;  // blanks next to the brackets when flat
    bool comma = false;         // elements need commas at line ends
    bool filled = false;        // several elements may share a line
  };

  void Visit(Node node);
  void Leaves(Node node);
  void Items(Node node, bool whole_file);
  void Block(Node node);
  void If(Node node);
  void Bracketed(Node node, syntax::Rule element, GroupStyle style);
  void Elements(const std::vector<Node>& elements, GroupStyle style);
  void Expression(Node node);
  void String(Node node);
  void TextBlock(Node node);
  std::string FlatString(Node node);

  void Write(uint32_t token);     // with the blank and the comments before it
  bool Comments(uint32_t token);  // those between the last token and this one; false: none
  bool CommentsAhead(uint32_t token) const;
  bool BlankLineBefore(uint32_t token) const;
  bool BlankLineAt(uint32_t begin) const;  // is the line above that byte empty?
  bool StartsLine(uint32_t token) const { return list_.tokens[token].first; }
  bool Hugs(const std::vector<Node>& elements) const;
  bool AllNamed(const std::vector<Node>& elements) const;
  bool OneLine(Node block) const;
  std::vector<Node> ChildrenOf(Node node, syntax::Rule rule) const;

  void Emit(Command::Kind kind, std::string text = "");
  void Line(bool blank);
  const syntax::CstNode& At(Node node) const { return cst_.nodes[node]; }
  syntax::TokenKind Kind(uint32_t token) const { return list_.tokens[token].kind; }

  const syntax::TokenList& list_;
  const syntax::Cst& cst_;
  const uint32_t file_begin_;
  std::vector<syntax::Rule> rules_;
  std::vector<Command> out_;
  size_t next_comment_ = 0;
  uint32_t written_ = 0;  // behind the last written token
  bool fresh_ = true;     // a line end was written last
};

}  // namespace sluice::format
