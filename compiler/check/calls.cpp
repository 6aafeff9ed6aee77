#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "compiler/base/text.h"
#include "compiler/check/constants.h"
#include "compiler/check/elaborate.h"
#include "compiler/check/patterns.h"
#include "compiler/check/suggest.h"
#include "compiler/expr/evaluate.h"

namespace sluice::check {
namespace {

enum class Group : uint8_t { Status, Text, Constant, Files, Script, Untyped };

struct Function {
  std::string_view name;
  size_t least, most;
  Kind result;
  Group group = Group::Text;
  std::string_view form = "(value)";
};

constexpr auto kFunctions = std::to_array<Function>({
    {"success", 0, 0, Kind::Bool, Group::Status},
    {"failure", 0, 0, Kind::Bool, Group::Status},
    {"always", 0, 0, Kind::Bool, Group::Status},
    {"cancelled", 0, 0, Kind::Bool, Group::Status},
    {"ok", 0, 0, Kind::Bool, Group::Status},
    {"contains", 2, 2, Kind::Bool, Group::Text, "(search, item)"},
    {"startsWith", 2, 2, Kind::Bool, Group::Text, "(text, start)"},
    {"endsWith", 2, 2, Kind::Bool, Group::Text, "(text, end)"},
    {"format", 1, 255, Kind::String, Group::Text, "('{0} ...', value)"},
    {"join", 1, 2, Kind::String, Group::Text, "(list, separator)"},
    {"toJSON", 1, 1, Kind::String},
    {"hashFiles", 1, 255, Kind::String, Group::Text, "(pattern)"},
    {"fromJSON", 1, 1, Kind::Json, Group::Text, "(text)"},
    {"case", 3, 255, Kind::Error, Group::Text, "(condition, value, ..., otherwise)"},
    {"len", 1, 1, Kind::Int, Group::Constant, "(text or list)"},
    {"upper", 1, 1, Kind::String, Group::Constant, "(text)"},
    {"lower", 1, 1, Kind::String, Group::Constant, "(text)"},
    {"split", 2, 2, Kind::List, Group::Constant, "(text, separator)"},
    {"replace", 3, 3, Kind::String, Group::Constant, "(text, from, to)"},
    {"sort", 1, 1, Kind::List, Group::Constant, "(list)"},
    {"unique", 1, 1, Kind::List, Group::Constant, "(list)"},
    {"range", 1, 2, Kind::List, Group::Constant, "(from, to)"},
    {"minutes", 1, 1, Kind::Duration, Group::Text, "(number)"},
    {kUntyped, 1, 1, Kind::String, Group::Untyped},
    {"read-json", 1, 1, Kind::Json, Group::Files, "(path)"},
    {"files", 1, 1, Kind::List, Group::Files, "(pattern)"},
    {"words", 1, 1, Kind::String, Group::Script, "(text)"},
    {"flag", 2, 2, Kind::String, Group::Script, "(name, value)"},
    {"paste", 1, 1, Kind::String, Group::Script},
});

const Function* FindFunction(std::string_view name) {
  for (const Function& function : kFunctions)
    if (EqualsIgnoreCase(function.name, name)) return &function;
  return nullptr;
}

std::string Count(size_t n) { return fmt::format("{} argument{}", n, n == 1 ? "" : "s"); }

class NoContexts : public expr::Environment {
 public:
  const expr::Value* Context(std::string_view) const override { return nullptr; }
  Result<expr::Value> CallHost(std::string_view, const std::vector<expr::Value>&) const override {
    return Error{"not a constant"};
  }
};

// What GitHub reads as the value of `term`, when it is a constant or a list of constants.
std::optional<expr::Expr> KnownOperand(const Term& term) {
  if (term.is_constant()) return LiteralOf(term.constant);
  if (!term.is(TermKind::List)) return std::nullopt;
  std::vector<expr::Value> items;
  for (const TermPtr& item : term.args) {
    if (!item->is_constant()) return std::nullopt;
    items.push_back(ToValue(item));
  }
  return expr::Call("fromJSON", {expr::String(expr::PrintCompactJson(expr::MakeArray(std::move(items))))});
}

// The value of a call whose arguments are all known, as GitHub would compute it.
TermPtr Fold(const Function& function, const std::vector<TermPtr>& args, Span at) {
  std::vector<expr::Expr> operands;
  for (const TermPtr& arg : args) {
    auto operand = KnownOperand(*arg);
    if (!operand) return nullptr;
    operands.push_back(*std::move(operand));
  }
  auto value = expr::Evaluate(expr::Call(std::string(function.name), std::move(operands)), NoContexts());
  if (!value.ok()) return nullptr;
  if (value->kind() == expr::Kind::Boolean) return BoolTerm(value->boolean(), at);
  if (value->kind() == expr::Kind::String) return StringTerm(value->string(), types::Simple(Kind::String), at);
  return nullptr;
}

// `self.port`, `services.db.port`
bool IsPortOfService(const Ast& ast, const syntax::Expr& callee) {
  if (callee.kind != syntax::ExprKind::Member || callee.name.text != "port" || callee.args.empty()) return false;
  const syntax::Expr& object = ast[callee.args[0]];
  if (object.kind == syntax::ExprKind::Name) return object.text == "self";
  return object.kind == syntax::ExprKind::Member && !object.args.empty() &&
         ast[object.args[0]].kind == syntax::ExprKind::Name && ast[object.args[0]].text == "services";
}

}  // namespace

TermPtr Elaborator::EvalCall(const syntax::Expr& e, const Env& env, const Type* expected) {
  if (e.args.empty()) return ErrorTerm(e.span);
  const syntax::Expr& callee = (*ast_)[e.args[0]];
  if (callee.kind == syntax::ExprKind::Error) return ErrorTerm(e.span);
  if (IsPortOfService(*ast_, callee)) return EvalPort(e, callee, env);
  if (FnEntry* fn = FindFunctionOf(callee, env)) return CallFn(*fn, e, env);
  const Function* function = callee.kind == syntax::ExprKind::Name ? FindFunction(callee.text) : nullptr;
  if (function == nullptr) {
    // Functions of packages and files are of a later version: where they come from was reported as such.
    const syntax::Expr* root = &callee;
    while (root->kind == syntax::ExprKind::Member && !root->args.empty()) root = &(*ast_)[root->args[0]];
    const auto import = env.file->imports.find(root->text);
    const bool declared = env.file->other_names.contains(root->text) ||
                          (import != env.file->imports.end() &&
                           (import->second.file == nullptr || !import->second.file->other_names.empty()));
    if (root->kind == syntax::ExprKind::Name && declared) return ErrorTerm(e.span);
    std::vector<std::string> names;
    names.reserve(std::size(kFunctions) + env.file->functions.size());
    for (const Function& each : kFunctions) names.emplace_back(each.name);
    for (const auto& [each, fn] : env.file->functions) names.push_back(each);
    const std::string name(TextOf(callee.span));
    Build report(Code::P0202, callee.span, fmt::format("there is no function `{}`", name));
    Suggest(report, name, callee.span, names, "not a function of GitHub's expressions, nor of Sluice");
    return Fail(std::move(report), e.span);
  }
  const std::string name(function->name);
  const size_t given = e.entries.size();
  if (given < function->least)
    return Fail(
        Build(Code::P0301, e.span, fmt::format("`{}` takes {}", name, Count(function->least)),
              given == 0 ? std::string("none is given") : fmt::format("{} {} given", given, given == 1 ? "is" : "are"))
            .Say(fmt::format("Its form is   {}{}", name, function->form)),
        e.span);
  if (given > function->most)
    return Fail(Build(Code::P0302, e.entries[function->most].span,
                      function->most == 0 ? fmt::format("`{}` takes no arguments", name)
                                          : fmt::format("`{}` takes {}", name, Count(function->most)),
                      "one too many"),
                e.span);
  if (function->group == Group::Script) return EvalWords(name, e, env);
  if (function->group == Group::Untyped) return EvalUntyped(e, env);
  if (name == "case") return EvalCase(e, env, expected);
  std::vector<TermPtr> args;
  for (const syntax::Entry& entry : e.entries) {
    const Reporter::Part part(session_.report, &entry);
    args.push_back(Eval(entry.value, env, nullptr));
  }
  if (std::ranges::any_of(args, [](const TermPtr& arg) { return arg->is(TermKind::Error); })) return ErrorTerm(e.span);
  if (function->group == Group::Status) return EvalStatus(name, e, args);
  for (const TermPtr& arg : args)
    if (name != "toJSON" && RefuseAbsent(arg)) return ErrorTerm(e.span);
  if (function->group == Group::Constant) return EvalConstantCall(name, e, args);
  if (name == "minutes") return EvalMinutes(e, args[0]);
  if (name == "fromJSON" || function->group == Group::Files) {
    TermPtr text = Require(args[0], types::Simple(Kind::String), fmt::format("`{}`", name));
    if (text->is(TermKind::Error)) return text;
    return name == "fromJSON" ? EvalFromJson(e, text) : name == "files" ? EvalFiles(e, text) : EvalReadJson(e, text);
  }
  if (name == "contains") {
    TermPtr result = EvalContains(e, args);
    if (result != nullptr) return result;
  } else if (name == "join") {
    if (!args[0]->type.is(Kind::List) && !IsUntyped(*args[0]))
      return Fail(
          Build(Code::P0302, args[0]->at, fmt::format("`join` takes a list, not {}", types::WithArticle(args[0]->type)),
                types::ToText(args[0]->type)),
          e.span);
  } else if (name != "toJSON") {
    for (const TermPtr& arg : args)
      if (RefuseNoText(arg)) return ErrorTerm(e.span);
  }
  if (name == "hashFiles")
    for (const TermPtr& arg : args) {
      if (!arg->type.is(Kind::String)) {
        Require(arg, types::Simple(Kind::String), "a pattern of `hashFiles`");
        return ErrorTerm(e.span);
      }
      const auto wrong = arg->is_text_constant() ? CheckFilePattern(arg->constant.text) : std::nullopt;
      if (wrong && session_.report.Add(WrongPattern(*wrong, arg->at))) return ErrorTerm(e.span);
    }
  if (name == "format" && args[0]->is_text_constant() && RefuseFormat(args)) return ErrorTerm(e.span);
  if (name != "hashFiles" && name != "toJSON")
    if (TermPtr folded = Fold(*function, args, e.span)) return folded;
  Term term = NodeOver(TermKind::Call, types::Simple(function->result), e.span, std::move(args));
  term.name = name;
  if (name == "hashFiles") {
    term.contexts |= Context::HashFiles;
    term.labels.untrusted.reset();
  }
  if (function->result == Kind::Bool) term.labels.untrusted.reset();
  if (term.labels.secret && function->result == Kind::Bool)
    return Fail(Build(Code::P0502, e.span, "a secret cannot be tested", "only its emptiness can be tested"), e.span);
  // As text it is only passed on; another form of it would not be masked.
  if (term.labels.secret && name != "format")
    return Fail(Build(Code::P0502, e.span, "a secret cannot be turned into something else",
                      "GitHub hides the secret itself in logs, not what is made of it"),
                e.span);
  return Share(std::move(term));
}

// P0627 for a text of `format` that GitHub would stop at; true when it was reported.
bool Elaborator::RefuseFormat(const std::vector<TermPtr>& args) {
  const std::string& text = args[0]->constant.text;
  const auto wrong = [&](std::string message) {
    return session_.report.Add(Build(Code::P0627, args[0]->at, std::move(message), "GitHub would stop the run here")
                                   .Say("A brace that means itself is doubled:   {{  }}"));
  };
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '{' && text[i] != '}') continue;
    if (i + 1 < text.size() && text[i + 1] == text[i]) {
      ++i;
      continue;
    }
    const size_t close = text.find('}', i);
    const std::string number = close == std::string::npos ? "" : text.substr(i + 1, close - i - 1);
    if (text[i] == '}' || number.empty() || !std::ranges::all_of(number, IsAsciiDigit) || number.size() > 3)
      return wrong("this is not a text of `format`");
    if (std::stoul(number) + 1 >= args.size()) return wrong(fmt::format("`format` gets no value for `{{{}}}`", number));
    i = close;
  }
  return false;
}

