#include "compiler/load/yaml_tree.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <sstream>
#include <unordered_map>
#include <unordered_set>

#include "compiler/base/text.h"
#include "compiler/load/core_schema.h"
#include "compiler/load/yaml_places.h"

namespace sluice::load {
namespace {

using diagnostics::Build;
using diagnostics::Code;

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// A mistake that ends the reading: where, and the sentence.
struct Trouble {
  size_t offset;
  std::string message;
};

class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(const SourceMap& sources, FileId file, size_t skipped)
      : sources_(sources), file_(file), text_(sources.file(file).text), skipped_(skipped) {}

  YamlDocument document;

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { OnScalar(mark, "?", anchor, ""); }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto it = anchors_.find(anchor);
    if (it == anchors_.end() || open_.contains(it->second))
      throw Trouble{Offset(mark), "an alias cannot stand inside the node that it names"};
    Attach(it->second);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    YamlNode& node = NewNode(mark, anchor);
    ResolveScalar(value, tag, node);
    const size_t begin = SkipProperties(text_, Offset(mark));
    if (value.empty() && tag == "?" && IsAbsent(begin))
      node.at = LastPlace(mark);
    else
      node.at = sources_.MakeSpan(file_, begin, ScalarEnd(text_, begin, value));
    CheckIndentation(begin);
    if (begin < text_.size() && (text_[begin] == '"' || text_[begin] == '\''))
      CheckComment(node.at.end - sources_.file(file_).begin);
    passed_ = std::max(passed_, size_t{node.at.end - sources_.file(file_).begin});
    Attach(&node);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override {
    Begin(mark, anchor, YamlNode::Kind::List, style);
  }
  void OnSequenceEnd() override { End(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override {
    Begin(mark, anchor, YamlNode::Kind::Map, style);
  }
  void OnMapEnd() override { End(); }

 private:
  struct Open {
    YamlNode* node;
    bool flow;
    const YamlNode* key = nullptr;  // of a Map: waits for its value
  };

  size_t Offset(const YAML::Mark& mark) const {
    return std::min(skipped_ + static_cast<size_t>(std::max(mark.pos, 0)), text_.size());
  }

  // Is a null there by absence? Then its mark is that of the next token, somewhere below.
  bool IsAbsent(size_t begin) const {
    return !text_.substr(begin).starts_with('~') && !EqualsIgnoreCase(text_.substr(begin, 4), "null");
  }

  // The place of something absent: its key, or where the reader stands.
  Span LastPlace(const YAML::Mark& mark) const {
    if (!stack_.empty() && stack_.back().key != nullptr) return stack_.back().key->at;
    const size_t offset = Offset(mark);
    return sources_.MakeSpan(file_, offset, offset);
  }

  YamlNode& NewNode(const YAML::Mark& mark, YAML::anchor_t anchor) {
    YamlNode& node = document.nodes.emplace_back();
    const size_t offset = Offset(mark);
    node.at = sources_.MakeSpan(file_, offset, offset);
    if (anchor != YAML::NullAnchor) anchors_[anchor] = &node;
    return node;
  }

  void Begin(const YAML::Mark& mark, YAML::anchor_t anchor, YamlNode::Kind kind, YAML::EmitterStyle::value style) {
    YamlNode& node = NewNode(mark, anchor);
    node.kind = kind;
    Attach(&node);
    stack_.push_back({&node, style == YAML::EmitterStyle::Flow});
    passed_ = std::max(passed_, Offset(mark) + (stack_.back().flow ? 1 : 0));
    flow_ += stack_.back().flow ? 1 : 0;
    open_.insert(&node);
  }

  void End() {
    if (stack_.back().flow) CloseFlow(*stack_.back().node);
    open_.erase(stack_.back().node);
    flow_ -= stack_.back().flow ? 1 : 0;
    stack_.pop_back();
  }

  void Attach(const YamlNode* node) {
    if (stack_.empty()) {
      if (document.root == nullptr) document.root = node;
      return;
    }
    Open& parent = stack_.back();
    if (parent.node->kind == YamlNode::Kind::List) {
      parent.node->items.push_back(node);
    } else if (parent.key == nullptr) {
      parent.key = node;
    } else {
      if (node->kind == YamlNode::Kind::Null && !HasColon(*parent.key))
        throw Trouble{parent.key->at.begin - sources_.file(file_).begin,
                      fmt::format("`{}` has no `: value`", parent.key->text)};
      parent.node->entries.emplace_back(std::exchange(parent.key, nullptr), node);
    }
  }

  // The closing bracket, which yaml-cpp does not report: the next one behind everything inside.
  void CloseFlow(YamlNode& node) {
    const char bracket = node.kind == YamlNode::Kind::List ? ']' : '}';
    for (size_t i = passed_; i < text_.size(); ++i) {
      if (text_[i] == '#') i = std::min(text_.find('\n', i), text_.size());
      if (i >= text_.size() || text_[i] != bracket) continue;
      passed_ = i + 1;
      node.at = sources_.MakeSpan(file_, node.at.begin - sources_.file(file_).begin, passed_);
      CheckComment(passed_);
      return;
    }
  }

  // YAML wants a blank before a comment; yaml-cpp does not.
  void CheckComment(size_t end) const {
    if (end < text_.size() && text_[end] == '#') throw Trouble{end, "a comment begins behind a blank"};
  }

  // yaml-cpp lets quoted text return to the left of its block.
  void CheckIndentation(size_t begin) const {
    if (flow_ > 0 || begin >= text_.size() || (text_[begin] != '"' && text_[begin] != '\'')) return;
    if (const auto line = UnderIndentedLine(text_, begin, ScalarEnd(text_, begin, "")))
      throw Trouble{*line, "this line of quoted text is indented less than its key"};
  }

  // `{a}` and `? a` have keys without a colon.
  bool HasColon(const YamlNode& key) const {
    if (key.kind == YamlNode::Kind::List || key.kind == YamlNode::Kind::Map) return true;
    const size_t end = key.at.end - sources_.file(file_).begin;
    const size_t next = text_.find_first_not_of(" \t\r\n", end);
    return next == std::string_view::npos || text_[next] == ':' || text_[next] == '#';
  }

  const SourceMap& sources_;
  FileId file_;
  std::string_view text_;
  size_t skipped_;
  std::vector<Open> stack_;
  size_t passed_ = 0;  // the end of what was read last
  int flow_ = 0;       // open collections in `[ ]` or `{ }`
  std::unordered_set<const YamlNode*> open_;
  std::unordered_map<YAML::anchor_t, const YamlNode*> anchors_;
};

// yaml-cpp's messages in plain words, with what is to be done.
std::string Explain(const std::string& message) {
  static constexpr std::pair<std::string_view, std::string_view> kWords[] = {
      {"the referenced anchor", "this alias names an anchor that does not exist"},
      {"illegal map value", "no `:` can stand here: put text with `: ` in quotes"},
      {"end of map not found", "this line is indented differently from the lines above it"},
      {"end of sequence not found", "this line is indented differently from the lines above it"},
      {"end of map flow", "a `{` is not closed"},
      {"end of sequence flow", "a `[` is not closed"},
      {"illegal EOF in scalar", "a quoted text is not closed"},
      {"illegal document indicator", "a quoted text is not closed"},
      {"illegal block entry", "no `- ` can stand here"},
      {"illegal map key", "no `? ` can stand here"},
      {"illegal tab", "YAML is indented with blanks, never with tabs"},
      {"illegal flow end", "this bracket has no partner"},
      {"unknown escape character", "YAML does not know this escape: in single quotes a backslash is a backslash"},
      {"unknown token", "no text can begin with this character: put it in quotes"},
      {"bad file", "this is nested too deep"},
  };
  for (const auto& [start, words] : kWords)
    if (message.starts_with(start)) return std::string(words);
  return message;
}

// The first line up to the mistake that is indented with a tab: then that is what is wrong.
std::optional<size_t> FindTabIndent(std::string_view text, size_t mistake) {
  for (size_t line = 0; line < text.size() && line <= mistake;) {
    const size_t first = std::min(text.find_first_not_of(' ', line), text.size());
    if (first < text.size() && text[first] == '\t') return first;
    line = std::min(text.find('\n', line), text.size() - 1) + 1;
  }
  return std::nullopt;
}

bool Fail(const SourceMap& sources, FileId file, const Trouble& trouble, diagnostics::Sink& sink) {
  const std::string& text = sources.file(file).text;
  const size_t begin = std::min(trouble.offset, text.size());
  const size_t end = begin < text.size() && text[begin] != '\n' ? begin + Utf8Length(text, begin) : begin;
  sink.Add(
      Build(Code::P1101, sources.MakeSpan(file, begin, end), "this is not YAML that GitHub reads", trouble.message));
  return false;
}

// The file as a whole: size, encoding, no NUL.
bool IsText(const SourceMap& sources, FileId file, diagnostics::Sink& sink) {
  const std::string& text = sources.file(file).text;
  if (text.size() > kLargestWorkflow) {
    sink.Add(Build(Code::P1102, sources.WholeFile(file),
                   fmt::format("the file has {} bytes, GitHub reads at most {}", text.size(), kLargestWorkflow))
                 .WholeFile());
    return false;
  }
  if (const auto bad = FindInvalidUtf8(text)) return Fail(sources, file, {*bad, "this is not UTF-8"}, sink);
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x20 && c != '\n' && c != '\t' && c != '\r')
      return Fail(sources, file, {i, fmt::format("control character U+{:04X}", c)}, sink);
  }
  return true;
}

}  // namespace

