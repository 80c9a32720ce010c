#!/usr/bin/env bash
# QGIS with the plugin on, in a profile of its own that is kept in build/run (or RUN_FOLDER), beside a sandbox that ends
# with it.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/sandbox_service.sh

readonly WORK=${RUN_FOLDER:-$PWD/build/run}
.venv/bin/python tools/fetch_neon.py
tools/real_qgis/make_profile.sh "$WORK" .
start_sandbox "$WORK/sandbox" --port 0
[ -d "$WORK/flight/photos" ] || .venv/bin/python -m sandbox.pix4d.flight "$WORK/flight"
echo "Photos of a flight to try PIX4D cloud with are in $WORK/flight/photos."
echo "The sandbox answers at $SANDBOX_ADDRESS and ends with QGIS."
# The libraries that the package brings along come from the environment, the plugin from this folder.
PYTHONPATH=$(echo "$PWD"/.venv/lib/python3*/site-packages) \
  IMAGERY_HUB_SANDBOX=$SANDBOX_READY IMAGERY_HUB_TILE=$PWD/build/neon/OSBS_029.tif \
  qgis --noversioncheck --nologo --profiles-path "$WORK" --profile default --code tools/real_qgis/prepare_session.py
