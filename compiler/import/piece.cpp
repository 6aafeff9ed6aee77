#include "compiler/import/piece.h"

#include <utility>

namespace sluice::import {
namespace {

Piece Make(Piece::Kind kind, std::string text, Span at) {
  Piece piece;
  piece.kind = kind;
  piece.text = std::move(text);
  piece.at = at;
  return piece;
}

}  // namespace

Piece Piece::Flat(std::string text, Span at) { return Make(Kind::Flat, std::move(text), at); }
Piece Piece::Block(std::string text, Span at) { return Make(Kind::Block, std::move(text), at); }
Piece Piece::Record(Span at) { return Make(Kind::Record, "", at); }
Piece Piece::Args(Span at) { return Make(Kind::Args, "", at); }

Piece Piece::List(std::vector<Piece> items, Span at) {
  Piece list = Make(Kind::List, "", at);
  list.items = std::move(items);
  return list;
}

Piece& Piece::Add(std::string key, Piece value, Span key_at) {
  keys.push_back(std::move(key));
  items.push_back(std::move(value));
  key_places.push_back(key_at);
  return *this;
}

std::optional<std::string> Piece::OneLine(std::vector<Part>* parts) const {
  if (kind == Kind::Flat) return text;
  if (kind == Kind::Block) return std::nullopt;
  const bool record = kind == Kind::Record;
  std::string line = prefix + (kind == Kind::List ? "[" : kind == Kind::Args ? "(" : items.empty() ? "{" : "{ ");
  for (size_t i = 0; i < items.size(); ++i) {
    if (i > 0) line += ", ";
    const size_t begin = line.size();
    if (kind != Kind::List && !keys[i].empty()) line += keys[i] + ": ";
    std::vector<Part> inner;
    const auto item = items[i].OneLine(parts == nullptr ? nullptr : &inner);
    if (!item) return std::nullopt;
    for (const Part& part : inner) parts->push_back({part.begin + line.size(), part.end + line.size(), part.at});
    line += *item;
    if (parts != nullptr && kind != Kind::List && key_places[i].valid())
      parts->push_back({begin, line.size(), key_places[i]});
  }
  line += kind == Kind::List ? "]" : kind == Kind::Args ? ")" : record && items.empty() ? "}" : " }";
  return line;
}

}  // namespace sluice::import
