// GitHub's expression package, with the two things mended that its documentation and GitHub's runner say otherwise:
// - a string with several '' keeps all but the first doubled;
// - case() evaluates every argument, so that an error in a branch not taken is one.
import { Evaluator, Lexer, Parser, data } from "@actions/expressions";
import { TokenType } from "@actions/expressions/lexer";

class LazyCaseEvaluator extends Evaluator {
  visitFunctionCall(call) {
    if (call.functionName.lexeme.toLowerCase() !== "case") return super.visitFunctionCall(call);
    const last = call.args.length - 1;
    for (let i = 0; i < last; i += 2) {
      const condition = this.eval(call.args[i]);
      if (condition.kind !== data.Kind.Boolean) throw new Error("case predicate must evaluate to a boolean value");
      if (condition.value) return this.eval(call.args[i + 1]);
    }
    return this.eval(call.args[last]);
  }
}

// A function of the runner: `call` gets and gives the package's data.
export function hostFunction(name, minArgs, maxArgs, call) {
  return { name, minArgs, maxArgs, call };
}

// The value of an expression. `contexts`: a data.Dictionary; `functions`: what hostFunction made. Throws what is wrong.
export function evaluate(text, contexts, functions = []) {
  const { tokens } = new Lexer(text).lex();
  for (const token of tokens)
    if (token.type === TokenType.STRING) token.value = token.lexeme.slice(1, -1).replaceAll("''", "'");
  const tree = new Parser(tokens, contexts.pairs().map((pair) => pair.key), functions).parse();
  if (tree === undefined) return new data.Null();
  return new LazyCaseEvaluator(tree, contexts, new Map(functions.map((f) => [f.name.toLowerCase(), f]))).evaluate();
}

// JSON values as the package's data.
export function toData(value) {
  return JSON.parse(JSON.stringify(value ?? null), data.reviver);
}

// The package's data as JSON values.
export function fromData(value) {
  return JSON.parse(JSON.stringify(value, data.replacer));
}
