#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "compiler/base/check.h"

namespace sluice {

// An expected failure outside of source text: one clear sentence that says what was wrong and what to do.
struct Error {
  std::string message;
};

// A value or the reason why there is none. Reading the wrong side is a bug and aborts.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & {
    SLUICE_CHECK(ok(), error_text());
    return std::get<0>(state_);
  }
  const T& value() const& {
    SLUICE_CHECK(ok(), error_text());
    return std::get<0>(state_);
  }
  T&& value() && {
    SLUICE_CHECK(ok(), error_text());
    return std::get<0>(std::move(state_));
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Error& error() const {
    SLUICE_CHECK(!ok(), "error() of a value");
    return std::get<1>(state_);
  }

 private:
  std::string error_text() const { return ok() ? "" : std::get<1>(state_).message; }

  std::variant<T, Error> state_;
};

// Success or the reason of the failure.
class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(Error error) : error_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  const Error& error() const {
    SLUICE_CHECK(!ok(), "error() of success");
    return *error_;
  }

 private:
  std::optional<Error> error_;
};

}  // namespace sluice

#define SLUICE_CONCAT_INNER(a, b) a##b
#define SLUICE_CONCAT(a, b) SLUICE_CONCAT_INNER(a, b)

// SLUICE_ASSIGN(auto x, F()): takes the value of a Result, or returns its error from the enclosing function.
#define SLUICE_ASSIGN_IMPL(tmp, target, expression) \
  auto tmp = (expression);                          \
  if (!tmp.ok()) return tmp.error();                \
  target = std::move(tmp).value()
#define SLUICE_ASSIGN(target, expression) SLUICE_ASSIGN_IMPL(SLUICE_CONCAT(result_, __LINE__), target, expression)

// SLUICE_RETURN_IF_ERROR(F()): returns the error of a Status from the enclosing function.
#define SLUICE_RETURN_IF_ERROR(expression) \
  if (auto status_ = (expression); !status_.ok()) return status_.error()
