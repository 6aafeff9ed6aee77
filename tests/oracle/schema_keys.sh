#!/usr/bin/env bash
# schema_keys.sh SLUICE: builds each program of tests/testdata/schema_keys, compares with expected/ there (SLUICE_UPDATE=1
# rewrites that), and lets GitHub's parser and actionlint judge what was emitted.
set -euo pipefail
sluice=$1
here=$(cd "$(dirname "$0")" && pwd)
programs=$(cd "$here/../testdata/schema_keys" && pwd)
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

mkdir -p "$out/emitted"
for program in "$programs"/*.pipe; do
  name=$(basename "$program" .pipe)
  project=$out/$name
  mkdir -p "$project/.github/workflows"
  cp "$program" "$project/p.pipe"
  cp "$programs/called.yml" "$project/.github/workflows/"
  cp "$here/../testdata/diagnostics/sluice.lock" "$project/"
  touch "$project/sluice.toml"
  "$sluice" -C "$project" build --out "$out/built-$name" > /dev/null
  cp "$out/built-$name/.github/workflows/p.yml" "$out/emitted/$name.yml"
done
if [ "${SLUICE_UPDATE:-}" = 1 ]; then
  rm -rf "$programs/expected"
  cp -r "$out/emitted" "$programs/expected"
fi
diff -ru "$programs/expected" "$out/emitted"
# Calls are looked up from the root of the repository.
mkdir -p "$out/repository/.github/workflows"
cp "$programs/called.yml" "$out/emitted"/*.yml "$out/repository/.github/workflows/"
cd "$out/repository"
git init -q .
for file in "$out"/emitted/*.yml; do
  FINDINGS="$here/schema_keys_findings.txt" "$here/judge.sh" ".github/workflows/$(basename "$file")"
done
