#!/usr/bin/env bash
# judge.sh FILE…: GitHub's parser (all feature flags) and actionlint (with shellcheck) over workflows that sluice emitted.
# Findings pass only if a line of findings.txt, an extended regular expression with its reason, matches them. With
# ALL_FINDINGS=1 each of these lines has to match something.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
findings=${FINDINGS:-$here/findings.txt} # another list of the same form
missing() {
  echo "skipped: $1 is missing; ./dev test installs it"
  [ -z "${CI:-}" ] || exit 1
  exit 77
}
command -v node > /dev/null && [ -d "$here/node_modules" ] || missing "GitHub's parser (npm)"
command -v actionlint > /dev/null || missing actionlint
command -v shellcheck > /dev/null || missing shellcheck

found=$(mktemp)
trap 'rm -f "$found"' EXIT
node --import "$here/json-hook.mjs" "$here/judge.mjs" "$@" > "$found" || true
actionlint -no-color -oneline -shellcheck shellcheck "$@" >> "$found" || true
left=$(grep -vE -f <(sed -E '/^(#|$)/d; s/ +# .*//' "$findings") "$found" || true)
if [ -n "$left" ]; then
  echo "$left"
  exit 1
fi
if [ "${ALL_FINDINGS:-}" = 1 ]; then
  while IFS= read -r pattern; do
    grep -qE -- "$pattern" "$found" || { echo "findings.txt: nothing is found by  $pattern"; exit 1; }
  done < <(sed -E '/^(#|$)/d; s/ +# .*//' "$findings")
fi
echo "$# files judged: $(wc -l < "$found") findings, all of them known"
