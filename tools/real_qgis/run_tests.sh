#!/usr/bin/env bash
# Runs pytest inside the real QGIS program. Usage: tools/real_qgis/run_tests.sh PYTEST_ARGUMENTS...
# Pictures that tests take are kept in build/pictures.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
cd "$root"
mkdir -p build/pictures
# QGIS runs the system's Python; what the tests need from the virtual environment is handed over.
packages=$(echo "$root"/.venv/lib/python3*/site-packages)
PYTHONPATH=$packages PICTURES=$root/build/pictures PYTEST_ARGUMENTS=$(printf '%s\n' "$@") \
  QGIS_LIMIT=${QGIS_LIMIT:-300} exec "$here/run.sh" "$here/pytest_inside.py"
