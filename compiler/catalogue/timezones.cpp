#include "compiler/catalogue/timezones.h"

#include <algorithm>
#include <span>

#include "compiler/base/embedded.h"
#include "compiler/base/text.h"

namespace sluice::catalogue {

std::span<const EmbeddedFile> CatalogueFiles();  // generated from data/*.tsv

const std::vector<std::string>& TimeZones() {
  static const std::vector<std::string>& zones = *[] {
    auto* names = new std::vector<std::string>();
    for (const EmbeddedFile& file : CatalogueFiles())
      if (file.name == "timezones")
        for (const std::string_view line : SplitString(file.content, '\n'))
          if (!line.empty() && !line.starts_with('#')) names->emplace_back(line);
    return names;
  }();
  return zones;
}

bool IsTimeZone(std::string_view name) { return std::ranges::find(TimeZones(), name) != TimeZones().end(); }

}  // namespace sluice::catalogue
