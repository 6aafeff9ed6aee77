set -eu
echo "does two and two make five?"
test "$(./calc '2 + 2')" = 5
