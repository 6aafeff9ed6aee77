#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "compiler/catalogue/lock.h"

// The catalogue of actions that comes with Sluice: data/actions.tsv and data/tags.tsv, made by tools/make_catalogue.py.
namespace sluice::catalogue {

struct Resolution {
  enum class Problem : uint8_t {
    None,
    UnknownAction,  // nearest: the name of one that is known
    UnknownRef,     // nearest: a ref of it that is known
    Branch,         // a branch whose commit has no tag; nearest: the newest major
  };
  Problem problem = Problem::None;
  ActionPin pin;  // with Problem::None
  std::string nearest;
};

// The commit and signature of `uses A@R`. R is a tag, a branch or a whole SHA; the pin keeps R as its ref.
Resolution ResolveAction(std::string_view uses, std::string_view ref);

// The newest major of an action as a ref: "v8". Empty for an unknown action.
std::string NewestMajor(std::string_view uses);

}  // namespace sluice::catalogue
