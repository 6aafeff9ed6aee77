// judge.mjs LOAD_EMIT: GitHub's parser over everything that sluice loads and emits.
//
// The files: the workflows of $SLUICE_SHARED/corpus (else ../shared beside the checkout), the inputs of GitHub's own reader
// tests in $SLUICE_SHARED/conformance/workflow-reader, and tests/testdata/load. For each: does @actions/workflow-parser
// accept it? If so sluice must load it, what it emits must be accepted, the two templates must be equal, and so must the
// two documents but for order of keys, comments, scalar style and GitHub's own shorthands. If not, sluice must report an
// error. Every key of GitHub's schema must occur in a passing file. Scores are compared with the floors beside this
// folder; exit 77 when the files or the parser are not there.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const oracle = path.join(here, "../../oracle/node_modules/");
const root = path.join(here, "../../..");
const shared = process.env.SLUICE_SHARED || path.join(root, "../shared");
function skip(why) {
  console.log(`skipped: ${why}`);
  process.exit(process.env.CI ? 1 : 77);
}
if (!existsSync(path.join(oracle, "@actions/workflow-parser"))) skip("GitHub's parser (npm) is missing; ./dev oracle installs it");
if (!existsSync(path.join(shared, "corpus/workflows"))) skip("no corpus of workflows: set SLUICE_SHARED");

const load = name => import(pathToFileURL(path.join(oracle, name)).href);
const { parseWorkflow, convertWorkflowTemplate, NoOperationTraceWriter } = await load("@actions/workflow-parser/dist/index.js");
const { YamlObjectReader } = await load("@actions/workflow-parser/dist/workflows/yaml-object-reader.js");
const { TemplateContext, TemplateValidationErrors } = await load("@actions/workflow-parser/dist/templates/template-context.js");
const { getWorkflowSchema } = await load("@actions/workflow-parser/dist/workflows/workflow-schema.js");
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
  const context = new TemplateContext(new TemplateValidationErrors(), getWorkflowSchema(), new NoOperationTraceWriter());
  context.state.featureFlags = featureFlags;
  const result = parseWorkflow({ name: "w.yml", content }, context);
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

// Reader tests whose expectation GitHub's parser does not meet itself.
const serverOnly = new Map([
  ["errors-matrix-empty-vector.yml", "only the server looks into a matrix (warning P1115)"],
  ["errors-matrix-max-depth.yml", "only the server limits the depth (warning P1115)"],
  ["on-workflow_dispatch-inputs-null.yml", "the parser's strict schema rejects it"],
  ["on-workflow_dispatch-unknown-keys-ignored.yml", "the parser's strict schema rejects it"],
  ["yaml-schema-str-flow-styles.yml", "the parser's YAML reader rejects it"],
  ["yaml-schema-sequence.yml", "the parser's YAML reader rejects it"],
  ["errors-parse-float.yml", "only the server rejects a tag that does not fit"],
]);

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

// ---------------------------------------------------------------------------------------------------------- the files

function* workflowsBelow(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* workflowsBelow(full);
    else if (/\.ya?ml$/.test(entry.name) && full.includes("/.github/workflows/")) yield full;
  }
}

// GitHub's reader tests: options, the workflow, workflows that it calls, the expected result.
function* readerTests(folder) {
  for (const name of readdirSync(folder).sort()) {
    const documents = readFileSync(path.join(folder, name), "utf8").split(/^---\r?\n/m);
    const expected = JSON.parse(documents.at(-1));
    yield { name, options: YAML.parse(documents[0]) ?? {}, workflow: documents[1], called: documents.length - 3, errors: expected.errors ?? [] };
  }
}

