"""Builds dist/imagery_hub.zip from an explicit list of what belongs into it.

Usage: .venv/bin/python -m tools.package [--staged]

The same tree gives the same bytes: files in order, one fixed time, one set of permissions. `--staged` only lays out our
own files in build/package/imagery_hub, without carried libraries, for the checks of `make lint`.
"""

from __future__ import annotations

import argparse
import configparser
import io
import shutil
import sys
import zipfile
from pathlib import Path

from tools.carried import build as carried

ROOT = Path(__file__).resolve().parent.parent
NAME = "imagery_hub"
LIMIT_BYTES = 25_000_000
TIME = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can hold

FLOORS = ("providers", "core", "algorithms", "ui")
# What the package holds, as patterns below the root; everything else (tests, sandbox, tools, benchmarks) stays out.
CONTENTS = (
    "__init__.py",
    "plugin.py",
    "LICENSE",
    ".bandit",
    "icons/*.svg",
    "icons/*.png",
    *(f"{floor}/**/*.{kind}" for floor in FLOORS for kind in ("py", "ui", "svg", "qml")),
    "models/*.model3",
    "models/*.md",
    "docs/help/*.html",
    "docs/help/*.css",
    "docs/pictures/*.png",
    "i18n/*.qm",
)
NEEDED = ("__init__.py", "plugin.py", "LICENSE", "icons/imagery_hub.png", "providers/", "core/", "algorithms/",
          "docs/help/")
# The plugin site wants these in metadata.txt. Nothing is invented: what is not known is said to be unknown.
REQUIRED_ADDRESSES = ("author", "email", "tracker", "repository")
UNKNOWN = "to be announced"


def own_files() -> list[str]:
    """Our own files that go along, relative to the root, in order. Raises RuntimeError where one is lacking."""
    found = {path.relative_to(ROOT).as_posix() for pattern in CONTENTS for path in ROOT.glob(pattern) if path.is_file()}
    lacking = [name for name in NEEDED if not any(one.startswith(name) for one in found)]
    if lacking:
        raise RuntimeError(f"the package lacks {', '.join(lacking)}")
    return sorted(found)


def addresses() -> dict[str, str]:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(ROOT / "tools" / "addresses.ini", "utf-8")
    return dict(parser["addresses"])


def metadata() -> tuple[str, list[str]]:
    """metadata.txt with the addresses in it, and the names of those that are still to be filled in."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment]
    parser.read(ROOT / "metadata.txt", "utf-8")
    known = addresses()
    for name, value in known.items():
        if value or name in REQUIRED_ADDRESSES:
            parser["general"][name] = value or UNKNOWN
    text = io.StringIO()
    parser.write(text, space_around_delimiters=False)
    return text.getvalue().strip() + "\n", [name for name, value in known.items() if not value]


def stage(folder: Path, with_carried: bool) -> list[str]:
    """Lay the package out in a folder; returns the addresses that are still to be filled in."""
    shutil.rmtree(folder, ignore_errors=True)
    for name in own_files():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, folder / name)
    text, unknown = metadata()
    (folder / "metadata.txt").write_text(text, "utf-8")
    if with_carried:
        carried.build(folder / "_vendor")
    return unknown


def pack(folder: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                entry = zipfile.ZipInfo(f"{NAME}/{path.relative_to(folder).as_posix()}", TIME)
                entry.create_system, entry.external_attr = 3, 0o100644 << 16
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, path.read_bytes(), compresslevel=9)
    part.replace(target)


def main() -> int:
    parser = argparse.ArgumentParser(description="Build the plugin's package.")
    parser.add_argument("--staged", action="store_true", help="only lay out our own files in build/package")
    options = parser.parse_args()
    folder = ROOT / "build" / "package" / NAME
    unknown = stage(folder, with_carried=not options.staged)
    if options.staged:
        return 0
    target = ROOT / "dist" / f"{NAME}.zip"
    pack(folder, target)
    size = target.stat().st_size
    print(f"{target.relative_to(ROOT)}: {size / 1e6:.1f} MB, at most {LIMIT_BYTES / 1e6:.0f} MB")
    if unknown:
        print(f"still to be filled in, in tools/addresses.ini: {', '.join(unknown)}")
    return 0 if size <= LIMIT_BYTES else 1


if __name__ == "__main__":
    sys.exit(main())
