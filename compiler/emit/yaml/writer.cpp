#include "compiler/emit/yaml/writer.h"

#include <string_view>

#include "compiler/base/text.h"
#include "compiler/emit/yaml/scalar.h"

namespace sluice::emit {
namespace {

constexpr size_t kFlowColumns = 100;
constexpr size_t kLongestKey = 1000;  // YAML: a key on the line of its value has at most 1024 characters

class Writer {
 public:
  std::string out;

  void Comments(const std::vector<std::string>& lines, size_t indent) {
    for (const std::string& text : lines) {
      for (const std::string_view line : SplitString(text, '\n')) {
        Indent(indent);
        out += CommentText(line);
        out += '\n';
      }
    }
  }

  // Entries of a map, each on its own line. The first one continues the current line when `inlined` (comments belong
  // above the dash then).
  void Map(const Node& map, size_t indent, bool inlined) {
    for (const Entry& entry : map.entries) {
      if (!inlined) {
        Comments(entry.above, indent);
        Indent(indent);
      }
      inlined = false;
      Key(entry, indent);
      Value(entry.value, indent);
    }
  }

  void List(const Node& list, size_t indent, bool inlined) {
    for (const Node& item : list.items) {
      if (!inlined) {
        Comments(item.above, indent);
        Indent(indent);
      }
      inlined = false;
      out += '-';
      if (item.kind == Node::Kind::Map && !item.entries.empty()) {
        out += ' ';
        Map(item, indent + 2, true);
      } else if (item.kind == Node::Kind::List && !IsFlow(item, indent + 2)) {
        out += ' ';
        List(item, indent + 2, true);
      } else {
        Value(item, indent);
      }
    }
  }

  // What stands after `key:` or `-`, with the line end. `indent` is that of the key or dash.
  void Value(const Node& value, size_t indent) {
    if (value.kind == Node::Kind::Map && !value.entries.empty()) {
      EndLine(value);
      Map(value, indent + 2, false);
    } else if (value.kind == Node::Kind::List && !IsFlow(value, Column() + 1)) {
      EndLine(value);
      List(value, indent + 2, false);
    } else if (value.kind == Node::Kind::String && value.text.find('\n') != std::string::npos &&
               FitsBlock(value.text)) {
      Block(value.text, indent + 2);
    } else {
      if (value.kind != Node::Kind::Null) out += ' ' + Scalar(value);
      EndLine(value);
    }
  }

 private:
  void Indent(size_t columns) { out.append(columns, ' '); }

  size_t Column() const {
    const size_t start = out.rfind('\n');
    return CountCodePoints(std::string_view(out).substr(start == std::string::npos ? 0 : start + 1));
  }

  // A comment ends with its line: control characters in it become blanks.
  static std::string CommentText(std::string_view text) {
    std::string result = text.empty() ? "#" : "# ";
    for (const char c : text) result += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c;
    while (result.ends_with(' ')) result.pop_back();
    return result;
  }

  void EndLine(const Node& value) {
    if (!value.comment.empty()) out += ' ' + CommentText(value.comment);
    out += '\n';
  }

  void Key(const Entry& entry, size_t indent) {
    const std::string key = entry.known ? entry.key : OneLine(entry.key);
    if (key.size() <= kLongestKey) {
      out += key + ':';
      return;
    }
    out += "? " + key + '\n';
    Indent(indent);
    out += ':';
  }

  static bool IsConstantScalar(const Node& item) {
    if (item.kind == Node::Kind::Boolean || item.kind == Node::Kind::Number) return item.above.empty();
    return item.kind == Node::Kind::String && item.above.empty() && item.comment.empty() &&
           item.text.find("${{") == std::string::npos && item.text.find('\n') == std::string::npos;
  }

  static bool IsFlow(const Node& list, size_t column) {
    size_t width = column + 2;  // the brackets
    for (const Node& item : list.items) {
      if (!IsConstantScalar(item)) return false;
      width += CountCodePoints(FlowItem(item)) + (&item == &list.items[0] ? 0 : 2);
    }
    return width <= kFlowColumns || list.items.empty();
  }

  static std::string FlowItem(const Node& item) {
    return item.kind == Node::Kind::String ? OneLine(item.text, true) : Scalar(item);
  }

  static std::string Scalar(const Node& value) {
    switch (value.kind) {
      case Node::Kind::Null:
        return "null";
      case Node::Kind::Boolean:
        return value.boolean ? "true" : "false";
      case Node::Kind::Number:
        return value.text;
      case Node::Kind::String:
        return OneLine(value.text);
      case Node::Kind::Map:
        return "{}";
      case Node::Kind::List:
        break;
    }
    std::string text = "[";
    for (const Node& item : value.items) text += (text.size() > 1 ? ", " : "") + FlowItem(item);
    return text + "]";
  }

  void Block(std::string_view text, size_t indent) {
    const bool ends = text.ends_with('\n');
    out += !ends ? " |-\n" : text.ends_with("\n\n") ? " |+\n" : " |\n";
    if (ends) text.remove_suffix(1);
    for (const std::string_view line : SplitString(text, '\n')) {
      if (!line.empty()) Indent(indent);
      out += line;
      out += '\n';
    }
  }
};

}  // namespace

std::string WriteYaml(const Node& document, const std::vector<std::string>& header) {
  Writer writer;
  writer.Comments(header, 0);
  if (document.kind == Node::Kind::Map && !document.entries.empty())
    writer.Map(document, 0, false);
  else if (document.kind == Node::Kind::List && !document.items.empty())
    writer.List(document, 0, false);
  else if (document.kind == Node::Kind::Map)
    writer.out += "{}\n";
  else
    writer.Value(document, 0);
  return writer.out;
}

}  // namespace sluice::emit
