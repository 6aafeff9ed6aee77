set -eu
for wrong in '1 / 0' '1 +' 'x' ''; do
  if ./calc "$wrong" 2> /dev/null; then
    echo "accepted: $wrong" >&2
    exit 1
  fi
done
echo "errors: ok"
