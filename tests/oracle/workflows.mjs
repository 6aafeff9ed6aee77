// Random workflows of the kind that Sluice emits: jobs with needs, conditions, matrices, environments on three levels,
// steps that set outputs, variables and paths, that fail, are forgiven or skipped, and artifacts between jobs. Every
// probe step writes what it sees to its outputs and every job passes its steps' outputs on, so comparing the outputs of
// jobs compares environments and folders too.
const hostile = [
  "", "plain", "two words", "it's", '"quoted"', "$(touch x)", "`touch x`", "a[$(touch x)]", "*", "~", "-n", "--", "\\", "a\\nb", "$HOME", "%s",
  "é ü ß", "😀", "#no comment", "a=b", "EOF", "1.50", "0x10", "true", "null", "!x", "{{", "a\tb", "a  b ", "'",
];
const names = ["A", "B", "C", "D"];
const fence = (text) => "${" + `{ ${text} }` + "}";

export class WorkflowGenerator {
  constructor(random) {
    this.random = random;
  }

  workflow() {
    const { random } = this;
    this.jobs = {};
    this.inputs = { s: random.pick(hostile), b: random.oneIn(2), n: random.below(9) };
    const dispatch = { inputs: { s: { type: "string" }, b: { type: "boolean", default: false }, n: { type: "number", default: 3 } } };
    const workflow = { name: "generated", on: { push: { branches: ["main"] }, workflow_dispatch: dispatch }, permissions: {} };
    if (random.oneIn(2)) workflow.env = this.environment([fence("github.event_name"), fence("inputs.s"), fence("vars.V")]);
    if (random.oneIn(2)) workflow.defaults = { run: { shell: random.pick(["bash", "sh"]) } };
    workflow.jobs = this.jobs;
    for (let n = 1 + random.below(4); n > 0; n--) this.job(`j${n}`);
    return workflow;
  }

  environment(expressions) {
    const { random } = this;
    return Object.fromEntries(random.some(names).map((name) => [name, random.oneIn(2) ? random.pick(expressions) : random.pick(hostile)]));
  }

  job(id) {
    const { random } = this;
    const before = Object.keys(this.jobs);
    const job = { "runs-on": "ubuntu-latest" };
    const needs = random.some(before);
    if (needs.length > 0) job.needs = needs;
    if (random.oneIn(3)) job.if = this.jobCondition(needs);
    if (random.oneIn(4)) job.strategy = { "fail-fast": false, matrix: this.matrix() };
    if (random.oneIn(6)) job["continue-on-error"] = true;
    this.row = job.strategy ? [fence("matrix.a"), fence("matrix.b"), fence("strategy.job-index"), fence("toJSON(matrix)")] : [];
    this.given = [...needs.map((need) => fence(`needs.${need}.outputs.o`)), ...needs.map((need) => fence(`needs.${need}.result`)),
      ...this.row, fence("github.ref_name"), fence("inputs.b"), fence("toJSON(inputs.n)"), fence("secrets.S != ''"),
      fence("github.event.inputs.s || 'none'"), fence("format('{0}-{{}}', inputs.n)"), `pre ${fence("inputs.n * 1 == 3".replace(" * 1", ""))} post`];
    if (random.oneIn(2)) job.env = this.environment(this.given);
    if (random.oneIn(3)) job.defaults = random.pick([{ run: { "working-directory": "sub" } }, { run: { shell: "bash" } }, {}]);
    job.steps = [{ run: "mkdir -p sub/deep; pwd > /dev/null", "working-directory": "." }];
    this.ids = [];
    for (let n = 1 + random.below(6); n > 0; n--) job.steps.push(this.step(`s${n}`));
    if (random.oneIn(3)) this.artifact(job, needs, id);
    if (this.ids.length > 0) {
      const seen = this.ids.map((s) => [s, fence(`steps.${s}.outputs.o`)]);
      const all = this.ids.map((s) => fence(`steps.${s}.outcome`) + fence(`steps.${s}.conclusion`)).join("-");
      job.outputs = { o: fence(`steps.${random.pick(this.ids)}.outputs.o`), all, ...Object.fromEntries(seen) };
    }
    this.jobs[id] = job;
  }

  jobCondition(needs) {
    const { random } = this;
    const plain = ["always()", "success()", "failure()", fence("!cancelled()"), "github.event_name == 'push'", "inputs.b", "always() && inputs.n != 3"];
    const read = needs.flatMap((need) => [`needs.${need}.result == 'success'`, `needs.${need}.outputs.o != ''`,
      `always() && needs.${need}.result != 'skipped'`, "contains(needs.*.result, 'failure') || failure()", "!contains(needs.*.result, 'skipped') && !cancelled()"]);
    return random.pick([...plain, ...read, ...read]);
  }

  matrix() {
    const { random } = this;
    const matrix = { a: random.some([1, 2, 3.5, "x"], 2).concat(0), b: ["é", true, "1.0"].slice(random.below(2)) };
    if (random.oneIn(2)) matrix.exclude = [{ a: 0, b: "1.0" }];
    if (random.oneIn(2)) matrix.include = [{ a: 0, c: "more" }, { b: true, c: 7 }, { a: "own", b: "row" }].slice(random.below(3));
    return matrix;
  }

