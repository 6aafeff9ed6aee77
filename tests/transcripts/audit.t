`sluice audit` lists what runs with more rights than it shows, in sources and in workflows that people wrote.

  $ touch sluice.toml
  $ cat > sluice.lock <<'END'
  > version = 1
  > END
  $ cat > ci.pipe <<'END'
  > secret KEY
  > pipeline ci {
  >   on pull_request_target
  >   job test {
  >     permissions: { contents: write }
  >     # sluice: allow[P0507] only maintainers set the label
  >     run `gh pr checkout 1 && ./test.sh`
  >     raw |
  >       cancel-timeout-minutes: 3
  >   }
  > }
  > END
  $ mkdir -p .github/workflows
  $ cat > .github/workflows/old.yml <<'END'
  > on: { issue_comment: , release: }
  > permissions: write-all
  > env: { ACTIONS_ALLOW_UNSECURE_COMMANDS: true, KEY: "${{ secrets.KEY }}" }
  > jobs:
  >   a:
  >     runs-on: [self-hosted, linux]
  >     if: github.actor == 'dependabot[bot]' || contains('main next', github.ref_name)
  >     container: { image: "node:22", credentials: { username: u, password: hunter2 } }
  >     steps:
  >       - uses: actions/checkout@v4
  >         with: { ref: "${{ github.event.issue.number }}" }
  >       - uses: actions/setup-node@v4
  >         with: { cache: npm }
  >       - run: |
  >           echo "${{ github.event.comment.body }} ${{ inputs.x }} ${{ github.sha }}"
  >           echo "::set-output name=a::b" >> $GITHUB_ENV
  >       - uses: actions/github-script@v8
  >         with: { script: "console.log('${{ github.head_ref }}', ${{ toJSON(secrets) }})" }
  >       - uses: docker://alpine:3.23
  >         if: "x ${{ true }}"
  >   b:
  >     uses: acme/ci/.github/workflows/scan.yml@main
  >     secrets: inherit
  > END
  $ sluice audit
  .github/workflows/old.yml:1:7: trigger      `issue_comment` runs with the secrets and the token of the repository on what outsiders send
  .github/workflows/old.yml:2:14: permission   every job gets `write-all`
  .github/workflows/old.yml:3:41: command      whatever a program prints may set variables and PATH of later steps
  .github/workflows/old.yml:3:52: secret       every job sees this secret, actions of others too
  .github/workflows/old.yml:6:14: runner       a runner of one's own keeps what a job leaves behind
  .github/workflows/old.yml:7:9: condition    `contains` finds parts of words: a branch called `a` is in 'main'
  .github/workflows/old.yml:7:9: condition    whoever reruns the job or pushes last is the actor; test the author of the pull request
  .github/workflows/old.yml:8:25: image        the image `node:22` has no digest
  .github/workflows/old.yml:8:74: credentials  a password stands in the file
  .github/workflows/old.yml:10:15: credentials  the checkout leaves the token in .git/config for later steps and uploads
  .github/workflows/old.yml:10:15: unpinned     `actions/checkout@v4` is another program tomorrow: a tag can move
  .github/workflows/old.yml:11:22: checkout     the code of an outsider comes into a run with secrets
  .github/workflows/old.yml:12:15: unpinned     `actions/setup-node@v4` is another program tomorrow: a tag can move
  .github/workflows/old.yml:12:15: cache        a release is built with a cache that other runs write
  .github/workflows/old.yml:14:9: checkout     a run for outsiders sets variables or PATH of later steps
  .github/workflows/old.yml:14:9: command      GitHub takes `set-output` away
  .github/workflows/old.yml:14:14: injection    `github.event.comment.body` is pasted into the script: an outsider writes a part of it
  .github/workflows/old.yml:14:14: pasted       `inputs.x` is pasted into the script
  .github/workflows/old.yml:17:15: unpinned     `actions/github-script@v8` is another program tomorrow: a tag can move
  .github/workflows/old.yml:18:25: injection    `github.head_ref` is pasted into JavaScript: an outsider writes a part of it
  .github/workflows/old.yml:18:25: pasted       `secrets` is pasted into JavaScript
  .github/workflows/old.yml:18:25: secret       this reads secrets that it does not name
  .github/workflows/old.yml:19:15: image        the image `alpine:3.23` has no digest
  .github/workflows/old.yml:20:13: condition    this condition is text around a placeholder, and so always true
  .github/workflows/old.yml:22:11: unpinned     `acme/ci/.github/workflows/scan.yml@main` is another program tomorrow: a tag can move
  .github/workflows/old.yml:23:14: secret       the called workflow gets every secret (`inherit`)
  ci.pipe:3:6: trigger      `pull_request_target` runs with the secrets and the token of the repository on what outsiders send
  ci.pipe:4:7: permission   the job `test` may write `contents`
  ci.pipe:6:5: allow        P0507: only maintainers set the label
  ci.pipe:7:5: checkout     the code of an outsider comes into a run with secrets
  ci.pipe:8:5: raw          GitHub's own YAML: Sluice knows its keys, and not what it means
  stderr: 31 findings: 1 raw, 1 allow, 2 trigger, 3 checkout, 2 injection, 2 pasted, 2 permission, 3 secret, 2 credentials, 4 unpinned, 2 image, 3 condition, 2 command, 1 cache, 1 runner
  $ sluice audit --format json ci.pipe
  {"version":1,"findings":[{"kind":"trigger","message":"`pull_request_target` runs with the secrets and the token of the repository on what outsiders send","file":"ci.pipe","line":3,"column":6},{"kind":"permission","message":"the job `test` may write `contents`","file":"ci.pipe","line":4,"column":7},{"kind":"allow","message":"P0507: only maintainers set the label","file":"ci.pipe","line":6,"column":5},{"kind":"checkout","message":"the code of an outsider comes into a run with secrets","file":"ci.pipe","line":7,"column":5},{"kind":"raw","message":"GitHub's own YAML: Sluice knows its keys, and not what it means","file":"ci.pipe","line":8,"column":5}]}
  $ sluice audit nothing.yml
  stderr: sluice: cannot read `nothing.yml`: No such file or directory
  [2]
