#include "compiler/import/matrix_rows.h"

#include <algorithm>

#include "compiler/base/text.h"

namespace sluice::import {
namespace {

using model::Value;

constexpr size_t kMostRows = 1024;  // GitHub's limit is 256; more is not worth reading

Value* FindCell(Row& row, const std::string& name) {
  for (auto& [key, value] : row.cells)
    if (EqualsIgnoreCase(key, name)) return &value;
  return nullptr;
}

// Does the row have every value of the entry? `partly`: keys that the row lacks do not matter.
bool Matches(Row& row, const Value& entry, const std::vector<std::string>& axes, bool partly) {
  return std::ranges::all_of(entry.entries, [&](const auto& cell) {
    const bool axis =
        std::ranges::any_of(axes, [&](const auto& name) { return EqualsIgnoreCase(name, cell.first.text); });
    if (partly && !axis) return true;
    const Value* mine = FindCell(row, cell.first.text);
    return mine != nullptr && *mine == cell.second;
  });
}

void Include(const Value& entry, const std::vector<std::string>& axes, size_t originals, std::vector<Row>& rows) {
  bool added = false;
  for (size_t i = 0; i < originals; ++i) {
    if (!Matches(rows[i], entry, axes, true)) continue;
    added = true;
    for (const auto& [key, value] : entry.entries) {
      if (Value* mine = FindCell(rows[i], key.text))
        *mine = value;
      else
        rows[i].cells.emplace_back(key.text, value);
    }
  }
  if (added) return;
  Row row;
  for (const auto& [key, value] : entry.entries) row.cells.emplace_back(key.text, value);
  rows.push_back(std::move(row));
}

}  // namespace

const Value* Row::Find(const std::string& name) const {
  for (const auto& [key, value] : cells)
    if (EqualsIgnoreCase(key, name)) return &value;
  return nullptr;
}

std::optional<std::vector<Row>> ExpandMatrix(const Value& matrix) {
  if (!matrix.is(Value::Kind::Map) || !matrix.constant()) return std::nullopt;
  std::vector<Row> rows;
  std::vector<std::string> axes;
  for (const auto& [key, values] : matrix.entries) {
    if (key.text == "include" || key.text == "exclude") continue;
    if (!values.is(Value::Kind::List)) return std::nullopt;
    if (axes.empty()) rows.emplace_back();
    axes.push_back(key.text);
    std::vector<Row> longer;
    for (const Row& row : rows)
      for (const Value& value : values.items) {
        longer.push_back(row);
        longer.back().cells.emplace_back(key.text, value);
        if (longer.size() > kMostRows) return std::nullopt;
      }
    rows = std::move(longer);
  }
  if (const Value* exclude = matrix.Find("exclude"))
    for (const Value& entry : exclude->items)
      std::erase_if(rows, [&](Row& row) { return Matches(row, entry, axes, false); });
  const size_t originals = rows.size();
  if (const Value* include = matrix.Find("include"))
    for (const Value& entry : include->items) {
      if (!entry.is(Value::Kind::Map)) return std::nullopt;
      Include(entry, axes, originals, rows);
    }
  return rows;
}

}  // namespace sluice::import
