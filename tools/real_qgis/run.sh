#!/usr/bin/env bash
# Starts the real QGIS program on a display of its own, in a fresh profile with the plugin switched on, and lets it run
# a Python script, which ends the program itself. The exit code is the script's.
#
# Usage: tools/real_qgis/run.sh SCRIPT.py, or no script where PYQGIS_STARTUP names what ends the program
# PLUGIN        a folder or a .zip of the plugin (default: this repository)
# PROFILES      a folder for the profile, kept afterwards (default: a new one, removed)
# PICTURES      a folder for the screen of a QGIS that hung (default: build/pictures)
# QGIS_LIMIT    seconds before QGIS is ended (default 120)
# SCREEN        the size of the display (default 1600x1000); QT_SCALE_FACTOR=2 SCREEN=3200x2000 is one of high density
# THEME         one of QGIS's dark themes, see make_profile.sh
# The script makes the file that the variable STARTED names, so that a QGIS that hangs at its start is noticed soon.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
script=()
if [ $# -gt 0 ]; then script=(--code "$(realpath "$1")"); fi
plugin=$(realpath "${PLUGIN:-$root}")
readonly START_LIMIT=150 QGIS_LIMIT=${QGIS_LIMIT:-120}
work=$(mktemp -d)
profiles=${PROFILES:-$work}
pictures=${PICTURES:-$root/build/pictures}
display_server=

finish() {
  if [ -n "$display_server" ]; then
    kill "$display_server" 2>/dev/null || true
    wait "$display_server" 2>/dev/null || true
  fi
  rm -rf "$work"
}
trap finish EXIT

"$here/make_profile.sh" "$profiles" "$plugin"
mkdir -p "$work/tmp"
chmod 700 "$work/tmp"

# The server picks a free number by itself, so that two runs at the same moment do not meet.
mkfifo "$work/number"
Xvfb -displayfd 7 -screen 0 "${SCREEN:-1600x1000}x24" -nolisten tcp 7> "$work/number" 2> "$work/display.log" &
display_server=$!
read -r -t 30 number < "$work/number" || { cat "$work/display.log" >&2; exit 98; }

export DISPLAY=":$number" STARTED=$work/started TMPDIR=$work/tmp XDG_RUNTIME_DIR=$work/tmp
unset QT_QPA_PLATFORM WAYLAND_DISPLAY
qgis --noversioncheck --nologo --profiles-path "$profiles" --profile default "${script[@]}" < /dev/null &
program=$!

begun=$SECONDS
reason=
while [ -z "$reason" ] && kill -0 "$program" 2> /dev/null; do
  sleep 0.2
  waited=$((SECONDS - begun))
  if [ "$waited" -ge "$START_LIMIT" ] && [ ! -e "$STARTED" ]; then
    reason="QGIS did not come to run the script in $waited s: a dialog may wait, as when a plugin fails to load."
  elif [ "$waited" -ge "$QGIS_LIMIT" ]; then
    reason="The script did not end QGIS in $waited s."
  fi
done
if [ -n "$reason" ]; then
  mkdir -p "$pictures"
  import -window root "$pictures/hung.png" || true
  kill "$program" && sleep 2
  kill -9 "$program" 2> /dev/null || true
  echo "$reason The screen is in $pictures/hung.png." >&2
  exit 124
fi
wait "$program"
