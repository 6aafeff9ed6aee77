`sluice import` turns GitHub's workflows into .pipe that means the same, and says so.

  $ touch sluice.toml
  $ cat > ci.yml <<'END'
  > # Test every change.
  > name: CI
  > on:
  >   push:
  >     branches: [main]
  > jobs:
  >   test:
  >     runs-on: ubuntu-latest
  >     steps:
  >       - uses: actions/checkout@v7 # the sources
  >       - name: Unit tests
  >         run: npm test -- ${{ github.event.head_commit.message }}
  > END
  $ sluice import ci.yml
  # Test every change.
  
  pipeline ci {
    name: "CI"
    on push(branches: [main])
    permissions: default
    shell: default
  
    job test {
      runs-on: ubuntu-latest
  
      uses actions/checkout@v7(persist-credentials: true) # the sources
      # sluice: allow[P0512] imported as it was
      step "Unit tests": run `npm test -- ${{ words(github.event.head_commit.message) }}`
    }
  }
  stderr: ci.yml: equal
  stderr:   line 11: allowed by a directive: an outsider would choose the arguments of this command (P0512)
  stderr: 1 file: 1 equal, 0 with raw (0 blocks), 0 refused
  $ sluice import -q ci.yml > ci.pipe
  stderr: ci.yml: equal
  $ sluice fmt --check ci.pipe

Lifts write shorter what means the same.

  $ sluice import --lift needs,ok -q ci.yml > lifted.pipe
  stderr: ci.yml: equal
  $ sluice import --lift nothing ci.yml
  stderr: sluice: --lift: nothing not in {needs,defaults,ok,if,all}
  [2]

Several files go into a folder. What is there already is never overwritten.

  $ sluice import ci.yml ci.yml
  stderr: sluice: several files need a folder: `sluice import --out pipelines FILE.yml…`
  [2]
  $ sluice import --out pipelines ci.yml
  pipelines/ci.pipe
  stderr: ci.yml: equal
  stderr:   line 11: allowed by a directive: an outsider would choose the arguments of this command (P0512)
  stderr: 1 file: 1 equal, 0 with raw (0 blocks), 0 refused
  $ sluice import --out pipelines ci.yml
  pipelines/ci.pipe
  stderr: ci.yml: equal
  stderr:   line 11: allowed by a directive: an outsider would choose the arguments of this command (P0512)
  stderr: 1 file: 1 equal, 0 with raw (0 blocks), 0 refused
  $ echo '# mine' > pipelines/ci.pipe
  $ sluice import --out pipelines ci.yml
  stderr: ci.yml: equal
  stderr:   line 11: allowed by a directive: an outsider would choose the arguments of this command (P0512)
  stderr: sluice: `pipelines/ci.pipe` is there already: move it away, or overwrite it with --force
  stderr: 1 file: 1 equal, 0 with raw (0 blocks), 0 refused
  [2]
  $ cat pipelines/ci.pipe
  # mine
  $ sluice import --out pipelines --force -q ci.yml
  stderr: ci.yml: equal

Files that are imported together declare what they share once.

  $ mkdir both
  $ for name in one two; do printf 'on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    environment: prod\n    steps:\n    - run: publish\n      env: { TOKEN: "${{ secrets.TOKEN }}" }\n' > both/$name.yml; done
  $ sluice import -q --out both both/one.yml both/two.yml
  stderr: both/one.yml: equal
  stderr: both/two.yml: equal
  $ cat both/*.pipe | grep -E '^(secret|environment)'
  secret TOKEN
  environment prod {}
  $ sluice lock -q && sluice check both/one.pipe both/two.pipe

What GitHub does not read is refused with the reason.

  $ echo 'on: push' > empty.yml
  $ printf '' > nothing.yml
  $ printf 'jobs: [\n' > broken.yml
  $ printf 'name: An action\ndescription: x\nruns:\n  using: composite\n  steps: []\n' > action.yml
  $ sluice import empty.yml
  stderr: error[P1109]: `jobs` is missing
  stderr:   ┌─ empty.yml:1:1
  stderr: 1 │ on: push
  stderr:   │ ^ GitHub requires it here
  stderr: empty.yml: refused, GitHub does not read it either
  stderr: 1 file: 0 equal, 0 with raw (0 blocks), 1 refused
  [1]
  $ sluice import nothing.yml
  stderr: error[P1101]: this is not YAML that GitHub reads
  stderr:   ┌─ nothing.yml:1:1
  stderr: 1 │
  stderr:   │ ^ the file has no content
  stderr: nothing.yml: refused, GitHub does not read it either
  stderr: 1 file: 0 equal, 0 with raw (0 blocks), 1 refused
  [1]
  $ sluice import broken.yml
  stderr: error[P1101]: this is not YAML that GitHub reads
  stderr:   ┌─ broken.yml:2:1
  stderr: 2 │
  stderr:   │ ^ a `[` is not closed
  stderr: broken.yml: refused, GitHub does not read it either
  stderr: 1 file: 0 equal, 0 with raw (0 blocks), 1 refused
  [1]
  $ sluice import action.yml
  stderr: error[P1105]: GitHub does not know the key `runs` here
  stderr:   ┌─ action.yml:3:1
  stderr: 3 │ runs:
  stderr:   │ ^^^^ known: `concurrency`, `defaults`, `description`, `env`, `jobs`, `name`, `on`, `permissions` or `run-name`
  stderr: action.yml: refused, GitHub does not read it either
  stderr: 1 file: 0 equal, 0 with raw (0 blocks), 1 refused
  [1]
  $ sluice import missing.yml
  stderr: sluice: cannot read `missing.yml`: No such file or directory
  stderr: 0 files: 0 equal, 0 with raw (0 blocks), 0 refused
  [2]
  $ sluice import
  stderr: sluice: FILE is required
  [2]
