#pragma once

#include <string>
#include <utility>
#include <vector>

namespace sluice::emit {

struct Entry;

// A document tree for the writer: what is printed, not how. Numbers carry their printed form (PrintNumber gives a safe
// one); strings may hold any well-formed UTF-8.
struct Node {
  enum class Kind : unsigned char { Null, Boolean, Number, String, List, Map };

  Kind kind = Kind::Null;
  bool boolean = false;
  std::string text;
  std::vector<Node> items;
  std::vector<Entry> entries;
  std::vector<std::string> above;  // comment lines before a list item, without `# `
  std::string comment;             // at the end of the line of a scalar, a flow list or `{}`

  static Node Null();
  static Node Boolean(bool value);
  static Node Number(std::string printed);
  static Node String(std::string value);
  static Node List();
  static Node List(std::vector<Node> items);
  static Node Map();

  // Appends to a Map. Keys of GitHub's schema are printed plain; names of the user follow the rule of scalars.
  Node& Add(std::string key, Node value);
  Node& AddName(std::string name, Node value);
  bool empty_map() const;
};

struct Entry {
  std::string key;
  bool known = false;  // a key of the schema
  std::vector<std::string> above;
  Node value;
};

// A number in a form that YAML 1.1 and 1.2 read back as the same number.
std::string PrintNumber(double number);

}  // namespace sluice::emit
