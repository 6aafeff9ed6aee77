// Which keys of GitHub's workflow schema can be written from `.pipe`: every key is emitted by one of the programs in
// tests/testdata/schema_keys, or stands in exceptions.txt there. The list of exceptions only shrinks: a key in it that
// some program emits fails the test. SLUICE_UPDATE=1 writes the list and table.txt, which key comes from which program.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "compiler/catalogue/workflow_schema.h"
#include "compiler/load/yaml_tree.h"
#include "tests/unit/compile/compile_text.h"

namespace sluice::compile {
namespace {

namespace fs = std::filesystem;
using catalogue::Definition;
using load::YamlNode;

const fs::path kFolder = SLUICE_SOURCE_DIR "/tests/testdata/schema_keys";

std::string ReadText(const fs::path& path) {
  std::ifstream in(path);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::set<std::string> Lines(const fs::path& path) {
  std::set<std::string> lines;
  std::istringstream in(ReadText(path));
  for (std::string line; std::getline(in, line);)
    if (!line.empty() && line[0] != '#') lines.insert(line);
  return lines;
}

// All known keys: `definition.key`.
std::set<std::string> AllKeys() {
  std::set<std::string> keys, seen;
  std::vector<const Definition*> todo{&catalogue::WorkflowRoot()};
  const auto add = [&](int definition) {
    if (definition >= 0) todo.push_back(&catalogue::DefinitionAt(definition));
  };
  while (!todo.empty()) {
    const Definition* next = todo.back();
    todo.pop_back();
    if (!seen.insert(std::string(next->name)).second) continue;
    if (next->kind == catalogue::Kind::OneOf) {
      for (const Definition* each : catalogue::Alternatives(*next)) todo.push_back(each);
      continue;
    }
    add(next->loose_value);
    if (next->kind != catalogue::Kind::Mapping) continue;
    for (const catalogue::Property& property : catalogue::Properties(*next)) {
      keys.insert(std::string(next->name) + "." + std::string(property.name));
      add(property.definition);
    }
  }
  return keys;
}

bool Fits(const YamlNode& node, const Definition& mapping) {
  return std::ranges::all_of(node.entries, [&](const auto& entry) {
    return catalogue::FindProperty(mapping, entry.first->text) != nullptr || mapping.loose_key >= 0;
  });
}

void Mark(const YamlNode& node, const Definition& definition, std::set<std::string>& used) {
  for (const Definition* each : catalogue::Alternatives(definition)) {
    if (each->kind == catalogue::Kind::Sequence && node.kind == YamlNode::Kind::List)
      for (const YamlNode* item : node.items) Mark(*item, catalogue::DefinitionAt(each->loose_value), used);
    if (each->kind != catalogue::Kind::Mapping || node.kind != YamlNode::Kind::Map || !Fits(node, *each)) continue;
    for (const auto& [key, value] : node.entries) {
      const catalogue::Property* property = catalogue::FindProperty(*each, key->text);
      if (property != nullptr) used.insert(std::string(each->name) + "." + key->text);
      const int below = property != nullptr ? property->definition : each->loose_value;
      if (below >= 0) Mark(*value, catalogue::DefinitionAt(below), used);
    }
  }
}

// The keys of everything that one program emits.
std::set<std::string> KeysOf(const fs::path& program) {
  std::set<std::string> used;
  const Compilation built = CompileText({{"p.pipe", ReadText(program)},
                                         {".github/workflows/called.yml", ReadText(kFolder / "called.yml")},
                                         {"sluice.lock", SmallLock()}});
  EXPECT_EQ(built.messages.find("error["), std::string::npos) << program << "\n" << built.messages;
  EXPECT_FALSE(built.outputs.empty()) << program;
  for (const auto& [path, text] : built.outputs) {
    source::SourceMap sources;
    diagnostics::Sink sink;
    const auto document = load::ReadYaml(sources, sources.Add(path, text), sink);
    EXPECT_TRUE(document && document->root != nullptr) << text;
    if (document && document->root != nullptr) Mark(*document->root, catalogue::WorkflowRoot(), used);
  }
  return used;
}

TEST(SchemaKeysTest, EveryKeyIsEmittedBySomeProgram) {
  std::map<std::string, std::string> from;
  for (const auto& entry : fs::directory_iterator(kFolder)) {
    if (entry.path().extension() != ".pipe") continue;
    const std::string name = entry.path().filename().string();
    for (const std::string& key : KeysOf(entry.path())) {
      std::string& program = from[key];
      if (program.empty() || name < program) program = name;
    }
  }
  const std::set<std::string> all = AllKeys();
  std::string missing, table;
  for (const std::string& key : all)
    (from.contains(key) ? table : missing) += key + (from.contains(key) ? " " + from[key] : "") + "\n";
  if (std::getenv("SLUICE_UPDATE") != nullptr) {
    std::ofstream(kFolder / "exceptions.txt") << "# Keys that no program emits yet. This list only shrinks.\n"
                                              << missing;
    std::ofstream(kFolder / "table.txt") << "# Which program emits which key of GitHub's workflow schema.\n" << table;
  }
  const std::set<std::string> exceptions = Lines(kFolder / "exceptions.txt");
  for (const std::string& key : all)
    EXPECT_TRUE(from.contains(key) || exceptions.contains(key)) << "no program emits `" << key << "`";
  for (const std::string& key : exceptions) {
    EXPECT_TRUE(all.contains(key)) << "GitHub has no key `" << key << "`: remove it from exceptions.txt";
    EXPECT_FALSE(from.contains(key)) << from[key] << " emits `" << key << "`: remove it from exceptions.txt";
  }
  RecordProperty("keys", static_cast<int>(all.size()));
  RecordProperty("emitted", static_cast<int>(from.size()));
  printf("schema keys emitted from .pipe: %zu of %zu\n", from.size(), all.size());
}

}  // namespace
}  // namespace sluice::compile
