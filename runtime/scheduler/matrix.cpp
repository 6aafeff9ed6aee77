#include "runtime/scheduler/matrix.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "compiler/base/text.h"

namespace sluice::scheduler {
namespace {

using expr::Kind;
using expr::Object;
using expr::Value;

struct Draft {
  Object values;
  size_t axes = 0;  // how many entries come from the axes: `include` must not change those
};

// Deep equality of constants as `exclude` and `include` need it: strings ignore case as `==` does.
bool SameValue(const Value& a, const Value& b) {
  const bool structured = a.kind() == Kind::Array || a.kind() == Kind::Object;
  if (structured != (b.kind() == Kind::Array || b.kind() == Kind::Object)) return false;
  if (!structured) {
    if (a.kind() == b.kind() && a.kind() == Kind::Number) return a.number() == b.number();
    return EqualsIgnoreCase(expr::ToText(a), expr::ToText(b));
  }
  if (a.kind() != b.kind()) return false;
  if (a.kind() == Kind::Array) return std::ranges::equal(a.array()->items, b.array()->items, SameValue);
  if (a.object()->entries.size() != b.object()->entries.size()) return false;
  return RowMatches(a, b);
}

bool Matches(const Object& row, const Object& filter) {
  return std::ranges::all_of(filter.entries, [&](const auto& entry) {
    const Value* found = row.Find(entry.first);
    if (found == nullptr) return false;
    if (found->kind() == Kind::Object && entry.second.kind() == Kind::Object)
      return Matches(*found->object(), *entry.second.object());
    return SameValue(*found, entry.second);
  });
}

Result<std::vector<Value>> ListOf(const Object& matrix, std::string_view key) {
  const Value* found = matrix.Find(key);
  if (found == nullptr || found->kind() == Kind::Null) return std::vector<Value>{};
  if (found->kind() != Kind::Array) return Error{fmt::format("`matrix.{}` must be a list of mappings", key)};
  for (const Value& item : found->array()->items)
    if (item.kind() != Kind::Object) return Error{fmt::format("each item of `matrix.{}` must be a mapping", key)};
  return found->array()->items;
}

bool IsRule(std::string_view key) { return EqualsIgnoreCase(key, "include") || EqualsIgnoreCase(key, "exclude"); }

Error TooMany() {
  return Error{fmt::format("the matrix has more than {} rows, which is GitHub's limit: shorten an axis or exclude rows",
                           kMaxRows)};
}

Result<std::vector<Draft>> Product(const Object& matrix, const std::vector<Value>& exclude) {
  std::vector<Draft> drafts;
  bool any = false;
  for (const auto& [axis, values] : matrix.entries) {
    if (IsRule(axis)) continue;
    if (values.kind() != Kind::Array)
      return Error{fmt::format("the matrix axis `{}` must be a list, but is {}", axis,
                               values.kind() == Kind::Null ? "empty" : "a single value")};
    if (values.array()->items.empty()) return Error{fmt::format("the matrix axis `{}` has no values", axis)};
    if (!any) drafts.emplace_back();
    any = true;
    // Excluded rows do not count for the limit, but nobody means a product beyond this.
    if (drafts.size() * values.array()->items.size() > kMaxRows * 256) return TooMany();
    std::vector<Draft> longer;
    for (const Draft& draft : drafts) {
      for (const Value& value : values.array()->items) {
        longer.push_back(draft);
        longer.back().values.entries.emplace_back(axis, value);
      }
    }
    drafts = std::move(longer);
  }
  std::erase_if(drafts, [&](const Draft& draft) {
    return std::ranges::any_of(exclude, [&](const Value& rule) { return Matches(draft.values, *rule.object()); });
  });
  for (Draft& draft : drafts) draft.axes = draft.values.entries.size();
  return drafts;
}

// An include fits a row when it contradicts none of the row's own axes.
bool Fits(const Draft& draft, const Object& include) {
  for (size_t i = 0; i < draft.axes; ++i) {
    const auto& [axis, value] = draft.values.entries[i];
    if (const Value* wanted = include.Find(axis); wanted != nullptr && !SameValue(*wanted, value)) return false;
  }
  return true;
}

void Include(std::vector<Draft>& drafts, const std::vector<Value>& rules) {
  const size_t originals = drafts.size();
  for (const Value& rule : rules) {
    bool used = false;
    for (size_t i = 0; i < originals; ++i) {
      Draft& draft = drafts[i];
      if (!Fits(draft, *rule.object())) continue;
      used = true;
      for (const auto& [key, value] : rule.object()->entries) {
        const auto own = draft.values.entries.begin() + static_cast<std::ptrdiff_t>(draft.axes);
        const bool is_axis = std::any_of(draft.values.entries.begin(), own,
                                         [&, name = &key](const auto& e) { return EqualsIgnoreCase(e.first, *name); });
        if (!is_axis) draft.values.Set(key, value);
      }
    }
    if (!used) drafts.push_back({*rule.object(), 0});
  }
}

// What GitHub shows of a value: scalars, and the scalars inside lists and mappings.
void Show(const Value& value, std::vector<std::string>& shown) {
  if (value.kind() == Kind::Array) {
    for (const Value& item : value.array()->items) Show(item, shown);
  } else if (value.kind() == Kind::Object) {
    for (const auto& [key, item] : value.object()->entries) Show(item, shown);
  } else if (std::string text = expr::ToText(value); !text.empty()) {
    shown.push_back(std::move(text));
  }
}

}  // namespace

Result<std::vector<Row>> Expand(const Value& matrix) {
  if (matrix.kind() != Kind::Object) return Error{"`matrix` must be a mapping of axes to lists"};
  SLUICE_ASSIGN(const std::vector<Value> include, ListOf(*matrix.object(), "include"));
  SLUICE_ASSIGN(const std::vector<Value> exclude, ListOf(*matrix.object(), "exclude"));
  SLUICE_ASSIGN(std::vector<Draft> drafts, Product(*matrix.object(), exclude));
  Include(drafts, include);
  if (drafts.empty()) return Error{"the matrix has no rows: everything is excluded"};
  if (drafts.size() > kMaxRows) return TooMany();
  std::vector<Row> rows;
  for (Draft& draft : drafts) {
    Row row;
    for (const auto& [key, value] : draft.values.entries) Show(value, row.shown);
    row.values = Value(std::make_shared<const Object>(std::move(draft.values)));
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string RowName(const std::string& job, const Row& row) {
  if (row.shown.empty()) return job;
  std::string name = fmt::format("{} ({})", job, fmt::join(row.shown, ", "));
  constexpr size_t kLongest = 100;
  if (CountCodePoints(name) <= kLongest) return name;
  size_t end = 0;
  for (size_t points = 0; points + 3 < kLongest; ++points) end += Utf8Length(name, end);
  return name.substr(0, end) + "...";
}

bool RowMatches(const Value& row, const Value& filter) {
  if (row.kind() != Kind::Object || filter.kind() != Kind::Object) return false;
  return Matches(*row.object(), *filter.object());
}

}  // namespace sluice::scheduler
