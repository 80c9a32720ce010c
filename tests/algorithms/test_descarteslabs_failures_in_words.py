"""Every algorithm of the Descartes Labs catalog works, and where the login is refused it ends with a whole
sentence that tells no secret."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import failure_words
import numpy as np
import pytest
from analytic_images import write_image
from failure_words import OPTIONAL
from qgis.core import QgsProcessingAlgorithm, QgsProcessingProvider
from sandbox_descarteslabs import CatalogCalls

pytestmark = pytest.mark.usefixtures("without_pauses")
#: What can open something: tokens and signed addresses.
SECRETS = re.compile(r"[?&](?:token|sig\w*|X-\w+-\w+)=|Bearer|eyJ|marker-secret|sandbox-dl-refresh-token")
BAND = {"SRCBAND": 1, "DTYPE": "UInt16", "DATA_RANGE": "0,10000", "TYPE": "spectral"}


class Attempts(failure_words.Attempts):
    """In a product of each kind of thing; those that remove have things of their own."""

    def __init__(self, run: Any, provider: QgsProcessingProvider, catalog: CatalogCalls, folder: Path) -> None:
        super().__init__(run, provider, folder)
        self.file = write_image(folder / "june.tif", np.ones((20, 30, 1), "uint16"))
        product = catalog.product("harvest")
        band, gone = catalog.band(product), catalog.band(product, "gone", 2)
        may = write_image(folder / "may.tif", np.ones((20, 30, 2), "uint16"))
        run("uploadimages", PRODUCT=product, FILES=[str(may)])
        catalog.sent("DELETE", f"metadata/v1/catalog/products/{product}/bands/gone")
        catalog.band(product, "gone", 1)
        doomed = catalog.product("doomed")
        catalog.band(doomed)
        for name in ("july", "august"):
            catalog.sent("POST", f"metadata/v1/catalog/products/{product}/images",
                         json={"id": name, "storage_state": "remote"})
        task = run("removeproduct", PRODUCT=catalog.product("ended"), CONFIRM="Ended", CASCADE=True)["TASK_ID"]
        note = folder / "note.txt"
        note.write_text("dry")
        for key in ("note", "gone"):
            run("uploadstored", INPUT=str(note), KEY=key)
        self.values: dict[str, Any] = {
            "PRODUCT": product, "BAND": band, "IMAGE": f"{product}:may", "UPLOAD": f"{product}/may.tif",
            "OBJECT": "data/note", "TASK": task, "CONFIRM": True, "TITLE": "Harvest", "DESCRIPTION": "Fields",
            "INPUT": str(self.file), **BAND,
        }
        self.also: dict[str, dict[str, Any]] = {
            "addproduct": {"ID": "new"}, "addband": {"NAME": "nir"}, "addimage": {"ID": "march"},
            "changeproduct": {"NOTES": "wet"}, "changeband": {"DESCRIPTION": "red light"},
            "changeimage": {"SAT_ID": "RX-5"}, "replaceimage": {"IMAGE": f"{product}:july", "STORAGE_STATE": "remote"},
            "removebands": {"BAND": gone}, "removeimages": {"IMAGE": f"{product}:august"},
            "removeproduct": {"PRODUCT": doomed, "CONFIRM": "Doomed", "CASCADE": True},
            "removestored": {"OBJECT": "data/gone"}, "layertoproduct": {"ID": "layer", "SEND": True},
            "listbands": {"PRODUCT": product}, "listderivedbands": {}, "listproducts": {},
            "uploadarray": {"IMAGE_ID": "array"}, "uploadimages": {"FILES": [str(self.file)]},
            "uploadstored": {"INPUT": str(note), "KEY": "another", "TYPE": "data"}, "liststored": {"TYPE": "data"},
            "searchimages": {"PRODUCT": product}, "summariseimages": {"PRODUCT": product},
        }

    def outcome(self, algorithm: QgsProcessingAlgorithm) -> str:
        words = super().outcome(algorithm)
        assert [one for one in (words, *self.run.messages) if SECRETS.search(one)] == [], algorithm.name()
        return words

    def parameters(self, algorithm: QgsProcessingAlgorithm) -> Iterator[tuple[str, Any]]:
        also = self.also.get(algorithm.name().partition("_")[2], {})
        for one in algorithm.parameterDefinitions():
            name = one.name()
            if name in also:
                yield name, also[name]
            elif one.isDestination():
                yield name, self.destination(algorithm, one)
            elif not one.flags() & OPTIONAL and name in self.values:
                yield name, self.values[name]


@pytest.fixture
def attempts(run_descarteslabs: Any, imagery_hub: QgsProcessingProvider, catalog: CatalogCalls, tmp_path: Path
             ) -> Attempts:
    return Attempts(run_descarteslabs, imagery_hub, catalog, tmp_path)


def test_all_work_where_nothing_is_wrong(attempts: Attempts) -> None:
    """Or the failures below would prove nothing."""
    assert len(attempts.algorithms) >= 32
    assert {name: words for name, words in attempts.all().items() if words} == {}


def test_a_token_that_is_not_taken(attempts: Attempts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESCARTESLABS_REFRESH_TOKEN", "marker-secret-not-the-token")
    told = attempts.all()
    assert {name: words for name, words in told.items() if "DESCARTESLABS_REFRESH_TOKEN" not in words} == {}
