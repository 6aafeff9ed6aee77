#!/usr/bin/env bash
# built.sh SLUICE EXAMPLE: formats, checks and builds an example; compares with its expected/ (SLUICE_UPDATE=1 rewrites
# that); GitHub's parser with all feature flags, and actionlint with shellcheck, find nothing but what findings.txt allows.
set -euo pipefail
sluice=$1 example=$2
root=$(cd "$(dirname "$0")/../.." && pwd)
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

"$sluice" -C "$example" fmt --check
"$sluice" -C "$example" check
"$sluice" -C "$example" build --out "$out"
if [ "${SLUICE_UPDATE:-}" = 1 ]; then
  rm -rf "$example/expected"
  mkdir -p "$example/expected"
  cp "$out"/.github/workflows/*.yml "$example/expected/"
fi
diff -ru "$example/expected" "$out/.github/workflows"

"$root/tests/oracle/judge.sh" "$out"/.github/workflows/*.yml

# The graph as JSON says everything: the same bytes come out of it.
mkdir "$out/again"
for source in "$example"/*.pipe; do
  name=$(sed -n 's/^pipeline \([A-Za-z_][A-Za-z0-9_-]*\).*/\1/p' "$source" | head -n 1)
  [ -n "$name" ] || continue
  "$sluice" -C "$example" graph "$name" --format json | "$sluice" -C "$example" build --from-graph - --out "$out/again"
done
diff -ru "$example/expected" "$out/again/.github/workflows"
