#include "tests/property/expressions.h"

#include <bit>
#include <cmath>

#include "compiler/base/text.h"
#include "compiler/expr/functions.h"
#include "compiler/expr/lexer.h"
#include "compiler/expr/number.h"
#include "compiler/expr/value.h"

namespace sluice::property {
namespace {

using expr::Expr;
using expr::Op;

// Not here, since GitHub's package and its runner differ and Sluice follows the runner or neither: capital sigma (its
// lower case depends on the neighbours), keys that are array indices or members of JavaScript's Object (reordered,
// lost).
// clang-format off
constexpr const char* kStrings[] = {
    "", " ", "0", "1", "2", "-0", " 12 ", "0x1F", "0X1f", "0o17", "0b11", "1e3", ".5", "5.", "1_0", "+1", "--1", "1e400", "true", "false",
    "null", "NaN", "Infinity", "-Infinity", "abc", "ABC", "aBc", "b", "it's", "''", "a b", "\xC3\xA9z", "\xC3\x89Z", "ref", "REF", "refs/heads/main",
    "\xC3\xA9", "\xC3\x89", "\xC3\x9F", "SS", "ss", "\xC4\xB0", "i", "\xC4\xB1", "I", "\xEF\xAC\x81", "FI", "\xCF\x83", "\xCF\x82",
    "\xF0\x9F\x98\x80", "\xEF\xBD\x9E", "\xF0\x90\x90\xA8", "\xF0\x90\x90\x80", "\xC7\x85", "\xC7\x86", "\xC2\xA0" "12", "\xE2\x80\xA8" "3",
    "{0}", "{0}{1}", "{1}x{0}", "{{0}}", "{{{0}}}", "}}", "{", "}", "{}", "{a}", "{0:x}", "{999}", "{0", "{ 0}", "{99999999999999999999}",
    "\n", "\t", "\x01", "\"", "\\", "[1,2]", "{\"a\":1}", "*", "constructor", "toString", ",", "-", "/",
};
constexpr const char* kKeys[] = {"a", "b", "c", "A", "x y", "ref", "REF", "\xC3\xA9", "\xC3\x89", "\xC3\x9F", "\xC4\xB0", "", "-", "a-b", "_"};
constexpr const char* kContexts[] = {"github", "env", "foo", "a", "_x", "needs", "matrix"};
constexpr const char* kNumbers[] = {
    "0", "-0", "1", "2", "-1", "1.5", ".5", "5.", "+7", "1e21", "1e20", "1e-7", "123456789012345678", "0.1", "1e308", "1e309", "-1e309",
    "5e-324", "1e-400", "0xff", "0XFF", "0o17", "0b1", "NaN", "Infinity", "-Infinity", "9007199254740993", "0.84551240822557006",
    "123456.789", "0.0000152587890625", "1234567.0000152587890625", "0xFFFFFFFF", "0x20000000000003", "1e-5", "0.000001", "3", "999999999999999.9",
};
constexpr const char* kWrongNumbers[] = {"1_000", "0x", "-0x1", "1e", "1.2.3", "--1", "0b2", "1e5.5"};
constexpr const char* kJson[] = {
    "null", "true", "1", "-0", "1.5e3", "1e400", "\"x\"", "\"\\u00e9\\n\\/\"", "[]", "{}", "[1,2,[3,null]]", " [ 1 , 2 ] ", "{\"a\":1,\"b\":[1]}",
    "{\"a\":{\"b\":{\"c\":\"deep\"}}}", "{\"a\":1,\"A\":2}", "{\"a\":1,\"a\":2}", "[{\"a\":1},{\"a\":2},{\"b\":3}]", "\"\\ud83d\\ude00\"", "[0.1,1e21,123456789012345678]",
    "", " ", "{", "[1,]", "{a:1}", "'x'", "01", "1.", "NaN", "[1 2]", "\"\x01\"", "tru", "{\"a\"}", "\"\\x\"", "-", "+1", "[[[[[[]]]]]]",
};
// clang-format on

std::string AnyNumber(Random& random) {
  if (random.OneIn(3)) return random.Pick(kNumbers);
  const double number = std::bit_cast<double>(random.Next());
  if (random.OneIn(3)) return expr::ShortestNumber(number);
  const double decimal = std::ldexp(static_cast<double>(random.Below(1 << 20)), -static_cast<int>(random.Below(24)));
  return (random.OneIn(2) ? "-" : "") + expr::ShortestNumber(decimal);
}

class Trees {
 public:
  Trees(Random& random, bool valid) : random_(random), valid_(valid) {}

  Expr Any(int depth) {
    if (depth <= 1) return Leaf();
    switch (random_.Below(10)) {
      case 0:
        return Leaf();
      case 1:
        return expr::Not(Any(depth - 1));
      case 2:
        return Logical(depth);
      case 3:
      case 4:
        return Comparison(depth);
      case 5:
      case 6:
        return Indexed(depth);
      default:
        return Called(depth);
    }
  }

