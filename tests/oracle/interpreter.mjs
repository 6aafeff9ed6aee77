// interpreter.mjs WORKFLOW.yml [--repo DIR] [--event NAME] [--event-file F] [--input k=v] [--secret k=v] [--var k=v]
//   [--github k=v] [--keep DIR] [--json]
// Executes a workflow on this machine with bash and sh, from GitHub's documentation and GitHub's own expression package
// alone: a second opinion on `sluice run`. Jobs run one after the other, each row of a matrix too (fail-fast is not
// played), timeouts are not kept. Answered: run steps, actions/checkout (a copy of --repo), upload- and
// download-artifact (copies); any other action is skipped, with a reason.
// Output: {result, jobs: {ID: {result, outputs, reason?, rows: [{matrix, result, outputs, steps: [{id?, name, outcome,
// conclusion, outputs, reason?, environment?}]}]}}}; `environment` where a script has a line `# show environment`: what
// the workflow, the job, the step and GITHUB_ENV gave it.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { data } from "@actions/expressions";
import { parse as parseYaml } from "yaml";
import { download, hashFiles, upload } from "./artifacts.mjs";
import { hostFunction } from "./evaluate.mjs";
import { Environment, Scope, expandMatrix, status } from "./scope.mjs";

const many = { type: "string", multiple: true, default: [] };
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    repo: { type: "string", default: "." }, event: { type: "string", default: "push" }, "event-file": { type: "string" },
    input: many, secret: many, var: many, github: many, keep: { type: "string" }, json: { type: "boolean" },
  },
});
const pairs = (list) => Object.fromEntries(list.map((text) => [text.split("=", 1)[0], text.slice(text.indexOf("=") + 1)]));

// ---- steps ----------------------------------------------------------------------------------------------------------

const shells = {
  "": ["bash", "-e", "{0}"], bash: ["bash", "--noprofile", "--norc", "-eo", "pipefail", "{0}"], sh: ["sh", "-e", "{0}"],
  python: ["python3", "{0}"],
};

// NAME=VALUE and NAME<<END … END, as in GITHUB_ENV and GITHUB_OUTPUT.
function readPairs(file) {
  const result = {};
  const lines = readFileSync(file, "utf8").split(/\r?\n/);
  for (let i = 0; i < lines.length; i++) {
    if (lines[i] === "") continue;
    const [, name, kind, rest] = /^(.+?)(=|<<)(.*)$/s.exec(lines[i]) ?? [];
    if (name === undefined) throw new Error(`invalid line in an environment file: ${lines[i]}`);
    if (kind === "=") {
      result[name] = rest;
      continue;
    }
    const end = lines.indexOf(rest, i + 1);
    if (end < 0) throw new Error(`the delimiter ${rest} does not come again`);
    result[name] = lines.slice(i + 1, end).join("\n");
    i = end;
  }
  return result;
}

// The older way to set an output, a command on standard output: still obeyed, with a warning.
function setOutputs(stdout) {
  const meaning = { "%0A": "\n", "%0D": "\r", "%25": "%" };
  return Object.fromEntries([...stdout.matchAll(/^\s*::set-output name=(.+?)::(.*)$/gm)].map(([, name, value]) =>
    [name, value.replace(/%0A|%0D|%25/g, (escape) => meaning[escape])]));
}

// One row of a job. Its fields are what GitHub keeps between steps.
class Row {
  constructor(workflow, job, contexts, workflowEnv, folder) {
    Object.assign(this, { workflow, job, contexts, folder, failed: false, steps: {}, added: {}, path: [], report: [] });
    this.workspace = join(folder, "work", "repo");
    for (const name of ["work/repo", "home", "temp"]) mkdirSync(join(folder, name), { recursive: true });
    this.contexts.github = { ...contexts.github, workspace: this.workspace };
    this.contexts.runner = { name: "oracle", os: "Linux", arch: "X64", temp: join(folder, "temp"), tool_cache: "", debug: "" };
    this.env = { ...workflowEnv, ...new Scope(this.contexts).texts(job.env) };
  }

  scope(stepEnv = {}) {
    const contexts = { ...this.contexts, steps: this.steps, job: { status: this.failed ? "failure" : "success" },
      env: new Environment({ ...this.env, ...this.added, ...stepEnv }) };
    return new Scope(contexts, [
      status("success", () => !this.failed), status("failure", () => this.failed), status("always", () => true),
      status("cancelled", () => false),
      hostFunction("hashFiles", 1, 255, (...globs) => new data.StringData(hashFiles(this.workspace, globs.map((g) => g.coerceString())))),
    ]);
  }

  // The job's defaults replace the workflow's as a whole, as in GitHub's runner (JobExtension: a new map for each).
  setting(step, name) {
    return step[name] ?? (this.job.defaults?.run ?? this.workflow.defaults?.run)?.[name] ?? "";
  }

