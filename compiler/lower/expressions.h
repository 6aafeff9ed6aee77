#pragma once

#include <map>
#include <string>
#include <vector>

#include "compiler/check/checked.h"
#include "compiler/expr/expr.h"
#include "compiler/model/value.h"

namespace sluice::lower {

// Turns terms into GitHub's expressions (language reference 2.6, parameters 2.5). `pipeline` must outlive it.
class Expressions {
 public:
  // `has_case`: the server has the function `case`; without it choices are written in JSON.
  Expressions(const check::Pipeline& pipeline, bool has_case) : pipeline_(pipeline), has_case_(has_case) {}

  // The value with its type: a bool output is compared with 'true', a number is read by fromJSON.
  expr::Expr Typed(const check::TermPtr& term) const;
  // What renders as the value's text: outputs as they are on the wire.
  expr::Expr Text(const check::TermPtr& term) const;
  // A setting: constants with their kind, text with its placeholders, else an expression.
  model::Value Value(const check::TermPtr& term) const;
  // A setting that GitHub reads as a bool or number, so that an expression must have that type.
  model::Value TypedValue(const check::TermPtr& term) const;

  // In the `if` of a step, whether a secret is there is asked by the job's variable PIPE_HAS_….
  void set_in_step_condition(bool on) { in_step_condition_ = on; }

  // The job whose axes are read: it decides whether they are axes of GitHub's matrix or parts of one row.
  void set_job(const check::Job* job) { job_ = job; }
  // A constant with everything in it as it stands in YAML: records are mappings.
  model::Value Structured(const check::TermPtr& term) const;

  // Where the file of an output arrives, from the workspace: ".sluice/in/build.package/hello.tgz".
  std::string ArrivalPath(const check::Term& file) const;

 private:
  expr::Expr Path(const std::string& dotted) const;
  expr::Expr Wire(const check::Term& term) const;
  expr::Expr Param(const check::Term& term) const;
  expr::Expr Compare(const check::Term& term) const;
  expr::Expr Default(const check::Term& term) const;
  expr::Expr Choice(const check::Term& term) const;
  expr::Expr Membership(const check::Term& term) const;
  expr::Expr Structure(const check::Term& term) const;
  expr::Expr Format(const check::Term& term) const;
  expr::Expr Call(const check::Term& term) const;
  expr::Expr Cast(const check::Term& term, const std::string& otherwise) const;
  expr::Expr Case(std::vector<expr::Expr> args) const;

  const check::Pipeline& pipeline_;
  const check::Job* job_ = nullptr;
  bool has_case_;
  bool in_step_condition_ = false;
};

// Is a value of that type JSON on the wire between steps and jobs?
bool IsStructure(const types::Type& type);
// The variable of a job that says whether a secret is there.
std::string SecretVariable(const std::string& secret_path);
// The secret that a term tests for being there (`secrets.X`), or empty.
std::string TestedSecret(const check::Term& term);

}  // namespace sluice::lower
