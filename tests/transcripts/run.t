`sluice run` on workflow files: what it prints, and what it says when it cannot.

  $ cat > ok.yml <<'END'
  > on: push
  > jobs:
  >   build:
  >     runs-on: ubuntu-latest
  >     outputs: { v: "${{ steps.s.outputs.v }}" }
  >     steps:
  >       - id: s
  >         run: echo v=1 >> "$GITHUB_OUTPUT"
  >   test:
  >     needs: build
  >     runs-on: ubuntu-latest
  >     steps:
  >       - run: |
  >           echo "version ${{ needs.build.outputs.v }}"
  >           test ${{ needs.build.outputs.v }} = 2
  > END
  $ sluice run ok.yml --engine host -q
  test  │   failed: Process completed with exit code 1.
     ┌─ ok.yml:15:11
  15 │           test ${{ needs.build.outputs.v }} = 2
     │           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the step `Run echo "version 1"` failed
  
  ok failed in .* (re)
    build  passed  .* (re)
    test   failed .* Run echo "version 1": Process completed with exit code 1. (re)
  [1]
  $ sluice run ok.yml.build --engine host -q | grep passed
  ok passed in .* (re)
    build  passed .* (re)
  $ sluice run ok.yml --dry-run
  ok on push
    build: would run
    test: would run after `build`
  $ sluice run ok.yml.biuld --engine host
  stderr: sluice: `ok` has no job `biuld`: did you mean `build`?
  [2]
  $ sluice run missing.yml
  stderr: sluice: cannot read `missing.yml`: No such file or directory
  [2]
  $ sluice run ok.yml --event release
  stderr: sluice: `ok` does not start on `release`: its events are push
  [2]
  $ sluice run ok.yml --input a=1
  stderr: sluice: `ok` has no input `a` on push
  [2]
  $ sluice run ok.yml --secret NO_SUCH_VARIABLE
  stderr: sluice: `--secret NO_SUCH_VARIABLE`: the environment has no NO_SUCH_VARIABLE; set it or write `--secret NO_SUCH_VARIABLE=…`
  [2]
  $ sluice run ok.yml --var A
  stderr: sluice: `--var A`: expected NAME=VALUE
  [2]

A branch that the pipeline does not start on, a secret that is not given, another operating system:

  $ cat > some.yml <<'END'
  > on: { push: { branches: [release/**] } }
  > jobs:
  >   secret:
  >     runs-on: ubuntu-latest
  >     steps:
  >       - env: { T: "${{ secrets.TOKEN }}" }
  >         run: echo "got $T"
  >   windows:
  >     runs-on: windows-latest
  >     steps: [{ run: echo }]
  > END
  $ sluice run some.yml --engine host
  stderr: sluice: `some` does not start on this push: its branches are release/**; name a job (`sluice run some.yml.JOB`) to run it anyway
  $ sluice run some.yml.secret.windows --engine host -q
  
  some not run in .* (re)
    secret   not run .* a step was not run: Run echo "got .T": the secret `TOKEN` is not given: add `--secret TOKEN=…` (re)
    windows  not run .* `windows-latest` needs Windows, and this machine runs Linux (re)
  $ TOKEN=hunter2 sluice run some.yml.secret --secret TOKEN --engine host | grep got
  secret │ Run echo "got $T"
  secret │   got ***
