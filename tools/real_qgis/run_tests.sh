#!/usr/bin/env bash
# Runs pytest inside the real QGIS program. Usage: tools/real_qgis/run_tests.sh PYTEST_ARGUMENTS...
# Pictures that tests take are kept in build/pictures, or where PICTURES says.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
cd "$root"
readonly TAKEN=${PICTURES:-$root/build/pictures}
mkdir -p "$TAKEN"
# QGIS runs the system's Python; what the tests need from the virtual environment is handed over.
packages=$(echo "$root"/.venv/lib/python3*/site-packages)
PYTHONPATH=$packages PICTURES=$TAKEN PYTEST_ARGUMENTS=$(printf '%s\n' "$@") \
  QGIS_LIMIT=${QGIS_LIMIT:-900} exec "$here/run.sh" "$here/pytest_inside.py"
