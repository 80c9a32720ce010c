# `make` alone says what there is. Every target does its own set-up first.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup test demo run sandbox package lint bench api-coverage docs test-matrix test-qt6 vendor-clients aws-cli neon clean

PYTHON := .venv/bin/python
TIERS :=
PLATFORMS := $(basename $(basename $(notdir $(wildcard sandbox/contract/*.openapi.yaml))))

help: ## Say what the targets do.
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: ## Install QGIS and the virtual environment where they are missing; a second run takes a moment.
	@tools/setup.sh

test: setup vendor-clients neon ## Run the whole suite without a window; TIERS="core real" runs some of it.
	@tools/test_all.sh $(TIERS)

demo: setup ## Run the main job on a real image against the sandbox, then draw it as all five platforms have it; into demo/output.
	@tools/demo.sh

run: setup ## Start QGIS in a profile of its own: plugin on, sandbox running, connection ready, a real tile on the map.
	@tools/run_qgis.sh

sandbox: setup ## Run the platforms on this machine until Ctrl+C; ARGS="--help" tells the settings.
	@$(PYTHON) -m sandbox $(ARGS)

package: setup ## Build dist/imagery_hub.zip and scan it as the plugin site does.
	@$(PYTHON) -m tools.package
	@$(PYTHON) -m tools.site_checks build/package

lint: setup ## Check style, types, layering, scoped enums, and what the plugin site's scanners find.
	@tools/lint.sh

bench: setup vendor-clients aws-cli ## Measure transfers, results, lists and start beside other ways, into build/bench.json; ARGS="--quick".
	@$(PYTHON) -m benchmarks $(ARGS)

api-coverage: setup ## Tell which operations the last whole `make test` covered, in build/api-coverage.json; fail when one is missing.
	@$(PYTHON) tools/api_coverage.py --require $(PLATFORMS) --require-algorithms picterra pixxel descarteslabs

docs: setup ## Make the user guide's pictures, reference and help pages, and check links; some minutes.
	@tools/pictures/take.sh
	@$(PYTHON) tools/make_reference.py
	@$(PYTHON) tools/make_help.py
	@$(PYTHON) tools/check_docs.py

test-matrix: setup ## Run the suite on QGIS 3.22, 3.40 and 3.44; slow, the newer ones in chroots. VERSIONS="3.44" runs one.
	@TIERS="$(TIERS)" tools/test_matrix.sh $(VERSIONS)

test-qt6: setup ## Build the widgets under Qt 6, without QGIS; a second virtual environment.
	@tools/test_qt6.sh

vendor-clients: setup ## Install the vendors' Python clients for the tests.
	@tools/vendor_clients.sh

aws-cli: ## Install the AWS command line interface for the measurements.
	@tools/aws_cli.sh

neon: setup ## Fetch the demo's real image.
	@$(PYTHON) tools/fetch_neon.py

clean: ## Remove what tests, demo and packaging left; the virtual environment and downloads stay.
	@rm -rf build/test-work build/test-logs build/test-secrets build/sandbox-log build/pictures build/package build/demo dist demo/output
