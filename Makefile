# Debian with a Swift 6.3 toolchain is enough: `make serve` and `make test` bring the rest.

.DEFAULT_GOAL := build
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c

server := .build/release/switchgear
swift_files := Sources Tests examples Package.swift

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: build
build: export SWITCHGEAR_COMMIT ?= $(shell git rev-parse --verify --quiet HEAD 2>/dev/null)
build: deps ## Build the server: .build/release/switchgear (the default)
	@echo "==> Building the server (the first time takes some minutes)"
	@swift build --configuration release --product switchgear

.PHONY: serve
serve: export SWITCHGEAR_DATABASE ?= switchgear.db
serve: export SWITCHGEAR_POLICIES ?= examples/policies.yaml
serve: export SWITCHGEAR_PORT ?= 8080
serve: build ## Run the server with the policies of examples/policies.yaml
	@echo "==> Starting the server: database $$SWITCHGEAR_DATABASE, policies $$SWITCHGEAR_POLICIES"
	@echo "    Once it listens, try this in another terminal (here, Ctrl-C stops it):"
	@echo "      curl --json '{\"key\": \"user:1\"}' http://127.0.0.1:$$SWITCHGEAR_PORT/v1/limiters/api/acquire"
	@echo "      curl http://127.0.0.1:$$SWITCHGEAR_PORT/v1/events"
	@exec $(server) serve

.PHONY: test
test: deps lint .venv/ready ## Check the format, and run all tests
	@echo "==> Building the server and its tests (the first time takes some minutes)"
	@swift build --build-tests
	@Tests/run.sh

.PHONY: demo
demo: build ## Run the demos of examples/, which check themselves
	@echo "==> Tiers: four users, one limiter, and a server that is killed on the way"
	@python3 examples/tiers/demo.py --server $(server)
	@echo
	@echo "==> Flaky upstream: a breaker, retries, and a server that is killed while it is open"
	@python3 examples/flaky-upstream/demo.py --server $(server)

.PHONY: bench
bench: build ## Measure the server (Benchmarks/run.sh)
	@missing=(); \
	command -v wrk >/dev/null || missing+=(wrk); \
	$(install_missing)
	@Benchmarks/run.sh

.PHONY: format
format: swift ## Format the Swift sources
	@swift format --in-place --recursive --parallel $(swift_files)

.PHONY: lint
lint: swift ## Check the format of the Swift sources
	@echo "==> Checking the format (make format mends it)"
	@swift format lint --strict --recursive --parallel $(swift_files)

.PHONY: clean
clean: ## Remove what was built; databases stay
	@rm -rf .build .venv

# What must be on the machine: nothing is installed, and nothing said, when all is there.
.PHONY: deps
deps: swift
	@missing=(); \
	test -e /usr/include/sqlite3.h || missing+=(libsqlite3-dev); \
	python3 -c "import ensurepip" 2>/dev/null || missing+=(python3-venv); \
	command -v curl >/dev/null || missing+=(curl); \
	$(install_missing)

.PHONY: swift
swift:
	@command -v swift >/dev/null || { \
	    echo "There is no 'swift' in the PATH: install Swift 6.3, see https://www.swift.org/install" >&2; \
	    exit 1; }

.venv/ready: requirements-test.txt
	@echo "==> Installing the tools of requirements-test.txt into .venv"
	@python3 -m venv --clear .venv
	@.venv/bin/pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

# Installs the Debian packages named in the shell's array `missing`, if any.
define install_missing
if [ "$${#missing[@]}" -gt 0 ]; then \
    command -v apt-get >/dev/null || { \
        echo "Please install the equivalent of: $${missing[*]}" >&2; exit 1; }; \
    echo "==> Installing $${missing[*]}"; \
    as_root=(env DEBIAN_FRONTEND=noninteractive); \
    [ "$$(id -u)" = 0 ] || as_root=(sudo "$${as_root[@]}"); \
    "$${as_root[@]}" apt-get update -qq; \
    "$${as_root[@]}" apt-get install -qq --no-install-recommends "$${missing[@]}" >/dev/null; \
fi
endef
