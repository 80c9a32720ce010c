"""What changes while a job rests: a layer is corrected, others work on the same platform, and what the platform kept
for a while is gone. The platform's own state is the witness."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from imagery_hub.providers import steps
from imagery_hub.providers.errors import ConnectionFailed, Kind, OpenQuestion, PlatformError, Refused
from imagery_hub.providers.journal import MemoryJournal
from imagery_hub.providers.picterra.flows import markers, polygons
from imagery_hub.providers.pixxel.flows import bundles, following
from imagery_hub.providers.transfer import TransferEngine
from imagery_hub.providers.work import Work
from picterra_trouble import Hands, quick_work
from sandbox_images import boxes, plain_image
from sandbox_picterra import PicterraCalls
from sandbox_process import SandboxProcess

LOST = ConnectionFailed(Kind.INTERRUPTED)
TOO_FEW_TOKENS = Refused(Kind.REFUSED, status=402)


@pytest.fixture
def hands(sandbox: SandboxProcess) -> Iterator[Hands]:
    with Hands(sandbox) as made:
        yield made


@pytest.fixture
def raster(sandbox: SandboxProcess, tmp_path: Path) -> str:
    return PicterraCalls(sandbox).upload_raster(plain_image(tmp_path / "a.tif"))


def plots(file: Path, *sides: tuple[int, int, int, int]) -> Path:
    file.write_bytes(boxes(list(sides)))
    return file


# ---------------------------------------------------------------------- polygons that were corrected
def areas_of(sandbox: SandboxProcess, raster: str) -> int:
    areas = sandbox.control("GET", f"picterra/rasters/{raster}")["detection_areas"]
    return len(areas["geojson"]["features"])


def test_detection_areas_that_were_changed_are_set_before_what_is_paid(
    hands: Hands, sandbox: SandboxProcess, raster: str, tmp_path: Path
) -> None:
    """The areas were set, and the detection after them was refused. The smaller ones are those that are charged."""
    journal, file = MemoryJournal(), tmp_path / "areas.geojson"

    def run() -> int:
        polygons.set_detection_areas(hands.api, hands.engine, raster, file, quick_work(journal).part("areas"))
        return areas_of(sandbox, raster)

    plots(file, (1, 1, 9, 9), (20, 20, 30, 30))
    assert run() == 2
    before = sandbox.last_entry()
    assert run() == 2 and not sandbox.log(after=before, operation="putBlob"), "the same is not sent again"
    plots(file, (1, 1, 9, 9))
    assert run() == 1


def test_a_layer_that_was_corrected_after_a_refusal_is_the_one_that_is_sent(
    hands: Hands, sandbox: SandboxProcess, raster: str, tmp_path: Path
) -> None:
    journal, file, calls = MemoryJournal(), tmp_path / "plots.geojson", PicterraCalls(sandbox)

    def run() -> str:
        details: Any = {"name": "Plots"}
        return polygons.upload_vector_layer(hands.api, hands.engine, raster, file, details, quick_work(journal))

    plots(file, (2, 2, 20, 20), (30, 30, 40, 40))
    sandbox.fault(operation="commitVectorLayerUpload", kind="status", status=400)
    with pytest.raises(Refused):
        run()
    plots(file, (2, 2, 20, 20), (30, 30, 40, 40), (50, 50, 60, 60))
    made = run()
    (layer,) = calls.get(f"rasters/{raster}/vector_layers/")["results"]
    assert (layer["id"], layer["count"]) == (made, 3)


# ---------------------------------------------------------------------- others on the same platform
class Platform:
    """Things with ids. ``trouble`` are the failures of the requests that make one; of a lost request ``arrives`` says
    whether it has been made."""

    def __init__(self, *trouble: PlatformError, arrives: bool = True) -> None:
        self.there = {"old"}
        self._trouble = list(trouble)
        self._arrives = arrives

    def make(self) -> str:
        error = self._trouble.pop(0) if self._trouble else None
        if error is TOO_FEW_TOKENS or (error is not None and not self._arrives):
            raise error
        self.there.add("mine")
        if error is not None:
            raise error
        return "mine"

    def ids(self) -> set[str]:
        return set(self.there)


@pytest.mark.parametrize("flow", [steps.create, following.costly])
def test_what_others_made_after_a_refusal_is_not_taken_for_ours(flow: Callable[..., str]) -> None:
    platform, work = Platform(TOO_FEW_TOKENS, LOST), Work(MemoryJournal(), pause=lambda seconds: None)
    with pytest.raises(Refused):
        flow(work, "order", platform.make, platform.ids)
    platform.there.add("of-a-colleague")
    assert flow(work, "order", platform.make, platform.ids) == "mine"


def test_what_is_done_again_is_not_what_others_made_meanwhile() -> None:
    """The user says that it was not done, and a colleague has ordered since."""
    platform, work = Platform(LOST, LOST, arrives=False), Work(MemoryJournal(), pause=lambda seconds: None)
    with pytest.raises(OpenQuestion):
        following.costly(work, "order", platform.make, platform.ids)
    work.forget("order")
    platform.there.add("of-a-colleague")
    with pytest.raises(OpenQuestion):
        following.costly(work, "order", platform.make, platform.ids)


# ---------------------------------------------------------------------- markers
class Pins:
    """The part of a client that markers need; ``lose``: the answer of the next one is lost, after it was made."""

    def __init__(self) -> None:
        self.markers = self
        self.there: list[dict[str, Any]] = []
        self.lose = False

    def during(self, work: Work) -> Pins:
        return self

    def list(self, raster: str) -> Any:
        return [SimpleNamespace(records=list(self.there))]

    def pin(self, longitude: float, latitude: float, text: str) -> dict[str, Any]:
        place = {"type": "Point", "coordinates": [longitude, latitude]}
        self.there.append({"id": f"m{len(self.there)}", "marker": place, "text": text})
        return self.there[-1]

    def create_on_raster(self, raster: str, longitude: float, latitude: float, text: str) -> dict[str, Any]:
        made = self.pin(longitude, latitude, text)
        if self.lose:
            self.lose = False
            self.pin(1.0, 2.0, "of a colleague")
            raise LOST
        return made

    def texts(self) -> list[str]:
        return [one["text"] for one in self.there]


PLACES = [(9.0, 46.0, "one"), (9.1, 46.1, "two"), (9.1, 46.1, "two")]


def pinned(pins: Pins, places: list[markers.Place], work: Work) -> list[str]:
    return markers.create_markers(pins, "r", "", places, work)  # type: ignore[arg-type]


def test_a_marker_of_somebody_else_is_not_taken_for_ours() -> None:
    pins, work = Pins(), Work(MemoryJournal(), pause=lambda seconds: None)
    pins.lose = True
    assert pinned(pins, PLACES, work) == ["m0", "m2", "m3"]
    assert pins.texts() == ["one", "of a colleague", "two", "two"]


def test_rows_that_came_in_front_are_pinned_and_none_twice() -> None:
    pins, work = Pins(), Work(MemoryJournal(), pause=lambda seconds: None)
    pinned(pins, PLACES, work)
    pinned(pins, [(8.0, 45.0, "new"), *PLACES], work)
    assert pins.texts() == ["one", "two", "two", "new"]
    assert pinned(pins, PLACES[1:], work) == ["m1", "m2"] and len(pins.there) == 4


# ---------------------------------------------------------------------- what the platform kept for a while
def test_a_bundle_that_the_platform_has_forgotten_is_made_anew(tmp_path: Path) -> None:
    """It was begun weeks ago. What is read of the new one shows that it was asked for."""
    journal, read = MemoryJournal(), []
    Work(journal).note("bundle", "of weeks ago")

    def look(identity: str) -> dict[str, Any]:
        read.append(identity)
        if identity == "of weeks ago":
            raise Refused(Kind.NOT_FOUND, status=404)
        return {"status": "FAILED", "signed_url": ""}

    work = Work(journal, pause=lambda seconds: None)
    with TransferEngine() as engine, pytest.raises(PlatformError) as caught:
        bundles.fetch(bundles.Resource(look, lambda: "new"), tmp_path / "b.zip", work, engine)
    assert caught.value.kind is Kind.JOB_FAILED and read == ["of weeks ago", "new"]
    with TransferEngine() as engine, pytest.raises(Refused):
        bundles.fetch(bundles.Resource(look, lambda: "of weeks ago"), tmp_path / "b.zip", work, engine)
    assert len(read) == 3, "one that was just asked for and is not there is not asked for again"
