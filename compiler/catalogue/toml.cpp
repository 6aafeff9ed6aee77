#include "compiler/catalogue/toml.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <utility>

#include "compiler/base/text.h"

namespace sluice::catalogue::toml {
namespace {

using diagnostics::Build;
using diagnostics::Code;

bool IsBareKeyChar(char c) { return IsAsciiAlnum(c) || c == '_' || c == '-'; }

// Reads line by line. Every Read... function leaves the position behind what it read, or reports one mistake and gives
// nothing; then the rest of the line is skipped.
class Reader {
 public:
  Reader(const source::SourceMap& sources, source::FileId file, diagnostics::Sink& sink)
      : sources_(sources), file_(file), sink_(sink), text_(sources.file(file).text), table_(&root_) {
    root_.span = sources.WholeFile(file);
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
  }

  Value Read() {
    if (auto bad = FindInvalidUtf8(text_)) {
      sink_.Add(Build(Code::P1002, sources_.MakeSpan(file_, *bad, *bad), "this file is not UTF-8 text").WholeFile());
      return root_;
    }
    while (at_ < text_.size()) {
      if (!ReadLine()) SkipLine();
    }
    return std::move(root_);
  }

 private:
  char Peek(size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  bool AtLineEnd() const { return at_ >= text_.size() || Peek() == '\n' || (Peek() == '\r' && Peek(1) == '\n'); }
  Span SpanFrom(size_t begin) const { return sources_.MakeSpan(file_, begin, at_); }

  void SkipBlanks() {
    while (Peek() == ' ' || Peek() == '\t') ++at_;
  }

  // Blanks, comments and line ends: what may stand between the items of an array.
  void SkipSpace() {
    for (;;) {
      SkipBlanks();
      if (Peek() == '#') {
        while (!AtLineEnd()) ++at_;
      }
      if (at_ >= text_.size() || !AtLineEnd()) return;
      at_ += Peek() == '\r' ? 2 : 1;
    }
  }

  void SkipLine() {
    while (at_ < text_.size() && text_[at_] != '\n') ++at_;
    if (at_ < text_.size()) ++at_;
  }

  bool Fail(size_t begin, size_t end, std::string message, std::string label, std::string note = "",
            diagnostics::Rule rule = {}) {
    Build problem(Code::P1002, sources_.MakeSpan(file_, begin, std::max(begin, end)), std::move(message),
                  std::move(label), rule);
    if (!note.empty()) problem.Say(std::move(note));
    sink_.Add(std::move(problem));
    return false;
  }

  bool FailHere(std::string message, std::string label, diagnostics::Rule rule = {}) {
    const size_t end = AtLineEnd() ? at_ : at_ + Utf8Length(text_, at_);
    return Fail(at_, end, std::move(message), std::move(label), "", rule);
  }

  bool ReadLine() {
    SkipBlanks();
    if (Peek() == '[' && !ReadHeader()) return false;
    if (!AtLineEnd() && Peek() != '#' && !after_header_ && !ReadEntry(*table_)) return false;
    after_header_ = false;
    SkipBlanks();
    if (Peek() == '#') {
      while (!AtLineEnd()) ++at_;
    }
    if (!AtLineEnd()) return FailHere("only one setting stands on a line", "the line should end here");
    SkipLine();
    return true;
  }

  std::optional<std::string> ReadKey() {
    if (Peek() == '"' || Peek() == '\'') return ReadString();
    const size_t begin = at_;
    while (IsBareKeyChar(Peek())) ++at_;
    if (at_ > begin) return std::string(text_.substr(begin, at_ - begin));
    FailHere("a key is expected here", "keys are of letters, digits, `_` and `-`, or quoted");
    return std::nullopt;
  }

  bool ReadEntry(Value& table) {
    const size_t begin = at_;
    auto key = ReadKey();
    if (!key) return false;
    const Span key_span = SpanFrom(begin);
    SkipBlanks();
    if (Peek() == '.')
      return Fail(begin, at_ + 1, "dotted keys are not used in this file", "write a [table], or quote the key");
    if (Peek() != '=') return FailHere(fmt::format("`{}` has no value", *key), "`=` is expected here");
    ++at_;
    SkipBlanks();
    auto value = ReadValue();
    if (!value) return false;
    if (const Entry* before = table.FindEntry(*key)) {
      sink_.Add(Build(Code::P1002, key_span, fmt::format("`{}` is set twice", *key), "again")
                    .Also(before->key_span, "the first time"));
      return true;
    }
    table.entries.push_back({std::move(*key), key_span, std::move(*value)});
    return true;
  }

  std::optional<Value> ReadValue() {
    const size_t begin = at_;
    const char c = Peek();
    std::optional<Value> value;
    if (c == '"' || c == '\'') {
      if (auto text = ReadString()) {
        value.emplace();
        value->kind = Value::Kind::String;
        value->text = std::move(*text);
      }
    } else if (c == '[') {
      value = ReadArray();
    } else if (c == '{') {
      value = ReadInlineTable();
    } else {
      value = ReadWord();
    }
    if (value) value->span = SpanFrom(begin);
    return value;
  }

  // true, false or an integer.
  std::optional<Value> ReadWord() {
    const size_t begin = at_;
    while (IsAsciiAlnum(Peek()) || Peek() == '_' || Peek() == '+' || Peek() == '-' || Peek() == '.' || Peek() == ':')
      ++at_;
    const std::string word(text_.substr(begin, at_ - begin));
    Value value;
    if (word == "true" || word == "false") {
      value.kind = Value::Kind::Boolean;
      value.boolean = word == "true";
      return value;
    }
    const std::string digits = ReplaceAll(word, "_", "");
    const char* first = digits.data() + (digits.starts_with('+') ? 1 : 0);
    const auto [end, error] = std::from_chars(first, digits.data() + digits.size(), value.integer);
    const bool padded = digits.size() > 1 && digits.find_first_not_of("+-") != std::string::npos &&
                        digits[digits.find_first_not_of("+-")] == '0' &&
                        digits.find_first_not_of("+-0") != std::string::npos;
    if (!word.empty() && error == std::errc() && end == digits.data() + digits.size() && !padded) {
      value.kind = Value::Kind::Integer;
      return value;
    }
    if (word.empty()) {
      FailHere("a value is expected here", "write a string, a number, `true`, `false`, `[…]` or `{…}`");
    } else {
      Fail(begin, at_, fmt::format("`{}` is no value of this file", word), "a string needs quotes",
           "Values are strings, whole numbers, `true`, `false`, arrays of strings and tables of those.");
    }
    return std::nullopt;
  }

  std::optional<std::string> ReadString() {
    const size_t begin = at_;
    const char quote = text_[at_++];
    if (Peek() == quote && Peek(1) == quote) {
      at_ += 2;
      Fail(begin, at_, "strings of several lines are not used in this file", "write it on one line");
      return std::nullopt;
    }
    std::string out;
    while (!AtLineEnd() && Peek() != quote) {
      if (Peek() == '\\' && quote == '"') {
        if (!ReadEscape(out)) return std::nullopt;
      } else if (static_cast<unsigned char>(Peek()) < 0x20 && Peek() != '\t') {
        FailHere("a control character stands in this string", "write it as \\u00XX");
        return std::nullopt;
      } else {
        out += text_[at_++];
      }
    }
    if (Peek() != quote || AtLineEnd()) {
      Fail(begin, at_, "this string is not closed", fmt::format("`{}` is missing at its end", quote));
      return std::nullopt;
    }
    ++at_;
    return out;
  }

  bool ReadEscape(std::string& out) {
    static constexpr std::string_view kNames = "btnfr\"\\";
    static constexpr std::string_view kChars = "\b\t\n\f\r\"\\";
    const size_t begin = at_++;
    const char c = Peek();
    if (const size_t i = kNames.find(c); c != '\0' && i != std::string_view::npos) {
      ++at_;
      out += kChars[i];
      return true;
    }
    const size_t length = c == 'u' ? 4 : c == 'U' ? 8 : 0;
    uint32_t code = 0;
    const std::string_view hex = text_.substr(std::min(at_ + 1, text_.size()), length);
    const auto [end, error] = std::from_chars(hex.data(), hex.data() + hex.size(), code, 16);
    const bool scalar = code < 0xD800 || (code > 0xDFFF && code <= 0x10FFFF);
    if (length != 0 && hex.size() == length && error == std::errc() && end == hex.data() + length && scalar) {
      at_ += 1 + length;
      out += EncodeUtf8(code);
      return true;
    }
    return Fail(begin, AtLineEnd() ? at_ : at_ + Utf8Length(text_, at_), "unknown escape in a string",
                R"(\b \t \n \f \r \" \\ \uXXXX \UXXXXXXXX exist)");
  }

  std::optional<Value> ReadArray() {
    const size_t begin = at_++;
    Value value;
    value.kind = Value::Kind::Array;
    for (SkipSpace(); Peek() != ']'; SkipSpace()) {
      if (at_ >= text_.size()) {
        Fail(begin, begin + 1, "this array is not closed", "`]` is missing");
        return std::nullopt;
      }
      const size_t item_begin = at_;
      auto item = ReadValue();
      if (!item) return std::nullopt;
      if (item->kind != Value::Kind::String) {
        Fail(item_begin, at_, "arrays hold strings only in this file", "not a string");
        return std::nullopt;
      }
      value.items.push_back(std::move(*item));
      SkipSpace();
      if (Peek() == ',') {
        ++at_;
      } else if (at_ < text_.size() && Peek() != ']') {
        FailHere("`,` or `]` is expected here", "");
        return std::nullopt;
      }
    }
    ++at_;
    return value;
  }

  std::optional<Value> ReadInlineTable() {
    if (++depth_ > 4) {
      FailHere("tables are nested too deep here", "no setting needs this");
      depth_ = 0;
      return std::nullopt;
    }
    ++at_;
    Value value;
    value.inline_table = true;
    for (SkipBlanks(); Peek() != '}'; SkipBlanks()) {
      if (!ReadEntry(value)) {
        depth_ = 0;
        return std::nullopt;
      }
      SkipBlanks();
      if (Peek() == ',') {
        ++at_;
        SkipBlanks();
        if (Peek() == '}') break;
      } else if (Peek() != '}') {
        FailHere("`,` or `}` is expected here", "an inline table stands on one line");
        depth_ = 0;
        return std::nullopt;
      }
    }
    ++at_;
    --depth_;
    return value;
  }

  // [a.b] or [[a]].
  bool ReadHeader() {
    const size_t begin = at_;
    table_ = &skipped_;  // what follows a damaged header belongs to nothing
    const bool many = Peek(1) == '[';
    at_ += many ? 2 : 1;
    std::vector<Entry> path;
    do {
      if (!path.empty()) ++at_;
      SkipBlanks();
      const size_t key_begin = at_;
      auto key = ReadKey();
      if (!key) return false;
      path.push_back({std::move(*key), SpanFrom(key_begin), {}});
      SkipBlanks();
    } while (Peek() == '.');
    for (int i = many ? 2 : 1; i > 0; --i) {
      if (Peek() != ']') return FailHere(many ? "`]]` is expected here" : "`]` is expected here", "");
      ++at_;
    }
    after_header_ = true;
    return Open(path, many, SpanFrom(begin));
  }

  bool Open(std::vector<Entry>& path, bool many, Span header) {
    Value* at = &root_;
    for (size_t i = 0; i < path.size(); ++i) {
      const bool last = i + 1 == path.size();
      Entry* found = nullptr;
      for (Entry& entry : at->entries)
        if (entry.key == path[i].key) found = &entry;
      if (found == nullptr) {
        path[i].value.kind = last && many ? Value::Kind::TableArray : Value::Kind::Table;
        path[i].value.span = header;
        at->entries.push_back(path[i]);
        found = &at->entries.back();
      } else if (!Fits(*found, last, many)) {
        sink_.Add(Build(Code::P1002, path[i].key_span, fmt::format("`{}` is declared twice", path[i].key), "again")
                      .Also(found->key_span, "the first time"));
        return true;
      }
      at = &found->value;
      if (last && many) {
        at->items.emplace_back();
        at->items.back().span = header;
      }
      if (at->kind == Value::Kind::TableArray) at = &at->items.back();
    }
    table_ = at;
    return true;
  }

  // May a header open `entry` again on its way, or as its last part?
  static bool Fits(const Entry& entry, bool last, bool many) {
    if (entry.value.kind == Value::Kind::TableArray) return !last || many;
    return !last && entry.value.kind == Value::Kind::Table && !entry.value.inline_table;
  }

  const source::SourceMap& sources_;
  source::FileId file_;
  diagnostics::Sink& sink_;
  std::string_view text_;
  size_t at_ = 0;
  int depth_ = 0;
  bool after_header_ = false;
  Value root_;
  Value skipped_;
  Value* table_;
};

}  // namespace

const Entry* Value::FindEntry(std::string_view key) const {
  for (const Entry& entry : entries)
    if (entry.key == key) return &entry;
  return nullptr;
}

const Value* Value::Find(std::string_view key) const {
  const Entry* entry = FindEntry(key);
  return entry == nullptr ? nullptr : &entry->value;
}

std::string_view KindName(Value::Kind kind) {
  switch (kind) {
    case Value::Kind::String:
      return "a string";
    case Value::Kind::Integer:
      return "a whole number";
    case Value::Kind::Boolean:
      return "true or false";
    case Value::Kind::Array:
      return "an array of strings";
    case Value::Kind::Table:
      return "a table";
    case Value::Kind::TableArray:
      return "a list of tables";
  }
  return "";
}

Value Read(const source::SourceMap& sources, source::FileId file, diagnostics::Sink& sink) {
  return Reader(sources, file, sink).Read();
}

std::string Quote(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      out += fmt::format("\\u{:04X}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out + '"';
}

}  // namespace sluice::catalogue::toml