 private:
  Expr Leaf() {
    switch (random_.Below(8)) {
      case 0:
        return expr::Null();
      case 1:
        return expr::Boolean(random_.OneIn(2));
      case 2:
        return ANumber();
      case 3:
      case 4:
        return expr::String(random_.Pick(kStrings));
      default:
        return Context();
    }
  }

  Expr ANumber() {
    if (!valid_ && random_.OneIn(300)) return expr::Name(random_.Pick(kWrongNumbers));
    Expr e = expr::Number(0);
    e.text = AnyNumber(random_);
    e.number = expr::ParseNumber(e.text);
    if (random_.OneIn(4)) e.text.clear();
    return e;
  }

  Expr Context() {
    if (random_.OneIn(60)) return expr::Name("nope");
    std::string name = random_.Pick(kContexts);
    if (random_.OneIn(8)) name = AsciiUpper(name);
    return expr::Name(name);
  }

  Expr Logical(int depth) {
    std::vector<Expr> args;
    for (size_t n = 2 + random_.Below(3); n > 0; --n) args.push_back(Any(depth - 1));
    return random_.OneIn(2) ? expr::And(std::move(args)) : expr::Or(std::move(args));
  }

  Expr Comparison(int depth) {
    constexpr Op kOps[] = {Op::Equal, Op::Equal, Op::NotEqual, Op::Less, Op::LessEqual, Op::Greater, Op::GreaterEqual};
    const Op op = random_.Pick(kOps);
    Expr left = Any(depth - 1);
    return expr::Binary(op, std::move(left), Any(depth - 1));
  }

  // Mostly paths into contexts, sometimes into any value.
  Expr Indexed(int depth) {
    Expr e = random_.OneIn(3) ? Any(depth - 1) : Context();
    for (size_t n = 1 + random_.Below(3); n > 0; --n) {
      if (random_.OneIn(4)) {
        Expr star;
        star.op = Op::Star;
        star.args.push_back(std::move(e));
        e = std::move(star);
        continue;
      }
      e = expr::Binary(Op::Index, std::move(e), random_.OneIn(4) ? Any(depth - 1) : Key());
    }
    return e;
  }

  Expr Key() {
    if (random_.OneIn(3)) return random_.OneIn(3) ? ANumber() : expr::Number(static_cast<double>(random_.Below(4)));
    return expr::String(random_.OneIn(8) ? random_.Pick(kStrings) : random_.Pick(kKeys));
  }

  Expr Called(int depth) {
    if (!valid_ && random_.OneIn(100)) return expr::Call("containz", {});
    const std::vector<std::string> names = expr::FunctionNames();
    const expr::Function& function = *expr::FindFunction(random_.Pick(names));
    size_t count = function.min_args + random_.Below(std::min<size_t>(3, function.max_args - function.min_args) + 1);
    if (function.id == expr::FunctionId::Case) count = 3 + 2 * random_.Below(3);
    if (!valid_ && random_.OneIn(60)) count = random_.OneIn(5) ? 256 : random_.Below(5);
    std::vector<Expr> args;
    for (size_t i = 0; i < count; ++i) args.push_back(Argument(function.id, i, count > 9 ? 1 : depth - 1));
    return expr::Call(Spell(std::string(function.name)), std::move(args));
  }

  Expr Argument(expr::FunctionId id, size_t place, int depth) {
    if (id == expr::FunctionId::FromJson && !random_.OneIn(4)) return expr::String(random_.Pick(kJson));
    if (id == expr::FunctionId::Format && place == 0 && !random_.OneIn(4)) return FormatText();
    if (id == expr::FunctionId::Case && place % 2 == 0 && !random_.OneIn(4))
      return random_.OneIn(2) ? expr::Boolean(random_.OneIn(2)) : Comparison(depth);
    return Any(depth);
  }

  Expr FormatText() {
    std::string text;
    for (size_t n = 1 + random_.Below(3); n > 0; --n) text += random_.Pick(kStrings);
    return expr::String(text);
  }

  std::string Spell(std::string name) {
    if (random_.OneIn(10)) return AsciiUpper(name);
    return random_.OneIn(10) ? AsciiLower(name) : name;
  }

  Random& random_;
  bool valid_;
};

class Speller {
 public:
  explicit Speller(Random& random) : random_(random) {}

  std::string Spell(const Expr& e) {
    std::string text = SpellBare(e);
    return random_.OneIn(12) ? "(" + Blank() + text + Blank() + ")" : text;
  }

 private:
  std::string Blank() {
    constexpr const char* kBlanks[] = {" ", "", "  ", "\n", "\t", " \r\n"};
    return random_.OneIn(3) ? random_.Pick(kBlanks) : "";
  }

  // Operands in parentheses mostly when they need them, so that precedence is tested too.
  std::string Operand(const Expr& e, bool base = false) {
    const bool simple = e.op == Op::Name || e.op == Op::Call || e.op == Op::Index || e.op == Op::Star;
    const bool literal = e.args.empty() && e.op != Op::Call;
    const std::string text = SpellBare(e);
    const bool bare = simple || (literal && !base) || (!base && random_.OneIn(4));
    return bare ? text : "(" + text + ")";
  }

