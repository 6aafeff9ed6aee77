#!/usr/bin/env bash
# ran.sh SLUICE EXAMPLE PIPELINE EXIT PATTERN…: runs a pipeline of an example in real containers, from its source and from
# its model's JSON; both end with EXIT and print each PATTERN (an extended regular expression).
set -euo pipefail
sluice=$1 example=$2 pipeline=$3 wanted=$4
shift 4
log=$(mktemp)
trap 'rm -f "$log"' EXIT
play() {
  local code=0
  "$@" > "$log" 2>&1 || code=$?
  if [ "$code" != "$wanted" ]; then
    cat "$log"
    echo "exit code $code instead of $wanted: $*"
    exit 1
  fi
  for pattern in "${patterns[@]}"; do
    grep -qE -- "$pattern" "$log" || { cat "$log"; echo "nothing printed matches: $pattern"; exit 1; }
  done
}
patterns=("$@")
before=$(cd "$example" && find . -type f | sort | xargs sha256sum)
play "$sluice" -C "$example" run "$pipeline"
"$sluice" -C "$example" graph "$pipeline" --format json > "$log.json"
play "$sluice" -C "$example" run "$pipeline" --from-graph "$log.json"
rm -f "$log.json"
after=$(cd "$example" && find . -type f | sort | xargs sha256sum)
[ "$before" = "$after" ] || { echo "the run changed the user's files"; exit 1; }
