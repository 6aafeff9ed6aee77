set -eu
test "$(./calc '2 + 40')" = 42
test "$(./calc '84/2')" = 42
echo "arithmetic: ok"