std::optional<YamlDocument> ReadYaml(const SourceMap& sources, FileId file, diagnostics::Sink& sink) {
  if (!IsText(sources, file, sink)) return std::nullopt;
  const std::string& text = sources.file(file).text;
  const size_t skipped = text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  TreeBuilder builder(sources, file, skipped);
  try {
    // The last line ends as all others do: yaml-cpp would drop the line end of a block scalar there.
    std::istringstream stream(text.substr(skipped) + (text.ends_with('\n') ? "" : "\n"));
    YAML::Parser parser(stream);
    if (!parser.HandleNextDocument(builder) || builder.document.root == nullptr)
      throw Trouble{0, "the file has no content"};
    YamlDocument first = std::move(builder.document);
    builder.document = {};
    if (parser.HandleNextDocument(builder)) throw Trouble{text.size(), "a workflow file has one document only"};
    return first;
  } catch (const Trouble& trouble) {
    Fail(sources, file, trouble, sink);
  } catch (const YAML::Exception& error) {
    const size_t at = error.mark.is_null() ? 0 : skipped + static_cast<size_t>(std::max(error.mark.pos, 0));
    if (const auto tab = FindTabIndent(text, at))
      Fail(sources, file, {*tab, "YAML is indented with blanks, never with tabs"}, sink);
    else
      Fail(sources, file, {at, Explain(error.msg)}, sink);
  }
  return std::nullopt;
}

}  // namespace sluice::load
