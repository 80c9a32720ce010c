"""Makes the folder of carried libraries: what a stock QGIS lacks, in pure Python, under the plugin's own namespace.

Usage: python -m tools.carried.build FOLDER; the folder becomes imagery_hub/_vendor in the package.

boto3 needs botocore, s3transfer and jmespath, which are carried, and dateutil, six and urllib3, which come with QGIS
(python3-qgis depends on the first two, requests on the third). Of botocore's descriptions of 400 services, which take
15 MB, those of S3 and STS go along.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

from tools.carried.rewrite_imports import rewrite

NAMESPACE = "imagery_hub._vendor"
REQUIREMENTS = Path(__file__).with_name("requirements.txt")
WHEELS = Path(__file__).resolve().parents[2] / "build" / "wheels"

SERVICES = ("s3", "sts")
KEPT_DATA = (
    "botocore/data/_retry.json",
    "botocore/data/endpoints.json",
    "botocore/data/partitions.json",
    "botocore/data/sdk-default-configuration.json",
    *(f"botocore/data/{service}/" for service in SERVICES),
)
# boto3's resources, examples and the helpers of other services are not used; neither are command-line examples.
LEFT_OUT = (
    "boto3/data/",
    "boto3/examples/",
    "botocore/data/s3/2006-03-01/examples",
    "botocore/data/sts/2011-06-15/examples",
)
# Lines that look like secrets to detect-secrets and are none: names of settings, an empty string's hash, an example.
# The plugin site holds a version back for each; the mark is a comment that its scanner knows.
HARMLESS = {
    "botocore/auth.py": ("'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'",),
    "botocore/credentials.py": (
        "SECRET_KEY = 'AWS_SECRET_ACCESS_KEY'",
        "SECRET_KEY = 'AWSSecretKey'",
        "SECRET_KEY = 'aws_secret_access_key'",
    ),
    "botocore/docs/service.py": ("aws_secret_access_key='bar',",),
    "botocore/httpsession.py": (":param proxy_url: The proxy url, i.e. https://username:password@proxy.com",),
    "botocore/utils.py": ('"secretsmanager": "secrets-manager",', "'secretsmanager': 'secrets-manager',"),
}
MARK = "  # pragma: allowlist secret"
HEAD = '"""Libraries of others, carried under the plugin\'s own name. Made by tools/carried/build.py."""\n'


def pinned() -> dict[str, str]:
    """SHA-256 of each wheel by the start of its file name, as in `boto3-1.40.0-`."""
    pins = {}
    for line in REQUIREMENTS.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            requirement, digest = line.split(" --hash=sha256:")
            pins[requirement.replace("==", "-") + "-"] = digest.strip()
    return pins


def wheels() -> list[Path]:
    """The pinned wheels, fetched by pip where they are not there yet. Raises RuntimeError on another content."""
    WHEELS.mkdir(parents=True, exist_ok=True)
    found = []
    pins = pinned()
    if not all(list(WHEELS.glob(f"{start}*.whl")) for start in pins):
        subprocess.run(
            [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:",
             "--require-hashes", "--dest", str(WHEELS), "--requirement", str(REQUIREMENTS)],
            check=True,
        )
    for start, digest in pins.items():
        (wheel,) = WHEELS.glob(f"{start}*.whl")
        if hashlib.sha256(wheel.read_bytes()).hexdigest() != digest:
            raise RuntimeError(f"{wheel.name} is not the file that tools/carried/requirements.txt names; remove it")
        found.append(wheel)
    return found


def is_wanted(name: str) -> bool:
    if name.startswith(LEFT_OUT) or name.endswith("/"):
        return False
    return not name.startswith("botocore/data/") or name.startswith(KEPT_DATA)


def build(folder: Path) -> None:
    """Fill the folder anew."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text(HEAD, "utf-8")
    files = wheels()
    carried = frozenset(wheel.name.split("-")[0] for wheel in files)
    for wheel in files:
        library = wheel.name.split("-")[0]
        with zipfile.ZipFile(wheel) as archive:
            for name in archive.namelist():
                if name.startswith(f"{library}/") and is_wanted(name):
                    write(folder / name, prepared(name, archive.read(name), carried))
                elif ".dist-info/" in name and Path(name).name.split(".")[0] in ("LICENSE", "NOTICE"):
                    write(folder / library / Path(name).name, archive.read(name))


def prepared(name: str, content: bytes, carried: frozenset[str]) -> bytes:
    """A wheel's file as it goes along: imports rewritten, descriptions unpacked (the package packs them itself)."""
    if name.endswith(".py"):
        text = rewrite(content.decode("utf-8"), NAMESPACE, carried)
        return mark_harmless(text, HARMLESS.get(name, ())).encode("utf-8")
    if name.endswith(".gz"):
        content = gzip.decompress(content)
    if name.startswith("botocore/data/"):
        content = json.dumps(reduced(name, json.loads(content)), separators=(",", ":")).encode("utf-8")
    return content


def reduced(name: str, description: Any) -> Any:
    """What S3 and STS need of a description. One line each: as delivered, they take the site's scanner 40 s to read."""
    if name == "botocore/data/endpoints.json":
        for partition in description["partitions"]:
            services = partition["services"]
            partition["services"] = {name: services[name] for name in SERVICES if name in services}
    elif "/service-2.json" in name:
        return without_documentation(description)
    return description


def mark_harmless(text: str, harmless: tuple[str, ...]) -> str:
    """Raises RuntimeError when a line is not there, so that the list is looked at when a library is renewed."""
    lines = text.split("\n")
    for wanted in harmless:
        places = [number for number, line in enumerate(lines) if line.strip() == wanted]
        if not places:
            raise RuntimeError(f"no line {wanted!r}: look at HARMLESS in tools/carried/build.py")
        for number in places:
            lines[number] += MARK
    return "\n".join(lines)


def without_documentation(description: Any) -> Any:
    """A service's description without its manual, which is two thirds of it and is not needed to call the service."""
    if isinstance(description, dict):
        return {
            # The member itself stays: botocore asks for it.
            key: "" if key == "documentation" and isinstance(value, str) else without_documentation(value)
            for key, value in description.items()
        }
    if isinstance(description, list):
        return [without_documentation(value) for value in description]
    return description


def write(target: Path, content: bytes) -> None:
    target = target.with_suffix("") if target.suffix == ".gz" else target
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)


if __name__ == "__main__":
    build(Path(sys.argv[1]))
