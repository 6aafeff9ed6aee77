Formatting in place, as a check and through a pipe.

  $ printf 'pipeline ci{\non push\njob test{run `make`}\n}\n' > ci.pipe
  $ sluice fmt --check ci.pipe
  ci.pipe
  stderr: 1 of 1 is not formatted: `sluice fmt` mends that
  [1]
  $ sluice fmt
  stderr: formatted ci.pipe
  $ cat ci.pipe
  pipeline ci {
    on push
    job test { run `make` }
  }
  $ sluice fmt --check ci.pipe
  $ printf 'let  x=1 # one' | sluice fmt -
  let x = 1 # one
  $ printf 'let x 1\n' | sluice fmt --stdin-name names.pipe -
  stderr: error[P0112]: expected `=` after `x`
  stderr:   ┌─ names.pipe:1:7
  stderr: 1 │ let x 1
  stderr:   │       ^ a name is bound by `let x = 1`  [fix]
  stderr: 1 error
  [1]
  $ sluice fmt nowhere.pipe
  stderr: sluice: there is no file or folder `nowhere.pipe`
  [2]
