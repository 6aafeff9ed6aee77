`sluice init` writes the files that a project begins with, and touches none that is there.

  $ mkdir app && cd app && git init -q && printf 'node_modules' > .gitignore && sluice init
  wrote sluice.toml
  wrote ci.pipe
  wrote .github/dependabot.yml
  wrote .github/renovate-sluice.json
  wrote .gitignore: /.env.sluice is never committed
  stderr: next:   sluice lock && sluice build
  $ cat app/.gitignore
  node_modules
  /.env.sluice
  $ cd app && sluice lock --offline && sluice build
  sluice.lock: 1 action
  wrote .github/workflows/ci.yml
  $ grep -c 'name: ci / required' app/.github/workflows/ci.yml
  1
  $ python3 -c 'import json; json.load(open("app/.github/renovate-sluice.json"))'
  $ cd app && printf '# mine\n' > .github/dependabot.yml && sluice init && cat .github/dependabot.yml
  kept sluice.toml
  kept .github/dependabot.yml
  kept .github/renovate-sluice.json
  # mine
  stderr: next:   sluice lock && sluice build

The check for drift is a pipeline of its own. How a runner gets Sluice is the project's business.

  $ cd app && sluice init --ci 2>&1 | sed 's/[0-9]\.[0-9]\.[0-9]/V/'
  sluice: say how a runner gets sluice V:   sluice init --ci --install 'COMMANDS'
  $ cd app && sluice init --install x
  stderr: sluice: `--install` belongs to `--ci`
  [2]
  $ cd app && sluice init --ci --install 'echo ${{ oops'
  stderr: sluice: `--install` gives no sound script: this placeholder does not end on its line
  [2]
  $ cd app && sluice -q init --ci --install './get-sluice.sh /usr/local/bin' && sluice lock -q --offline && sluice build && sluice build --check
  wrote .github/workflows/sluice.yml
  check names:  + drift  + sluice / required
  $ sed -n '/^  drift:/,/^  required:/p' app/.github/workflows/sluice.yml | grep -v uses: | sed 's/[0-9]\.[0-9]\.[0-9]/V/'
    drift:
      permissions:
        contents: read # declared; actions/checkout
      runs-on: ubuntu-latest
      timeout-minutes: 10
      steps:
          with:
            persist-credentials: false
        - name: Install sluice V
          run: ./get-sluice.sh /usr/local/bin
        - run: sluice build --check
    required:

Another version of Sluice checks and does not write.

  $ cd app && sed -i 's/^version = "[0-9.]*"/version = "9.9.9"/' sluice.toml && sed -i 's/15m/16m/' ci.pipe && sluice check && sluice build 2>&1 | head -1 | sed 's/is [0-9.]*$/is V/'
  error[P1001]: this project is written by sluice 9.9.9, and this is V
