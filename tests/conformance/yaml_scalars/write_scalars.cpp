// write_scalars FOLDER COUNT SEED: hostile strings and numbers through the YAML writer. FOLDER/scalars.yml holds them as
// values of a map, as items of lists and as keys; FOLDER/scalars.txt says what each must be read as, one a line:
//   s HEX    the string with these bytes in UTF-8        n TEXT    the number
#include <fmt/format.h>

#include <cstdint>
#include <cstring>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "compiler/base/text.h"
#include "compiler/emit/yaml/writer.h"

namespace {

using sluice::emit::Node;

class Hostile {
 public:
  explicit Hostile(uint64_t seed) : engine_(seed) {}

  std::string String() {
    static const std::vector<std::string> kPieces = {
        " ",      "  ",     "\n",     "\n\n",   "\t",   ":",   ": ",       " #",   "#",     "-",          "- ",
        "?",      "? ",     "'",      "\"",     "\\",   "|",   ">",        "&a",   "*a",    "!t",         "%",
        "@",      "`",      "{",      "}",      "[",    "]",   ",",        "true", "no",    "on",         "null",
        "~",      "0",      "1",      "0x",     "0o17", "1e3", "1.10",     ".5",   "12:30", "2024-01-01", "+",
        "_",      "=",      "<<",     "a",      "b",    "Z",   "é",        "😀",    "\r",    "\x01",       "\x7f",
        "\u0085", "\u00a0", "\u2028", "\ufeff", "---",  "...", "${{ x }}", "$",    "/",     ".",          "("};
    std::string text;
    for (size_t n = Roll(8); n > 0; --n) text += kPieces[Roll(kPieces.size())];
    if (Roll(20) == 0) text += sluice::EncodeUtf8(0x10000 + static_cast<uint32_t>(Roll(0xFFFF)));
    return text;
  }

  double Number() {
    switch (Roll(4)) {
      case 0:
        return static_cast<double>(static_cast<int64_t>(Roll(2000)) - 1000);
      case 1:
        return static_cast<double>(static_cast<int64_t>(Roll(1'000'000))) / 1000;
      case 2:
        return static_cast<double>(Roll(SIZE_MAX));
      default:
        break;
    }
    double number = 0;
    const uint64_t bits = engine_();
    std::memcpy(&number, &bits, sizeof number);
    return number;
  }

  size_t Roll(size_t sides) { return std::uniform_int_distribution<size_t>(0, sides - 1)(engine_); }

 private:
  std::mt19937_64 engine_;
};

std::string Hex(const std::string& text) {
  std::string out;
  for (const char c : text) out += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const std::string folder = argv[1];
  Hostile hostile(std::stoull(argv[3]));
  std::ofstream expected(folder + "/scalars.txt");
  Node map = Node::Map();
  for (int i = 0; i < std::stoi(argv[2]); ++i) {
    const std::string name = fmt::format("k{}", i);
    if (hostile.Roll(10) == 0) {
      const std::string number = sluice::emit::PrintNumber(hostile.Number());
      map.Add(name, Node::Number(number));
      expected << "n " << number << "\n";
      continue;
    }
    const std::string text = hostile.String();
    expected << "s " << Hex(text) << "\n";
    switch (hostile.Roll(4)) {
      case 0:
        map.Add(name, Node::List({Node::String(text)}));
        break;
      case 1:
        map.Add(name, Node::List({Node::String("x"), Node::String(text), Node::Number("1")}));
        break;
      case 2:
        map.Add(name, Node::Map().AddName(text, Node::Null()));
        break;
      default:
        map.Add(name, Node::String(text));
        break;
    }
  }
  std::ofstream(folder + "/scalars.yml", std::ios::binary) << sluice::emit::WriteYaml(map);
  return 0;
}
