Bad uses get one clear sentence and exit code 2.

  $ sluice bild
  stderr: sluice: there is no command `bild`: did you mean `build`?
  [2]

  $ sluice
  stderr: sluice: say what to do: `sluice --help` lists the commands
  [2]

  $ sluice explain --al
  stderr: sluice: there is no flag `--al`: did you mean `--all`?
  [2]

  $ sluice explain P9999
  stderr: sluice: there is no code `P9999`: `sluice explain --all` lists them
  [2]

  $ sluice explain
  stderr: sluice: name a code (`sluice explain P0401`), or list them with `--all`
  [2]

  $ sluice -C nowhere explain P0107
  stderr: sluice: cannot enter `nowhere`: No such file or directory
  [2]

  $ sluice --version
  sluice 0.1.0

  $ sluice --version --json
  {"version":1,"sluice":"0.1.0"}

The help is text, from the first line to the last command.

  $ sluice --help | grep -E "color|graph "
    --color WHEN                Colour the output: auto, always, never
    graph                       Show the graph of jobs; as JSON it is the whole model
