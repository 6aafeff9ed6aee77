#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <variant>

// Answers of machines that are not ours.
namespace sluice::fetch {

// How long one program may take, and how often the network is tried.
struct Patience {
  std::chrono::milliseconds time{20'000};
  int attempts = 3;
  std::chrono::milliseconds pause{500};  // before the second attempt; doubles
};

// Why there is no answer. `Missing`: the other side says that it has no such thing (or shows it to nobody);
// `Unreachable`: it did not answer; `Refused`: everything else.
struct Trouble {
  enum class Kind : unsigned char { Missing, Unreachable, Refused };
  Kind kind = Kind::Refused;
  std::string message;  // one sentence
};

template <class T>
class [[nodiscard]] Outcome {
 public:
  Outcome(T value) : state_(std::move(value)) {}            // NOLINT(google-explicit-constructor)
  Outcome(Trouble trouble) : state_(std::move(trouble)) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return state_.index() == 0; }
  T& operator*() { return std::get<0>(state_); }
  const T& operator*() const { return std::get<0>(state_); }
  T* operator->() { return &std::get<0>(state_); }
  const T* operator->() const { return &std::get<0>(state_); }
  const Trouble& trouble() const { return std::get<1>(state_); }

 private:
  std::variant<T, Trouble> state_;
};

}  // namespace sluice::fetch
