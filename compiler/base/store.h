#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "compiler/base/check.h"
#include "compiler/base/id.h"

namespace sluice {

// Owns values and hands out typed ids for them. References stay valid while the store grows.
template <class IdT, class T>
class Store {
 public:
  IdT Add(T value) {
    values_.push_back(std::move(value));
    return IdT{static_cast<int32_t>(values_.size()) - 1};
  }
  T& operator[](IdT id) {
    SLUICE_CHECK(Has(id), "id out of range");
    return values_[static_cast<size_t>(id.index)];
  }
  const T& operator[](IdT id) const {
    SLUICE_CHECK(Has(id), "id out of range");
    return values_[static_cast<size_t>(id.index)];
  }
  bool Has(IdT id) const { return id.index >= 0 && static_cast<size_t>(id.index) < values_.size(); }
  size_t size() const { return values_.size(); }
  auto begin() const { return values_.begin(); }
  auto end() const { return values_.end(); }

 private:
  std::deque<T> values_;
};

// A store of strings in which equal strings have equal ids. Views stay valid as long as the store.
template <class IdT>
class InternedStore {
 public:
  IdT Intern(std::string_view text) {
    if (auto it = ids_.find(text); it != ids_.end()) return it->second;
    IdT id = strings_.Add(std::string(text));
    ids_.emplace(strings_[id], id);
    return id;
  }
  std::string_view operator[](IdT id) const { return strings_[id]; }
  size_t size() const { return strings_.size(); }

 private:
  Store<IdT, std::string> strings_;
  std::unordered_map<std::string_view, IdT> ids_;
};

}  // namespace sluice
