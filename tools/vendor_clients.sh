#!/bin/bash
# Installs the vendors' Python clients, which the tests run unchanged against the sandbox, into
# build/vendor_clients/<package>-<version>. Pinned by hash; a folder that is complete is left alone.
set -euo pipefail
cd "$(dirname "$0")/.."

python=.venv/bin/python
list=tools/vendor-clients.txt
target=build/vendor_clients
mkdir -p "$target"

# install CLIENT and its needs, one requirement per line
install() {
    local requirements=$1 name folder stamp pinned
    [ -n "$requirements" ] || return 0
    name=${requirements%% *}
    folder="$target/${name/==/-}"
    stamp="$folder/.requirement"
    if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$requirements" ]; then
        return 0
    fi
    rm -rf "$folder"
    pinned=$(mktemp)
    printf '%s\n' "$requirements" > "$pinned"
    "$python" -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes \
        --target "$folder" --requirement "$pinned"
    rm -f "$pinned"
    printf '%s\n' "$requirements" > "$stamp"
    echo "Installed $name."
}

gathered=
while read -r line; do
    case "$line" in
        '' | '#'*) ;;
        '+ '*) gathered+=$'\n'${line#+ } ;;
        *) install "$gathered"; gathered=$line ;;
    esac
done < "$list"
install "$gathered"
