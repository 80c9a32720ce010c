#!/usr/bin/env bash
# The suite on QGIS 3.22 (this machine), 3.40 and 3.44 (Debian 13 and its backports, in chroots below build/matrix).
# Slow: three to four minutes to build a chroot the first time, then the suite. Needs root or sudo.
# Usage: tools/test_matrix.sh [3.22 | 3.40 | 3.44 ...]; TIERS="real package" runs some tiers only.
set -uo pipefail
cd "$(dirname "$0")/.."

readonly FOLDER=build/matrix
readonly PACKAGES=ca-certificates,curl,qgis,python3-qgis,qgis-providers,gdal-bin,xvfb,xauth,xdotool,imagemagick,python3-venv,python3-pip,fonts-open-sans,git,make,mount
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

build_chroot() {
  local version=$1 place=$FOLDER/$1 mirror options=() sources
  [ -f "$place/.complete" ] && return
  command -v mmdebstrap > /dev/null || as_root apt-get -q -y install --no-install-recommends mmdebstrap || return
  # The mirror is the one that this machine's apt uses.
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Codename: bookworm' 'Created-By: Packages' | head -n 1)
  [ -n "$mirror" ] || { echo "apt does not tell where its packages come from"; return 1; }
  sources=("deb $mirror trixie main")
  if [ "$version" = 3.44 ]; then
    sources+=("deb $mirror trixie-backports main")
    options=(--aptopt='APT::Default-Release "trixie-backports"')
  fi
  echo "building $place (a few minutes)"
  as_root rm -rf --one-file-system "$place"
  as_root mkdir -p "$FOLDER"
  # What mmdebstrap mounts (/proc, /dev) goes with its own view of the file systems, even if it is interrupted.
  as_root unshare --mount mmdebstrap --quiet --variant=apt --aptopt='APT::Install-Recommends "false"' "${options[@]}" \
    --include="$PACKAGES" trixie "$place" "${sources[@]}" || return
  # A network with a certificate authority of its own needs it inside as well.
  as_root cp /etc/ssl/certs/ca-certificates.crt "$place/etc/ssl/certs/" || return
  # A chroot has no hosts file, and tests ask for localhost by its name.
  printf '127.0.0.1 localhost\n::1 localhost\n' | as_root tee "$place/etc/hosts" > /dev/null || return
  as_root touch "$place/.complete"
}

run_in_chroot() {
  local version=$1 place=$FOLDER/$1
  build_chroot "$version" || return
  as_root mkdir -p "$place/w"
  # The tree is copied anew; the environment and the downloads in build/ are set-up's, which renews what has changed.
  as_root find "$place/w" -mindepth 1 -maxdepth 1 ! -name .venv ! -name build -exec rm -rf {} +
  git ls-files -z --cached --others --exclude-standard | tar --null -T - -cf - | as_root tar -xf - -C "$place/w" || return
  # The environment's pip settings may name folders of this machine, which are not in there.
  # Tests look at processes in /proc; what is mounted goes with a view of the file systems of its own.
  as_root unshare --mount bash -c 'mount -t proc proc "$1/proc" && shift && exec chroot "$@"' matrix "$place" "$place" \
    env -u PIP_FIND_LINKS HOME=/root TIERS="${TIERS:-}" bash -c 'cd /w && git init -q . && make test TIERS="$TIERS"'
}

versions=("$@")
[ $# -gt 0 ] || versions=(3.22 3.40 3.44)
results=()
bad=0
mkdir -p build/test-logs
for version in "${versions[@]}"; do
  echo "===== QGIS $version ====="
  case $version in
    3.22) make test TIERS="${TIERS:-}" ;;
    3.40 | 3.44) run_in_chroot "$version" ;;
    *) echo "there is no QGIS $version here"; false ;;
  esac 2>&1 | tee "build/test-logs/matrix-$version.log"
  if [ "${PIPESTATUS[0]}" = 0 ]; then results+=("QGIS $version: passed"); else results+=("QGIS $version: FAILED"); bad=$((bad + 1)); fi
done
printf '\n===== matrix =====\n'
printf '%s\n' "${results[@]}"
printf '%d passed, %d failed\n' $((${#versions[@]} - bad)) "$bad"
[ "$bad" = 0 ]
