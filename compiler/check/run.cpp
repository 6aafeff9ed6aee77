// `run` steps: their shell, their script and what they declare to write.
#include <fmt/format.h>

#include <algorithm>
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
  if (decl.env.valid())
    session_.report.Add(Build(Code::P0115, ast_[decl.env].span, "declared environments are not supported yet",
                              "this version of Sluice reads it, but cannot use it"));
  Outputs(decl, body);
  ShellOf(decl, step, body);
  Script(decl, step, body, env);
  CheckMentioned(body);
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

void BodyChecker::ShellOf(const syntax::RunStep& decl, Step& step, RunBody& body) {
  const bool container = job_.container != nullptr;
  const std::string standard = job_.shell != nullptr ? job_.shell->constant.text : container ? "sh" : "bash";
  body.shell = standard;
  if (step.shell != nullptr) body.shell = step.shell->constant.text;
  if (decl.language) {
    body.language = decl.language->span;
    const std::string& language = decl.language->text;
    if (language != "bash" && language != "sh") {
      step.unread = true;
      static const auto& known =
          *new std::vector<std::string>{"bash", "sh", "pwsh", "powershell", "python", "node", "cmd"};
      if (std::ranges::find(known, language) != known.end()) {
        session_.report.Add(Build(Code::P0115, decl.language->span,
                                  fmt::format("`run {}` is not supported yet", language),
                                  "this version of Sluice reads it, but cannot use it")
                                .Say("Scripts are for bash or sh."));
      } else {
        Build report(Code::P0309, decl.language->span, fmt::format("`{}` is not a shell", language));
        Suggest(report, language, decl.language->span, known, "not known");
        report.Say(fmt::format("Shells: {}.", JoinNames(known)));
        session_.report.Add(std::move(report));
      }
    } else {
      body.shell = language;
    }
  }
  body.shell_written = body.shell != standard;
  body.program = body.shell == kDefaultShell ? DefaultProgram(job_, session_.project) : ShellProgram(body.shell);
  if (!container || body.shell != "bash" || !job_.container->is_text_constant()) return;
  const auto family = catalogue::FamilyWithoutBash(job_.container->constant.text);
  if (!family || (!decl.language && step.shell == nullptr)) return;  // the job's own setting is reported there
  const Span at = decl.language ? decl.language->span : step.shell->at;
  session_.report.Add(
      Build(Code::P0517, at, "bash is not in this image", "this step would fail: bash: not found")
          .Also(job_.container->at, fmt::format("images of the family {} have busybox sh only", *family))
          .Say(fmt::format("Write `{}`, or leave the shell out: in a container it is sh.",
                           decl.language ? "run sh" : "shell: sh"),
               Replace(at, "sh", "use sh", false))
          .Say("Or install it in an earlier step and add  # sluice: allow[P0517] reason"));
}

void BodyChecker::Script(const syntax::RunStep& decl, Step& step, RunBody& body, const Env& env) {
  if (!decl.script.valid()) {
    step.broken = true;
    return;
  }
  const syntax::Expr& script = ast_[decl.script];
  body.script_at = script.span;
  body.escapes = script.quote == syntax::Quote::Double;
  if (script.kind == syntax::ExprKind::Error) step.broken = true;
  for (const EnvEntry& entry : step.env) NoteSecret(step, entry.value);
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
    if (body.program != "bash" && body.program != "sh" && !step.unread) NoShell(part.span, body);
    TermPtr value = elaborator_.Elaborate(part.placeholder, inner);
    if (!elaborator_.RefuseAbsent(value) && !elaborator_.RefuseNoText(value))
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

// A value can be handed over only to a shell that is known.
void BodyChecker::NoShell(Span at, const RunBody& body) {
  if (!body.program.empty()) {
    session_.report.Add(Build(Code::P0115, at, fmt::format("a placeholder for {} is not supported yet", body.program),
                              "this version of Sluice reads it, but cannot use it")
                            .Say("Hand it over through `env`, or say `shell: bash`."));
    return;
  }
  session_.report.Add(Build(Code::P0513, at, "I do not know which shell reads this",
                            "GitHub takes the one of the runner, and which that is shows only in the run")
                          .Say("Say it:   shell: bash"));
}

// P0625: a script that never mentions what it promises to write.
void BodyChecker::CheckMentioned(const RunBody& body) {
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
