#include <iostream>
#include <string_view>

#include "calc.h"

int main(int argc, char** argv) {
  if (argc == 2 && std::string_view(argv[1]) == "--version") {
    std::cout << VERSION << '\n';
    return 0;
  }
  const auto value = argc == 2 ? Calculate(argv[1]) : std::nullopt;
  if (!value) {
    std::cerr << "usage: calc 'A + B' | 'A / B' | --version\n";
    return 2;
  }
  std::cout << *value << '\n';
  return 0;
}
