"""What the QGIS plugin site does with an uploaded package, done here first.

Usage: .venv/bin/python -m tools.site_checks FOLDER, the unpacked package; prints findings, exit code 1 when there are.

As its scanner does: bandit over the whole package with the package's own `.bandit`, detect-secrets over all files but
metadata.txt, flake8 at 120 columns. The first two hold a version back. flake8 only advises there, so that carried
libraries are left out of it here.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

TOOLS = Path(sys.executable).parent


def run(folder: Path, *command: str) -> str:
    """Standard output of a checker; they answer 1 when they found something. Raises RuntimeError on other codes."""
    done = subprocess.run([str(TOOLS / command[0]), *command[1:]], cwd=folder, capture_output=True, text=True)
    if done.returncode not in (0, 1) or (done.returncode == 1 and not done.stdout.strip()):
        raise RuntimeError(f"{command[0]} ended with {done.returncode}: {done.stderr.strip()[-2000:]}")
    return done.stdout


def bandit(folder: Path) -> Iterator[str]:
    report = json.loads(run(folder, "bandit", "-r", ".", "-f", "json", "--quiet"))
    if report["errors"]:
        yield f"bandit could not read: {report['errors']}"
    for issue in report["results"]:
        yield f"{issue['filename']}:{issue['line_number']}: {issue['test_id']} {issue['issue_text']}"


def secrets(folder: Path) -> Iterator[str]:
    report = json.loads(run(folder, "detect-secrets", "scan", "--all-files", "--exclude-files", r"metadata\.txt", "."))
    for name, found in report["results"].items():
        yield from (f"{name}:{secret['line_number']}: {secret['type']}" for secret in found)


def style(folder: Path) -> Iterator[str]:
    yield from run(
        folder, "flake8", "--isolated", "--max-line-length=120", "--extend-exclude=_vendor", "."
    ).splitlines()


def findings(folder: Path) -> list[str]:
    """All findings below a folder, each as a line that says where and what."""
    return [line for check in (bandit, secrets, style) for line in check(folder)]


def main() -> int:
    found = findings(Path(sys.argv[1]))
    print("\n".join(found) or "bandit, detect-secrets and flake8: nothing found")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
