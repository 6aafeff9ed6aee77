#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "compiler/source/source_map.h"

namespace sluice::import {

using source::Span;

// A value in .pipe, before it is known how it is laid out.
//   Flat    one line: `"text"`, `matrix.os`, `5m`
//   Block   a text block: `|` and its lines
//   List, Record, Args   `[…]`, `{…}`, `(…)`; Args and Record have keys
struct Piece {
  enum class Kind : uint8_t { Flat, Block, List, Record, Args };

  Kind kind = Kind::Flat;
  std::string text;               // Flat; of a Block its lines, joined by line ends
  std::vector<Piece> items;       // List, Record, Args
  std::vector<std::string> keys;  // Record, Args
  std::vector<Span> key_places;   // Record, Args: where each entry stands in the YAML
  Span at;                        // where the value stands in the YAML; may be nowhere
  std::string prefix;             // List, Record, Args: what stands before the bracket

  static Piece Flat(std::string text, Span at = {});
  static Piece Block(std::string text, Span at = {});
  static Piece List(std::vector<Piece> items, Span at = {});
  static Piece Record(Span at = {});
  static Piece Args(Span at = {});
  Piece& Add(std::string key, Piece value, Span key_at = {});

  // A part of the line that stands for an entry of the YAML.
  struct Part {
    size_t begin, end;
    Span at;
  };
  // On one line, if it can be: no block inside. Where its entries stand is added to `parts`.
  std::optional<std::string> OneLine(std::vector<Part>* parts = nullptr) const;
};

}  // namespace sluice::import
