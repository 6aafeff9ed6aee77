`sluice eject` keeps the YAML byte for byte, without the header, and takes the pipeline out of its source.

  $ touch sluice.toml
  $ cat > ci.pipe <<'END'
  > let tests = "make test"
  > 
  > ## Tests everything.
  > ## On every push.
  > pipeline ci {
  >   on push
  >   job test { run `make test` }
  > }
  > 
  > ## Nightly.
  > pipeline nightly {
  >   on schedule("0 3 * * *")
  >   job test { run `make slow` }
  > }
  > END
  $ sluice eject
  stderr: sluice: say which pipeline: there are `ci`, `nightly`
  [2]
  $ sluice eject week
  stderr: sluice: there is no pipeline `week`: there are `ci`, `nightly`
  [2]
  $ sluice eject ci
  stderr: sluice: `.github/workflows/ci.yml` is not what the sources say: run `sluice build` first
  [2]
  $ sluice build
  wrote .github/workflows/ci.yml
  wrote .github/workflows/nightly.yml
  $ cp .github/workflows/ci.yml before.yml
  $ sluice eject ci
  .github/workflows/ci.yml is yours now; `ci` is gone from ci.pipe
  $ tail -n +2 before.yml | cmp - .github/workflows/ci.yml
  $ cat ci.pipe
  let tests = "make test"
  
  ## Nightly.
  pipeline nightly {
    on schedule("0 3 * * *")
    job test { run `make slow` }
  }
  $ sluice build
  1 file up to date
  $ sluice eject
  .github/workflows/nightly.yml is yours now; `nightly` is gone from ci.pipe
  $ cat ci.pipe
  let tests = "make test"
