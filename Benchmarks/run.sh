#!/usr/bin/env bash
# Decisions per second over HTTP beside a bare NIO echo, and single operations in process.
# SECONDS_EACH and CONNECTIONS set how long and how wide the load over HTTP is.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${SECONDS_EACH:-8}
connections=${CONNECTIONS:-64}
server=.build/release/switchgear
built=.build/benchmarks/release

echo "==> Building the benchmarks (the first time takes some minutes)"
swift build --package-path Benchmarks --scratch-path .build/benchmarks --configuration release

folder=$(mktemp -d)
pids=()
cleanup() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$folder"
}
trap cleanup EXIT

# Waits until a file holds an address, and prints it.
address() {
  for _ in $(seq 100); do
    if grep -om1 'http://[0-9.:]*' "$1"; then return; fi
    sleep 0.1
  done
  echo "nothing listens: $(cat "$1")" >&2
  return 1
}

"$built/echo" >"$folder/echo" 2>&1 &
pids+=($!)
SWITCHGEAR_PORT=0 SWITCHGEAR_DATABASE="$folder/bench.db" "$server" serve 2>"$folder/server" &
pids+=($!)
echo_url=$(address "$folder/echo")
server_url=$(address "$folder/server")
curl -sf -o /dev/null -X PUT "$server_url/v1/limiters/bench" -H 'Content-Type: application/json' \
  -d '{"spec": {"limits": [{"quota": 1000000000, "period_ms": 1000}]}}'

# Prints rate, median, 99th percentile (microseconds) and errors of a load on a URL.
load() {
  wrk --threads 1 --connections "$connections" --duration "${seconds}s" \
    --script Benchmarks/acquire.lua "$1" | awk '$1 == "FIGURES" { print $2, $3, $4, $5 }'
}

echo "==> $connections connections, $seconds s each, the load on the same machine"
load "$echo_url/" >/dev/null
read -r echo_rate echo_p50 echo_p99 _ <<<"$(load "$echo_url/")"
read -r rate p50 p99 errors <<<"$(load "$server_url/v1/limiters/bench/acquire")"
printf '%-28s %10s %10s %10s %8s\n' '' 'per second' 'p50' 'p99' 'ratio'
printf '%-28s %10d %7d us %7d us %8s\n' 'bare NIO echo' "$echo_rate" "$echo_p50" "$echo_p99" 1.00
printf '%-28s %10d %7d us %7d us %8s\n' 'limiter decisions' "$rate" "$p50" "$p99" \
  "$(awk "BEGIN { printf \"%.2f\", $rate / $echo_rate }")"
[ "$errors" = 0 ] || { echo "$errors errors" >&2; exit 1; }

echo "==> The core, one thread"
"$built/core"
echo "==> The store"
"$built/store"
