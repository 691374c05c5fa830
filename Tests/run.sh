#!/usr/bin/env bash
#
# Runs all tests, which have been built, in groups one after another.
#
# All tests of a process share one thread for each core. So those that compute for long, and those
# that start servers, load and kill them, run after the others and a few at a time; otherwise a
# test of a millisecond waits for minutes behind them.
#
# usage: run.sh
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# A group that hangs is ended after this, in seconds; the slowest takes a few minutes.
limit=2400
output=$(mktemp)
trap 'rm -f "$output"' EXIT
passed=0
failed=0

# group WHAT WIDTH [filters of swift test]: runs one group, at most WIDTH tests at once.
group() {
    local what=$1 width=$2 start=$SECONDS ran failures=0
    shift 2
    echo "==> Testing $what"
    if ! timeout --kill-after=30 "$limit" swift test --skip-build --disable-xctest \
        --experimental-maximum-parallelization-width "$width" "$@" 2>&1 | tee "$output"; then
        failures=$(grep '^✘ Test .* failed after' "$output" | grep -cv '^✘ Test run ')
        # A group that did not end, or whose process did, counts as a failure, too.
        [ "$failures" -gt 0 ] || failures=1
    fi
    ran=$(sed -n 's/.*Test run with \([0-9]*\) tests\{0,1\} .*/\1/p' "$output" | tail -n 1)
    [ "${ran:-0}" -gt 0 ] || failures=$((failures > 0 ? failures : 1))
    failed=$((failed + failures))
    passed=$((passed + (${ran:-0} > failures ? ${ran:-0} - failures : 0)))
    echo "==> Tested $what: $((SECONDS - start)) s, $failures failed"
}

apart='^(SimulationTests|ProcessTests)\.'
group "the core, the plane and the server in process" 8 --skip "$apart"
group "the whole plane over random histories, and with a million keys" 2 --filter '^SimulationTests\.'
group "processes, examples and pages" 2 --filter '^ProcessTests\.'

[ "$failed" -eq 0 ] || echo "==> What failed is marked with ✘ above"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
