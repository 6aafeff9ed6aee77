// actions.mjs SLUICE: GitHub's parser and `sluice check` agree about the metadata of actions.
//
// The files: each action.yml of $SLUICE_SHARED/corpus (else ../shared beside the checkout), and what becomes of it when one
// key is left out, misspelt, or given a mapping for its value, at some twelve places of each down to the fourth level
// (EVERY=1: at all). Prints `N of M`; compared with the floor beside this folder.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const oracle = path.join(here, "../../oracle/node_modules/");
const shared = process.env.SLUICE_SHARED || path.join(here, "../../../../shared");
function skip(why) {
  console.log(`skipped: ${why}`);
  process.exit(process.env.CI ? 1 : 77);
}
if (!existsSync(path.join(oracle, "@actions/workflow-parser"))) skip("GitHub's parser (npm) is missing; ./dev oracle installs it");
if (!existsSync(path.join(shared, "corpus/workflows"))) skip("no corpus of workflows: set SLUICE_SHARED");

const load = name => import(pathToFileURL(path.join(oracle, name)).href);
const { parseAction, getActionSchema } = await load("@actions/workflow-parser/dist/actions/index.js");
const { NoOperationTraceWriter } = await load("@actions/workflow-parser/dist/index.js");
const { TemplateContext, TemplateValidationErrors } = await load("@actions/workflow-parser/dist/templates/template-context.js");
const YAML = createRequire(path.join(oracle, "x.js"))("yaml");

function mistakes(content) {
  const context = new TemplateContext(new TemplateValidationErrors(), getActionSchema(), new NoOperationTraceWriter());
  return parseAction({ name: "action.yml", content }, context).context.errors.getErrors().map(e => e.message);
}

function* actionsBelow(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const name = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* actionsBelow(name);
    else if (/^action\.ya?ml$/.test(entry.name)) yield name;
  }
}

// The text with each key changed in turn.
function* changed(text) {
  const places = [];
  const collect = (node, way) => {
    if (way.length > 4) return;
    if (YAML.isMap(node)) for (const { key } of node.items) if (YAML.isScalar(key)) {
      places.push([...way, key.value]);
      collect(node.get(key, true), [...way, key.value]);
    }
    if (YAML.isSeq(node)) node.items.slice(0, 2).forEach((item, i) => collect(item, [...way, i]));
  };
  collect(YAML.parseDocument(text).contents, []);
  const step = process.env.EVERY ? 1 : Math.max(1, Math.ceil(places.length / 12));
  for (const place of places.filter((_, i) => i % step === 0)) for (const kind of ["left out", "misspelt", "a mapping"]) {
    const document = YAML.parseDocument(text);
    const value = document.getIn(place, true);
    if (kind !== "a mapping") document.deleteIn(place);
    if (kind === "misspelt") document.setIn([...place.slice(0, -1), `${place.at(-1)}s`], value);
    if (kind === "a mapping") document.setIn(place, document.createNode({ a: { b: 1 } }));
    yield [`${place.join(".")} ${kind}`, document.toString()];
  }
}

const cases = [];
for (const file of [...actionsBelow(path.join(shared, "corpus/workflows"))].sort()) {
  const text = readFileSync(file, "utf8");
  const name = path.relative(shared, file);
  cases.push([name, text]);
  // What the parser's own YAML reader cannot take apart has no keys to change.
  if (!YAML.parseDocument(text).errors.length) for (const [what, other] of changed(text)) cases.push([`${name}: ${what}`, other]);
}

const folder = mkdtempSync(path.join(tmpdir(), "sluice-actions-"));
const files = cases.map(([, text], i) => {
  mkdirSync(path.join(folder, String(i)));
  writeFileSync(path.join(folder, String(i), "action.yml"), text);
  return `${i}/action.yml`;
});
const wrong = new Map();
for (let begin = 0; begin < files.length; begin += 500) {
  const done = spawnSync(process.argv[2], ["check", "--format", "json", ...files.slice(begin, begin + 500)],
                         { cwd: folder, encoding: "utf8", maxBuffer: 1 << 28 });
  for (const one of JSON.parse(done.stdout).diagnostics)
    if (one.severity === "error" && !wrong.has(one.file)) wrong.set(one.file, one.message);
}
rmSync(folder, { recursive: true });

let same = 0, refused = 0, shown = 0;
cases.forEach(([name, text], i) => {
  const theirs = mistakes(text), ours = wrong.get(files[i]);
  if (theirs.length > 0) ++refused;
  if (theirs.length > 0 === (ours !== undefined)) ++same;
  else if (++shown <= 20) console.log(`${name}\n  GitHub: ${theirs[0] ?? "accepted"}\n  sluice: ${ours ?? "accepted"}`);
});
const floorFile = path.join(here, "../floors/actions.txt");
const floor = existsSync(floorFile) ? Number(readFileSync(floorFile, "utf8")) : 0;
console.log(`metadata of actions: ${same} of ${cases.length} judged as GitHub does (${refused} refused), floor ${floor}`);
if (process.env.SLUICE_UPDATE && same > floor) writeFileSync(floorFile, `${same}\n`);
process.exit(cases.length > 0 && same >= floor ? 0 : 1);
