// independent_run.mjs SLUICE FILE.yml|FOLDER…
// independent_run.mjs SLUICE --generated DRIVER COUNT [FIRST]
// Plays workflows with interpreter.mjs and with `sluice run` on engine host and compares: results of jobs and rows, outcome
// and conclusion of each step, outputs of steps and jobs, and the environment of each script with a line
// `# show environment`. Generated: programs of DRIVER, numbers FIRST and on (default: the day's); the interpreter gets
// what `sluice build` emits. Prints `N of M`; exit code 1 if one differs.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parse as parseYaml } from "yaml";

const [sluice, ...given] = process.argv.slice(2);
const generated = given[0] === "--generated";
const first = generated ? Number(given[3] ?? process.env.SLUICE_SEED ?? Math.floor(Date.now() / 86400000) * 1000) : 0;
const files = generated ? Array.from({ length: Number(given[2]) }, (_, i) => String(first + i)) : given.flatMap((path) =>
  statSync(path).isDirectory() ? readdirSync(path).filter((name) => /\.ya?ml$/.test(name)).sort().map((name) => join(path, name)) : [path]);
const here = import.meta.dirname;
const scratch = mkdtempSync(join(tmpdir(), "independent-run-"));

const run = (command, args, options) => new Promise((done) => {
  const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  let out = "", err = "";
  child.stdout.on("data", (bytes) => { out += bytes; });
  child.stderr.on("data", (bytes) => { err += bytes; });
  child.on("error", (error) => done({ code: -1, out, err: error.message }));
  child.on("close", (code) => done({ code, out, err }));
});

// "# options: --input a=1": flags that both understand.
const flagsOf = (text) => /^# options: (.*)$/m.exec(text)?.[1].split(" ") ?? [];
const key = (matrix) => JSON.stringify(Object.entries(matrix ?? {}).sort());

// What `sluice run --json` told, in the interpreter's shape.
function collect(lines) {
  const jobs = {};
  const rowOf = (event) => {
    const job = (jobs[event.job.replace(/^[^.]*\./, "")] ??= { rows: new Map() });
    const id = key(event.matrix);
    if (!job.rows.has(id)) job.rows.set(id, { steps: [], outputs: {} });
    return job.rows.get(id);
  };
  for (const event of lines) {
    if (!event.job) continue;
    if (event.event === "job.skip") {
      jobs[event.job.replace(/^[^.]*\./, "")] = { rows: new Map(), skipped: event.result };
      continue;
    }
    const row = rowOf(event);
    const step = event.step ? (row.steps[event.step - 1] ??= { outputs: {} }) : undefined;
    if (event.event === "step.end") Object.assign(step, { name: event.name, conclusion: event.result, outcome: event.outcome ?? event.result });
    if (event.event === "output") (step ?? row).outputs[event.name] = event.value;
    if (event.event === "job.end") Object.assign(row, { result: event.outcome ?? event.result });
    const shown = event.event === "log" && /^environment16:([0-9a-f]*)$/.exec(event.line);
    if (shown)
      step.environment = Object.fromEntries(Buffer.from(shown[1], "hex").toString().split("\0").filter(Boolean)
        .map((text) => [text.slice(0, text.indexOf("=")), text.slice(text.indexOf("=") + 1)]));
  }
  return jobs;
}

const word = (result) => (result === "not-run" ? "skipped" : result);
const written = (outputs) => JSON.stringify(Object.entries(outputs ?? {}).filter(([, value]) => value !== "").sort());

