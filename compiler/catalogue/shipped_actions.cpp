#include "compiler/catalogue/shipped_actions.h"

#include <algorithm>
#include <span>
#include <vector>

#include "compiler/base/embedded.h"
#include "compiler/base/text.h"

namespace sluice::catalogue {

std::span<const EmbeddedFile> CatalogueFiles();  // generated from data/*.tsv

namespace {

using Fields = std::vector<std::string_view>;

std::string_view FileText(std::string_view name) {
  for (const EmbeddedFile& file : CatalogueFiles())
    if (file.name == name) return file.content;
  return {};
}

// Takes the next line off the front.
std::string_view NextLine(std::string_view& text) {
  const size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

Fields List(std::string_view text, char separator = ',') {
  return text.empty() ? Fields() : SplitString(text, separator);
}

bool Has(const Fields& list, std::string_view name) { return std::ranges::find(list, name) != list.end(); }

// `owner/repo` of `owner/repo/path`.
std::string_view Repository(std::string_view uses) {
  const size_t slash = uses.find('/');
  return uses.substr(0, slash == std::string_view::npos ? slash : uses.find('/', slash + 1));
}

// The lines of an action: its own, then its variants.
struct Entry {
  Fields own;
  std::vector<Fields> variants;
};

// Every use of every pipeline asks, so only the lines of the action itself are taken apart.
std::optional<Entry> FindEntry(std::string_view uses) {
  std::string_view text = FileText("actions");
  std::optional<Entry> entry;
  while (!text.empty()) {
    const std::string_view line = NextLine(text);
    if (line.starts_with("A\t")) {
      if (entry) return entry;
      if (!EqualsIgnoreCase(line.substr(2, line.find('\t', 2) - 2), uses)) continue;
      if (Fields own = SplitString(line, '\t'); own.size() == 8) entry.emplace().own = std::move(own);
    } else if (entry && line.starts_with("V\t")) {
      if (Fields variant = SplitString(line, '\t'); variant.size() == 8) entry->variants.push_back(std::move(variant));
    }
  }
  return entry;
}

// The name that an action has today, or the nearest that is known.
std::string NearestAction(std::string_view uses) {
  std::vector<std::string> names;
  std::string_view text = FileText("actions");
  while (!text.empty()) {
    const Fields fields = SplitString(NextLine(text), '\t');
    if (fields[0] == "R" && fields.size() == 3 && EqualsIgnoreCase(fields[1], uses)) return std::string(fields[2]);
    if (fields[0] == "A" && fields.size() > 1) names.emplace_back(fields[1]);
  }
  return DidYouMean(uses, names).value_or("");
}

// What is known about a ref of a repository.
struct Commit {
  std::string_view sha;
  std::string_view version;  // the most exact tag of the commit; empty: none
  bool branch = false;
};

std::optional<Commit> FindCommit(std::string_view repository, std::string_view ref, std::vector<std::string>& tags) {
  std::string_view text = FileText("tags");
  bool inside = false;
  std::optional<Commit> branch;
  while (!text.empty()) {
    const std::string_view line = NextLine(text);
    if (line.starts_with("= ")) {
      if (inside) break;
      inside = EqualsIgnoreCase(line.substr(2), repository);
    } else if (inside && line.starts_with("~ ")) {
      const Fields fields = SplitString(line, ' ');
      if (fields[2] == ref) branch = Commit{fields[1], {}, true};
    } else if (inside) {
      const Fields fields = SplitString(line, ' ');
      if (fields[0] == ref || Has(fields, ref)) return Commit{fields[0], fields[1], false};
      for (size_t i = 1; i < fields.size(); ++i) tags.emplace_back(fields[i]);
    }
  }
  if (!branch) return std::nullopt;
  std::vector<std::string> none;
  if (const auto tagged = FindCommit(repository, branch->sha, none)) branch->version = tagged->version;
  return branch;
}

std::vector<PermissionGrant> ReadGrants(std::string_view text) {
  std::vector<PermissionGrant> grants;
  if (text == "{}") return grants;
  for (const std::string_view pair : List(text)) {
    const size_t equals = pair.find('=');
    grants.push_back({std::string(pair.substr(0, equals)), std::string(pair.substr(equals + 1))});
  }
  return grants;
}

ActionPin ReadSignature(const Fields& own) {
  ActionPin pin;
  pin.uses = own[1];
  pin.runtime = own[3];
  if (own[4] != "-") pin.permissions = ReadGrants(own[4]);
  for (const std::string_view text : List(own[5], '|'))
    if (auto conditional = ParseConditionalPermissions(text)) pin.permissions_if.push_back(std::move(*conditional));
  for (const std::string_view output : List(own[6])) pin.outputs.emplace_back(output);
  for (const std::string_view pair : List(own[7], ';')) {
    const size_t equals = pair.find('=');
    auto input = ParseInputKind(pair.substr(equals + 1));
    if (!input) continue;
    input->name = pair.substr(0, equals);
    pin.inputs.push_back(std::move(*input));
  }
  return pin;
}

// Turns the signature of the newest version into that of another one.
void Vary(ActionPin& pin, const Fields& variant) {
  pin.runtime = variant[2];
  const Fields lacks = List(variant[3]), required = List(variant[5]), lacks_outputs = List(variant[6]);
  std::erase_if(pin.inputs, [&](const ActionInput& input) { return Has(lacks, input.name); });
  for (const std::string_view name : List(variant[4]))
    pin.inputs.push_back({std::string(name), InputKind::String, {}, false, false});
  for (ActionInput& input : pin.inputs) input.required = Has(required, input.name);
  std::erase_if(pin.outputs, [&](const std::string& output) { return Has(lacks_outputs, output); });
  for (const std::string_view name : List(variant[7])) pin.outputs.emplace_back(name);
  std::ranges::sort(pin.inputs, {}, &ActionInput::name);
  std::ranges::sort(pin.outputs);
  std::erase_if(pin.permissions_if, [&](const ConditionalPermissions& c) { return pin.FindInput(c.input) == nullptr; });
}

}  // namespace

Resolution ResolveAction(std::string_view uses, std::string_view ref) {
  Resolution out;
  const auto entry = FindEntry(uses);
  if (!entry) {
    out.problem = Resolution::Problem::UnknownAction;
    out.nearest = NearestAction(uses);
    return out;
  }
  std::vector<std::string> tags;
  const auto commit = FindCommit(Repository(uses), ref, tags);
  if (!commit) {
    out.problem = Resolution::Problem::UnknownRef;
    out.nearest = DidYouMean(ref, tags).value_or(NewestMajor(uses));
    return out;
  }
  if (commit->version.empty()) {
    out.problem = Resolution::Problem::Branch;
    out.nearest = NewestMajor(uses);
    return out;
  }
  out.pin = ReadSignature(entry->own);
  out.pin.ref = ref;
  out.pin.sha = commit->sha;
  out.pin.version = commit->version;
  const Fields* variant = nullptr;
  for (const Fields& row : entry->variants)
    if (row[1] == ref) variant = &row;
  const std::string major = MajorOf(commit->version);
  for (const Fields& row : entry->variants)
    if (variant == nullptr && row[1] == major && major != MajorOf(entry->own[2])) variant = &row;
  if (variant != nullptr) Vary(out.pin, *variant);
  return out;
}

std::string NewestMajor(std::string_view uses) {
  const auto entry = FindEntry(uses);
  if (!entry) return "";
  const std::string major = MajorOf(entry->own[2]);
  std::vector<std::string> tags;
  const bool tagged = !major.empty() && FindCommit(Repository(uses), major, tags);
  return tagged ? major : std::string(entry->own[2]);
}

}  // namespace sluice::catalogue
