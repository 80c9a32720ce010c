#!/usr/bin/env bash
# QGIS with the plugin on, in a profile of its own that is kept in build/run, beside a sandbox that ends with it.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/sandbox_service.sh

readonly WORK=$PWD/build/run
.venv/bin/python tools/fetch_neon.py
tools/real_qgis/make_profile.sh "$WORK" .
start_sandbox "$WORK/sandbox" --port 0
echo "The sandbox answers at $SANDBOX_ADDRESS and ends with QGIS."
IMAGERY_HUB_SANDBOX=$SANDBOX_ADDRESS IMAGERY_HUB_TILE=$PWD/build/neon/OSBS_029.tif \
  qgis --noversioncheck --nologo --profiles-path "$WORK" --profile default --code tools/real_qgis/prepare_session.py
