An expression's value is JSON; `--json` says its kind too.

  $ sluice eval "format('{0}{{}}', 1.50)"
  "1.5{}"

  $ sluice eval --json "'1' == 1"
  {"kind":"Boolean","value":true}

  $ sluice eval '${{ 0x1F }}'
  31

  $ sluice eval "fromJSON('[1,{\"a\":[]}]')"
  [
    1,
    {
      "a": []
    }
  ]

  $ echo "'it''s ''fine'''" | sluice eval -
  "it's 'fine'"

  $ sluice eval -- -1e21
  -1e+21

  $ sluice eval NaN --json
  {"kind":"Number","value":null}

  $ sluice eval ''
  null

Contexts come from a file; names have any letter case, an absent key is null.

  $ echo '{"github": {"ref": "refs/heads/main", "event": {"labels": [{"name": "a"}, {"name": "b"}]}}}' > contexts.json

  $ sluice eval "contains(GitHub.event.labels.*.name, 'B') && github.REF" --context contexts.json
  "refs/heads/main"

  $ sluice eval "github.nope.deep" --context contexts.json
  null

  $ sluice eval "join(github.event.labels.*.name, ', ')" --context - < contexts.json
  "a, b"

A wrong expression: the reason on stderr, exit code 1.

  $ sluice eval "github.ref"
  stderr: sluice: Unrecognized named-value: 'github'. Located at position 1 within expression: github.ref; --context FILE.json gives the contexts
  [1]

  $ sluice eval "false && nope" --context contexts.json
  stderr: sluice: Unrecognized named-value: 'nope'. Located at position 10 within expression: false && nope
  [1]

  $ sluice eval "1 <"
  stderr: sluice: Unexpected end of expression: '<'. Located at position 3 within expression: 1 <
  [1]

  $ printf '1\n  = 2' | sluice eval -
  stderr: sluice: Unexpected symbol: '='; equality is `==`. Located at position 5 within expression: 1   = 2
  [1]

  $ sluice eval '"text"'
  stderr: sluice: Unexpected symbol: '"text"'; strings stand in single quotes. Located at position 1 within expression: "text"
  [1]

  $ sluice eval "contain('x', 'y')"
  stderr: sluice: Unrecognized function: 'contain' (did you mean `contains`?). Located at position 1 within expression: contain('x', 'y')
  [1]

  $ sluice eval "join()"
  stderr: sluice: Too few parameters supplied: 'join' takes 1 to 2. Located at position 1 within expression: join()
  [1]

  $ sluice eval "case(1, 2, 3)"
  stderr: sluice: case predicate must evaluate to a boolean value
  [1]

  $ sluice eval "fromJSON('{\"a\":}')"
  stderr: sluice: fromJSON: the text is no JSON: unexpected character at line 1, column 6
  [1]

  $ sluice eval "success()"
  stderr: sluice: Unrecognized function: 'success'; only a job that runs can answer it. Located at position 1 within expression: success()
  [1]

  $ printf '%60s' | tr ' ' '(' | sluice eval -
  stderr: sluice: Exceeded max expression depth 50. Located at position 51 within expression: ((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((
  [1]

  $ head -c 30000 /dev/zero | tr '\0' a | sluice eval - 2>&1 | cut -c 1-50
  sluice: Exceeded max expression length 21000. Loca

Contexts that cannot be read: exit code 2.

  $ sluice eval 1 --context nowhere.json
  stderr: sluice: cannot read `nowhere.json`: No such file or directory
  [2]

  $ printf '{"a": 1,\n "b" 2}' > broken.json; sluice eval 1 --context broken.json
  stderr: sluice: `broken.json` is no JSON: `:` is expected at line 2, column 6
  [2]

  $ echo '[1]' > list.json; sluice eval 1 --context list.json
  stderr: sluice: `list.json` holds no JSON object: its members are the contexts, as in {"github": {"ref": "refs/heads/main"}}
  [2]

  $ printf '{"a": "\377"}' > bytes.json; sluice eval 1 --context bytes.json
  stderr: sluice: `bytes.json` is no UTF-8 at byte 7: JSON must be
  [2]

  $ sluice eval - --context -
  stderr: sluice: the expression and the contexts cannot both be standard input
  [2]

  $ sluice eval
  stderr: sluice: EXPR is required
  [2]

  $ sluice eval 1 > /dev/full
  stderr: sluice: cannot write the result: No space left on device
  [2]
