#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <string>

#include "cli/command.h"
#include "cli/subcommands.h"
#include "compiler/base/text.h"
#include "compiler/expr/evaluate.h"

namespace sluice::cli {
namespace {

struct EvalOptions {
  std::string expression;
  std::string context_file;
  bool json = false;
};

// `${{ x }}` as it stands in a workflow is the same as `x`.
std::string_view StripFence(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t\r\n");
  const size_t end = text.find_last_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  const std::string_view inner = text.substr(begin, end - begin + 1);
  if (inner.size() < 5 || !inner.starts_with("${{") || !inner.ends_with("}}")) return text;
  return inner.substr(3, inner.size() - 5);
}

bool ReadContexts(const std::string& path, expr::Object& contexts) {
  if (path.empty()) return true;
  std::string text;
  if (!ReadInput(path, text)) return false;
  const std::string name = path == "-" ? "standard input" : fmt::format("`{}`", path);
  if (const auto offset = FindInvalidUtf8(text)) {
    Fail(fmt::format("{} is no UTF-8 at byte {}: JSON must be", name, *offset));
    return false;
  }
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  const auto parsed = expr::ParseJson(text.starts_with(kByteOrderMark) ? text.substr(kByteOrderMark.size()) : text);
  if (!parsed.ok()) {
    Fail(fmt::format("{} is no JSON: {}", name, parsed.error().message));
    return false;
  }
  if (parsed->kind() != expr::Kind::Object) {
    Fail(
        fmt::format("{} holds no JSON object: its members are the contexts, as in "
                    R"({{"github": {{"ref": "refs/heads/main"}}}})",
                    name));
    return false;
  }
  contexts = *parsed->object();
  return true;
}

int Wrong(std::string_view reason) {
  fmt::print(stderr, "sluice: {}\n", reason);
  return kNo;
}

int Eval(const EvalOptions& options) {
  std::string text = options.expression;
  if (text == "-") {
    if (options.context_file == "-") return Fail("the expression and the contexts cannot both be standard input");
    if (!ReadInput("-", text)) return kCannot;
  }
  expr::Object contexts;
  if (!ReadContexts(options.context_file, contexts)) return kCannot;
  const std::string_view expression = StripFence(text);
  const expr::ObjectEnvironment environment(std::move(contexts));
  const expr::ParseResult parsed = expr::Parse(expression, expr::NamesOf(environment));
  if (!parsed.ok()) {
    const bool no_context =
        options.context_file.empty() && parsed.error->message.starts_with("Unrecognized named-value");
    return Wrong(parsed.error->Sentence(expression) + (no_context ? "; --context FILE.json gives the contexts" : ""));
  }
  const auto value = expr::Evaluate(*parsed.expr, environment, expr::kLoneMemory);
  if (!value.ok()) return Wrong(value.error().message);
  if (options.json)
    fmt::print(R"({{"kind":"{}","value":{}}})"
               "\n",
               expr::KindName(value->kind()), expr::PrintCompactJson(*value));
  else
    fmt::print("{}\n", expr::PrintJson(*value));
  return kOk;
}

}  // namespace

void AddEval(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<EvalOptions>();
  CLI::App* command = app.add_subcommand("eval", "Evaluate an expression as GitHub's runner does");
  command->add_option("EXPR", options->expression, "The expression, with or without ${{ }}; - reads standard input")
      ->required();
  command->add_option("--context", options->context_file, "A JSON object whose members are the contexts")
      ->type_name("FILE.json");
  command->add_flag("--json", options->json, R"(Say the kind too: {"kind":"Number","value":1})");
  command->footer("Example:\n  sluice eval \"format('{0}-{1}', github.ref_name, 1.50)\" --context contexts.json");
  command->callback([&invocation, options] { invocation.action = [options] { return Eval(*options); }; });
}

}  // namespace sluice::cli
