#!/usr/bin/env bash
# What is committed runs anywhere: no path of the machine that it was written on, no home of a user, no package index.
set -uo pipefail
cd "$(dirname "$0")/.."
root=$(pwd)
patterns=(-e "$root/" -e '/root/[a-z.]' -e '/home/[a-z]' -e 'index-url' -e 'find-links' -e 'trusted-host')
found=$(git grep -nIE "${patterns[@]}" -- . ':!tools/no_machine_paths.sh')
if [ -n "$found" ]; then
  printf '%s\n' "$found"
  exit 1
fi
echo "nothing found"
