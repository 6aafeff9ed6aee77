// `output` statements of a job.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "compiler/base/text.h"
#include "compiler/check/steps.h"

namespace sluice::check {
namespace {

bool IsFileName(std::string_view name) {
  return !name.empty() && name != "." && name != ".." && std::ranges::all_of(name, [](char c) {
    return IsAsciiAlnum(c) || std::string_view("._+@=-").find(c) != std::string_view::npos;
  });
}

// The text behind the last '/' of a path, if it is constant.
std::optional<std::string> LastComponent(const TermPtr& path) {
  const TermPtr& last = path->is(TermKind::Text) ? path->args.back() : path;
  if (!last->is_text_constant()) return std::nullopt;
  const std::string& text = last->constant.text;
  const size_t slash = text.rfind('/');
  if (slash == std::string::npos && path->is(TermKind::Text)) return std::nullopt;
  return slash == std::string::npos ? text : text.substr(slash + 1);
}

}  // namespace

TermPtr BodyChecker::FilePath(const syntax::OutputDecl& decl, const Env& env) {
  TermPtr path = elaborator_.ElaborateAs(decl.value, env, types::Simple(Kind::String), "the path of a file");
  if (!CheckSlot(path, slots::kStepEnv, env, session_)) return ErrorTerm(path->at);
  if (const Term* secret = FindSecret(path)) {
    session_.report.Add(Build(Code::P0502, secret->at, "a secret cannot be part of a path",
                              "paths are shown to everybody who can read the run"));
    return ErrorTerm(path->at);
  }
  const auto name = LastComponent(path);
  const bool outside = path->is_text_constant() && path->constant.text.starts_with('/');
  if (name && IsFileName(*name) && !outside) return path;
  session_.report.Add(
      outside
          ? Build(Code::P0305, path->at, "the path of a file counts from the folder of the job", "an absolute path")
                .Say("Copy the file into the folder of the job, and name it from there.")
          : Build(Code::P0305, path->at, "the last part of the path has to be a constant file name",
                  name ? fmt::format("`{}` is not a plain file name", *name) : std::string("known only at run time"))
                .Say("Letters, digits and `._+@=-`:   \"dist/package.tgz\""));
  return ErrorTerm(path->at);
}

void BodyChecker::OutputOf(ItemId id, const syntax::OutputDecl& decl, const Env& env, std::vector<Node>& nodes) {
  auto it = scope_.outputs.find(decl.name.text);
  if (it == scope_.outputs.end() || it->second.item != id) {
    job_.broken = true;
    return;
  }
  Output output;
  output.name = decl.name.text;
  output.at = source::Join(ast_[id].keyword, decl.name.span);
  output.whole = ast_[id].span;
  output.name_at = decl.name.span;
  if (decl.options.valid())
    session_.report.Add(Build(Code::P0115, ast_[decl.options].span, "options of outputs are not supported yet",
                              "this version of Sluice reads it, but cannot use it"));
  const Type declared = elaborator_.ReadType(ast_, decl.type);
  if (declared.is(Kind::File)) {
    output.shape = OutputShape::File;
    output.type = declared;
    output.value = FilePath(decl, env);
    nodes.push_back({PutPlace{job_.outputs.size()}});
  } else {
    output.value =
        decl.type.valid() && !declared.is(Kind::Error)
            ? elaborator_.ElaborateAs(decl.value, env, types::Optional(declared), fmt::format("`{}`", output.name))
            : elaborator_.Elaborate(decl.value, env);
    output.type = elaborator_.OutputType(scope_, it->second);
    if (output.value->labels.secret) {
      Build report(Code::P0502, output.at, "a secret cannot leave the job through an output",
                   "GitHub would drop this value silently, or leak it if masking fails");
      const Term* secret = FindSecret(output.value);
      if (secret->labels.secret->at.valid()) report.Also(secret->labels.secret->at, secret->labels.secret->text);
      report.Say("Pass the work instead of the secret: do the step that needs it in this job.");
      session_.report.Add(std::move(report));
    } else if (!output.value->is(TermKind::Error) &&
               (output.value->type.is(Kind::Object) || output.value->type.is(Kind::File))) {
      session_.report.Add(
          Build(Code::P0302, output.value->at, "an output is one value", types::WithArticle(output.value->type))
              .Say("Name what of it shall leave the job."));
    } else {
      CheckSlot(output.value, slots::kJobOutput, env, session_);
    }
  }
  Walk(output.value, [&](const Term& term) {
    if (!term.is(TermKind::StepOutput) || !term.type.is(Kind::String)) return;
    auto step = scope_.all_steps.find(term.owner);
    if (step != scope_.all_steps.end() && step->second->secret_read.valid())
      output.secret_read = step->second->secret_read;
  });
  job_.outputs.push_back(std::move(output));
}

}  // namespace sluice::check
