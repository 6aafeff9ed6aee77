#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "tests/property/random.h"
#include "tests/support/program_generator.h"

namespace sluice::tests {

using property::Random;

enum class Type : uint8_t { String, Int, Bool };

struct Value {
  std::string text;  // as it is read
  Type type = Type::String;
};

// The lines of a generated program, what was declared so far, and values, conditions and commands made of it.
class ProgramWriter {
 public:
  ProgramWriter(uint64_t seed, const ProgramOptions& options) : random_(seed), options_(options) {}
  size_t lines() const { return lines_.size(); }

 protected:
  struct Line {
    size_t depth = 0;
    std::string text;
    bool raw = false;         // of a text block
    bool no_comment = false;  // a comment behind it would be text
  };

  // ---- writing
  void Put(std::string text) { lines_.push_back({depth_, std::move(text), false, false}); }
  void Open(std::string text) {
    Put(std::move(text) + " {");
    ++depth_;
  }
  void Close(const std::string& more = "") {
    --depth_;
    Put("}" + more);
    if (more.ends_with("{")) ++depth_;
  }
  void Script(const std::string& head, const std::vector<std::string>& script) {
    if (script.size() == 1 && Chance(70)) return Put(fmt::format("{} `{}`", head, script[0]));
    Put(head + " |");
    lines_.back().no_comment = true;
    for (const std::string& line : script) lines_.push_back({depth_ + 1, line, true, true});
  }

  std::string Print() {
    const std::string unit =
        options_.untidy ? std::vector<std::string>{" ", "   ", "    ", "\t"}[random_.Below(4)] : "  ";
    std::string out;
    for (size_t i = 0; i < lines_.size(); ++i) {
      const Line& line = lines_[i];
      const bool loose = options_.untidy && !line.raw;
      if (loose && Chance(10)) out += Chance(50) ? "\n" : "\n \n\n";
      // (Behind a text block a deeper line would be text, and one indented by other blanks an error.)
      const bool behind_block = i > 0 && lines_[i - 1].raw;
      if (loose && Chance(8)) out += fmt::format("{}# note {}\n", behind_block || Chance(50) ? "" : "      ", i);
      for (size_t d = 0; d < line.depth; ++d) out += unit;
      out += line.text;
      if (loose && !line.no_comment && Chance(10)) out += fmt::format("   # {} explains it", i);
      if (loose && !line.no_comment && Chance(10)) out += "  ";
      out += '\n';
    }
    return out;
  }

  // ---- choosing
  bool Chance(size_t percent) { return random_.Below(100) < percent; }
  template <class T>
  const T& Pick(const std::vector<T>& from) {
    return from[random_.Below(from.size())];
  }
  std::string NewName(std::string_view prefix) {
    return fmt::format("{}{}{}", prefix, Chance(30) ? "-" : "", ++names_);
  }
  std::string Word() {
    static const std::vector<std::string> kWords = {"alpha", "beta", "a b", "1.10", "v2",   "x'y",
                                                    "café",  "100%", "a=b", "on",   "null", "-n"};
    return Pick(kWords);
  }
  Type AnyType() { return static_cast<Type>(random_.Below(3)); }
  static std::string_view TypeName(Type type) {
    return type == Type::String ? "string" : type == Type::Int ? "int" : "bool";
  }
  std::string Literal(Type type) {
    if (type == Type::Int) return fmt::format("{}", random_.Below(5000));
    if (type == Type::Bool) return Chance(50) ? "true" : "false";
    return fmt::format("\"{}\"", Word());
  }
  std::string Echoed(Type type) {
    if (type == Type::Int) return fmt::format("{}", random_.Below(100));
    return type == Type::Bool ? (Chance(50) ? "true" : "false") : fmt::format("text {}", random_.Below(10));
  }

  // ---- expressions
  // A bool over values and the event.
  std::string Condition(const std::vector<Value>& values, int depth = 0) {
    const size_t kind = random_.Below(depth > 1 ? 3 : 6);
    if (kind == 3) return fmt::format("!({})", Condition(values, depth + 1));
    if (kind == 4) return fmt::format("{} && {}", Operand(values, depth), Operand(values, depth));
    if (kind == 5) return fmt::format("{} || {}", Operand(values, depth), Operand(values, depth));
    if (values.empty() || kind == 0)
      return fmt::format("github.event_name {} '{}'",
                         Chance(50) ? "==" : "!=", Chance(50) ? "push" : "workflow_dispatch");
    const Value& value = Pick(values);
    if (value.type == Type::Bool) return Chance(60) ? value.text : "!" + value.text;
    if (value.type == Type::Int) return fmt::format("{} {} {}", value.text, Chance(50) ? "<" : ">=", random_.Below(50));
    return fmt::format("{} {} '{}'", value.text, Chance(50) ? "==" : "!=", Chance(50) ? "alpha" : "beta");
  }
  std::string Operand(const std::vector<Value>& values, int depth) {
    const std::string inner = Condition(values, depth + 1);
    return inner.find("||") == std::string::npos && inner.find("&&") == std::string::npos ? inner
                                                                                          : fmt::format("({})", inner);
  }
  std::string Text(const std::vector<Value>& values) {
    if (values.empty() || Chance(30)) return fmt::format("\"{}\"", Word());
    return fmt::format("\"{} ${{{{ {} }}}}\"", Chance(50) ? "is" : "a:", Pick(values).text);
  }

  // ---- scripts
  std::vector<std::string> Commands(const std::vector<Value>& values) {
    std::vector<std::string> script;
    for (size_t n = 1 + random_.Below(3); n > 0; --n) {
      const size_t kind = random_.Below(5);
      if (values.empty() || kind == 0)
        script.push_back(fmt::format("echo 'line {}'", random_.Below(100)));
      else if (kind == 1)
        script.push_back(fmt::format("echo \"got ${{{{ {} }}}}\"", Pick(values).text));
      else if (kind == 2)
        script.push_back(fmt::format("printf '%s\\n' ${{{{ {} }}}} 'x # y'", Pick(values).text));
      else if (kind == 3)
        script.push_back(fmt::format("value=${{{{ {} }}}}; echo \"$value\" | tr a b", Pick(values).text));
      else
        script.push_back("for i in 1 2 3; do echo \"$i\"; done");
    }
    return script;
  }

  Random random_;
  const ProgramOptions options_;
  std::vector<Line> lines_;
  std::vector<Value> constants_, outputs_;
  std::vector<std::string> jobs_;
  std::vector<std::string> secrets_, variables_, runner_lists_, files_;  // of a whole program
  std::string shared_;
  bool pull_request_ = false;
  size_t depth_ = 0, names_ = 0;
};

}  // namespace sluice::tests
