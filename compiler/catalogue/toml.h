#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/source/source_map.h"

// The part of TOML 1.0 (https://toml.io) that Sluice's project files use: comments, [table], [[table]], and keys with
// strings, integers, booleans, arrays of strings and inline tables of those. Everything else is P1002 at its place.
namespace sluice::catalogue::toml {

using source::Span;

struct Entry;

struct Value {
  enum class Kind : uint8_t { String, Integer, Boolean, Array, Table, TableArray };
  Kind kind = Kind::Table;
  std::string text;  // String
  int64_t integer = 0;
  bool boolean = false;
  std::vector<Value> items;    // Array: strings; TableArray: tables
  std::vector<Entry> entries;  // Table, in source order
  Span span;                   // of the value, or of the header of a table
  bool inline_table = false;

  // The value of a key of a Table, or null.
  const Value* Find(std::string_view key) const;
  const Entry* FindEntry(std::string_view key) const;
};

struct Entry {
  std::string key;
  Span key_span;
  Value value;
};

// "a string", "an array": for messages.
std::string_view KindName(Value::Kind kind);

// Reads a whole file. A mistake is one P1002 in the sink; reading goes on at the next line, so the table is what could
// be read.
Value Read(const source::SourceMap& sources, source::FileId file, diagnostics::Sink& sink);

// `text` as a basic string with its quotes; control characters are escaped.
std::string Quote(std::string_view text);

}  // namespace sluice::catalogue::toml