let environments = 0;
function* compareStep(where, theirs, ours) {
  if (!ours) return yield `${where}: sluice did not come to it`;
  for (const what of ["outcome", "conclusion"])
    if (theirs[what] !== word(ours[what])) yield `${where}: ${what} ${theirs[what]}, by sluice ${ours[what]}`;
  // What checkout and the artifact actions put out is not interpreted.
  if (written(theirs.outputs) !== written(ours.outputs) && !/^Run actions\//.test(ours.name))
    yield `${where}: outputs ${written(theirs.outputs)}, by sluice ${written(ours.outputs)}`;
  if (theirs.environment) environments++;
  for (const [name, value] of Object.entries(theirs.environment ?? {}))
    if (ours.environment?.[name] !== value)
      yield `${where}: ${name}=${JSON.stringify(value)}, by sluice ${JSON.stringify(ours.environment?.[name])}`;
}

function* compare(theirs, ours) {
  for (const [id, job] of Object.entries(theirs.jobs)) {
    const own = ours[id];
    if (!own) { yield `${id}: sluice does not know the job`; continue; }
    if (job.rows.length === 0) {
      if (!own.skipped) yield `${id}: ${job.result}, by sluice it ran`;
      continue;
    }
    for (const row of job.rows) {
      const mine = own.rows.get(key(job.rows.length === 1 && Object.keys(row.matrix ?? {}).length === 0 ? {} : row.matrix));
      const where = `${id}${Object.keys(row.matrix ?? {}).length ? ` ${JSON.stringify(row.matrix)}` : ""}`;
      if (!mine) { yield `${where}: sluice did not run it`; continue; }
      if (mine.result === "cancelled") continue;  // fail-fast is not played by the interpreter
      if (row.result !== mine.result && mine.result !== "not-run") yield `${where}: ${row.result}, by sluice ${mine.result}`;
      if (written(row.outputs) !== written(mine.outputs))
        yield `${where}: outputs ${written(row.outputs)}, by sluice ${written(mine.outputs)}`;
      for (const [i, step] of row.steps.entries()) yield* compareStep(`${where}, step ${i + 1}`, step, mine.steps[i]);
    }
  }
}

const payload = { action: "opened", ref: "refs/heads/main", after: "a".repeat(40), repository: { full_name: "octo/repo" },
  sender: { login: "octocat" }, pull_request: { number: 1, head: { ref: "topic" }, base: { ref: "main" } } };
const dump = 'echo "environment16:$(env -0 | od -An -v -tx1 | tr -d " \\n")"';

// The workflow for the interpreter and the arguments of `sluice run` on it, in a folder of its own.
async function prepare(file, folder) {
  writeFileSync(join(folder, "event.json"), JSON.stringify(payload));
  if (!generated) {
    const text = readFileSync(file, "utf8");
    writeFileSync(join(folder, "run.yml"), text.replace(/^(\s*)# show environment$/gm, `$1${dump}`));
    return { workflow: resolve(file), target: "run.yml", flags: flagsOf(text) };
  }
  const source = (await run(resolve(given[1]), [file], {})).out;
  writeFileSync(join(folder, "ci.pipe"),
    source.replace(/^( *).*\brun (?:-> \{.*\} )?\|$/gm, (line, indent) => `${line}\n${indent}  # show environment\n${indent}  ${dump}`));
  const built = await run(resolve(sluice), ["build", "--stdout"], { cwd: folder });
  if (built.code !== 0) throw new Error(`does not build: ${built.err}`);
  writeFileSync(join(folder, "emitted.yml"), built.out);
  const workflow = parseYaml(built.out);
  const event = ["push", "pull_request", "workflow_dispatch"].find((name) => name in workflow.on) ?? Object.keys(workflow.on)[0];
  // Named jobs run whatever the filters say.
  return { workflow: join(folder, "emitted.yml"), target: [workflow.name, ...Object.keys(workflow.jobs)].join("."), flags: ["--event", event] };
}

async function play(file, index) {
  const folder = join(scratch, String(index));
  mkdirSync(folder);
  let differences;
  try {
    const { workflow, target, flags } = await prepare(file, folder);
    const both = ["--event-file", join(folder, "event.json"), ...flags];
    const [judge, own] = await Promise.all([
      run(process.execPath, ["--import", "./json-hook.mjs", "interpreter.mjs", workflow, "--repo", folder, "--json", ...both], { cwd: here }),
      run(resolve(sluice), ["run", target, "--engine", "host", "--json", ...both], { cwd: folder }),
    ]);
    if (judge.out === "" || own.out === "") throw new Error(`${judge.err}\n${own.err}`);
    differences = [...compare(JSON.parse(judge.out), collect(own.out.split("\n").filter(Boolean).map((line) => JSON.parse(line))))];
    if ((judge.code === 0) !== (own.code === 0)) differences.push(`exit code ${judge.code}, of sluice ${own.code}`);
  } catch (error) {
    differences = [error.message];
  }
  if (differences.length > 0) console.log([`differs: ${file}`, ...differences.map((d) => `  ${d}`)].join("\n"));
  return differences.length === 0;
}

let next = 0, held = 0;
await Promise.all(Array.from({ length: Math.max(1, cpus().length) }, async () => {
  while (next < files.length) {
    const index = next++;
    if (await play(files[index], index)) held++;
  }
}));
rmSync(scratch, { recursive: true, force: true });
console.log(`independent runs${generated ? ` of generated programs ${first}…` : ""}: ${held} of ${files.length} (${environments} environments compared)`);
process.exit(held === files.length && files.length > 0 ? 0 : 1);
