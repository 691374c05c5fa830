#!/usr/bin/env bash
#
# Sends some thousand requests made from openapi.yaml to a running server, and fails when an
# answer is a server error or not as documented.
#
# usage: schemathesis.sh BASE_URL VENV_PYTHON_DIR
#   BASE_URL         where the server listens, such as http://127.0.0.1:8080; it must take calls
#                    without a token and go by the system clock; its policies are overwritten
#   VENV_PYTHON_DIR  the directory of the virtual environment's python, such as .venv/bin
set -euo pipefail

if [[ $# -ne 2 ]]; then
    echo "usage: $0 BASE_URL VENV_PYTHON_DIR" >&2
    exit 64
fi
base_url=${1%/}
python_dir=$(cd "$2" && pwd)
document=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)/openapi.yaml

# Caches, reports and example databases are written to the working directory.
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"

# Most generated names exist nowhere, so most answers would be 404. These reach something.
cat > schemathesis.toml <<'TOML'
[dictionaries.limiters]
values = ["api"]

[dictionaries.breakers]
values = ["payments"]

[dictionaries.bulkheads]
values = ["db"]

[dictionaries.retries]
values = ["standard"]

[dictionaries.guards]
values = ["checkout"]

[dictionaries.timeouts]
values = ["http"]

[dictionaries.fallbacks]
values = ["quotes"]

[dictionaries.names]
values = ["api", "payments", "db", "standard", "checkout", "http", "quotes"]

[dictionaries.keys]
values = ["user:1"]

[dictionaries.hosts]
values = ["", "eu.example.com"]

[dictionaries.tiers]
values = ["free", "pro"]

[dictionaries.versions]
values = [1]

[parameters]
"path.name" = { dictionary = "limiters", probability = 0.8 }
"path.key" = { dictionary = "keys", probability = 0.6 }
"path.seq" = { dictionary = "versions", probability = 0.5 }
"query.key" = { dictionary = "keys", probability = 0.5 }
"query.name" = { dictionary = "names", probability = 0.5 }
"query.tier" = { dictionary = "tiers", probability = 0.7 }
"body.key" = { dictionary = "keys", probability = 0.5 }
"body.name" = { dictionary = "limiters", probability = 0.9 }
"body.tier" = { dictionary = "tiers", probability = 0.7 }
"body.version" = { dictionary = "versions", probability = 0.5 }

[[operations]]
include-tag = "Breakers"

[operations.parameters]
"path.name" = { dictionary = "breakers", probability = 0.8 }
"query.key" = { dictionary = "hosts", probability = 0.7 }
"body.key" = { dictionary = "hosts", probability = 0.7 }
"body.name" = { dictionary = "breakers", probability = 0.9 }

[[operations]]
include-tag = "Bulkheads"

[operations.parameters]
"path.name" = { dictionary = "bulkheads", probability = 0.8 }
"query.key" = { dictionary = "hosts", probability = 0.7 }
"body.key" = { dictionary = "hosts", probability = 0.7 }
"body.name" = { dictionary = "bulkheads", probability = 0.9 }

[[operations]]
include-tag = "Retries"

[operations.parameters]
"path.name" = { dictionary = "retries", probability = 0.8 }
"query.key" = { dictionary = "hosts", probability = 0.7 }
"body.name" = { dictionary = "retries", probability = 0.9 }

[[operations]]
include-tag = "Guards"

[operations.parameters]
"path.name" = { dictionary = "guards", probability = 0.8 }
"body.name" = { dictionary = "guards", probability = 0.9 }

[[operations]]
include-tag = "Timeouts"

[operations.parameters]
"path.name" = { dictionary = "timeouts", probability = 0.8 }
"query.key" = { dictionary = "hosts", probability = 0.7 }
"body.name" = { dictionary = "timeouts", probability = 0.9 }

[[operations]]
include-tag = "Fallbacks"

[operations.parameters]
"path.name" = { dictionary = "fallbacks", probability = 0.8 }
"body.name" = { dictionary = "fallbacks", probability = 0.9 }

# Their bodies hold the same specs as those of PUT, which are covered member by member.
[[operations]]
include-operation-id = [
    "applyPolicies", "patchBreaker", "patchBulkhead", "patchFallback", "patchGuard",
    "patchLimiter", "patchRetry", "patchTimeout", "validatePolicies",
]

[operations.phases.coverage]
enabled = false
TOML

cat > hooks.py <<'PYTHON'
"""Keeps the run short, and the things that it asks about in being."""

import itertools
import os

import requests
import schemathesis
from schemathesis.core.failures import ServerError

CONDITIONS = ("If-Match", "If-None-Match")
REMOVALS = (
    "deleteLimiter",
    "deleteLimiterAssignment",
    "deleteBreaker",
    "deleteBulkhead",
    "deleteRetry",
    "deleteGuard",
    "deleteTimeout",
    "deleteFallback",
    "applyPolicies",
)
LIMITERS = (
    ("enforce", {"algorithm": "token_bucket"}, {"quota": 3, "burst": 5}),
    ("shadow", {"algorithm": "fixed_window"}, {"quota": 3, "calendar": "month"}),
    ("enforce", {"algorithm": "sliding_window"}, {"quota": 3, "period_ms": 86_400_000}),
    ("disabled", {"refill": "interval"}, {"quota": 3}),
)
BREAKERS = (
    ("enforce", {"window": {"type": "consecutive"}, "failure_threshold": 2}, 20),
    ("shadow", {"window": {"type": "count", "size": 4}, "automatic_half_open": True}, 20),
    ("enforce", {"minimum_calls": 1, "slow_call_duration_ms": 1, "half_open_permits": 1}, 60_000),
    ("disabled", {"open_multiplier": 2}, 20),
)
BULKHEADS = (
    ("enforce", {"max_concurrent": 2, "max_queue": 2, "max_wait_ms": 5, "lease_ms": 20}),
    ("shadow", {"max_concurrent": 1, "durability": "strict"}),
    ("enforce", {"max_concurrent": 3, "adaptive": {"algorithm": "vegas"}, "lease_ms": 50}),
    ("disabled", {"max_concurrent": 1}),
)
RETRIES = (
    {"jitter": "equal"},
    {"backoff": "decorrelated", "max_attempts": 1_000_000_000},
    {"backoff": "linear", "jitter": "factor", "max_elapsed_ms": 1000},
    {"budget": {"ratio": 0.1, "min_per_second": 0.5, "window_ms": 2000}},
)
TIMEOUTS = (
    ("enforce", {"timeout_ms": 1000, "adaptive": {"minimum_samples": 3}}),
    ("shadow", {"preset": "production", "adaptive": {"percentile": 0.5}}),
    ("enforce", {"timeout_ms": 1}),
    ("disabled", {"timeout_ms": 1000}),
)
FALLBACKS = (
    {"type": "static", "body": {"items": []}},
    {"type": "static", "status": 503},
    {"type": "degraded", "mode": "read_only"},
    {"type": "redirect", "target": "https://example.com/"},
)
# What a guard names is not deleted: some name little.
GUARDS = (
    ("enforce", {"limiters": [{"name": "api", "key": "user:1"}], "retry": "standard"}),
    ("shadow", {"breaker": {"name": "payments", "key": "1"}, "bulkhead": {"name": "db"}}),
    ("enforce", {"limiters": [{"name": "api", "key": "{user}"}]}),
    ("disabled", {"retry": "standard"}),
)

server = os.environ["BASE_URL"]
limiter = server + "/v1/limiters/api"
breaker = server + "/v1/breakers/payments"
bulkhead = server + "/v1/bulkheads/db"
retry = server + "/v1/retries/standard"
guard = server + "/v1/guards/checkout"
timeout = server + "/v1/timeouts/http"
fallback = server + "/v1/fallbacks/quotes"
limiters, breakers, bulkheads, retries, guards, timeouts, fallbacks = map(
    itertools.cycle,
    (LIMITERS, BREAKERS, BULKHEADS, RETRIES, GUARDS, TIMEOUTS, FALLBACKS),
)
calls = itertools.count(1)
conditional_calls = itertools.count(1)
permit_calls = itertools.count(1)
latest_permit = None


def put(url, document):
    requests.put(url, json=document, timeout=10).raise_for_status()


def put_policies():
    mode, spec, limit = next(limiters)
    tiers = {"free": {"limits": [limit]}, "pro": {"limits": [limit, {**limit, "quota": 9}]}}
    put(limiter, {"mode": mode, "spec": {**spec, "tiers": tiers}})
    put(limiter + "/assignments/user:1", {"tier": "free"})
    mode, spec, open_ms = next(breakers)
    put(breaker, {"mode": mode, "spec": {**spec, "open_duration_ms": open_ms}})
    mode, spec = next(bulkheads)
    put(bulkhead, {"mode": mode, "spec": spec})
    put(retry, {"spec": next(retries)})
    mode, spec = next(guards)
    put(guard, {"mode": mode, "spec": spec})
    mode, spec = next(timeouts)
    put(timeout, {"mode": mode, "spec": spec})
    put(fallback, {"spec": {"strategies": [next(fallbacks)]}})


def real_permit(number):
    """A permit for one call in two, the one before for one in four, so that some are settled
    twice, and none for the rest."""
    global latest_permit
    if number % 4 == 0:
        return None
    if number % 4 != 3:
        url, question = (
            (guard, {"attributes": {"user": "1"}})
            if number % 8 > 4
            else (breaker, {"key": f"{number % 8}"})
        )
        acquired = requests.post(url + "/acquire", json=question, timeout=10)
        latest_permit = acquired.json().get("permit")
    return latest_permit


@schemathesis.hook
def before_call(context, case, kwargs):
    """Shortens waits, makes permits real, and drops most conditions: nearly all would fail before
    anything else."""
    if isinstance(case.body, dict):
        wait = case.body.get("wait_ms")
        if isinstance(wait, (int, float)) and 20 < wait <= 60_000:
            case.body["wait_ms"] = 20
    if "permit" in (case.path_parameters or {}):
        permit = real_permit(next(permit_calls))
        if permit is not None:
            case.path_parameters["permit"] = permit
    conditions = [name for name in CONDITIONS if name in (case.headers or {})]
    if conditions and next(conditional_calls) % 8 != 0:
        for name in conditions:
            del case.headers[name]


@schemathesis.hook
def after_call(context, case, response):
    """Puts back what a call has removed, and other policies from time to time."""
    removes = case.operation.definition.raw.get("operationId") in REMOVALS
    if next(calls) % 50 == 0 or (removes and response.status_code < 300):
        put_policies()


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """Takes no denial for a server error that has the status it was asked to have."""
    asked_for = str((case.query or {}).get("deny_status")) == str(response.status_code)
    is_denial = response.headers.get("content-type", [""])[0].startswith("application/json")
    return not (isinstance(failure, ServerError) and asked_for and is_denial)


put_policies()
PYTHON

BASE_URL=$base_url SCHEMATHESIS_HOOKS=hooks PYTHONPATH="$scratch" PYTHONDONTWRITEBYTECODE=1 \
    "$python_dir/schemathesis" --config-file schemathesis.toml --no-color run "$document" \
    --url "$base_url" \
    --phases examples,coverage,fuzzing \
    --checks "not_a_server_error,status_code_conformance,content_type_conformance,\
response_schema_conformance,response_headers_conformance" \
    --max-examples 25 \
    --seed 20260131 \
    --generation-database none \
    --request-timeout 10 \
    --continue-on-failure \
    --warnings off
