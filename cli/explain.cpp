#include "compiler/diagnostics/explain.h"

#include <fmt/format.h>

#include <cstdio>
#include <memory>

#include "cli/command.h"
#include "cli/subcommands.h"
#include "compiler/base/text.h"

namespace sluice::cli {
namespace {

using diagnostics::CodeInfo;

int ExplainAll() {
  for (const CodeInfo& info : diagnostics::AllCodes())
    fmt::print("{}  {:7}  {}\n", info.name, diagnostics::SeverityName(info.severity), info.title);
  return kOk;
}

int ExplainOne(const std::string& name) {
  if (const auto code = diagnostics::FindCode(AsciiUpper(name))) {
    fmt::print("{}", diagnostics::RenderExplanation(*code));
    return kOk;
  }
  std::vector<std::string> names;
  for (const CodeInfo& info : diagnostics::AllCodes()) names.emplace_back(info.name);
  const auto nearest = DidYouMean(name, names);
  return Fail(fmt::format("there is no code `{}`: {}", name,
                          nearest ? fmt::format("did you mean `{}`?", *nearest) : "`sluice explain --all` lists them"));
}

}  // namespace

void AddExplain(CLI::App& app, Invocation& invocation) {
  struct Options {
    std::string code;
    bool all = false;
  };
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("explain", "What a diagnostic means, with a wrong and a right program");
  command->add_option("CODE", options->code, "As in the brackets of a message: P0401");
  command->add_flag("--all", options->all, "List every code");
  command->footer("Example:\n  sluice explain P0401");
  command->callback([options, &invocation] {
    invocation.action = [options] {
      if (options->all) return ExplainAll();
      if (options->code.empty()) return Fail("name a code (`sluice explain P0401`), or list them with `--all`");
      return ExplainOne(options->code);
    };
  });
}

}  // namespace sluice::cli
