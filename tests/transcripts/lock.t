`sluice lock` writes the pins of the actions that the sources use. It needs sources.

  $ touch sluice.toml
  $ sluice lock
  stderr: sluice: there is no .pipe file in $DIR: give one, or set `sources` in sluice.toml
  [2]

  $ cat > ci.pipe <<'END'
  > pipeline ci {
  >   on push
  >   job a {
  >     uses Actions/Checkout@v7
  >     run `ls`
  >     output notes: file = "notes.txt"
  >   }
  > }
  > END
  $ sluice lock
  sluice.lock: 3 actions
  $ sluice lock
  sluice.lock: 3 actions, unchanged
  $ sed -n 1,9p sluice.lock
  # Written by `sluice lock`. Commit it; do not edit.
  version = 1
  
  [[action]]
  uses = "actions/checkout"
  ref = "v7"
  sha = "3d3c42e5aac5ba805825da76410c181273ba90b1"
  version = "v7.0.1"
  using = "node24"
  $ grep -A 1 '^uses' sluice.lock
  uses = "actions/checkout"
  ref = "v7"
  --
  uses = "actions/download-artifact"
  ref = "v8"
  --
  uses = "actions/upload-artifact"
  ref = "v7"

A pin stays as it is until it is updated; a lock that a merge has damaged is written anew.

  $ sed -i s/3d3c42e5aac5ba805825da76410c181273ba90b1/0000000000000000000000000000000000000000/ sluice.lock
  $ sluice lock && grep -m 1 sha sluice.lock
  sluice.lock: 3 actions, unchanged
  sha = "0000000000000000000000000000000000000000"
  $ sluice lock --offline --update actions/checkout && grep -m 1 sha sluice.lock
  actions/checkout@v7: v7.0.1 (0000000) -> v7.0.1 (3d3c42e)
  sluice.lock: 3 actions
  sha = "3d3c42e5aac5ba805825da76410c181273ba90b1"
  $ echo '<<<<<<< HEAD' > sluice.lock && sluice lock && head -n 1 sluice.lock
  sluice.lock: 3 actions
  # Written by `sluice lock`. Commit it; do not edit.

What cannot be pinned is said at its place, and the lock stays.

  $ cat > ci.pipe <<'END'
  > pipeline ci {
  >   on push
  >   job a {
  >     uses actions/chekout@v7
  >     uses actions/checkout@main
  >     uses actions/checkout@v77
  >     run `ls`
  >   }
  > }
  > END
  $ sluice lock --offline
  stderr: error[P0701]: I do not know the action `actions/chekout`
  stderr:   ┌─ ci.pipe:4:10
  stderr: 4 │     uses actions/chekout@v7
  stderr:   │          ^^^^^^^^^^^^^^^^^^ not in the catalogue that comes with sluice
  stderr:   = Did you mean `actions/checkout@v7`?  [fix]
  stderr:
  stderr: error[P0705]: `main` is a branch of `actions/checkout`
  stderr:   ┌─ ci.pipe:5:10
  stderr: 5 │     uses actions/checkout@main
  stderr:   │          ^^^^^^^^^^^^^^^^^^^^^ its commit is lost after the next force-push
  stderr:   = Use a tag:   actions/checkout@v7  [fix]
  stderr:
  stderr: error[P0701]: `actions/checkout` has no tag `v77`
  stderr:   ┌─ ci.pipe:6:10
  stderr: 6 │     uses actions/checkout@v77
  stderr:   │          ^^^^^^^^^^^^^^^^^^^^ not among the tags that this sluice knows
  stderr:   = Did you mean `actions/checkout@v7`?  [fix]
  stderr: 3 errors
  stderr: sluice: sluice.lock is left as it is
  [1]
  $ grep -c '^uses' sluice.lock
  3
  $ sluice lock actions/checkout
  stderr: sluice: `sluice lock` takes names only with --update: `sluice lock --update actions/checkout`
  [2]

What a source imports counts, too, wherever it lies.

  $ mkdir -p imported/lib && touch imported/sluice.toml
  $ cat > imported/ci.pipe <<'END'
  > import "./lib/jobs.pipe" as jobs
  > pipeline ci {
  >   on push
  >   job call uses jobs.build() {
  >   }
  > }
  > END
  $ cat > imported/lib/jobs.pipe <<'END'
  > pipeline build {
  >   on workflow_call
  >   job a {
  >     uses actions/cache@v5(path: ["x"], key: "x")
  >   }
  > }
  > END
  $ sluice -C imported lock
  sluice.lock: 1 action
