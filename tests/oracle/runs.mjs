// runs.mjs SLUICE [COUNT] [ARGUMENT…]: generated workflows, run by `sluice run --json ARGUMENT…` and by interpreter.mjs.
// Results and outputs of jobs and outcomes and conclusions of steps must be equal. Prints `N of M` and
// the first differences, and keeps the first workflow that differs; exits 1 if one does.
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import { Random, seedOfThisRun } from "./random.mjs";
import { WorkflowGenerator } from "./workflows.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const [sluice, count = "200", ...more] = process.argv.slice(2);

function run(command, args, cwd) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
    const result = { stdout: "", stderr: "" };
    child.stdout.on("data", (data) => (result.stdout += data));
    child.stderr.on("data", (data) => (result.stderr += data));
    child.on("close", (status) => resolve({ ...result, status }));
  });
}

// What both say, in one shape: {"ID {matrix}": {result, outputs, steps: [{outcome, conclusion}]}}.
function fromInterpreter({ stdout }) {
  const jobs = {};
  for (const [id, job] of Object.entries(JSON.parse(stdout).jobs)) {
    if (job.rows.length === 0) jobs[`${id} {}`] = { result: job.result, steps: [] };
    for (const row of job.rows) {
      const steps = row.steps.map(({ outcome, conclusion }) => ({ outcome, conclusion }));
      jobs[`${id} ${JSON.stringify(row.matrix)}`] = { result: row.result, outputs: row.outputs, steps };
    }
  }
  return jobs;
}

function fromSluice({ stdout }) {
  const jobs = {};
  for (const event of stdout.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line))) {
    if (!event.job) continue;
    const job = (jobs[`${event.job.split(".").at(-1)} ${JSON.stringify(event.matrix ?? {})}`] ??= { steps: [] });
    if (event.event === "step.end") job.steps[event.step - 1] = { outcome: event.outcome ?? event.result, conclusion: event.result };
    if (event.event === "output" && !event.step) (job.outputs ??= {})[event.name] = event.value;
    if (event.event === "job.end" || event.event === "job.skip") job.result = event.outcome ?? event.result;
  }
  return jobs;
}

const sorted = (object) => Object.fromEntries(Object.entries(object ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)));
const withoutEmpty = (object) => sorted(Object.fromEntries(Object.entries(object ?? {}).filter(([, value]) => value !== "")));

// The differences as lines.
function compare(theirs, ours) {
  const lines = [];
  const check = (what, a, b) => {
    if (JSON.stringify(a) !== JSON.stringify(b)) lines.push(`${what}: interpreter ${JSON.stringify(a)}, sluice ${JSON.stringify(b)}`);
  };
  check("jobs", Object.keys(sorted(theirs)), Object.keys(sorted(ours)));
  for (const [id, job] of Object.entries(theirs)) {
    const other = ours[id] ?? { steps: [] };
    check(`${id} result`, job.result, other.result);
    check(`${id} outputs`, withoutEmpty(job.outputs), withoutEmpty(other.outputs));
    check(`${id} steps`, job.steps.length, other.steps.length);
    job.steps.forEach((step, i) => check(`${id} step ${i + 1}`, step, other.steps[i]));
  }
  return lines;
}

async function runOne(number, seed) {
  const folder = mkdtempSync(join(tmpdir(), "sluice-runs-"));
  const repo = join(folder, "repo");
  const file = join(repo, ".github/workflows/generated.yml");
  mkdirSync(dirname(file), { recursive: true });
  const generator = new WorkflowGenerator(new Random(seed + number));
  writeFileSync(file, stringify(generator.workflow(), { lineWidth: 0 }));
  const { s, b, n } = generator.inputs;
  const event = number % 2 === 0 ? ["--event", "push"]
    : ["--event", "workflow_dispatch", "--input", `s=${s}`, "--input", `b=${b}`, "--input", `n=${n}`];
  const given = [...event, "--var", "V=a var", "--secret", "S=a-secret-value"];
  const [theirs, ours] = await Promise.all([
    run(process.execPath, ["--import", "./json-hook.mjs", "interpreter.mjs", file, "--repo", repo, "--json", ...given], here),
    run(sluice, ["-C", repo, "run", ".github/workflows/generated.yml", "--json", ...given, ...more], folder),
  ]);
  let lines;
  try {
    lines = compare(fromInterpreter(theirs), fromSluice(ours));
  } catch (error) {
    lines = [`${error.message}\n${theirs.stderr}\n${ours.stdout.slice(0, 500)}\n${ours.stderr}`];
  }
  return { number, folder, lines };
}

const seed = seedOfThisRun();
console.error(`SLUICE_SEED=${seed}`);
const kept = join(tmpdir(), "sluice-runs-kept");
let equal = 0;
let shown = 0;
let next = 0;
async function worker() {
  while (next < Number(count)) {
    const { number, folder, lines } = await runOne(next++, seed);
    if (lines.length === 0) equal++;
    else if (shown++ < 10) {
      console.log(`program ${number}:\n  ${lines.join("\n  ")}`);
      if (shown === 1) cpSync(folder, kept, { recursive: true });
    }
    rmSync(folder, { recursive: true, force: true });
  }
}
await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, worker));
console.log(`${equal} of ${count}${equal < Number(count) ? `; the first that differs lies in ${kept}` : ""}`);
process.exit(equal === Number(count) ? 0 : 1);