// GitHub's `case(condition, value, …, otherwise)`.
TermPtr Elaborator::EvalCase(const syntax::Expr& e, const Env& env, const Type* expected) {
  const size_t given = e.entries.size();
  if (given % 2 == 0)
    return Fail(
        Build(Code::P0301, e.span, "`case` ends in a value without condition", fmt::format("{} arguments", given))
            .Say("Its form is   case(condition, value, ..., otherwise)"),
        e.span);
  std::vector<TermPtr> tests, values;
  Env rest = env;
  for (size_t i = 0; i < given; i += 2) {
    Env inner = rest;
    if (i + 1 < given) {
      tests.push_back(RequireBool(Eval(e.entries[i].value, rest, nullptr), (*ast_)[e.entries[i].value], "case"));
      if (tests.back()->is(TermKind::Error)) return ErrorTerm(e.span);
      Assume(tests.back(), inner);
      Assume(Negation(tests.back()), rest);
    }
    values.push_back(Eval(e.entries[i + 1 < given ? i + 1 : i].value, inner, expected));
    if (values.back()->is(TermKind::Error)) return ErrorTerm(e.span);
  }
  TermPtr choice = values.back();
  for (size_t i = tests.size(); i-- > 0;) {
    choice = Choose(tests[i], values[i], choice, e.span);
    if (choice->is(TermKind::Error)) return choice;
  }
  return choice;
}

