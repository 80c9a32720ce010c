"""The hunt for secrets finds what is planted, however it is written down, and nothing in innocent files."""

from __future__ import annotations

import base64
import gzip
import io
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path
from urllib.parse import quote, unquote

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Not one of the usual markers: the suite's own hunt comes by here as well.
SECRET = "Käse/planted+in this=test"
ADDRESS = "https://example.invalid/x?X-" + "Signature=" + "ab12" * 8


def zipped(content: bytes) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.qgs", content)
    return sink.getvalue()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder that goes when the test ends, so that the suite's own hunt does not find what is planted here."""
    (tmp_path / "innocent.txt").write_text("nothing here, X-Signature=*** and X-Amz-Date=20240101T000000Z", "utf-8")
    return tmp_path


def hunt(place: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "tools/secret_hunt.py"), "--marker", SECRET, *options, str(place)]
    done = subprocess.run(command, capture_output=True, text=True)
    for path in place.iterdir():
        path.unlink()
    return done


def test_innocent_files_pass(place: Path) -> None:
    done = hunt(place)
    assert (done.returncode, done.stdout) == (0, "secret hunt: 1 files looked at, 0 findings\n")


def test_an_empty_folder_proves_nothing(place: Path) -> None:
    (place / "innocent.txt").unlink()
    assert hunt(place).returncode == 2


RAW = SECRET.encode()


PLANTED = {
    "plain": RAW,
    "behind the first block": b"x" * (4 << 20) + RAW,
    "across two blocks": b"x" * ((4 << 20) - 5) + RAW + b"y" * 9000,
    "UTF-16": SECRET.encode("utf-16-le"),
    "percent-encoded": quote(SECRET, safe="").encode(),
    "hexadecimal": RAW.hex().encode(),
    "base64": base64.b64encode(RAW + b":"),
    "base64, one later": base64.b64encode(b":" + RAW + b"tail"),
    "base64, two later": base64.b64encode(b"x:" + RAW),
    "zip": zipped(RAW),
    "gzip": gzip.compress(RAW),
    "zip in gzip in zip": zipped(gzip.compress(zipped(RAW))),
    "signed address": ADDRESS.encode(),
    "signed address, percent-encoded": quote(ADDRESS, safe="").encode(),
    "signed address in a zip": zipped(ADDRESS.encode()),
}


@pytest.mark.parametrize("content", PLANTED.values(), ids=PLANTED.keys())
def test_a_planted_secret_is_found_and_not_repeated(place: Path, content: bytes) -> None:
    (place / "planted.bin").write_bytes(content)
    done = hunt(place)
    assert done.returncode == 1
    assert "planted.bin" in done.stdout
    assert SECRET not in done.stdout
    assert "innocent.txt" not in done.stdout


def test_a_value_split_over_the_pages_of_a_database_is_found(place: Path) -> None:
    path = place / "planted.gpkg"
    for before in range(600):  # until the end of a page cuts the secret in two
        path.unlink(missing_ok=True)
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA page_size = 512")
        connection.execute('CREATE TABLE "an odd-name" (a TEXT)')
        connection.execute('INSERT INTO "an odd-name" VALUES (?)', ("x" * before + SECRET + "y" * 2000,))
        connection.commit()
        connection.close()
        if RAW not in path.read_bytes():
            break
    assert RAW not in path.read_bytes()
    done = hunt(place)
    assert done.returncode == 1
    assert "planted.gpkg: the marker" in done.stdout


def test_a_secret_in_a_file_name_is_found(place: Path) -> None:
    (place / f"log-{SECRET.replace('/', '%2F')}.txt").touch()
    assert hunt(place, "--marker", "planted+in").returncode == 1


def test_what_is_skipped_is_not_looked_at(place: Path) -> None:
    (place / "planted.bin").write_bytes(RAW)
    assert hunt(place, "--skip", "*.bin").returncode == 0


SIGNATURE = "s%2F%2B" + quote(base64.b64encode(bytes(range(7, 39))).decode(), safe="")
TOKEN = "Zq" + "4-xY_9pLw7" * 2
ISSUED = {
    "as it was issued": SIGNATURE.encode(),
    "decoded": unquote(SIGNATURE).encode(),
    "percent-encoded again": quote(SIGNATURE, safe="").encode(),
    "in JSON of others": unquote(SIGNATURE).replace("/", "\\/").encode(),
    "UTF-16": unquote(SIGNATURE).encode("utf-16-le"),
    "hexadecimal": SIGNATURE.encode().hex().encode(),
    "base64, one later": base64.b64encode(b":" + SIGNATURE.encode()),
    "base64, two later": base64.b64encode(b"::" + SIGNATURE.encode() + b"tail"),
    "tile address": f"http://127.0.0.1:1/tiles/{TOKEN}/tms/1/2/3".encode(),
    "in a zip": zipped(b"x" + TOKEN.encode()),
}


@pytest.mark.parametrize("content", ISSUED.values(), ids=ISSUED.keys())
def test_what_the_sandbox_issued_is_found(
    place: Path, tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    noted = tmp_path_factory.mktemp("sandbox-notes")
    (noted / "1.txt").write_text(f"{'other' * 9}\n{SIGNATURE}\n{TOKEN}\n", "utf-8")
    before, after = (b"", b"") if content.startswith(b"PK") else (b"\x00\xff before ", b" after")
    (place / "planted.bin").write_bytes(before + content + after)
    done = hunt(place, "--issued", str(noted))
    assert (done.returncode, "planted.bin: a secret that the sandbox issued" in done.stdout) == (1, True)
    assert "innocent.txt" not in done.stdout
    assert "3 issued secrets looked for" in done.stdout


def test_a_run_that_noted_no_secrets_proves_nothing(place: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    assert hunt(place, "--issued", str(tmp_path_factory.mktemp("sandbox-notes"))).returncode == 2


def test_a_token_of_short_runs_is_found_too(place: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    token = "-3Azs_X-sQqm6_pgxZm_zK2L"
    noted = tmp_path_factory.mktemp("sandbox-notes")
    (noted / "1.txt").write_text(f"{TOKEN}\n{token}\n", "utf-8")
    assert hunt(place, "--issued", str(noted)).returncode == 0
    (place / "planted.bin").write_bytes(base64.b64encode(f"see {token}, and more".encode()))
    assert "planted.bin: a secret that the sandbox issued" in hunt(place, "--issued", str(noted)).stdout
