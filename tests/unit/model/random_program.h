#pragma once

#include <random>
#include <string>

#include "compiler/model/fields.h"

namespace sluice::model {

// Fills every member that fields.h knows with something random, so that a member which a reader or writer forgets shows.
// Ids point into a program of `kCount` pipelines, jobs, steps and transfers.
class RandomFill {
 public:
  static constexpr int kCount = 6;
  explicit RandomFill(uint64_t seed) : engine_(seed) {}

  template <class M, class... Default>
  void operator()(const char*, M& member, Default...) {
    Fill(member);
  }

  Program MakeProgram() {
    Program program;
    for (int i = 0; i < kCount; ++i) {
      program.pipelines.Add(Make<Pipeline>());
      program.jobs.Add(Make<Job>());
      program.steps.Add(Make<Step>());
      program.transfers.Add(Make<Transfer>());
    }
    return program;
  }

 private:
  size_t Roll(size_t sides) { return std::uniform_int_distribution<size_t>(0, sides - 1)(engine_); }

  template <class T>
  T Make() {
    T value;
    Fill(value);
    return value;
  }

  void Fill(bool& value) { value = Roll(2) == 0; }
  void Fill(double& value) {
    static constexpr double kHostile[] = {0, -0.0, 1.5, -1e300, 5e-324, 1e21, 123456789012345680.0};
    value = kHostile[Roll(std::size(kHostile))];
  }
  void Fill(std::string& text) {
    static const char* const kPieces[] = {"a", "\"",     "\\",       "\n", "\r\t", "${{",
                                          "é", "\u2028", "\x01\x7f", "😀",  " ",    "Z"};
    text.clear();
    for (size_t n = Roll(5); n > 0; --n) text += kPieces[Roll(std::size(kPieces))];
  }
  template <class E>
  requires std::is_enum_v<E>
  void Fill(E& value) {
    // Values and expressions are made below, where their kinds fit their members; three is in range for the others.
    value = static_cast<E>(Roll(3));
  }
  template <class Tag>
  void Fill(Id<Tag>& id) {
    id.index = static_cast<int32_t>(Roll(kCount));
  }
  void Fill(Span& span) {
    span.begin = Roll(3) == 0 ? 0 : static_cast<uint32_t>(1 + Roll(1000));
    span.end = span.begin == 0 ? 0 : span.begin + static_cast<uint32_t>(Roll(50)) + 1;
  }
  template <class T>
  void Fill(std::optional<T>& value) {
    value.reset();
    if (Roll(2) == 0) Fill(value.emplace());
  }
  template <class T>
  void Fill(std::vector<T>& items) {
    items.clear();
    if (depth_ > 3) return;
    ++depth_;
    for (size_t n = Roll(3); n > 0; --n) Fill(items.emplace_back());
    --depth_;
  }
  template <class A, class B>
  void Fill(std::pair<A, B>& pair) {
    Fill(pair.first);
    Fill(pair.second);
  }

  void Fill(Expr& e) {
    switch (Roll(depth_ > 3 ? 4 : 8)) {
      case 0:
        e = expr::Null();
        break;
      case 1:
        e = expr::Boolean(Roll(2) == 0);
        break;
      case 2:
        e = expr::Number(Make<double>());
        break;
      case 3:
        e = expr::String(Make<std::string>());
        break;
      case 4:
        e = expr::Path("github.event.ref");
        break;
      case 5:
        e = expr::Call("success", Make<std::vector<Expr>>());
        break;
      case 6:
        e = expr::Not(Make<Expr>());
        break;
      default:
        e = expr::Binary(expr::Op::Less, expr::Name("needs"), expr::String("x"));
        break;
    }
  }

  void Fill(Value& value) {
    ++depth_;
    switch (Roll(depth_ > 4 ? 6 : 8)) {
      case 0:
        value = Value::Null();
        break;
      case 1:
        value = Value::Boolean(Roll(2) == 0);
        break;
      case 2:
        value = Value::Number(Make<double>(), Make<std::string>());
        break;
      case 3:
        value = Value::String(Make<std::string>());
        break;
      case 4:
        value = Value::Expression(Make<Expr>(), Make<std::string>());
        break;
      case 5:
        value = Value::Text({{"a", {}, {}}, {"", Make<Expr>(), Make<std::string>()}, {Make<std::string>(), {}, {}}});
        break;
      case 6:
        value = Value::List(Make<std::vector<Value>>());
        break;
      default:
        value = Value::Map(Make<std::vector<std::pair<Value, Value>>>());
        break;
    }
    Fill(value.origin);
    --depth_;
  }

  template <size_t I = 0>
  void FillBody(StepBody& body, size_t index) {
    if constexpr (I < std::variant_size_v<StepBody>) {
      if (index == I)
        Fill(body.emplace<I>());
      else
        FillBody<I + 1>(body, index);
    }
  }
  void Fill(StepBody& body) { FillBody(body, Roll(std::variant_size_v<StepBody>)); }

  template <HasFields T>
  requires(!std::same_as<T, Value>) void Fill(T& item) {
    ++depth_;
    Fields(*this, item);
    --depth_;
  }

  std::mt19937_64 engine_;
  int depth_ = 0;
};

}  // namespace sluice::model
