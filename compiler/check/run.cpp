// `run` steps: their shell, their script and what they declare to write.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "compiler/base/text.h"
#include "compiler/catalogue/runners.h"
#include "compiler/check/collect.h"
#include "compiler/check/shells.h"
#include "compiler/check/steps.h"
#include "compiler/check/suggest.h"

namespace sluice::check {
namespace {

bool IsWordCharacter(char c) { return IsAsciiAlnum(c) || c == '_' || c == '-'; }

// Does the text have `name` as a word of its own? A part of a path, as in `./version.sh`, is none.
bool Mentions(std::string_view text, std::string_view name) {
  for (size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    const bool before = at == 0 || (!IsWordCharacter(text[at - 1]) && text[at - 1] != '/');
    const size_t end = at + name.size();
    const bool suffix = end + 1 < text.size() && text[end] == '.' && IsAsciiAlnum(text[end + 1]);
    if (before && !suffix && (end == text.size() || !IsWordCharacter(text[end]))) return true;
  }
  return false;
}

}  // namespace

void BodyChecker::Run(const syntax::RunStep& decl, Step& step, const Env& env) {
  RunBody body;
  Outputs(decl, body);
  Exports(decl, body);
  ShellOf(decl, step, body);
  Script(decl, step, body, env);
  CheckMentioned(body);
  CheckCommands(body);
  step.body = std::move(body);
}

void BodyChecker::Outputs(const syntax::RunStep& decl, RunBody& body) {
  static constexpr std::string_view kReserved[] = {"result", "outcome", "conclusion", "stdout", "outputs"};
  if (!decl.outputs.valid()) return;
  std::vector<syntax::Name> seen;
  for (const syntax::TypeField& field : ast_[decl.outputs].fields) {
    DeclaredOutput output;
    output.name = field.name.text;
    output.type = elaborator_.ReadType(ast_, field.type, &output.secret);
    output.at = field.type.valid() ? source::Join(field.name.span, ast_[field.type].span) : field.name.span;
    CheckId(field.name, session_.report);
    for (const syntax::Name& other : seen)
      if (EqualsIgnoreCase(other.text, field.name.text))
        session_.report.Add(Build(Code::P0205, field.name.span,
                                  fmt::format("two outputs are called `{}`", field.name.text), "the second one")
                                .Also(other.span, "the first one")
                                .Say("Give one of them another name."));
    seen.push_back(field.name);
    if (std::ranges::find(kReserved, output.name) != std::end(kReserved)) {
      const std::string owner = decl.let ? decl.let->name.text : "step";
      session_.report.Add(Build(Code::P0212, field.name.span,
                                fmt::format("an output cannot be called `{}`", output.name),
                                fmt::format("`{}.{}` is the {} of the step", owner, output.name, output.name))
                              .Say("Any other name will do. Reserved: result, outcome, conclusion, stdout, outputs."));
    }
    if (output.type.is(Kind::File) || output.type.is(Kind::Dir))
      session_.report.Add(
          Build(Code::P0302, output.at, "a script cannot hand over a file by its text", types::ToText(output.type))
              .Say("Name the file in the job:   output NAME: file = \"dist/app.tgz\""));
    body.outputs.push_back(std::move(output));
  }
}

// `run -> { … } env { NAME: T }`: variables that later steps read.
void BodyChecker::Exports(const syntax::RunStep& decl, RunBody& body) {
  if (!decl.env.valid()) return;
  for (const syntax::TypeField& field : ast_[decl.env].fields) {
    DeclaredOutput variable;
    variable.name = field.name.text;
    variable.type = elaborator_.ReadType(ast_, field.type, &variable.secret);
    variable.at = field.type.valid() ? source::Join(field.name.span, ast_[field.type].span) : field.name.span;
    const std::string upper = AsciiUpper(variable.name);
    if (upper.starts_with("PIPE_") || upper.starts_with("GITHUB_") || upper.starts_with("RUNNER_")) {
      const bool refused = session_.report.Add(
          Build(Code::P0516, field.name.span, fmt::format("`{}` cannot be set", variable.name),
                upper.starts_with("PIPE_") ? "such names are Sluice's own" : "such names are GitHub's own")
              .Say("Any other name will do."));
      if (refused) continue;
    }
    for (JobScope* scope : {&scope_, &Root().scope_}) {
      auto [known, fresh] = scope->exports.emplace(variable.name, variable);
      if (fresh || known->second.type == variable.type) continue;
      session_.report.Add(Build(Code::P0205, variable.at, fmt::format("`{}` is set with two types", variable.name),
                                types::ToText(variable.type))
                              .Also(known->second.at, types::ToText(known->second.type)));
      break;
    }
    body.exports.push_back(std::move(variable));
  }
}

void BodyChecker::ShellOf(const syntax::RunStep& decl, Step& step, RunBody& body) {
  const bool container = job_.container != nullptr;
  const std::string standard = job_.shell != nullptr ? job_.shell->constant.text : container ? "sh" : "bash";
  body.shell = standard;
  // An action sees nothing of the job that it is written out in: its scripts are for bash, in the folder of the checkout.
  if (action_ != nullptr) {
    body.shell = "bash";
    body.language = ast_[simple_].keyword;
  }
  if (action_ != nullptr && step.working_directory == nullptr && job_.working_directory != nullptr)
    step.working_directory = StringTerm(".", types::Simple(Kind::String), step.at);
  if (step.shell != nullptr) body.shell = step.shell->constant.text;
  if (decl.language) {
    body.language = decl.language->span;
    const std::string& language = decl.language->text;
    static const auto& known =
        *new std::vector<std::string>{"bash", "sh", "pwsh", "powershell", "python", "node", "cmd"};
    if (std::ranges::find(known, language) != known.end()) {
      body.shell = ShellText(language);
    } else {
      step.unread = true;
      Build report(Code::P0309, decl.language->span, fmt::format("`{}` is not a shell", language));
      Suggest(report, language, decl.language->span, known, "not known");
      report.Say(fmt::format("Shells: {}.", JoinNames(known)));
      session_.report.Add(std::move(report));
    }
  }
  body.shell_written = body.shell != standard;
  body.program = body.shell == kDefaultShell ? DefaultProgram(job_, session_.project) : ShellProgram(body.shell);
  OnlyOnWindows(decl, step, body);
  if (!container || body.shell != "bash" || !job_.container->is_text_constant()) return;
  const auto family = catalogue::FamilyWithoutBash(job_.container->constant.text);
  // The job's own setting is reported there.
  if (!family || (!decl.language && step.shell == nullptr && action_ == nullptr)) return;
  const Span at = decl.language ? decl.language->span : step.shell != nullptr ? step.shell->at : ast_[simple_].keyword;
  Build report(Code::P0517, at, "bash is not in this image", "this step would fail: bash: not found");
  report.Also(job_.container->at, fmt::format("images of the family {} have busybox sh only", *family));
  const std::string better = fmt::format("Write `{}`, or leave the shell out: in a container it is sh.",
                                         decl.language ? "run sh" : "shell: sh");
  if (decl.language || step.shell != nullptr)
    report.Say(better, Replace(at, "sh", "use sh", false));
  else
    report.Say("Write `run sh`: scripts of an action are for bash.");
  session_.report.Add(report.Say("Or install it in an earlier step and add  # sluice: allow[P0517] reason"));
}

void BodyChecker::Script(const syntax::RunStep& decl, Step& step, RunBody& body, const Env& env) {
  if (!decl.script.valid()) {
    step.broken = true;
    return;
  }
  for (const EnvEntry& entry : step.env) NoteSecret(step, entry.value);
  ReadScript(ast_[decl.script], step, body, env);
}

// The pieces of a script or program, each placeholder with its value.
void BodyChecker::ReadScript(const syntax::Expr& script, Step& step, RunBody& body, const Env& env) {
  body.script_at = script.span;
  body.escapes = script.quote == syntax::Quote::Double;
  if (script.kind == syntax::ExprKind::Error) step.broken = true;
  Env inner = env;
  inner.in_script = true;
  for (const syntax::StringPart& part : script.parts) {
    ScriptPart piece;
    piece.at = part.span;
    if (!part.placeholder.valid()) {
      piece.text = part.text;
      body.script.push_back(std::move(piece));
      continue;
    }
    // Each placeholder is an item: one mistake does not hide those in others.
    Reporter::Item item(session_.report, &part);
    if (HandoverTo(body.program) == Handover::None && !step.unread) NoShell(part.span, body);
    TermPtr value = elaborator_.Elaborate(part.placeholder, inner);
    if (!elaborator_.RefuseAbsent(value) && (CanTake(body, value->type) || !elaborator_.RefuseNoText(value)))
      CheckSlot(value, slots::kStepRun, inner, session_);
    if (item.broken() || value->is(TermKind::Error)) step.broken = true;
    piece.expression = ast_[part.placeholder].outer;
    piece.source = session_.sources.Text(piece.expression);
    NoteSecret(step, value);
    piece.placeholder = std::move(value);
    body.script.push_back(std::move(piece));
  }
}

// For P0508: where the script of a step with a name gets a secret.
void BodyChecker::NoteSecret(const Step& step, const TermPtr& value) {
  if (FindSecret(value) == nullptr || step.binder.empty()) return;
  if (auto it = scope_.step_ids.find(step.binder); it != scope_.step_ids.end() && !it->second->secret_read.valid())
    it->second->secret_read = value->at;
}

// Lists and records, which other places refuse.
bool BodyChecker::CanTake(const RunBody& body, const Type& type) {
  const Handover handover = HandoverTo(body.program);
  if (handover == Handover::Words) return type.is(Kind::List) && type.element != nullptr && type.element->is_text();
  return handover == Handover::Anything && (type.is(Kind::List) || type.is(Kind::Record) || type.is(Kind::Map));
}

// P0519: these come with Windows and with nothing else.
void BodyChecker::OnlyOnWindows(const syntax::RunStep& decl, const Step& step, const RunBody& body) {
  if (body.program != "cmd" && body.program != "powershell") return;
  const std::string_view os = job_.container != nullptr ? "linux" : OsOfJob(job_, session_.project);
  if (os.empty() || os == "windows") return;
  const Span at = decl.language           ? decl.language->span
                  : step.shell != nullptr ? step.shell->at
                  : job_.shell != nullptr ? job_.shell->at
                                          : step.at;
  Build report(Code::P0519, at, fmt::format("{} is on Windows only", body.program),
               fmt::format("this job runs on {}", os == "linux" ? "Linux" : "macOS"));
  if (body.program == "powershell")
    report.Say("PowerShell of all systems is `pwsh`.", Replace(at, "pwsh", "use pwsh", false));
  else
    report.Say("Write `run bash`, which all runners have, or choose a runner with Windows.");
  session_.report.Add(std::move(report));
}

// A value can be handed over only to a shell that is known, and that does not read it as commands.
void BodyChecker::NoShell(Span at, const RunBody& body) {
  if (body.program == "cmd") {
    session_.report.Add(
        Build(Code::P0513, at, "cmd reads values as commands",
              "`%NAME%` is replaced before cmd reads the line, so a value could add commands to it")
            .Say("Write `run pwsh` or `run bash`: there a value stays a value.")
            .Say("Or set it in the step's `env`, and after  setlocal EnableDelayedExpansion  read it as  "
                 "!NAME!"));
    return;
  }
  if (!body.program.empty()) {
    session_.report.Add(Build(Code::P0513, at, fmt::format("I do not know how {} reads a value", body.program),
                              "pasted as text it could become a part of the program")
                            .Say("Set it in the step's `env`, and read it there as the program does."));
    return;
  }
  session_.report.Add(Build(Code::P0513, at, "I do not know which shell reads this",
                            "GitHub takes the one of the runner, and which that is shows only in the run")
                          .Say("Say it:   shell: bash"));
}

// P0704: commands in what a script prints, which GitHub took out of the runner or will.
void BodyChecker::CheckCommands(const RunBody& body) {
  struct Old {
    std::string_view command, file;
  };
  static constexpr auto kOld = std::to_array<Old>({{"::set-output ", "GITHUB_OUTPUT"},
                                                   {"::save-state ", "GITHUB_STATE"},
                                                   {"::set-env ", "GITHUB_ENV"},
                                                   {"::add-path::", "GITHUB_PATH"}});
  for (const ScriptPart& part : body.script) {
    if (part.placeholder != nullptr || !part.at.valid()) continue;
    const std::string_view text = session_.sources.Text(part.at);
    for (const Old& old : kOld) {
      const size_t at = text.find(old.command);
      if (at == std::string_view::npos) continue;
      const uint32_t begin = part.at.begin + static_cast<uint32_t>(at);
      const std::string_view name = old.command.substr(2, old.command.find_first_of(" :", 2) - 2);
      session_.report.Add(Build(Code::P0704, {begin, begin + 2 + static_cast<uint32_t>(name.size())},
                                fmt::format("GitHub wants `{}` no longer", name),
                                "whatever a program prints could say it")
                              .Say(fmt::format("Write a line   NAME=VALUE   to the file  \"${}\"", old.file)));
      return;
    }
  }
}

// P0625: a script that never mentions what it promises to write.
void BodyChecker::CheckMentioned(const RunBody& body) {
  for (const DeclaredOutput& variable : body.exports) {
    const bool mentioned =
        std::ranges::any_of(body.script, [&](const ScriptPart& part) { return Mentions(part.text, variable.name); });
    if (mentioned || variable.type.is(Kind::Error)) continue;
    session_.report.Add(
        Build(Code::P0625, variable.at, fmt::format("this script never mentions `{}`", variable.name),
              fmt::format("a variable for later steps is a line `{}=...` in the file $GITHUB_ENV", variable.name))
            .Say(fmt::format("Write it:   echo \"{}=...\" >> \"$GITHUB_ENV\"", variable.name))
            .Say("If something that it calls writes it, add  # sluice: allow[P0625] reason"));
  }
  for (const DeclaredOutput& output : body.outputs) {
    const bool mentioned =
        std::ranges::any_of(body.script, [&](const ScriptPart& part) { return Mentions(part.text, output.name); });
    if (mentioned || output.type.is(Kind::Error)) continue;
    session_.report.Add(Build(Code::P0625, output.at, fmt::format("this script never mentions `{}`", output.name),
                              fmt::format("an output is a line `{}=...` in the file $GITHUB_OUTPUT", output.name))
                            .Say(fmt::format("Write it:   echo \"{}=...\" >> \"$GITHUB_OUTPUT\"", output.name))
                            .Say("If something that it calls writes it, add  # sluice: allow[P0625] reason"));
  }
}

}  // namespace sluice::check
