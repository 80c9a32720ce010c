"""A disk that is really full: a small file system of its own below the output or the profile."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pixel_files
import pytest
from headless import qgis_process
from picterra_scenes import detected, trained
from sandbox_picterra import PicterraCalls
from sandbox_process import PICTERRA_KEY, SandboxProcess

SMALL = 400
"""KiB."""
FULL = "not enough room on the disk"


def with_small_disk(folder: Path, free: int = SMALL) -> list[str]:
    """What runs a program with a small file system at the folder, of which so many KiB are free, and tells at last what
    is in it."""
    script = (
        'mount -t tmpfs -o size=$1k none "$0" && dd if=/dev/zero of="$0/filler" bs=1k count=$(($1 - $2)) 2> /dev/null'
        ' && shift 2 && { "$@"; code=$?; echo LEFT; ls -A "$0"; exit $code; }'
    )
    own = [] if os.geteuid() == 0 else ["--map-root-user"]
    if "shared:" not in Path("/proc/self/mountinfo").read_text("utf-8"):  # in a chroot there is no other way
        own += ["--propagation", "unchanged"]
    return ["unshare", *own, "--mount", "sh", "-c", script, str(folder), str(SMALL), str(free)]


def smaller(folder: Path) -> Path:
    """The folder, where such a file system can be put."""
    folder.mkdir(parents=True)
    if subprocess.run([*with_small_disk(folder), "true"], capture_output=True).returncode:
        pytest.skip("The system lets this user mount no file system, not even in a view of its own.")
    return folder


def failed(sandbox: SandboxProcess, folder: Path, disk: list[str], *arguments: str) -> tuple[str, set[str]]:
    """What an algorithm that fails says, and what is left in the small file system beside what filled it."""
    variables = {"PICTERRA_API_KEY": PICTERRA_KEY, "PICTERRA_BASE_URL": sandbox.address}
    done = qgis_process(folder, variables, "run", *arguments, before=disk)
    assert done.returncode != 0, done.stdout
    said, _, left = done.stdout.partition("LEFT\n")
    return said + done.stderr, set(left.splitlines()) - {"filler"}


def test_a_download_says_so(sandbox: SandboxProcess, calls: PicterraCalls, tmp_path: Path) -> None:
    small = smaller(tmp_path / "small")
    raster = calls.upload_raster(pixel_files.raster(tmp_path / "large.tif", size=(1000, 1000)), name="large")
    words, left = failed(sandbox, tmp_path, with_small_disk(small), "imageryhub:picterra_downloadraster",
                         f"RASTER={raster}", f"OUTPUT={small}/large.tif")
    assert FULL in words and "large.tif" in words
    assert "large.tif" not in left, "what is not whole has another name, if anything has arrived"


def test_a_conversion_by_gdal_says_so(sandbox: SandboxProcess, calls: PicterraCalls, tmp_path: Path) -> None:
    small = smaller(tmp_path / "small")
    operation = detected(calls, trained(calls, tmp_path))
    words, left = failed(sandbox, tmp_path, with_small_disk(small, 60), "imageryhub:picterra_downloadresult",
                         f"OPERATION={operation}", f"OUTPUT={small}/crowns.gpkg")
    assert FULL in words and "crowns.gpkg" in words
    assert left == set(), "nothing half written stays"


def test_a_profile_without_room_for_the_journal_keeps_an_upload_from_beginning(
    sandbox: SandboxProcess, tmp_path: Path
) -> None:
    small = smaller(tmp_path / "config" / "profiles" / "default" / "imagery_hub")
    raster, before = pixel_files.raster(tmp_path / "field.tif"), sandbox.last_entry()
    words, _ = failed(sandbox, tmp_path, with_small_disk(small, 8), "imageryhub:picterra_uploadraster",
                      f"INPUT={raster}")
    assert FULL in words
    assert sandbox.log(after=before, operation="startRasterUpload") == []
