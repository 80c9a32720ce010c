#!/usr/bin/env bash
# The demo's own part: draws the annotations, runs the shipped model as a user would, and makes project and map.
# Usage: demo_model.sh MODEL NEON_FOLDER OUTPUT_FOLDER; QGIS_PROCESS names the program, the environment the connection.
set -euo pipefail
cd "$(dirname "$0")/.."
export PYTHONPATH=build/python
.venv/bin/python -m tools.demo "$2" "$3"
