"""Fetches the demo's real image: the NEON airborne tile OSBS_029 and its hand-drawn tree crowns.

The files lie inside a Python package. It is downloaded by pip as pip is configured, checked by its hash, and only the
three files are taken out of it, into build/neon/. What is there already and has the right hash is left alone.

    python tools/fetch_neon.py [folder]
"""

from __future__ import annotations

import hashlib
import subprocess  # nosec B404: runs pip, with fixed arguments
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = Path(__file__).resolve().parent / "neon-requirements.txt"
INSIDE = "deepforest/data/"
FILES = {
    "OSBS_029.tif": "8521dbb5e8063d37d61895867dfcca7476491d1345103dc1b3fd96f71b186353",
    "OSBS_029.csv": "83ecd1fb6339eb0997c5a543300295fdd6e0d23c943f50429eb82d149905adba",
    "OSBS_029.png": "d9477c6a00e4902c7bee487d4c5582c3b8b9a2f77f3908a29628b816b291e6ee",
}
"""The files and their SHA-256. The boxes of the CSV are in pixels from the top left; the PNG has no georeference."""


class FetchError(Exception):
    """The files could not be had; the text says why and what to do."""


def fetch(folder: Path = ROOT / "build" / "neon") -> Path:
    """Makes sure that the three files are in ``folder`` and whole, and answers the folder. Raises FetchError."""
    if all(_is_whole(folder / name, digest) for name, digest in FILES.items()):
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        wheel = _download(Path(place))
        with zipfile.ZipFile(wheel) as archive:
            for name, digest in FILES.items():
                part = folder / f"{name}.part"
                part.write_bytes(archive.read(INSIDE + name))
                if not _is_whole(part, digest):
                    part.unlink()
                    raise FetchError(f"{name} in the package is not the file that was expected; its hash differs.")
                part.replace(folder / name)
    return folder


def _download(place: Path) -> Path:
    command = [
        sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes", "--only-binary", ":all:",
        "--requirement", str(REQUIREMENTS), "--dest", str(place),
    ]  # fmt: skip
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)  # nosec B603
    except subprocess.TimeoutExpired:
        raise FetchError("The NEON tile (20 MB) did not come within ten minutes. Please try again.") from None
    wheels = list(place.glob("*.whl"))
    if done.returncode or not wheels:
        last = (done.stderr.strip().splitlines() or ["pip said nothing."])[-1]
        raise FetchError(
            "The NEON tile could not be downloaded. Check the network and pip's configuration, then try again. "
            f"pip said: {last}"
        )
    return wheels[0]


def _is_whole(path: Path, digest: str) -> bool:
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == digest


def main() -> int:
    """Runs from the command line; the exit code is 1 when the files could not be had."""
    try:
        folder = fetch(*(Path(argument) for argument in sys.argv[1:2]))
    except FetchError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"The NEON tile is in {folder}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
