#!/usr/bin/env bash
# emitted.sh SLUICE DRIVER COUNT: judges every workflow that the project has or makes: of the examples, of the samples of
# the design, and of COUNT generated programs, each built by two processes to the same bytes. Their numbers start at
# $SLUICE_SEED, else 1: then a line of findings.txt that matches nothing is an error, too.
set -euo pipefail
sluice=$1 driver=$2 count=$3
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
seed=${SLUICE_SEED:-1}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo "SLUICE_SEED=$seed"

# build FOLDER NAME: the workflows of a project, as NAME-FILE.
build() {
  "$sluice" -C "$1" build --quiet --out "$work/one"
  "$sluice" -C "$1" build --quiet --out "$work/two"
  diff -r "$work/one" "$work/two" || { echo "$2: two builds differ"; exit 1; }
  for file in "$work"/one/.github/workflows/*.yml; do
    mkdir -p "$work/all/$2/.github/workflows"
    mv "$file" "$work/all/$2/.github/workflows/"
  done
  rm -rf "$work/one" "$work/two"
}

"$driver" --projects "$seed" "$count" "$work/projects"
for folder in "$work"/projects/*; do build "$folder" "generated-$(basename "$folder")" 2> /dev/null; done
for folder in "$root"/examples/*; do build "$folder" "$(basename "$folder")"; done
samples=${SLUICE_SHARED:-$root/../shared}/design/samples
if [ -d "$samples" ]; then
  for name in a e; do
    cp -r "$samples/$name" "$work/$name"
    touch "$work/$name/sluice.toml"
    build "$work/$name" "sample-$name" 2> /dev/null
  done
else
  echo "without the samples of the design: the shared test data is not in ${samples%/design/samples}: set SLUICE_SHARED"
fi
cd "$work/all"
ALL_FINDINGS=$([ "$seed" != 1 ] || echo 1) "$here/judge.sh" */.github/workflows/*.yml