  std::string SpellBare(const Expr& e) {
    switch (e.op) {
      case Op::Call: {
        std::string text = e.text + "(";
        for (size_t i = 0; i < e.args.size(); ++i)
          text += (i > 0 ? "," + Blank() : Blank()) + Spell(e.args[i]) + Blank();
        return text + ")";
      }
      case Op::Not:
        return "!" + Blank() + Operand(e.args[0]);
      case Op::Star:
        return Operand(e.args[0], true) + (random_.OneIn(3) ? "[" + Blank() + "*]" : ".*");
      case Op::Index:
        return SpellIndex(e);
      case Op::And:
      case Op::Or: {
        std::string text = Operand(e.args[0]);
        for (size_t i = 1; i < e.args.size(); ++i)
          text += " " + Blank() + (e.op == Op::And ? "&&" : "||") + Blank() + Operand(e.args[i]);
        return text;
      }
      case Op::Equal:
        return Infix(e, "==");
      case Op::NotEqual:
        return Infix(e, "!=");
      case Op::Less:
        return Infix(e, "<");
      case Op::LessEqual:
        return Infix(e, "<=");
      case Op::Greater:
        return Infix(e, ">");
      case Op::GreaterEqual:
        return Infix(e, ">=");
      default:
        return Print(e);
    }
  }

  std::string Infix(const Expr& e, const std::string& symbol) {
    return Operand(e.args[0]) + Blank() + symbol + Blank() + Operand(e.args[1]);
  }

  std::string SpellIndex(const Expr& e) {
    const std::string base = Operand(e.args[0], true);
    const Expr& key = e.args[1];
    if (key.op == Op::String && expr::IsIdentifier(key.text) && !random_.OneIn(3)) return base + "." + key.text;
    return base + "[" + Blank() + Spell(key) + "]";
  }

  Random& random_;
};

std::vector<std::string> CodePoints(const std::string& text) {
  std::vector<std::string> result;
  for (size_t i = 0; i < text.size(); i += result.back().size()) result.push_back(text.substr(i, Utf8Length(text, i)));
  return result;
}

expr::Value RandomJson(Random& random, int depth) {
  switch (depth > 0 ? random.Below(8) : random.Below(4)) {
    case 0:
      return expr::Value();
    case 1:
      return expr::Value(random.OneIn(2));
    case 2:
      return expr::Value(std::floor(static_cast<double>(random.Below(4000)) - 1000) / (random.OneIn(2) ? 1 : 8));
    case 3:
      return expr::Value(random.Pick(kStrings));
    case 4:
    case 5: {
      std::vector<expr::Value> items;
      for (size_t n = random.Below(4); n > 0; --n) items.push_back(RandomJson(random, depth - 1));
      return expr::MakeArray(std::move(items));
    }
    default: {
      std::vector<std::pair<std::string, expr::Value>> entries;
      for (size_t n = random.Below(5); n > 0; --n)
        entries.emplace_back(random.Pick(kKeys), RandomJson(random, depth - 1));
      return expr::MakeObject(std::move(entries));
    }
  }
}

}  // namespace

Expr RandomExpr(Random& random, int depth) { return Trees(random, false).Any(depth); }

Expr RandomValidExpr(Random& random, int depth) { return Trees(random, true).Any(depth); }

std::string RandomSpelling(Random& random, const Expr& e) { return Speller(random).Spell(e); }

std::string Damage(Random& random, const std::string& text) {
  constexpr const char* kPieces[] = {"(", ")", "[",  "]",    ",",        ".",        "*",    "!",  "=", "==", "<",
                                     ">", "&", "&&", "|",    "||",       "'",        "''",   "\"", "-", "+",  " ",
                                     "a", "e", "x",  "true", "\xC3\xA9", "\xC2\xA0", "\x0B", "@",  "_", "1",  "."};
  if (text.find("\\ud") != std::string::npos) return text;  // half a surrogate pair is U+FFFD here, by decision 0010
  std::vector<std::string> points = CodePoints(text);
  for (size_t n = 1 + random.Below(3); n > 0 && !points.empty(); --n) {
    const auto at = points.begin() + static_cast<std::ptrdiff_t>(random.Below(points.size()));
    switch (random.Below(4)) {
      case 0:
        points.erase(at);
        break;
      case 1:
        points.insert(at, *at);
        break;
      case 2:
        std::swap(*at, points[random.Below(points.size())]);
        break;
      default:
        points.insert(at, random.Pick(kPieces));
        break;
    }
  }
  std::string out;
  for (const std::string& point : points) out += point;
  return out;
}

std::string RandomContexts(Random& random) {
  std::vector<std::pair<std::string, expr::Value>> contexts;
  for (const char* name : kContexts) contexts.emplace_back(name, RandomJson(random, 4));
  return PrintCompactJson(expr::MakeObject(std::move(contexts)));
}

}  // namespace sluice::property
