#!/bin/sh
# run.sh SCRIPT ARGUMENT…: node on a script of this folder, once node and the pinned packages are there.
cd "$(dirname "$0")" || exit 2
missing() {
  echo "skipped: $1 (./dev oracle installs it)"
  [ -z "${CI:-}" ] || exit 1
  exit 77
}
command -v node > /dev/null || missing "there is no node"
[ -f node_modules/.package-lock.json ] || missing "GitHub's packages are not installed in tests/oracle"
exec node --import ./json-hook.mjs "$@"
