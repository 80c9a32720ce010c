#!/usr/bin/env bash
# The whole suite: the tiers, then what can only be told afterwards (API coverage, the hunt for secrets).
# Usage: tools/test_all.sh [TIER ...]; with tiers named, only those are run.
set -uo pipefail
cd "$(dirname "$0")/.."
python=.venv/bin/python

if [ $# -gt 0 ]; then
  exec "$python" tools/run_tests.py "$@"
fi
failed=()
rm -rf build/sandbox-log build/test-secrets
"$python" tools/run_tests.py || failed+=("tiers")

printf '\n===== API coverage =====\n'
make --no-print-directory api-coverage || failed+=("API coverage")

printf '\n===== secret hunt =====\n'
elsewhere=(
  '*/sandbox*/*'          # the platforms' own side keeps keys and signs addresses
  'vendor_clients/*'      # what the vendors' clients write is not ours to judge
  '*/token_info.json'     # a login file as a user of the vendor's client has it, which tests write
  '*/test_addresses_*'    # the one output that is made of signed addresses, and says so to its user
)
"$python" tools/secret_hunt.py --issued build/test-secrets "${elsewhere[@]/#/--skip=}" \
  build/test-work build/test-logs build/sandbox-log \
  || failed+=("secret hunt")

if [ ${#failed[@]} -gt 0 ]; then
  (IFS=','; printf '\nmake test: %d passed, %d failed: %s\n' $((3 - ${#failed[@]})) ${#failed[@]} "${failed[*]}")
  exit 1
fi
printf '\nmake test: 3 passed, 0 failed (tiers, API coverage, secret hunt)\n'
