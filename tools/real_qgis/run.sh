#!/usr/bin/env bash
# Starts the real QGIS program on a display of its own, in a fresh profile with the plugin switched on, and lets it run
# a Python script, which ends the program itself. The exit code is the script's.
#
# Usage: tools/real_qgis/run.sh SCRIPT.py
# PLUGIN        a folder or a .zip of the plugin (default: this repository)
# PROFILES      a folder for the profile, kept afterwards (default: a new one, removed)
# QGIS_LIMIT    seconds before QGIS is ended (default 120); a plugin that raises while loading opens a modal dialog
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
script=$(realpath "$1")
plugin=$(realpath "${PLUGIN:-$root}")
work=$(mktemp -d)
profiles=${PROFILES:-$work}
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
Xvfb -displayfd 7 -screen 0 1600x1000x24 -nolisten tcp 7> "$work/number" 2> "$work/display.log" &
display_server=$!
read -r -t 30 number < "$work/number" || { cat "$work/display.log" >&2; exit 98; }

code=0
env -u QT_QPA_PLATFORM -u WAYLAND_DISPLAY DISPLAY=":$number" TMPDIR="$work/tmp" XDG_RUNTIME_DIR="$work/tmp" \
  timeout -k 10 "${QGIS_LIMIT:-120}" \
  qgis --noversioncheck --nologo --profiles-path "$profiles" --profile default --code "$script" < /dev/null || code=$?
if [ "$code" = 124 ] || [ "$code" = 137 ]; then
  echo "QGIS did not finish in ${QGIS_LIMIT:-120} s: the plugin may have failed to load (a modal dialog then waits)." >&2
fi
exit "$code"
