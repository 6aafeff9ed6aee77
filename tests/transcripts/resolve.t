After a merge conflict `sluice resolve` makes the conflicted files again from the merged sources.

  $ git init -q -b main . && git config user.name A && git config user.email a@example.com
  $ touch sluice.toml
  $ printf 'pipeline ci {\n  on push\n  job test {\n    timeout: 5m\n    run `make test`\n  }\n}\n' > ci.pipe
  $ sluice -q build && git add . && git commit -qm one && git checkout -qb other
  $ sed -i 's/5m/7m/' ci.pipe && sluice -q build && git commit -qam two && git checkout -q main
  $ sed -i 's/5m/9m/' ci.pipe && sluice -q build && git commit -qam three
  $ git merge -q other > /dev/null 2>&1
  [1]
  $ git status --short
  UU .github/workflows/ci.yml
  UU ci.pipe
  $ sluice resolve
  stderr: ci.pipe:4 has a conflict: merge the sources by hand, then run `sluice resolve` again
  [1]
  $ printf 'pipeline ci {\n  on push\n  job test {\n    timeout: 9m\n    run `make test`\n  }\n}\n' > ci.pipe
  $ sluice resolve
  rebuilt .github/workflows/ci.yml
  stderr: look at the difference, then say that the conflict is resolved:   git add .github/workflows/ci.yml
  $ sluice build --check
  $ sluice resolve
  no generated file has a conflict

A conflicted file that Sluice did not write is left alone.

  $ printf '<<<<<<< a\nname: x\n=======\nname: y\n>>>>>>> b\n' > .github/workflows/own.yml
  $ sluice resolve
  no generated file has a conflict
