#!/usr/bin/env bash
# The plugin's main job on a real image, without a window: the shipped model, run by qgis_process against the sandbox.
# Then a page of the same place on all five platforms. Results are left in demo/output.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/sandbox_service.sh

readonly MODEL=models/picterra_detect_objects.model3
readonly OUTPUT=demo/output
readonly WORK=build/demo
readonly RUNNER=tools/demo_model.sh

for needed in "$MODEL" "$RUNNER"; do
  if [ ! -f "$needed" ]; then
    echo "make demo: $needed has not been written yet, so there is nothing to run." >&2
    exit 1
  fi
done

begun=$SECONDS
rm -rf "$WORK" "$OUTPUT"
mkdir -p "$WORK/tmp" "$WORK/runtime" "$OUTPUT"
chmod 700 "$WORK/runtime"
.venv/bin/python tools/fetch_neon.py
tools/real_qgis/make_profile.sh "$WORK" .
start_sandbox "$WORK/sandbox" --port 0 --poll-interval 0.2
echo "The sandbox answers at $SANDBOX_ADDRESS."

export QT_QPA_PLATFORM=offscreen QGIS_CUSTOM_CONFIG_PATH=$PWD/$WORK
export TMPDIR=$PWD/$WORK/tmp XDG_RUNTIME_DIR=$PWD/$WORK/runtime
export PICTERRA_API_KEY=sandbox-picterra-key PICTERRA_BASE_URL=$SANDBOX_ADDRESS
# The plain qgis_process of QGIS 3.22 on Debian does not run; later versions have both.
QGIS_PROCESS=$(command -v qgis_process.bin || command -v qgis_process)
export QGIS_PROCESS

"$RUNNER" "$MODEL" build/neon "$OUTPUT"

echo
echo "The same place on all five platforms:"
SANDBOX_READY=$SANDBOX_READY PYTHONPATH=build/python .venv/bin/python -m tools.demo.five "$OUTPUT" "$WORK/five"

PYTHONPATH=build/python .venv/bin/python -m tools.demo.check "$OUTPUT"
echo
echo "The demo took $((SECONDS - begun)) s. Its results:"
find "$OUTPUT" -maxdepth 1 -type f | sort | sed "s|^|  $PWD/|"
