#!/usr/bin/env bash
# Takes the user guide's pictures of the real QGIS beside a sandbox, and puts those that changed into docs/pictures.
# Those of the desk come from its tests (from_tests.txt).
set -euo pipefail
cd "$(dirname "$0")/../.."
. tools/sandbox_service.sh

readonly WORK=build/docs
readonly TARGET=docs/pictures
readonly LIMIT_BYTES=400000
# A picture is replaced when more than one in so many of its points changed, and more than so many at all: the number of
# a port and a blinking caret do not count, nor do the ids and times in a log.
readonly SAME=1000 SAME_LOG=30 SAME_POINTS=300

rm -rf "$WORK"
mkdir -p "$WORK/data" "$WORK/taken" "$TARGET"
.venv/bin/python tools/fetch_neon.py
cp build/neon/OSBS_029.tif "$WORK/data"
.venv/bin/python -c 'import sys; from pathlib import Path; from tools.demo.annotations import draw
folder = Path(sys.argv[1]); draw(folder / "OSBS_029.tif", Path("build/neon/OSBS_029.csv"), folder / "annotations.gpkg")' "$WORK/data"
start_sandbox "$WORK/sandbox" --port 0 --poll-interval 0.2
# The hands are those of the tests, which are the virtual environment's.
packages=$(echo "$PWD"/.venv/lib/python3*/site-packages)
PYTHONPATH=$packages:$PWD/tests/support IMAGERY_HUB_SANDBOX=$SANDBOX_ADDRESS IMAGERY_HUB_DATA=$PWD/$WORK/data \
  IMAGERY_HUB_ROOT=$PWD PICTURES=$PWD/$WORK/taken QGIS_LIMIT=${QGIS_LIMIT:-200} tools/real_qgis/run.sh tools/pictures/take.py > "$WORK/qgis.log" 2>&1 ||
  { tail -n 40 "$WORK/qgis.log" >&2; echo "The pictures could not be taken." >&2; exit 1; }

# The desk's pictures are taken by its tests, which drive it by mouse and keyboard. Those that quit QGIS in the middle
# are in the tier core.
{ .venv/bin/python tools/run_tests.py real &&
    QT_QPA_PLATFORM=offscreen .venv/bin/python -m pytest -c tests/pytest.ini tests/core/test_jobs_after_a_kill.py
} > "$WORK/real.log" 2>&1 ||
  { tail -n 40 "$WORK/real.log" >&2; echo "The tests that take pictures of the desk failed." >&2; exit 1; }
grep -v '^#' tools/pictures/from_tests.txt | while read -r name; do
  cp "build/pictures/$name.png" "$WORK/taken/"
done

replaced=0
for taken in "$WORK"/taken/*.png; do
  name=$(basename "$taken")
  convert "$taken" -strip +dither -colors 160 -define png:compression-level=9 "PNG8:$WORK/$name"
  if [ "$(stat -c %s "$WORK/$name")" -ge "$LIMIT_BYTES" ]; then
    echo "$name is too large." >&2
    exit 1
  fi
  size=$(identify -format '%w %h' "$WORK/$name")
  if [ -f "$TARGET/$name" ] && [ "$(identify -format '%w %h' "$TARGET/$name")" = "$size" ]; then
    points=$(compare -metric AE -fuzz 10% "$TARGET/$name" "$WORK/$name" null: 2>&1 || true)
    points=${points%%.*}
    case $name in *-log.png) share=$SAME_LOG ;; *) share=$SAME ;; esac
    if [ "$points" -le "$SAME_POINTS" ] || [ $((points * share)) -le $((${size% *} * ${size#* })) ]; then
      continue
    fi
  fi
  cp "$WORK/$name" "$TARGET/$name"
  replaced=$((replaced + 1))
done
echo "pictures: $(ls "$WORK"/taken | wc -l) taken, $replaced changed"
