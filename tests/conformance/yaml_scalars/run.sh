#!/usr/bin/env bash
# run.sh WRITE_SCALARS [COUNT [SEED]]: every scalar that the writer prints is read back the same under YAML 1.1 and 1.2.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
seed=${3:-$RANDOM$RANDOM}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
echo "seed $seed"
"$1" "$folder" "${2:-20000}" "$seed"
if python3 -c 'import yaml' 2> /dev/null; then
  python3 "$here/check.py" "$folder"
else
  echo "skipped: PyYAML is missing (python3-yaml)"
  [ -z "${CI:-}" ] || exit 1
fi
node "$here/check.mjs" "$folder"
