// Hand-written workflows with what GitHub's documentation says of them.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));

function run(yaml, args = [], files = {}) {
  const folder = mkdtempSync(join(tmpdir(), "interpreter-test-"));
  try {
    for (const [name, text] of Object.entries({ "w.yml": yaml, ...files })) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const command = ["--import", "./json-hook.mjs", "interpreter.mjs", join(folder, "w.yml"), "--repo", folder, "--json", ...args];
    const result = spawnSync(process.execPath, command, { cwd: here, encoding: "utf8" });
    assert.notEqual(result.stdout, "", result.stderr);
    return JSON.parse(result.stdout);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
const job = (steps, rest = "") => `on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n${rest}    steps:\n${steps}`;
const firstSteps = (outcome) => outcome.jobs.a.rows[0].steps;

test("environments: step over GITHUB_ENV over job over workflow", () => {
  const outcome = run(`on: push
env: { A: wf, B: wf, C: wf, D: wf }
jobs:
  a:
    runs-on: x
    env: { B: job, C: job, D: job, E: "\${{ github.event_name }}" }
    steps:
      - run: |
          printf 'C=file\\nD=file\\nL<<END\\none\\ntwo\\nEND\\n' >> "$GITHUB_ENV"
      - env: { D: step, F: "\${{ env.C }}", n: 1.50 }
        run: |
          # show environment
          test "$A$B$C$D" = wfjobfilestep && test "$L" = $'one\\ntwo' && test "$F" = file
        shell: bash
`);
  assert.equal(outcome.result, "success");
  assert.deepEqual(firstSteps(outcome)[1].environment,
    { A: "wf", B: "job", C: "file", D: "step", E: "push", F: "file", L: "one\ntwo", n: "1.5" });
});

test("outcome, conclusion, continue-on-error, failure() and always()", () => {
  const outcome = run(job(`      - { id: one, run: exit 1, continue-on-error: true }
      - { id: two, if: steps.one.outcome == 'failure' && steps.one.conclusion == 'success', run: exit 3 }
      - { id: three, run: "true" }
      - { id: four, if: failure(), run: "true" }
      - { id: five, if: "always() && job.status == 'failure'", run: "true" }
      - { id: six, if: "\${{ 'x' }} == 'y'", run: "true" }
      - { id: seven, if: "!cancelled()", uses: some/action@v1 }
`));
  assert.equal(outcome.jobs.a.result, "failure");
  assert.deepEqual(firstSteps(outcome).map((s) => `${s.outcome}/${s.conclusion}`),
    ["failure/success", "failure/failure", "skipped/skipped", "success/success", "success/success", "skipped/skipped", "skipped/skipped"]);
  assert.match(firstSteps(outcome)[6].reason, /some\/action/);
});

test("any text around an expression in `if` makes it true", () => {
  assert.equal(firstSteps(run(job(`      - { if: "\${{ false }} ", run: "true" }
      - { if: "\${{ false }} == true", run: "true" }
      - { if: "\${{ false }}", run: "true" }
`))).map((s) => s.outcome).join(), "success,success,skipped");
});

test("outputs pass jobs; a skip spreads down the chain, always() stops it", () => {
  const outcome = run(`on: push
jobs:
  last: { needs: [c], runs-on: x, if: always() && needs.c.result == 'skipped', steps: [{ run: "true" }] }
  after: { needs: [last], runs-on: x, steps: [{ run: "true" }] }
  a:
    runs-on: x
    outputs: { x: "\${{ steps.s.outputs.x }}-\${{ steps.none.outputs.x }}" }
    steps:
      - { id: s, run: 'echo x=1 >> "$GITHUB_OUTPUT"; echo x=2 >> "$GITHUB_OUTPUT"' }
  b: { needs: a, if: needs.a.outputs.x != '2-', runs-on: x, steps: [{ run: "true" }] }
  c: { needs: [b], runs-on: x, steps: [{ run: "true" }] }
`);
  assert.deepEqual(Object.fromEntries(Object.entries(outcome.jobs).map(([id, j]) => [id, j.result])),
    { a: "success", b: "skipped", c: "skipped", last: "success", after: "skipped" });
  assert.deepEqual(outcome.jobs.a.outputs, { x: "2-" });
});

test("matrix with include and exclude", () => {
  const outcome = run(job(`      - run: test '\${{ strategy.job-total }}' = 6
`, `    strategy:
      matrix:
        fruit: [apple, pear]
        animal: [cat, dog]
        exclude: [{ fruit: pear, animal: dog }]
        include:
          - { color: green }
          - { color: pink, animal: cat }
          - { fruit: apple, shape: circle }
          - { fruit: banana }
          - { fruit: banana, animal: cat }
          - { fruit: fig }
`));
  assert.equal(outcome.result, "success");
  assert.deepEqual(outcome.jobs.a.rows.map((row) => row.matrix), [
    { fruit: "apple", animal: "cat", color: "pink", shape: "circle" },
    { fruit: "apple", animal: "dog", color: "green", shape: "circle" },
    { fruit: "pear", animal: "cat", color: "pink" },
    { fruit: "banana" }, { fruit: "banana", animal: "cat" }, { fruit: "fig" },
  ]);
});

test("shells, working directories, GITHUB_PATH", () => {
  const outcome = run(job(`      - run: mkdir -p sub/bin && printf '#!/bin/sh\\necho tool' > sub/bin/tool && chmod +x sub/bin/tool
        working-directory: .
      - run: echo "$PWD/bin" >> "$GITHUB_PATH"
      - { id: o, run: 'echo "v=$(tool)" >> "$GITHUB_OUTPUT"' }
      - { run: "false | true", shell: sh }
      - { run: "false | true", continue-on-error: true, shell: bash }
      - { run: "false | true" }
      - { run: "import os; assert os.getcwd().endswith('sub')", shell: python }
      - { run: exit 0, working-directory: nowhere, continue-on-error: true }
`, "    defaults: { run: { working-directory: sub } }\n"));
  assert.deepEqual(firstSteps(outcome).map((s) => s.outcome),
    ["success", "success", "success", "success", "failure", "success", "success", "failure"]);
  assert.equal(firstSteps(outcome)[2].outputs.v, "tool");
});

test("the defaults of a job replace those of the workflow as a whole", () => {
  const outcome = run(`defaults: { run: { shell: bash } }\n` + job(`      - { id: a, run: "false | true" }
`, "    defaults: { run: { working-directory: . } }\n"));
  assert.equal(firstSteps(outcome)[0].outcome, "success");
});

test("inputs keep their types, secrets and variables are there", () => {
  const outcome = run(`on:
  workflow_dispatch:
    inputs: { flag: { type: boolean }, n: { type: number, default: 3 }, s: { default: x } }
jobs:
  a:
    runs-on: x
    steps:
      - if: inputs.flag && inputs.n == 3 && github.event.inputs.flag == 'true' && inputs.s == 'it''s ''' && vars.V == 'v'
        env: { S: "\${{ secrets.S }}" }
        run: test "$S" = hidden
`, ["--event", "workflow_dispatch", "--input", "flag=true", "--input", "s=it's '", "--var", "V=v", "--secret", "S=hidden"]);
  assert.equal(firstSteps(outcome)[0].outcome, "success");
});

test("checkout and artifacts are copies", () => {
  const outcome = run(`on: push
jobs:
  a:
    runs-on: x
    steps:
      - uses: actions/checkout@v7
      - if: hashFiles('**/nothing') == '' && hashFiles('src/**') != ''
        run: mkdir -p .hidden/out && cp src/file.txt .hidden/out/file.tar
      - { uses: actions/upload-artifact@v7, with: { name: one, path: .hidden/out/file.tar, include-hidden-files: true, if-no-files-found: error } }
      - { uses: actions/upload-artifact@v7, with: { name: two, path: "src/\\n!src/deep/**", overwrite: true } }
      - { id: none, continue-on-error: true, uses: actions/upload-artifact@v7, with: { name: three, path: none, if-no-files-found: error } }
  b:
    needs: a
    runs-on: x
    steps:
      - { uses: actions/download-artifact@v8, with: { name: one, path: in } }
      - { uses: actions/download-artifact@v8, with: { pattern: t* , path: all } }
      - run: test "$(cat in/file.tar)" = content && test -f all/two/file.txt && ! test -e all/two/deep && ! test -e src
      - { continue-on-error: true, uses: actions/download-artifact@v8, with: { name: missing } }
`, [], { "src/file.txt": "content\n", "src/deep/x": "y" });
  assert.equal(outcome.result, "success");
  assert.equal(firstSteps(outcome)[4].outcome, "failure");
  assert.equal(outcome.jobs.b.rows[0].steps[3].outcome, "failure");
});

test("what is wrong fails its step and says why", () => {
  const outcome = run(job(`      - { continue-on-error: true, run: "echo \${{ nope.x }}" }
      - { continue-on-error: true, run: 'echo bad >> "$GITHUB_OUTPUT"' }
`));
  assert.match(firstSteps(outcome)[0].reason, /nope/);
  assert.match(firstSteps(outcome)[1].reason, /invalid line/);
});
