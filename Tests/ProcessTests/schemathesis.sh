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
[dictionaries.names]
values = ["api"]

[dictionaries.keys]
values = ["user:1"]

[dictionaries.tiers]
values = ["free", "pro"]

[dictionaries.versions]
values = [1]

[parameters]
"path.name" = { dictionary = "names", probability = 0.8 }
"path.key" = { dictionary = "keys", probability = 0.6 }
"path.seq" = { dictionary = "versions", probability = 0.5 }
"query.key" = { dictionary = "keys", probability = 0.5 }
"query.tier" = { dictionary = "tiers", probability = 0.7 }
"body.key" = { dictionary = "keys", probability = 0.5 }
"body.name" = { dictionary = "names", probability = 0.9 }
"body.tier" = { dictionary = "tiers", probability = 0.7 }
"body.version" = { dictionary = "versions", probability = 0.5 }
TOML

cat > hooks.py <<'PYTHON'
"""Keeps the run short, and the things that it asks about in being."""

import itertools
import os

import requests
import schemathesis
from schemathesis.core.failures import ServerError

CONDITIONS = ("If-Match", "If-None-Match")
REMOVALS = ("deleteLimiter", "deleteLimiterAssignment", "applyPolicies")
SPECS = (
    ("enforce", {"algorithm": "token_bucket"}, {"quota": 3, "burst": 5}),
    ("shadow", {"algorithm": "fixed_window"}, {"quota": 3, "calendar": "month"}),
    ("enforce", {"algorithm": "sliding_window"}, {"quota": 3, "period_ms": 86_400_000}),
    ("disabled", {"refill": "interval"}, {"quota": 3}),
)

limiter = os.environ["BASE_URL"] + "/v1/limiters/api"
specs = itertools.cycle(SPECS)
calls = itertools.count(1)
conditional_calls = itertools.count(1)


def put(url, document):
    requests.put(url, json=document, timeout=10).raise_for_status()


def put_limiter():
    mode, spec, limit = next(specs)
    tiers = {"free": {"limits": [limit]}, "pro": {"limits": [limit, {**limit, "quota": 9}]}}
    put(limiter, {"mode": mode, "spec": {**spec, "tiers": tiers}})
    put(limiter + "/assignments/user:1", {"tier": "free"})


@schemathesis.hook
def before_call(context, case, kwargs):
    """Shortens waits, and drops most conditions: nearly all would fail before anything else."""
    if isinstance(case.body, dict):
        wait = case.body.get("wait_ms")
        if isinstance(wait, (int, float)) and 20 < wait <= 60_000:
            case.body["wait_ms"] = 20
    conditions = [name for name in CONDITIONS if name in (case.headers or {})]
    if conditions and next(conditional_calls) % 8 != 0:
        for name in conditions:
            del case.headers[name]


@schemathesis.hook
def after_call(context, case, response):
    """Puts back what a call has removed, and another limiter from time to time."""
    removes = case.operation.definition.raw.get("operationId") in REMOVALS
    if next(calls) % 25 == 0 or (removes and response.status_code < 300):
        put_limiter()


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """Takes no denial for a server error that has the status it was asked to have."""
    asked_for = str((case.query or {}).get("deny_status")) == str(response.status_code)
    is_denial = response.headers.get("content-type", [""])[0].startswith("application/json")
    return not (isinstance(failure, ServerError) and asked_for and is_denial)


put_limiter()
PYTHON

BASE_URL=$base_url SCHEMATHESIS_HOOKS=hooks PYTHONPATH="$scratch" PYTHONDONTWRITEBYTECODE=1 \
    "$python_dir/schemathesis" --config-file schemathesis.toml --no-color run "$document" \
    --url "$base_url" \
    --phases examples,coverage,fuzzing \
    --checks "not_a_server_error,status_code_conformance,content_type_conformance,\
response_schema_conformance,response_headers_conformance" \
    --max-examples 60 \
    --seed 20260131 \
    --generation-database none \
    --request-timeout 10 \
    --continue-on-failure \
    --warnings off