  run() {
    for (const step of this.job.steps ?? []) {
      const entry = { id: step.id, name: step.name ?? step.uses ?? String(step.run ?? "").split("\n")[0], outputs: {} };
      this.report.push(entry);
      try {
        this.runStep(step, entry);
      } catch (error) {
        Object.assign(entry, { outcome: "failure", reason: error.message });
      }
      const forgiven = entry.outcome === "failure" && this.scope().text(step["continue-on-error"] ?? false) === "true";
      entry.conclusion = forgiven ? "success" : entry.outcome;
      if (entry.conclusion === "failure") this.failed = true;
      if (step.id) this.steps[step.id] = { outputs: entry.outputs, outcome: entry.outcome, conclusion: entry.conclusion };
    }
    return this.failed ? "failure" : "success";
  }

  runStep(step, entry) {
    const env = this.scope().texts(step.env);
    const scope = this.scope(env);
    if (!scope.condition(step.if)) return Object.assign(entry, { outcome: "skipped" });
    if (step.run !== undefined) return this.runScript(step, scope, env, entry);
    const action = /^(?:https:\/\/github.com\/)?(actions\/[^@]+)@/.exec(step.uses ?? "")?.[1];
    const inputs = scope.texts(step.with);
    if (action === "actions/checkout")
      cpSync(resolve(options.repo), join(this.workspace, inputs.path ?? "."), { recursive: true, verbatimSymlinks: true });
    else if (action === "actions/upload-artifact") upload(store, this.workspace, inputs);
    else if (action === "actions/download-artifact") download(store, this.workspace, inputs);
    else return Object.assign(entry, { outcome: "skipped", reason: `${step.uses ?? "this kind of step"} is not interpreted` });
    return Object.assign(entry, { outcome: "success" });
  }

