// `output` statements of a job.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "compiler/base/text.h"
#include "compiler/check/steps.h"
#include "compiler/check/suggest.h"
#include "compiler/expr/value.h"

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

// `path`, unless it is a pattern: a `dir` is one folder, whose name is taken as it stands.
TermPtr BodyChecker::OneFolder(const TermPtr& path) {
  if (!path->is_text_constant() || path->constant.text.find_first_of("*?") == std::string::npos) return path;
  session_.report.Add(Build(Code::P0305, path->at, "a `dir` is one folder, not a pattern", "no folder is called so")
                          .Say("Name the folder; all that lies in it belongs to the output."));
  return ErrorTerm(path->at);
}

TermPtr BodyChecker::FilePath(const syntax::OutputDecl& decl, OutputShape shape, const Env& env) {
  TermPtr path = elaborator_.ElaborateAs(decl.value, env, types::Simple(Kind::String),
                                         shape == OutputShape::Dir ? "the path of a folder" : "the path of a file");
  if (!CheckSlot(path, slots::kStepEnv, env, session_)) return ErrorTerm(path->at);
  if (const Term* secret = FindSecret(path)) {
    session_.report.Add(Build(Code::P0502, secret->at, "a secret cannot be part of a path",
                              "paths are shown to everybody who can read the run"));
    return ErrorTerm(path->at);
  }
  const auto name = LastComponent(path);
  const bool outside = path->is_text_constant() && path->constant.text.starts_with('/');
  if (shape == OutputShape::Dir && !outside) return OneFolder(path);
  if (name && IsFileName(*name) && !outside) return path;
  session_.report.Add(
      outside
          ? Build(Code::P0305, path->at, "the path of an output counts from the folder of the job", "an absolute path")
                .Say("Copy the file into the folder of the job, and name it from there.")
          : Build(Code::P0305, path->at, "the last part of the path has to be a constant file name",
                  name ? fmt::format("`{}` is not a plain file name", *name) : std::string("known only at run time"))
                .Say("Letters, digits and `._+@=-`:   \"dist/package.tgz\""));
  return ErrorTerm(path->at);
}

// `{ raw: true, retention: 7d }`
void BodyChecker::FileOptions(const syntax::OutputDecl& decl, Output& output, const Env& env) {
  if (!decl.options.valid()) return;
  static const auto& known = *new std::vector<std::string>{"raw", "retention"};
  for (const syntax::Entry& entry : ast_[decl.options].entries) {
    if (!entry.key) continue;
    const std::string what = fmt::format("`{}`", entry.key->text);
    if (entry.key->text == "raw") {
      const TermPtr raw = elaborator_.ElaborateAs(entry.value, env, types::Simple(Kind::Bool), what);
      if (CheckConstant(raw, what, session_)) output.raw = raw->is_bool(true);
    } else if (entry.key->text == "retention") {
      const TermPtr time = elaborator_.ElaborateAs(entry.value, env, types::Simple(Kind::Duration), what);
      if (!CheckConstant(time, what, session_)) continue;
      const double days = time->constant.number / (24 * 3600e3);
      if (days == std::floor(days) && days >= 1 && days <= 90)
        output.retention = NumberTerm(days, "", types::Simple(Kind::Int), time->at);
      else
        session_.report.Add(Build(Code::P0306, time->at, "GitHub keeps artifacts for 1 to 90 whole days",
                                  fmt::format("{} days", expr::NumberToText(days)))
                                .Say("Write   retention: 7d"));
    } else {
      Build report(Code::P0208, entry.key->span, fmt::format("an output has no option {}", what));
      Suggest(report, entry.key->text, entry.key->span, known, "not known");
      session_.report.Add(std::move(report));
    }
  }
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
  const Type declared = elaborator_.ReadType(ast_, decl.type);
  if (declared.is_file()) {
    output.shape = declared.is(Kind::File) ? OutputShape::File : OutputShape::Dir;
    output.type = declared;
    output.value = FilePath(decl, output.shape, env);
    FileOptions(decl, output, env);
    nodes.push_back({PutPlace{job_.outputs.size()}});
  } else {
    if (decl.options.valid())
      session_.report.Add(
          Build(Code::P0208, ast_[decl.options].span, "only files and folders have options", types::ToText(declared))
              .Say("Remove them, or hand over a file:   output NAME: file = \"...\""));
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
               (output.value->type.is(Kind::Object) || output.value->type.is_file())) {
      session_.report.Add(
          Build(Code::P0302, output.value->at, "an output is one value", types::WithArticle(output.value->type))
              .Say("Name what of it shall leave the job."));
    } else {
      CheckSlot(output.value, slots::kJobOutput, env, session_);
    }
  }
  Walk(output.value, [&](const Term& term) {
    if (!term.is(TermKind::StepOutput) || !term.type.is(Kind::String)) return;
    auto step = scope_.step_ids.find(term.owner);
    if (step != scope_.step_ids.end() && step->second->secret_read.valid())
      output.secret_read = step->second->secret_read;
  });
  job_.outputs.push_back(std::move(output));
}

}  // namespace sluice::check
