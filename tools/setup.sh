#!/usr/bin/env bash
# Sets up everything that the other targets stand on. Safe to run again: what is there already is left alone.
#
# A fresh Debian 12 is enough, as root or with sudo. apt and pip are used as they are configured on the machine.
# QGIS belongs to /usr/bin/python3, so the virtual environment is made from that one, whichever python3 is first on PATH.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly SYSTEM_PYTHON=/usr/bin/python3
readonly STAMPS=build/stamps
readonly PACKAGES=(
  ca-certificates curl fonts-open-sans gdal-bin imagemagick python3-qgis python3-venv qgis qgis-providers
  xauth xdotool xvfb
)

say() { printf 'set-up: %s\n' "$*"; }

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

install_packages() {
  local name
  missing=()
  for name in "${PACKAGES[@]}"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || missing+=("$name")
  done
  [ ${#missing[@]} = 0 ] && return
  if [ "$(id -u)" != 0 ] && ! command -v sudo > /dev/null; then
    say "these packages are missing and need root or sudo to be installed: ${missing[*]}" >&2
    exit 1
  fi
  say "installing ${missing[*]} (about 90 s where QGIS is new to the machine)"
  if ! { as_root apt-get -q -o DPkg::Lock::Timeout=300 update && as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y \
    -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 install --no-install-recommends "${missing[@]}"; } > build/apt.log 2>&1; then
    tail -n 30 build/apt.log >&2
    say "apt could not install them; all that it said is in build/apt.log" >&2
    exit 1
  fi
}

# A stamp holds the hash of what a step was made from; the step is done again when that changes.
is_done() { [ -f "$STAMPS/$1" ] && [ "$(cat "$STAMPS/$1")" = "$2" ]; }

make_environment() {
  local interpreter made_from
  interpreter=$({ dpkg-query -W -f '${Package} ${Version}\n' python3 python3-numpy; pwd; } | sha256sum)
  made_from=$({ echo "$interpreter"; cat tools/requirements.txt; } | sha256sum)
  [ -x .venv/bin/python ] && is_done environment "$made_from" && return
  say "making .venv over the system's Python (about a minute)"
  # Only when it is new or belongs to another Python: making it anew hides the system's packages for a moment from
  # whatever runs in it.
  if ! { [ -x .venv/bin/python ] && is_done interpreter "$interpreter"; }; then
    "$SYSTEM_PYTHON" -m venv --system-site-packages .venv
    printf '%s\n' "$interpreter" > "$STAMPS/interpreter"
  fi
  # numpy stays at the version that the system's GDAL and QGIS were built for.
  "$SYSTEM_PYTHON" -c 'import numpy; print("numpy==" + numpy.__version__)' > .venv/constraints.txt
  .venv/bin/pip install --quiet --constraint .venv/constraints.txt --requirement tools/requirements.txt
  printf '%s\n' "$made_from" > "$STAMPS/environment"
}

# With build/python on PYTHONPATH the repository's root imports as the package `imagery_hub`.
link_package() {
  mkdir -p build/python
  [ "$(readlink build/python/imagery_hub || true)" = ../.. ] || ln -sfn ../.. build/python/imagery_hub
}

mkdir -p "$STAMPS"
exec 9> build/stamps/lock
flock 9 # two targets started at once take turns here
install_packages
make_environment
link_package
say "ready"