  runScript(step, scope, env, entry) {
    const files = {};
    for (const name of ["ENV", "OUTPUT", "PATH", "STEP_SUMMARY"]) {
      files[`GITHUB_${name}`] = join(this.folder, "temp", `${name.toLowerCase()}_${this.report.length}`);
      writeFileSync(files[`GITHUB_${name}`], "");
    }
    const github = Object.entries(this.contexts.github).filter(([, value]) => typeof value !== "object");
    const shell = scope.text(this.setting(step, "shell"));
    const script = join(this.folder, "temp", `step_${this.report.length}.${shell === "python" ? "py" : "sh"}`);
    const text = scope.text(step.run);
    writeFileSync(script, text);
    const given = { ...this.env, ...this.added, ...env };
    if (/^\s*# show environment$/m.test(text)) entry.environment = given;
    const [command, ...rest] = (shells[shell] ?? shell.split(" ")).map((word) => word.replaceAll("{0}", script));
    const result = spawnSync(command, rest, {
      cwd: resolve(this.workspace, scope.text(this.setting(step, "working-directory"))), encoding: "utf8", input: "",
      env: { HOME: join(this.folder, "home"), LANG: "C.UTF-8", CI: "true", GITHUB_ACTIONS: "true", RUNNER_OS: "Linux",
        RUNNER_TEMP: join(this.folder, "temp"), ...Object.fromEntries(github.map(([k, v]) => [`GITHUB_${k.toUpperCase()}`, String(v)])),
        GITHUB_EVENT_PATH: join(this.folder, "event.json"), ...given, ...files, PATH: [...this.path, process.env.PATH].join(":") },
    });
    process.stderr.write(`${result.stdout ?? ""}${result.stderr ?? ""}`);
    entry.outcome = result.status === 0 ? "success" : "failure";
    if (result.error) entry.reason = result.error.message;
    entry.outputs = { ...setOutputs(result.stdout ?? ""), ...readPairs(files.GITHUB_OUTPUT) };
    Object.assign(this.added, readPairs(files.GITHUB_ENV));
    for (const folder of readFileSync(files.GITHUB_PATH, "utf8").split("\n")) if (folder) this.path.unshift(folder);
  }
}

// ---- jobs -----------------------------------------------------------------------------------------------------------

function ancestors(jobs, id, seen = new Set()) {
  for (const need of [jobs[id].needs ?? []].flat()) if (!seen.has(need)) ancestors(jobs, need, seen.add(need));
  return [...seen];
}

function runJob(workflow, id, contexts, done) {
  const job = workflow.jobs[id];
  const needs = [job.needs ?? []].flat();
  const before = ancestors(workflow.jobs, id).map((ancestor) => done[ancestor].result);
  const { workflowEnv, secrets, ...visible } = contexts;
  visible.needs = Object.fromEntries(needs.map((need) => [need, { result: done[need].result, outputs: done[need].outputs }]));
  const named = (ids, test, all) => (ids.length > 0 ? test(ids.map((i) => done[i.coerceString()]?.result)) : all());
  const scope = new Scope(visible, [
    hostFunction("success", 0, 255, (...ids) => new data.BooleanData(
      named(ids, (results) => results.every((r) => r === "success"), () => before.every((r) => r === "success")))),
    hostFunction("failure", 0, 255, (...ids) => new data.BooleanData(
      named(ids, (results) => results.includes("failure"), () => before.includes("failure")))),
    status("always", () => true), status("cancelled", () => false),
  ]);
  if (!scope.condition(job.if)) return { result: "skipped", outputs: {}, rows: [] };
  if (job.uses) return { result: "skipped", outputs: {}, rows: [], reason: "called workflows are not interpreted" };
  const strategy = new Scope(visible).value(job.strategy ?? {});
  const matrix = expandMatrix(strategy.matrix);
  const result = { result: "success", outputs: {}, rows: [] };
  matrix.forEach((values, index) => {
    const strategyContext = { "fail-fast": strategy["fail-fast"] ?? true, "job-index": index, "job-total": matrix.length,
      "max-parallel": strategy["max-parallel"] ?? matrix.length };
    const folder = join(scratch, `${id}-${index}`);
    const row = new Row(workflow, job, { ...visible, secrets, strategy: strategyContext,
      matrix: job.strategy?.matrix ? values : null, github: { ...visible.github, job: id } }, workflowEnv, folder);
    writeFileSync(join(folder, "event.json"), JSON.stringify(visible.github.event));
    const outcome = row.run();
    const outputs = row.scope().texts(job.outputs);
    result.rows.push({ matrix: values, result: outcome, outputs, steps: row.report });
    const forgiven = outcome === "failure" && row.scope().text(job["continue-on-error"] ?? false) === "true";
    if (outcome === "failure" && !forgiven) result.result = "failure";
    for (const [name, value] of Object.entries(outputs)) if (value !== "" || !(name in result.outputs)) result.outputs[name] = value;
  });
  return result;
}

function readInputs(workflow, given) {
  const declared = workflow.on?.[options.event]?.inputs;
  if (!declared) return {};
  return Object.fromEntries(Object.entries(declared).map(([name, input]) => {
    const value = given[name] ?? input?.default ?? (input?.type === "boolean" ? false : "");
    if (input?.type === "boolean") return [name, String(value) === "true"];
    return [name, input?.type === "number" && value !== "" ? Number(value) : typeof value === "number" ? value : String(value)];
  }));
}

function runWorkflow(workflow) {
  const event = options["event-file"] ? JSON.parse(readFileSync(options["event-file"], "utf8")) : {};
  const inputs = readInputs(workflow, { ...event.inputs, ...pairs(options.input) });
  if (Object.keys(inputs).length > 0) event.inputs = Object.fromEntries(Object.entries(inputs).map(([k, v]) => [k, String(v)]));
  const ref = event.ref ?? "refs/heads/main";
  const github = { event_name: options.event, event, ref, ref_name: ref.replace(/^refs\/(heads|tags)\//, ""),
    ref_type: ref.startsWith("refs/tags/") ? "tag" : "branch", sha: event.after ?? "0".repeat(40), repository: "octo/repo",
    repository_owner: "octo", actor: "octocat", workflow: workflow.name ?? positionals[0], run_id: "1", run_number: "1",
    run_attempt: "1", server_url: "https://github.com", token: "", head_ref: event.pull_request?.head?.ref ?? "",
    base_ref: event.pull_request?.base?.ref ?? "", ...pairs(options.github) };
  const contexts = { github, inputs, vars: pairs(options.var), secrets: pairs(options.secret) };
  contexts.workflowEnv = new Scope(contexts).texts(workflow.env);
  const done = {};
  const visit = (id) => {
    if (done[id]) return;
    [workflow.jobs[id].needs ?? []].flat().forEach(visit);
    done[id] = runJob(workflow, id, contexts, done);
  };
  Object.keys(workflow.jobs).forEach(visit);
  const failed = Object.values(done).some((job) => job.result === "failure");
  return { result: failed ? "failure" : "success", jobs: done };
}

const scratch = options.keep ? resolve(options.keep) : mkdtempSync(join(tmpdir(), "interpreter-"));
const store = join(scratch, "artifacts");
const outcome = runWorkflow(parseYaml(readFileSync(positionals[0], "utf8")));
if (!options.keep) rmSync(scratch, { recursive: true, force: true });
if (options.json) console.log(JSON.stringify(outcome, null, 2));
else for (const [id, job] of Object.entries(outcome.jobs)) console.log(`${id}: ${job.result}${job.reason ? ` (${job.reason})` : ""}`);
process.exit(outcome.result === "success" ? 0 : 1);
