#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <map>
#include <sstream>
#include <string>
#include <system_error>
#include <vector>

#include "cli/command.h"
#include "compiler/base/text.h"

namespace sluice::cli {
namespace {

void AddGlobals(CLI::App& app, Globals& globals) {
  static const std::map<std::string, Color> kColors{
      {"auto", Color::Auto}, {"always", Color::Always}, {"never", Color::Never}};
  app.add_option("-C", globals.directory, "Work as if started in DIR")->type_name("DIR");
  app.add_option("--color", globals.color, "Colour the output: auto, always, never")
      ->transform(CLI::Transformer(kColors).description(""))  // else it lists the numbers behind the words
      ->type_name("WHEN");
  app.add_flag("-q,--quiet", globals.quiet, "Only errors and results");
  app.add_flag("-v,--verbose", globals.verbose, "Say more");
}

std::vector<std::string> CommandNames(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(command->get_name());
  return names;
}

std::vector<std::string> FlagNames(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options())
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  return names;
}

// One clear sentence for a bad use, with the nearest right word.
int ExplainBadUse(const CLI::App& app, const CLI::ParseError& error, const std::vector<std::string>& arguments) {
  const CLI::App* command = &app;
  for (const CLI::App* used : app.get_subcommands()) command = used;
  for (const std::string& argument : arguments) {
    if (argument == "--") break;
    const bool flag = argument.starts_with("--");
    if (!flag && command != &app) continue;
    if (!flag && argument.starts_with("-")) continue;
    const std::string name = argument.substr(0, argument.find('='));
    std::vector<std::string> known = flag ? FlagNames(*command) : CommandNames(app);
    if (flag)
      for (std::string& global : FlagNames(app)) known.push_back(std::move(global));
    if (std::ranges::find(known, name) != known.end()) continue;
    const std::string what = flag ? "flag" : "command";
    if (auto nearest = DidYouMean(name, known))
      return Fail(fmt::format("there is no {} `{}`: did you mean `{}`?", what, name, *nearest));
    return Fail(fmt::format("there is no {} `{}`: `sluice {}--help` lists them", what, name,
                            command == &app ? "" : command->get_name() + " "));
  }
  std::string message = error.what();
  if (message == "A subcommand is required") message = "say what to do: `sluice --help` lists the commands";
  return Fail(message);
}

// `sluice --version --json`, in either order.
bool IsMachineVersion(const std::vector<std::string>& arguments) {
  return arguments.size() == 2 && std::ranges::find(arguments, "--version") != arguments.end() &&
         std::ranges::find(arguments, "--json") != arguments.end();
}

// `code`, if what was printed was really written: a full disk is no success.
int Written(int code) {
  if (std::fflush(stdout) != 0) return Fail(fmt::format("cannot write the result: {}", std::strerror(errno)));
  // An earlier write failed, and why is forgotten.
  if (std::ferror(stdout) != 0) return Fail("cannot write the result: standard output did not take all of it");
  return code;
}

int Act(const Invocation& invocation) {
  int code = kCannot;
  try {
    if (invocation.action) code = invocation.action();
  } catch (const std::system_error& error) {  // fmt::print throws when a stream does not take the text
    return Fail(fmt::format("cannot write the result: {}", error.code().message()));
  }
  return Written(code);
}

int Main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (IsMachineVersion(arguments)) {
    fmt::print("{{\"version\":1,\"sluice\":\"{}\"}}\n", SLUICE_VERSION);
    return Written(kOk);
  }
  Invocation invocation;
  CLI::App app("Typed delivery pipelines: checks, builds and runs .pipe programs and GitHub workflows.", "sluice");
  app.set_version_flag("--version", "sluice " SLUICE_VERSION);
  app.require_subcommand(1);
  app.fallthrough();
  AddGlobals(app, invocation.globals);
  for (AddCommand add : Commands()) add(app, invocation);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& done) {
    std::ostringstream help;
    const int code = app.exit(done, help, help);
    const std::string text = help.str();
    std::fwrite(text.data(), 1, text.size(), stdout);
    return Written(code);
  } catch (const CLI::ParseError& error) {
    return ExplainBadUse(app, error, arguments);
  }
  if (invocation.globals.directory != "." && ::chdir(invocation.globals.directory.c_str()) != 0)
    return Fail(fmt::format("cannot enter `{}`: {}", invocation.globals.directory, std::strerror(errno)));
  return Act(invocation);
}

}  // namespace
}  // namespace sluice::cli

int main(int argc, char** argv) { return sluice::cli::Main(argc, argv); }
