// judge.mjs LIST EMITTED RESULTS: GitHub's parser over what sluice loaded and emitted.
//   LIST     one path a line, as given to load_emit
//   EMITTED  the folder that load_emit wrote to
//   RESULTS  what load_emit printed
// For each file: does @actions/workflow-parser accept it? If so sluice must load it, what it emits must be accepted, the
// two templates must be equal, and so must the two documents but for order of keys, comments, scalar style and GitHub's
// own shorthands. If not, sluice must report an error. The last line on stdout is the score as JSON.
import { readFileSync, existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const oracle = path.join(here, "../../oracle/node_modules/");
const load = name => import(pathToFileURL(path.join(oracle, name)).href);
const { parseWorkflow, convertWorkflowTemplate, NoOperationTraceWriter } = await load("@actions/workflow-parser/dist/index.js");
const { YamlObjectReader } = await load("@actions/workflow-parser/dist/workflows/yaml-object-reader.js");
const { FeatureFlags } = await load("@actions/expressions/dist/index.js");
const YAML = createRequire(path.join(oracle, "x.js"))("yaml");

// The parser builds format() of the *source* of a scalar of several lines, indentation and folding included; so two
// spellings of one text give two templates. For the comparison it gets the text itself.
const getLiteralToken = YamlObjectReader.getLiteralToken;
let fromText = false;
YamlObjectReader.getLiteralToken = (file, range, token) => {
  const result = getLiteralToken(file, range, token);
  if (fromText) {
    result.source = undefined;
    result.blockScalarHeader = undefined;
  }
  return result;
};

const featureFlags = new FeatureFlags({ all: true });
async function template(content, text) {
  fromText = text;
  const result = parseWorkflow({ name: "w.yml", content }, new NoOperationTraceWriter());
  const converted = await convertWorkflowTemplate(result.context, result.value, undefined, { featureFlags, errorPolicy: 0 });
  fromText = false;
  const errors = result.context.errors.getErrors().map(e => e.message);
  return { errors, value: errors.length ? undefined : strip(converted), tree: result.value };
}

const schema = JSON.parse(readFileSync(path.join(oracle, "@actions/workflow-parser/dist/workflow-v1.0.min.json"), "utf8")).definitions;
const knownKeys = new Set(Object.values(schema).flatMap(d => Object.keys(d.mapping?.properties ?? {})));
const byKnownKey = (a, b) => rank(a.Key) < rank(b.Key) ? -1 : rank(a.Key) > rank(b.Key) ? 1 : 0;
const rank = key => (knownKeys.has(String(key)) ? String(key) : "~");

// Templates without positions; GitHub's own keys in one order, names of the user in theirs.
function strip(value) {
  if (value === null || typeof value !== "object") return Object.is(value, -0) ? "-0" : Number.isNaN(value) ? "NaN" : value;
  if (typeof value.toJSON === "function" && !Array.isArray(value)) return strip(value.toJSON());
  if (Array.isArray(value)) return value.map(strip);
  if (value.type === 2 && Array.isArray(value.map)) return { map: [...value.map].sort(byKnownKey).map(strip) };
  const result = {};
  for (const key of Object.keys(value).sort())
    if (value[key] !== undefined) result[key] = strip(value[key]);
  return result;
}

// Documents: plain data with sorted keys; `on: push`, `on: [push]`, `needs: a` in their long form.
function document(content) {
  const doc = YAML.parseDocument(content, { uniqueKeys: false });
  const data = doc.toJS({ maxAliasCount: -1, mapAsMap: false });
  const on = data.on;
  if (typeof on === "string") data.on = { [on]: null };
  if (Array.isArray(on)) data.on = Object.fromEntries(on.map(event => [event, null]));
  for (const job of Object.values(data.jobs ?? {}))
    if (typeof job?.needs === "string") job.needs = [job.needs];
  return strip(data);
}

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
function difference(a, b, at = "") {
  if (same(a, b)) return undefined;
  if (a === null || b === null || typeof a !== "object" || typeof b !== "object")
    return `${at}: ${JSON.stringify(a)?.slice(0, 200)} became ${JSON.stringify(b)?.slice(0, 200)}`;
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const inner = difference(a[key], b[key], `${at}/${key}`);
    if (inner) return inner;
  }
  return `${at}: order`;
}

// Where GitHub's server accepts what the language service does not; see docs/decisions/0020.
const falsePositives = [
  [/Unexpected value 'repository_dispatch'/, "the schema's constant for `on: repository_dispatch` is mistyped"],
  [/Unexpected type '\w+' encountered while reading '(step env|job env|services|container env|credentials)'/, "an expression may stand for the whole mapping"],
];

const seenDefinitions = new Set();
function visit(token) {
  if (token?.definitionInfo?.definition?.key) seenDefinitions.add(token.definitionInfo.definition.key);
  if (token && typeof token[Symbol.iterator] === "function") {
    for (const item of token) {
      if (item.key) {
        if (item.key.value !== undefined && token.definitionInfo?.definition?.key)
          seenDefinitions.add(`${token.definitionInfo.definition.key}.${item.key.value}`);
        visit(item.value);
      } else visit(item);
    }
  }
}

const files = readFileSync(process.argv[2], "utf8").trim().split("\n");
const results = readFileSync(process.argv[4], "utf8").trim().split("\n").map(line => JSON.parse(line));
const score = { accepted: 0, equal: 0, rejected: 0, rejected_by_both: 0, known_false_positives: 0 };
const reasons = new Map();
for (const [n, file] of files.entries()) {
  const content = readFileSync(file, "utf8");
  const mine = results[n].errors;
  let judged;
  try {
    judged = await template(content, false);
  } catch (error) {
    judged = { errors: [`the parser threw: ${error.message}`] };
  }
  if (judged.errors.length) {
    const known = judged.errors.every(e => falsePositives.some(([pattern]) => pattern.test(e)));
    if (known && !mine.length) {
      score.known_false_positives++;
      continue;
    }
    score.rejected++;
    if (mine.length) score.rejected_by_both++;
    else console.log(`ACCEPTED ${file}: GitHub says ${judged.errors[0]}`);
    continue;
  }
  score.accepted++;
  if (mine.length) {
    console.log(`REJECTED ${file}: ${mine[0]}`);
    continue;
  }
  const emitted = readFileSync(path.join(process.argv[3], `${n}.yml`), "utf8");
  const again = await template(emitted, true);
  const before = (await template(content, true)).value;
  const wrong = again.errors.length ? `emitted: ${again.errors[0]}` : difference(before, again.value) ?? difference(document(content), document(emitted));
  if (wrong) console.log(`DIFFERS ${file} (${n}.yml): ${wrong}`);
  else {
    score.equal++;
    visit(judged.tree);
  }
}
const reachable = new Set();
const keys = [];
(function walk(name) {
  if (reachable.has(name) || !schema[name]) return;
  reachable.add(name);
  const d = schema[name];
  for (const other of d["one-of"] ?? []) walk(other);
  if (d.sequence) walk(d.sequence["item-type"]);
  if (d.mapping) {
    for (const [key, property] of Object.entries(d.mapping.properties ?? {})) {
      keys.push(`${name}.${key}`);
      walk(typeof property === "string" ? property : property.type);
    }
    if (d.mapping["loose-value-type"]) walk(d.mapping["loose-value-type"]);
  }
})("workflow-root-strict");
const missing = keys.filter(key => !seenDefinitions.has(key));
score.keys = keys.length;
score.keys_seen = keys.length - missing.length;
if (missing.length) console.log(`KEYS not in any passing file: ${missing.join(" ")}`);
console.log(JSON.stringify(score));
