"""Every type of output has a home and a name in plain words."""

from __future__ import annotations

from pathlib import Path

import yaml
from imagery_hub.core.messages import pix4d_outputs
from imagery_hub.providers.pix4d.output_types import STREAMED_TWINS, TYPES, Home, type_of

ROOT = Path(__file__).resolve().parents[2]


def documented() -> set[str]:
    contract = ROOT / "sandbox" / "contract" / "pix4d.openapi.yaml"
    return set(yaml.safe_load(contract.read_text("utf-8"))["components"]["schemas"]["OutputType"]["enum"])


def test_each_documented_type_has_a_home() -> None:
    assert set(TYPES) == documented()


def test_each_type_is_named_and_no_two_are_named_alike() -> None:
    titles = pix4d_outputs.titles()
    assert set(titles) == set(TYPES)
    assert len(set(titles.values())) == len(titles)
    assert all(not title.endswith(".") and "_" not in title for title in titles.values())


def test_rasters_know_how_they_look() -> None:
    assert {one.name for one in TYPES.values() if one.look} == {one.name for one in TYPES.values() if one.is_raster}
    assert all(TYPES[twin].home is Home.STREAMED for twin in STREAMED_TWINS.values())


def test_what_is_not_known_is_a_file_of_its_own_kind() -> None:
    found = type_of("hologram", "user-1/project-7/results/a.holo")
    assert (found.home, found.suffix) == (Home.FACTS, ".holo")
    assert pix4d_outputs.title("hologram") == "hologram"
