`sluice check --fix` carries out the fixes that surely keep what was meant, and says what is left.

  $ touch sluice.toml
  $ cat > ci.pipe <<'END'
  > pipeline ci {
  >   on pushed
  >   job build {
  >     runs-on: ubunt-latest
  >     step "A" { timeout: 5min, run `make` }
  >     run `make test`
  >   }
  > }
  > END
  $ sluice check --fix
  stderr: carried out 3 fixes in 1 file
  $ cat ci.pipe
  pipeline ci {
    on push
    job build {
      runs-on: ubuntu-latest
      step "A" { timeout: 5m, run `make` }
      run `make test`
    }
  }
  $ sluice check

Fixes that a person should look at are carried out on demand.

  $ cat > ci.pipe <<'END'
  > pipeline ci {
  >   on push
  >   job build for os in [ubuntu-latest, windows-latest] {
  >     runs-on: os
  >     if: os == windows-latest
  >     run `make test`
  >   }
  > }
  > END
  $ sluice check --fix > /dev/null
  stderr: 1 error
  [1]
  $ sluice -q check --unsafe-fixes
  $ cat ci.pipe
  pipeline ci {
    on push
    job build for os in [ubuntu-latest, windows-latest] {
      runs-on: os
  
      if os == windows-latest {
        run `make test`
      }
    }
  }

Code scanning reads SARIF.

  $ printf 'pipeline ci {\n  on pushed\n  job build { run `make` }\n}\n' > 'a b.pipe'
  $ sluice check --format sarif 'a b.pipe' > out.sarif
  [1]
  $ python3 -c "
  > import json
  > run = json.load(open('out.sarif'))['runs'][0]
  > print(run['tool']['driver']['name'], [r['id'] for r in run['tool']['driver']['rules']])
  > for r in run['results']: print(r['ruleId'], r['level'], r['message']['text'], r['locations'], r.get('fixes'))
  > "
  Sluice ['P0204']
  P0204 error GitHub has no event `pushed`: did you mean `push`? [{'physicalLocation': {'artifactLocation': {'uri': 'a%20b.pipe', 'uriBaseId': '%SRCROOT%'}, 'region': {'startLine': 2, 'startColumn': 6, 'endLine': 2, 'endColumn': 12}}}] [{'description': {'text': 'write `push`'}, 'artifactChanges': [{'artifactLocation': {'uri': 'a%20b.pipe', 'uriBaseId': '%SRCROOT%'}, 'replacements': [{'deletedRegion': {'startLine': 2, 'startColumn': 6, 'endLine': 2, 'endColumn': 12}, 'insertedContent': {'text': 'push'}}]}]}]
