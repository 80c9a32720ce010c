#!/bin/bash
# Installs the vendors' Python clients, which the tests run unchanged against the sandbox, into
# build/vendor_clients/<package>-<version>. Pinned by hash; a folder that is complete is left alone.
set -euo pipefail
cd "$(dirname "$0")/.."

python=.venv/bin/python
list=tools/vendor-clients.txt
target=build/vendor_clients
mkdir -p "$target"

grep -v '^#' "$list" | while read -r requirement; do
    [ -n "$requirement" ] || continue
    name=${requirement%% *}
    folder="$target/${name/==/-}"
    stamp="$folder/.requirement"
    if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$requirement" ]; then
        continue
    fi
    rm -rf "$folder"
    pinned=$(mktemp)
    printf '%s\n' "$requirement" > "$pinned"
    "$python" -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes \
        --target "$folder" --requirement "$pinned"
    rm -f "$pinned"
    printf '%s\n' "$requirement" > "$stamp"
    echo "Installed $name."
done
