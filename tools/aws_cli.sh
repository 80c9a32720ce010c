#!/bin/bash
# Installs the AWS command line interface, beside which uploads to S3 are measured, into build/aws_cli. It brings a
# botocore of its own, so it stays apart from the environment of the project.
set -euo pipefail
cd "$(dirname "$0")/.."

requirement=awscli==1.42.76
target=build/aws_cli
stamp="$target/.requirement"
if [ ! -f "$stamp" ] || [ "$(cat "$stamp")" != "$requirement" ]; then
    rm -rf "$target"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-warn-conflicts --target "$target" "$requirement"
    printf '%s\n' "$requirement" > "$stamp"
    echo "Installed $requirement."
fi