// A duration of that many minutes: the only one that a run can know.
TermPtr Elaborator::EvalMinutes(const syntax::Expr& e, const TermPtr& number) {
  TermPtr whole = Require(number, types::Simple(Kind::Int), "`minutes`");
  if (whole->is(TermKind::Error)) return whole;
  const Type duration = types::Simple(Kind::Duration);
  if (whole->is_constant()) return NumberTerm(whole->constant.number * 60'000, "", duration, e.span);
  if (whole->may_be_known()) return UnknownTerm(duration, e.span);
  Term term = NodeOver(TermKind::Call, duration, e.span, {whole});
  term.name = "minutes";
  return Share(std::move(term));
}

TermPtr Elaborator::EvalStatus(const std::string& name, const syntax::Expr& e, const std::vector<TermPtr>& args) {
  Term term = NodeOver(TermKind::Call, types::Simple(Kind::Bool), e.span, args);
  term.name = name;
  term.contexts |= Context::Status;
  return Share(std::move(term));
}

// The error of a wrong pair of arguments, or null.
TermPtr Elaborator::EvalContains(const syntax::Expr& e, std::vector<TermPtr> args) {
  const TermPtr& where = args[0];
  const TermPtr& what = args[1];
  if (where->type.is(Kind::List)) {
    const bool fits = where->type.element == nullptr || types::Fits(what->type, *where->type.element) ||
                      types::Fits(*where->type.element, what->type) ||
                      (where->type.element->is(Kind::Enum) && what->type.is(Kind::String));
    if (fits) return nullptr;
    return Mismatch(what, where, e);
  }
  if (!where->type.is(Kind::String) && !where->type.is(Kind::Enum) && !where->type.is(Kind::Runner))
    return Fail(Build(Code::P0302, where->at,
                      fmt::format("`contains` looks into a list or a text, not {}", types::WithArticle(where->type)),
                      types::ToText(where->type)),
                e.span);
  if (where->is_text_constant() && !what->is_constant()) {
    std::string members;
    for (std::string_view word : SplitString(where->constant.text, ' ')) {
      while (!word.empty() && word.back() == ',') word.remove_suffix(1);
      if (!word.empty()) members += fmt::format("{}'{}'", members.empty() ? "" : ", ", word);
    }
    const std::string better = fmt::format("{} in [{}]", TextOf(what->at), members);
    session_.report.Add(Build(Code::P0310, where->at, "this looks for a part of a text", "one text, not a list")
                            .Say(fmt::format("If one of several values is meant:   {}", better),
                                 Replace(e.span, better, "ask for a member", false))
                            .Say("If a part of the text is meant, add  # sluice: allow[P0310] reason"));
  }
  return nullptr;
}

// `paste(x)`: what GitHub does. The text of the value becomes a part of the program, which only a directive allows.
TermPtr Elaborator::EvalPaste(const syntax::Expr& e, const Env& env) {
  const TermPtr value = Eval(e.entries[0].value, env, nullptr);
  if (value->is(TermKind::Error) || RefuseAbsent(value) || RefuseNoText(value)) return ErrorTerm(e.span);
  const bool untrusted = value->labels.untrusted.has_value();
  Build report(untrusted ? Code::P0512 : Code::P0513, e.span, "the value would become a part of the program",
               untrusted ? "untrusted: " + value->labels.untrusted->text : "what it says is read as code");
  report.Say(fmt::format("Without `paste` it stays a value:   ${{{{ {} }}}}", TextOf(value->at)));
  if (!value->is_constant()) session_.report.Add(std::move(report));
  Term term = NodeOver(TermKind::Words, types::Simple(Kind::String), e.span, {value});
  term.name = kPaste;
  return Share(std::move(term));
}

TermPtr Elaborator::EvalWords(const std::string& name, const syntax::Expr& e, const Env& env) {
  if (!env.in_script)
    return Fail(Build(Code::P0515, e.span, fmt::format("`{}` is only for words of a command", name),
                      "not in the text of a script")
                    .Say(fmt::format("In a `run` of bash or sh:   ${{{{ {} }}}}", TextOf(e.span))),
                e.span);
  if (name == "paste") return EvalPaste(e, env);
  Term term;
  if (name == "words") {
    TermPtr value = Eval(e.entries[0].value, env, nullptr);
    if (value->is(TermKind::Error) || RefuseAbsent(value)) return ErrorTerm(e.span);
    value = Require(value, types::Simple(Kind::String), "the text of `words`");
    if (value->is(TermKind::Error)) return ErrorTerm(e.span);
    term = NodeOver(TermKind::Words, types::Simple(Kind::String), e.span, {value});
    return Share(std::move(term));
  }
  TermPtr flag = Eval(e.entries[0].value, env, nullptr);
  TermPtr value = Eval(e.entries[1].value, env, nullptr);
  if (flag->is(TermKind::Error) || value->is(TermKind::Error)) return ErrorTerm(e.span);
  const bool spelled =
      flag->is_text_constant() && !flag->constant.text.empty() && std::ranges::all_of(flag->constant.text, [](char c) {
        return IsAsciiAlnum(c) || c == '-' || c == '_' || c == '.' || c == '=';
      });
  if (!spelled)
    return Fail(
        Build(Code::P0305, flag->at, "the name of a flag is a constant of letters, digits, `-`, `_`, `.` and `=`",
              "not a name of a flag"),
        e.span);
  if (!value->type.is(Kind::Bool) && RefuseNoText(value)) return ErrorTerm(e.span);
  if (value->type.is(Kind::Bool) && RefuseAbsent(value)) return ErrorTerm(e.span);
  term = NodeOver(TermKind::Flag, types::Simple(Kind::String), e.span, {value});
  term.name = flag->constant.text;
  return Share(std::move(term));
}

}  // namespace sluice::check
