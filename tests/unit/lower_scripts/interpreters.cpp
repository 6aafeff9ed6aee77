#include "tests/unit/lower_scripts/interpreters.h"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "compiler/base/temporary_folder.h"
#include "compiler/base/text.h"

namespace sluice::lower::scripts {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

// Runs programs in one process after the other: a fresh global scope each, so that nobody sees what another left.
constexpr std::string_view kPythonDriver = R"(import json, os, sys
cases = json.load(open("cases.json", encoding="utf-8"))
results = []
for case in cases:
    printed = []
    def show(*arguments):
        printed.append("%d" % len(arguments) + "".join("\x1e" + str(a) for a in arguments) + ("" if arguments else "\x1e") + "\x1f")
    for name, value in case["env"]:
        os.environ[name] = value
    try:
        exec(compile(case["script"], "case", "exec"), {"show": show, "__name__": "__main__"})
    except BaseException as error:
        printed.append(repr(error))
    for name, value in case["env"]:
        del os.environ[name]
    results.append("".join(printed))
json.dump(results, open("results.json", "w", encoding="utf-8"))
)";

// As actions/github-script does: the body of an async function.
constexpr std::string_view kNodeDriver = R"(const fs = require("fs");
const AsyncFunction = (async () => {}).constructor;
(async () => {
  const results = [];
  for (const one of JSON.parse(fs.readFileSync("cases.json", "utf8"))) {
    let printed = "";
    const show = (...all) => { printed += all.length + all.map((a) => "\x1e" + a).join("") + (all.length ? "" : "\x1e") + "\x1f"; };
    for (const [name, value] of one.env) process.env[name] = value;
    try { await new AsyncFunction("show", "require", one.script)(show, require); } catch (error) { printed += String(error); }
    for (const [name] of one.env) delete process.env[name];
    results.push(printed);
  }
  fs.writeFileSync("results.json", JSON.stringify(results));
})();
)";

constexpr std::string_view kPythonParser = R"(import json
results = []
for text in json.load(open("cases.json", encoding="utf-8")):
    try:
        compile(text, "case", "exec")
        results.append("")
    except SyntaxError as error:
        results.append(str(error))
json.dump(results, open("results.json", "w"))
)";
constexpr std::string_view kNodeParser = R"(const fs = require("fs");
const AsyncFunction = (async () => {}).constructor;
fs.writeFileSync("results.json", JSON.stringify(JSON.parse(fs.readFileSync("cases.json", "utf8")).map((text) => {
  try { new AsyncFunction(text); return ""; } catch (error) { return String(error); }
})));
)";

std::string ReadAll(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

// What the driver says of the cases, in a scratch folder; empty when it did not run.
std::vector<std::string> Drive(Shell language, std::string_view driver, const Json& cases, bool& injected) {
  const TemporaryFolder scratch("programs");
  if (!scratch.ok()) return {};
  const fs::path folder = scratch.path();
  std::ofstream(folder / "driver", std::ios::binary) << driver;
  std::ofstream(folder / "cases.json", std::ios::binary) << cases.dump(-1, ' ', false, Json::error_handler_t::replace);
  const std::vector<std::string> programs = InterpretersFor(language);
  std::vector<std::string> results;
  if (!programs.empty()) {
    const std::string command =
        fmt::format("cd {} && PYTHONWARNINGS=ignore timeout 100 {} driver < /dev/null", folder.string(), programs[0]);
    if (std::system(command.c_str()) == 0)
      for (const Json& one : Json::parse(ReadAll(folder / "results.json"))) results.push_back(one.get<std::string>());
  }
  injected = fs::exists(folder / "x");
  return results;
}

std::string Readable(std::string text) {
  for (const auto& [from, to] : {std::pair("\036", "<"), std::pair("\037", ">"), std::pair("\n", "\\n")})
    text = ReplaceAll(text, from, to);
  return text;
}

}  // namespace

std::vector<std::string> InterpretersFor(Shell language) {
  const std::string name = language == Shell::Python ? "python3" : language == Shell::JavaScript ? "node" : "";
  if (name.empty() || std::system(("command -v " + name + " > /dev/null").c_str()) != 0) return {};
  return {name};
}

std::vector<std::string> RunPrograms(Shell language, const std::vector<Case>& cases) {
  Json json = Json::array();
  for (const Case& one : cases) json.push_back({{"script", one.script}, {"env", one.env}});
  bool injected = false;
  const std::vector<std::string> results =
      Drive(language, language == Shell::Python ? kPythonDriver : kNodeDriver, json, injected);
  if (results.size() != cases.size()) return {"the programs did not run"};
  std::vector<std::string> wrong;
  for (size_t i = 0; i < cases.size(); ++i)
    if (results[i] != cases[i].expected)
      wrong.push_back(fmt::format("{}\n  program:  {}\n  expected: {}\n  printed:  {}", cases[i].name,
                                  Readable(cases[i].script), Readable(cases[i].expected), Readable(results[i])));
  if (injected) wrong.emplace_back("a value was run: the file x is there");
  return wrong;
}

std::vector<std::string> Unparsable(Shell language, const std::vector<std::string>& programs) {
  bool injected = false;
  const std::vector<std::string> results =
      Drive(language, language == Shell::Python ? kPythonParser : kNodeParser, programs, injected);
  if (results.size() != programs.size()) return {"the parser did not run"};
  std::vector<std::string> wrong;
  for (size_t i = 0; i < programs.size(); ++i)
    if (!results[i].empty()) wrong.push_back(fmt::format("{}: {}", i, results[i]));
  return wrong;
}

}  // namespace sluice::lower::scripts
