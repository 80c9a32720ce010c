"""What the plugin site asks of a package."""

from __future__ import annotations

import configparser
import subprocess
import sys
import zipfile
from pathlib import Path, PurePosixPath

import pytest

from tools import package as packaging_tool
from tools.package import LIMIT_BYTES, REQUIRED_ADDRESSES, UNKNOWN, addresses
from tools.site_checks import findings

ROOT = Path(__file__).resolve().parents[2]
# As the site's validator has them.
REQUIRED = {"name", "description", "version", "qgisMinimumVersion", "author", "email", "about", "tracker", "repository"}
TEXT = {".py", ".txt", ".md", ".json", ".svg", ".qml", ".ui", ".pem", ".model3", ".html", ".css", ""}
IMAGES = {".png"}


@pytest.fixture(scope="module")
def entries(package: Path) -> list[zipfile.ZipInfo]:
    with zipfile.ZipFile(package) as archive:
        assert archive.testzip() is None
        return archive.infolist()


@pytest.fixture(scope="module")
def metadata(plugins: Path) -> dict[str, str]:
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment]
    parser.read(plugins / "imagery_hub" / "metadata.txt", "utf-8")
    return dict(parser["general"])


def test_it_is_small_enough(package: Path) -> None:
    assert package.stat().st_size < LIMIT_BYTES


def test_it_has_one_folder_with_a_python_name(entries: list[zipfile.ZipInfo]) -> None:
    folders = {PurePosixPath(entry.filename).parts[0] for entry in entries}
    assert folders == {"imagery_hub"}
    assert "imagery_hub".isidentifier()


def test_it_holds_what_a_plugin_needs(plugins: Path) -> None:
    for name in ("__init__.py", "plugin.py", "metadata.txt", "LICENSE", ".bandit", "providers", "core", "algorithms"):
        assert (plugins / "imagery_hub" / name).exists(), name


def test_nothing_else_goes_along(entries: list[zipfile.ZipInfo]) -> None:
    names = [PurePosixPath(entry.filename) for entry in entries]
    strangers = {"tests", "sandbox", "tools", "benchmarks", "build", "demo", "__pycache__", ".git", "__MACOSX"}
    assert not [name for name in names if set(name.parts) & strangers and "_vendor" not in name.parts]
    assert not [name for name in names if "__pycache__" in name.parts or name.suffix == ".pyc"]
    assert [name.name for name in names if name.name.startswith(".")] == [".bandit"]
    assert {name.suffix for name in names} <= TEXT | IMAGES


def test_what_is_not_a_picture_is_text(plugins: Path) -> None:
    for path in plugins.rglob("*"):
        if path.is_file() and path.suffix not in IMAGES:
            assert b"\0" not in path.read_bytes(), path


def test_nothing_is_executable(entries: list[zipfile.ZipInfo]) -> None:
    assert not [entry.filename for entry in entries if entry.external_attr >> 16 & 0o111]


def test_metadata_has_every_required_member(metadata: dict[str, str], plugins: Path) -> None:
    assert not {name for name in REQUIRED if not metadata.get(name, "").strip()}
    assert (plugins / "imagery_hub" / metadata["icon"]).read_bytes().startswith(b"\x89PNG")
    assert metadata["hasProcessingProvider"] == "yes"
    assert metadata["qgisMaximumVersion"] == "4.99"
    assert "plugin" not in metadata["name"].lower()
    assert metadata["about"].count("\n") >= 2  # the paragraphs survive


def test_addresses_are_told_or_said_to_be_unknown(metadata: dict[str, str]) -> None:
    known = addresses()
    assert set(known) == {*REQUIRED_ADDRESSES, "homepage"}
    for name in REQUIRED_ADDRESSES:
        assert metadata[name] == (known[name] or UNKNOWN)
    assert metadata.get("homepage", "") == known["homepage"]


def test_packaging_says_which_addresses_are_still_empty(packaging: str) -> None:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(ROOT / "tools" / "addresses.ini", "utf-8")
    empty = [name for name, value in parser["addresses"].items() if not value.strip()]
    said = [line for line in packaging.splitlines() if "still to be filled in" in line]
    assert said == ([f"still to be filled in, in tools/addresses.ini: {', '.join(empty)}"] if empty else [])


@pytest.mark.parametrize("known", [[], ["email", "homepage"], [*REQUIRED_ADDRESSES, "homepage"]])
def test_only_addresses_that_are_empty_are_to_be_filled_in(monkeypatch: pytest.MonkeyPatch, known: list[str]) -> None:
    names = [*REQUIRED_ADDRESSES, "homepage"]
    monkeypatch.setattr(packaging_tool, "addresses", lambda: {one: "x" * (one in known) for one in names})
    assert packaging_tool.metadata()[1] == [one for one in names if one not in known]


def test_carried_libraries_bring_their_licences(plugins: Path) -> None:
    carried = plugins / "imagery_hub" / "_vendor"
    for library in ("boto3", "botocore", "jmespath", "s3transfer"):
        assert list((carried / library).glob("LICENSE*")), library


def test_the_same_tree_gives_the_same_bytes(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from tools.package import pack, stage\n"
        "folder = Path(sys.argv[1]) / 'imagery_hub'\n"
        "stage(folder, True); pack(folder, Path(sys.argv[2]))"
    )
    first, second = tmp_path / "1.zip", tmp_path / "2.zip"
    for target in (first, second):
        subprocess.run([sys.executable, "-c", program, str(tmp_path / target.stem), str(target)], cwd=ROOT, check=True)
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.timeout(1200)
def test_the_sites_scanners_find_nothing(plugins: Path) -> None:
    assert findings(plugins) == []


def test_the_scanners_would_find_something(plugins: Path, tmp_path: Path) -> None:
    place = tmp_path / "imagery_hub"
    place.mkdir()
    (place / ".bandit").write_bytes((plugins / "imagery_hub" / ".bandit").read_bytes())
    (place / "bad.py").write_text("import os\npassword = 'Xk29s-2ksP0q'\nassert eval('1')\n", "utf-8")
    found = "\n".join(findings(tmp_path))
    for code in ("B101", "B105", "B307", "Secret Keyword", "F401"):
        assert code in found
