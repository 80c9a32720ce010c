#!/usr/bin/env bash
# All static checks; each is run whatever the others say. The exit code is 0 only when none found anything.
set -uo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin
failed=()

check() {
  local name=$1
  shift
  printf -- '--- %s\n' "$name"
  "$@" || failed+=("$name")
}

# mypy knows the package by its name, through the link that set-up made.
types_of_providers() { (cd build/python && "../../$bin/python" -m mypy --strict --config-file ../../pyproject.toml -p imagery_hub.providers); }

# What the plugin site scans is the package, so the package is laid out and scanned the same way.
site_checks() { "$bin/python" -m tools.package --staged && "$bin/python" -m tools.site_checks build/package; }

check "ruff" "$bin/ruff" check --quiet --output-format concise .
check "mypy, strict on providers" types_of_providers
check "bandit, detect-secrets and flake8 as on the plugin site" site_checks
check "layering" "$bin/python" tools/layering.py
check "scoped enums" "$bin/python" tools/scoped_enums.py
check "no path of this machine" tools/no_machine_paths.sh

if [ ${#failed[@]} -gt 0 ]; then
  (IFS=';'; printf '\nlint: %d failed: %s\n' ${#failed[@]} "${failed[*]}")
  exit 1
fi
printf '\nlint: 6 passed, 0 failed\n'
