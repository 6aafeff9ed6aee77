#pragma once

#include <cstdint>
#include <functional>

namespace sluice {

// A typed index into the Store of the same tag. The default value means "none".
template <class Tag>
struct Id {
  int32_t index = -1;

  constexpr bool valid() const { return index >= 0; }
  constexpr explicit operator bool() const { return valid(); }
  friend constexpr bool operator==(Id, Id) = default;
  friend constexpr auto operator<=>(Id, Id) = default;
};

}  // namespace sluice

template <class Tag>
struct std::hash<sluice::Id<Tag>> {
  size_t operator()(sluice::Id<Tag> id) const noexcept { return std::hash<int32_t>()(id.index); }
};
