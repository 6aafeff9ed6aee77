#include "compiler/emit/yaml/node.h"

#include <charconv>
#include <cmath>

namespace sluice::emit {

Node Node::Null() { return {}; }

Node Node::Boolean(bool value) {
  Node n;
  n.kind = Kind::Boolean;
  n.boolean = value;
  return n;
}

Node Node::Number(std::string printed) {
  Node n;
  n.kind = Kind::Number;
  n.text = std::move(printed);
  return n;
}

Node Node::String(std::string value) {
  Node n;
  n.kind = Kind::String;
  n.text = std::move(value);
  return n;
}

Node Node::List() { return List(std::vector<Node>()); }

Node Node::List(std::vector<Node> items) {
  Node n;
  n.kind = Kind::List;
  n.items = std::move(items);
  return n;
}

Node Node::Map() {
  Node n;
  n.kind = Kind::Map;
  return n;
}

Node& Node::Add(std::string key, Node value) {
  entries.push_back({std::move(key), true, {}, std::move(value)});
  return *this;
}

Node& Node::AddName(std::string name, Node value) {
  entries.push_back({std::move(name), false, {}, std::move(value)});
  return *this;
}

bool Node::empty_map() const { return kind == Kind::Map && entries.empty(); }

std::string PrintNumber(double number) {
  if (std::isnan(number)) return ".nan";
  if (std::isinf(number)) return number > 0 ? ".inf" : "-.inf";
  if (number == 0) return std::signbit(number) ? "-0.0" : "0";
  char buffer[64];
  // Whole numbers that a double holds exactly stay whole: 1.1 readers take `1e+20` for text.
  if (number == std::trunc(number) && std::fabs(number) < 1e21) {
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, number, std::chars_format::fixed).ptr;
    return std::string(buffer, end);
  }
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, number).ptr;
  std::string text(buffer, end);
  // YAML 1.1 wants a point in a number with an exponent.
  const size_t exponent = text.find('e');
  if (exponent != std::string::npos && text.find('.') == std::string::npos) text.insert(exponent, ".0");
  return text;
}

}  // namespace sluice::emit