  // A condition of a step over what came before.
  condition() {
    const { random } = this;
    const id = this.ids.length > 0 ? random.pick(this.ids) : "none";
    return random.pick(["always()", "failure()", "success()", fence("!cancelled()"), `steps.${id}.outcome == 'failure'`,
      `steps.${id}.conclusion == 'success'`, `steps.${id}.outputs.o != ''`, `always() && steps.${id}.outcome != 'success'`,
      "env.A != ''", "env.B == env.b", "hashFiles('sub/**') == ''", "hashFiles('nothing') == ''", "job.status == 'success'", "inputs.b && 'x' || ''",
      `!(steps.${id}.outputs.o || false)`, "runner.os == 'Linux'", `contains(fromJSON('["push"]'), github.event_name)`]);
  }

  step(id) {
    const { random } = this;
    const step = {};
    if (!random.oneIn(4)) step.id = id;
    if (random.oneIn(3)) step.name = random.pick(["A name", "Build & test", `of ${fence("github.ref_name")}`]);
    if (random.oneIn(3)) step.if = this.condition();
    if (random.oneIn(5)) step["continue-on-error"] = random.oneIn(3) ? fence("!inputs.b") : true;
    const read = this.ids.map((other) => fence(`steps.${other}.outputs.o`));
    step.env = { V: random.pick([...hostile, ...this.given, ...read]), ...(random.oneIn(2) ? this.environment([...this.given, ...read, fence("env.A")]) : {}) };
    if (random.oneIn(5)) step.shell = random.pick(["bash", "sh"]);
    if (random.oneIn(6)) step["working-directory"] = random.pick(["sub/deep", "sub", "."]);
    step.run = this.script();
    if (step.id) this.ids.push(id);
    return step;
  }

  script() {
    const { random } = this;
    const name = random.pick(names);
    return random.pick([
      `printf 'o=%s\\n' "$V" >> "$GITHUB_OUTPUT"\n`,
      `{ echo 'o<<END_1'; printf '%s\\nmore\\n' "$V"; echo END_1; } >> "$GITHUB_OUTPUT"\n`,
      `printf '${name}=%s\\n' "$V" >> "$GITHUB_ENV"\n`,
      `printf '${name}<<END_2\\n%s\\n\\nlast\\nEND_2\\n' "$V" >> "$GITHUB_ENV"\n`,
      `{ echo 'o<<END_3'; printf '%s|' "$A" "$B" "$C" "$D" "$V"; echo; echo END_3; } >> "$GITHUB_OUTPUT"\n`,
      `{ echo 'o<<END_3'; printf '%s|' "$A" "$B" "$C" "$D" "$V"; echo; echo END_3; } >> "$GITHUB_OUTPUT"\n`,
      `echo "o=\${PWD##*/} $(ls | tr '\\n' ' ')" >> "$GITHUB_OUTPUT"\n`,
      `mkdir -p "$RUNNER_TEMP/bin"; printf '#!/bin/sh\\necho from a tool\\n' > "$RUNNER_TEMP/bin/tool"; chmod +x "$RUNNER_TEMP/bin/tool"\necho "$RUNNER_TEMP/bin" >> "$GITHUB_PATH"\n`,
      `echo "o=$(tool)" >> "$GITHUB_OUTPUT"\n`,
      `printf '%s' "$V" > file.txt\n`, `echo "o=$(cat file.txt)" >> "$GITHUB_OUTPUT"\n`,
      `echo "o=early" >> "$GITHUB_OUTPUT"\nexit ${1 + random.below(200)}\n`, "false | true\n", "false\n", "exit 0\n", "kill -9 $$\n",
      `echo "o=${fence("github.event_name")}-${fence("inputs.n")}" >> "$GITHUB_OUTPUT"\n`,
      `echo "::warning::attention"\necho "::set-output name=o::old"\necho "$V"\n`,
      `echo no assignment >> "$GITHUB_OUTPUT"\n`,
    ]);
  }

  artifact(job, needs, id) {
    const { random } = this;
    if (needs.length > 0 && random.oneIn(2)) {
      job.steps.push({ uses: "actions/download-artifact@v8", id: "get", "continue-on-error": true, with: { name: `of-${random.pick(needs)}`, path: "in" } });
      job.steps.push({ id: "got", if: "steps.get.outcome == 'success'", "working-directory": ".", run: 'echo "o=$(cat in/* | cksum)" >> "$GITHUB_OUTPUT"\n' });
      this.ids.push("got");
    } else if (!job.strategy) {
      job.steps.push({ run: 'printf "%s" "artifact" > sub/thing.txt\n', "working-directory": "." });
      job.steps.push({ uses: "actions/upload-artifact@v7", with: { name: `of-${id}`, path: random.pick(["sub/thing.txt", "sub/*.txt"]), "if-no-files-found": "error" } });
    }
  }
}
