// expressions.mjs DRIVER [COUNT]: Sluice's evaluator against GitHub's package. Each generated expression must give the
// same kind and value, or an error on both sides. Prints `N of M` and the first differences; exits 1 if there is one.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { data } from "@actions/expressions";
import { evaluate, hostFunction } from "./evaluate.mjs";

const [driver, count = "100000"] = process.argv.slice(2);
const kindNames = { [data.Kind.Dictionary]: "Object" };
for (const name of ["Null", "Boolean", "Number", "String", "Array"]) kindNames[data.Kind[name]] = name;

// The runner's functions answer with their own call, as the driver's do.
const echo = (name, minArgs, maxArgs) => hostFunction(name, minArgs, maxArgs,
  (...args) => new data.StringData([name, ...args.map((arg) => arg.coerceString())].join(",")));
const functions = [
  echo("hashfiles", 1, 255), echo("success", 0, 255), echo("failure", 0, 255), echo("always", 0, 0), echo("cancelled", 0, 0),
];

function outcome(text, contexts) {
  try {
    const result = evaluate(text, contexts, functions);
    const value = result.kind === data.Kind.Number ? String(result.value) : JSON.stringify(result, data.replacer);
    return { kind: kindNames[result.kind], value };
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
  const theirs = outcome(ours.expr, contexts);
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
