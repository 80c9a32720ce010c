#!/usr/bin/env bash
# Builds and clicks the widgets of ui/ under Qt 6, in a second virtual environment without QGIS: `qgis.PyQt` is handed out from PyQt6
# by a small stand-in, `qgis.core` and the like answer to anything. It shows that the code is ready for Qt 6, not that it
# works in a QGIS 4.
set -euo pipefail
cd "$(dirname "$0")/.."
readonly REQUIREMENTS=tools/qt6/requirements.txt STAMP=.venv-qt6/.requirements
# Qt 6 needs these of the system, which QGIS with Qt 5 does not.
missing=()
for name in libegl1 libxkbcommon0 libdbus-1-3 libgl1; do
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || missing+=("$name")
done
if [ ${#missing[@]} -gt 0 ]; then
  if [ "$(id -u)" = 0 ]; then root=(); else root=(sudo); fi
  "${root[@]}" apt-get -q -y install --no-install-recommends "${missing[@]}"
fi
if ! cmp -s "$REQUIREMENTS" "$STAMP"; then
  /usr/bin/python3 -m venv .venv-qt6
  .venv-qt6/bin/pip install --quiet --requirement "$REQUIREMENTS"
  cp "$REQUIREMENTS" "$STAMP"
fi
QT_QPA_PLATFORM=offscreen PYTHONPATH=tools/qt6:build/python exec .venv-qt6/bin/python -m pytest \
  -c tools/qt6/pytest.ini tools/qt6 "$@"
