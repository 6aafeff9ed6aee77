// What interpreter.mjs needs to know of the places of a workflow: contexts, templates, conditions, matrices.
import { data } from "@actions/expressions";
import { evaluate, fromData, hostFunction, toData } from "./evaluate.mjs";

const truthy = (value) => !value.primitive || Boolean(value.value);

// A status function without arguments.
export const status = (name, answer) => hostFunction(name, 0, 0, () => new data.BooleanData(answer()));

// Environment variables have a letter case on Linux.
export class Environment extends data.Dictionary {
  constructor(entries) {
    super();
    this.map = new Map(Object.entries(entries).map(([key, value]) => [key, new data.StringData(value)]));
  }
  get(key) { return this.map.get(key); }
  values() { return [...this.map.values()]; }
  pairs() { return [...this.map].map(([key, value]) => ({ key, value })); }
}

// What can be seen at one place of the workflow.
export class Scope {
  constructor(contexts, functions = []) {
    const entries = Object.entries(contexts);
    this.contexts = new data.Dictionary(...entries.map(([key, value]) =>
      ({ key, value: value instanceof Environment ? value : toData(value) })));
    this.functions = functions;
  }

  // A string with `${{ }}` in it as the package's data; one lone expression keeps its kind.
  template(text) {
    const parts = [];
    let rest = text;
    for (let at; (at = rest.indexOf("${{")) >= 0;) {
      if (at > 0) parts.push(new data.StringData(rest.slice(0, at)));
      const piece = /^\$\{\{((?:[^'}]|'[^']*'|\}(?!\}))*)\}\}/.exec(rest.slice(at));
      if (!piece) throw new Error(`an expression is not closed: ${text}`);
      parts.push(evaluate(piece[1], this.contexts, this.functions));
      rest = rest.slice(at + piece[0].length);
    }
    if (parts.length === 0) return new data.StringData(text);
    if (rest !== "") parts.push(new data.StringData(rest));
    return parts.length === 1 ? parts[0] : new data.StringData(parts.map((part) => part.coerceString()).join(""));
  }

  // Any YAML value with its expressions replaced, as JSON.
  value(node) {
    if (typeof node === "string") return node.includes("${{") ? fromData(this.template(node)) : node;
    if (Array.isArray(node)) return node.map((item) => this.value(item));
    if (node === null || typeof node !== "object") return node;
    return Object.fromEntries(Object.entries(node).map(([key, item]) => [this.text(key), this.value(item)]));
  }

  text(node) {
    return toData(this.value(node ?? "")).coerceString();
  }

  texts(map) {
    const whole = typeof map === "string" ? this.value(map) : map ?? {};
    return Object.fromEntries(Object.entries(whole).map(([key, node]) => [key, this.text(node)]));
  }

  // An `if`: a bare expression or a template; success() is implied where no status function is called.
  condition(node) {
    const text = String(node ?? "");
    const success = this.functions.find((f) => f.name === "success").call().value;
    if (text.trim() === "") return success;
    const lone = /^\$\{\{([\s\S]*)\}\}$/.exec(text);
    const isLone = lone && !lone[1].includes("${{");
    const hasStatus = /\b(success|failure|always|cancelled)\s*\(/i.test(text.replace(/'(''|[^'])*'/g, ""));
    if (!hasStatus && !success) return false;
    if (text.includes("${{") && !isLone) return truthy(this.template(text));
    return truthy(evaluate(isLone ? lone[1] : text, this.contexts, this.functions));
  }
}

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

// The rows of a matrix: all combinations without `exclude`, each `include` added to every row it overwrites nothing of,
// or else as a row of its own.
export function expandMatrix(matrix) {
  if (!matrix) return [{}];
  const { include = [], exclude = [], ...axes } = matrix;
  let rows = Object.keys(axes).length > 0 ? [{}] : [];
  for (const [axis, values] of Object.entries(axes))
    rows = rows.flatMap((row) => values.map((value) => ({ ...row, [axis]: value })));
  rows = rows.filter((row) => !exclude.some((out) => Object.entries(out).every(([key, value]) => same(row[key], value))));
  const originals = rows.map((row) => ({ ...row }));
  for (const extra of include) {
    const fitting = originals.flatMap((original, i) =>
      Object.entries(extra).every(([key, value]) => !(key in original) || same(original[key], value)) ? [i] : []);
    for (const i of fitting) Object.assign(rows[i], extra);
    if (fitting.length === 0) rows.push({ ...extra });
  }
  return rows;
}