const work = mkdtempSync(path.join(tmpdir(), "sluice-workflows-"));
process.on("exit", () => rmSync(work, { recursive: true, force: true }));
const emittedFolder = path.join(work, "emitted");
mkdirSync(emittedFolder);
const files = ["head", "history", "2021"].flatMap(part => [...workflowsBelow(path.join(shared, "corpus/workflows", part))]);
const readers = [...readerTests(path.join(shared, "conformance/workflow-reader"))];
for (const test of readers) {
  test.file = path.join(work, test.name);
  writeFileSync(test.file, test.workflow);
  files.push(test.file);
}
const own = path.join(root, "tests/testdata/load");
files.push(...readdirSync(own).filter(name => name.endsWith(".yml")).sort().map(name => path.join(own, name)));

const run = spawnSync(process.argv[2], [emittedFolder], { input: files.join("\n") + "\n", maxBuffer: 1 << 28 });
if (run.status !== 0) {
  console.log(`load_emit ended with ${run.status ?? run.signal}: ${run.stderr}`);
  process.exit(1);
}
console.log(String(run.stderr).trim());
const results = String(run.stdout).trim().split("\n").map(line => JSON.parse(line));

// --------------------------------------------------------------------------------------------------------- the verdicts

let failures = 0;
function complain(text) {
  failures++;
  console.log(text);
}
const score = { accepted: 0, equal: 0, rejected: 0, rejected_by_both: 0, known_false_positives: 0 };
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
    else complain(`ACCEPTED ${file}: GitHub says ${judged.errors[0]}`);
    continue;
  }
  score.accepted++;
  if (mine.length) {
    complain(`REJECTED ${file}: ${mine[0]}`);
    continue;
  }
  const emitted = readFileSync(path.join(emittedFolder, `${n}.yml`), "utf8");
  const again = await template(emitted, true);
  const before = (await template(content, true)).value;
  const wrong = again.errors.length ? `emitted: ${again.errors[0]}` : difference(before, again.value) ?? difference(document(content), document(emitted));
  if (wrong) complain(`DIFFERS ${file} (${n}.yml): ${wrong}`);
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
if (missing.length) complain(`KEYS not in any passing file: ${missing.join(" ")}`);

// What GitHub expects of its own tests, where that concerns one file read alone.
const reasons = {};
let expected = 0;
let met = 0;
for (const test of readers) {
  const why = test.called > 0 ? "it calls other workflows"
    : (test.options.skip ?? []).includes("TypeScript") ? "the TypeScript parser skips it"
    : Object.keys(test.options).some(key => key.startsWith("max-")) ? "it sets other limits"
    : serverOnly.has(test.name) ? serverOnly.get(test.name)
    : undefined;
  if (why) {
    reasons[why] = (reasons[why] ?? 0) + 1;
    continue;
  }
  expected++;
  const mine = results[files.indexOf(test.file)].errors;
  if (mine.length > 0 === test.errors.length > 0) met++;
  else complain(`EXPECTED ${test.name}: ${test.errors[0]?.Message ?? "no error"}; sluice says ${mine[0] ?? "nothing"}`);
}
for (const [why, count] of Object.entries(reasons)) console.log(`reader tests not counted: ${count}, ${why}`);

// ----------------------------------------------------------------------------------------------------------- the scores

function report(name, n, m) {
  const floorFile = path.join(here, "../floors", `${name}.txt`);
  const floor = existsSync(floorFile) ? Number(readFileSync(floorFile, "utf8")) : 0;
  console.log(`${name}: ${n} of ${m} (floor ${floor})`);
  if (n < floor) failures++;
  if (process.env.SLUICE_UPDATE && n > floor) writeFileSync(floorFile, `${n}\n`);
  return n >= floor;
}
let good = report("workflows-equal", score.equal, score.accepted);
good = report("workflows-rejected", score.rejected_by_both, score.rejected) && good;
good = report("workflows-keys", keys.length - missing.length, keys.length) && good;
good = report("workflows-expected", met, expected) && good;
console.log(`accepted against the parser, for the reasons above: ${score.known_false_positives}`);
process.exit(good ? 0 : 1);
