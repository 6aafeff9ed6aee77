Bad input: one clear sentence with the fix, the right exit code, nothing half-written.

  $ touch sluice.toml
  $ cat > ci.pipe <<'END'
  > secret TOKEN
  > pipeline ci {
  >   on push
  >   job test { run `test -n ${{ secrets.TOKEN }}` }
  > }
  > END

Two pipelines of one name:

  $ sed 's/^secret.*//' ci.pipe > other.pipe
  $ sluice build
  stderr: error[P1004]: two pipelines would be written to `.github/workflows/ci.yml`
  stderr:   ┌─ other.pipe:2:10
  stderr: 2 │ pipeline ci {
  stderr:   │          ^^ the second one
  stderr:   ┌─ ci.pipe:2:10
  stderr: 2 │ pipeline ci {
  stderr:   │          -- the first one
  stderr:   = Give one of them another name.
  stderr: 1 error
  [1]
  $ ls -A
  ci.pipe
  other.pipe
  sluice.toml
  $ rm other.pipe

An output path outside of the repository, written with dots or as an absolute one:

  $ printf '[project]\nout = "pipelines/../../outside"\n' > sluice.toml
  $ sluice build
  stderr: error[P1002]: `out` lies outside the project
  stderr:   ┌─ sluice.toml:2:7
  stderr: 2 │ out = "pipelines/../../outside"
  stderr:   │       ^^^^^^^^^^^^^^^^^^^^^^^^^ a folder below sluice.toml is expected
  stderr: 1 error
  [1]
  $ printf '[project]\nout = "/tmp/outside"\n' > sluice.toml
  $ sluice build --check
  stderr: error[P1002]: `out` lies outside the project
  stderr:   ┌─ sluice.toml:2:7
  stderr: 2 │ out = "/tmp/outside"
  stderr:   │       ^^^^^^^^^^^^^^ a folder below sluice.toml is expected
  stderr: 1 error
  [1]
  $ test -e ../outside -o -e /tmp/outside
  [1]
  $ true > sluice.toml

A file without our header in the way stays as it is, and the others are not written either:

  $ sed 's/pipeline ci/pipeline another/; s/^secret.*//' ci.pipe > another.pipe
  $ mkdir -p .github/workflows && echo 'name: by hand' > .github/workflows/ci.yml
  $ sluice build
  stderr: error[P1003]: Sluice did not write `.github/workflows/ci.yml`
  stderr:   ┌─ .github/workflows/ci.yml
  stderr:   = Move it away, or overwrite it:   sluice build --force
  stderr: 1 error
  [1]
  $ ls .github/workflows && cat .github/workflows/ci.yml
  ci.yml
  name: by hand
  $ rm -r .github another.pipe

A missing pin in the lock:

  $ cat > ci.pipe <<'END'
  > pipeline ci {
  >   on push
  >   job test { uses actions/checkout@v7 }
  > }
  > END
  $ sluice build
  stderr: error[P0701]: `actions/checkout@v7` is not in sluice.lock
  stderr:   ┌─ ci.pipe:3:19
  stderr: 3 │   job test { uses actions/checkout@v7 }
  stderr:   │                   ^^^^^^^^^^^^^^^^^^^ no commit is known for it
  stderr:   = Run `sluice lock`.  [fix]
  stderr: 1 error
  [1]
  $ ls -A
  ci.pipe
  sluice.toml

A secret that is not given:

  $ cat > ci.pipe <<'END'
  > secret TOKEN
  > pipeline ci {
  >   on push
  >   job test { run `test -n ${{ secrets.TOKEN }}` }
  > }
  > END
  $ sluice run --engine host -q
  
  ci not run in .* (re)
    test  not run .* a step was not run: Run test .*: the secret `TOKEN` is not given: add `--secret TOKEN=…` (re)
  $ TOKEN=hunter2 sluice run --engine host -q --secret TOKEN | grep -c hunter2
  0
  [1]
