// expressions.mjs DRIVER [COUNT]: Sluice's evaluator against GitHub's package. Each generated expression must give the
// same kind and value, or an error on both sides. Prints `N of M` and the first differences; exits 1 if there is one.
//
// Two things of the package are mended here, since its own documentation and GitHub's runner say otherwise:
// - a string with several '' keeps all but the first doubled;
// - case() evaluates every argument, so that an error in a branch not taken is one.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { Evaluator, Lexer, Parser, data } from "@actions/expressions";
import { TokenType } from "@actions/expressions/lexer";

const [driver, count = "100000"] = process.argv.slice(2);
const kindNames = { [data.Kind.Dictionary]: "Object" };
for (const name of ["Null", "Boolean", "Number", "String", "Array"]) kindNames[data.Kind[name]] = name;

// The runner's functions answer with their own call, as the driver's do.
function hostFunction(name, minArgs, maxArgs) {
  const call = (...args) => new data.StringData([name, ...args.map((arg) => arg.coerceString())].join(","));
  return { name, minArgs, maxArgs, call };
}
const hostFunctions = [
  hostFunction("hashfiles", 1, 255), hostFunction("success", 0, 255), hostFunction("failure", 0, 255),
  hostFunction("always", 0, 0), hostFunction("cancelled", 0, 0),
];
const hostMap = new Map(hostFunctions.map((f) => [f.name, f]));

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

function evaluate(text, contexts) {
  const { tokens } = new Lexer(text).lex();
  for (const token of tokens)
    if (token.type === TokenType.STRING) token.value = token.lexeme.slice(1, -1).replaceAll("''", "'");
  const names = contexts.pairs().map((pair) => pair.key);
  const tree = new Parser(tokens, names, hostFunctions).parse();
  const result = tree === undefined ? new data.Null() : new LazyCaseEvaluator(tree, contexts, hostMap).evaluate();
  const value = result.kind === data.Kind.Number ? String(result.value) : JSON.stringify(result, data.replacer);
  return { kind: kindNames[result.kind], value };
}

function tryEvaluate(text, contexts) {
  try {
    return evaluate(text, contexts);
  } catch (error) {
    return { error: error.message };
  }
}

const show = (result) => ("error" in result ? `error ${result.error}` : `${result.kind} ${result.value}`);
const child = spawn(driver, [count], { stdio: ["ignore", "pipe", "inherit"] });
const exited = new Promise((resolve) => child.on("close", resolve));
let contexts;
let contextsText;
let all = 0;
let equal = 0;
let values = 0;
for await (const line of createInterface({ input: child.stdout })) {
  const ours = JSON.parse(line);
  if (ours.contexts !== undefined) {
    contextsText = ours.contexts;
    contexts = JSON.parse(contextsText, data.reviver);
    continue;
  }
  all++;
  const theirs = tryEvaluate(ours.expr, contexts);
  const same = "error" in theirs ? "error" in ours : theirs.kind === ours.kind && theirs.value === ours.value;
  if (same) {
    equal++;
    if (!("error" in ours)) values++;
  } else if (all - equal <= 20) {
    console.log(`${ours.expr}\n  with ${contextsText}\n  Sluice: ${show(ours)}\n  GitHub: ${show(theirs)}`);
  }
}
const status = await exited;
console.log(`${equal} of ${all} (${values} values, ${equal - values} errors)`);
if (status !== 0 || all !== Number(count)) console.log(`the driver ended with ${status} after ${all} of ${count}`);
process.exit(status === 0 && equal === all && all === Number(count) ? 0 : 1);
