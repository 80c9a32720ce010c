"""Every algorithm that talks to PIX4D cloud, when the first thing it asks is refused: it ends with a whole sentence.

What is refused later is tried where each algorithm is; no project has to be there for this.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import failure_words
import pytest
from failure_words import OPTIONAL, UNKNOWN
from photo_files import Shot, jpeg
from qgis.core import (
    QgsFeature,
    QgsGeometry,
    QgsProcessing,
    QgsProcessingAlgorithm,
    QgsProcessingProvider,
    QgsVectorLayer,
)
from sandbox_process import SandboxProcess

pytestmark = pytest.mark.usefixtures("without_pauses")


def layer(kind: str, shape: str, fields: str = "") -> QgsVectorLayer:
    made = QgsVectorLayer(f"{kind}?crs=EPSG:32632{fields}", "layer", "memory")
    one = QgsFeature(made.fields())
    one.setGeometry(QgsGeometry.fromWkt(shape))
    one.setAttributes(["P1", "a.jpg", 10.0, 20.0, 500.0][: made.fields().count()])
    made.dataProvider().addFeatures([one])
    return made


TARGET = "1204001"
#: What an algorithm needs besides what it always needs, by its name; ``@points`` and ``@photo`` stand for a layer and a
#: file, ``@folder`` for a place to write to, ``@first`` for the first of the choices.
ALSO: dict[str, dict[str, Any]] = {
    "changemarks": {"MARKS": ["P1", "a.jpg", "1", "2"]},
    **{name: {"PROJECT": TARGET} for name in (
        "checkembedding", "createsharelink", "deletesharelink", "getdrivepath", "switchsharelinks",
        "writesharelink")},
    "checkstorage": {"PROJECTS": TARGET},
    "deleteannotations": {"ANNOTATIONS": f"Project_{TARGET}_{UNKNOWN}"},
    "editgcp": {"Z": 500.0},
    "editmtp": {"NEW_NAME": "M2"},
    "editproject": {"NAME": "Pit"},
    "editsharelink": {"PROJECT": TARGET, "ENABLED": "@first"},
    "editsite": {"NAME": "Pit"},
    "getannotations": {"POINTS": "@folder"},
    "moveindrive": {"PROJECTS": TARGET, "TO_SITE": "88001"},
    "pushannotations": {"POINTS": "@points"},
    "registeroutput": {"FILE": "@photo", "OUTPUT_TYPE": "@first"},
    "setoptions": {"TAGS": "@first"},
    "validatewkt": {"CRS": "EPSG:32632"},
}
#: Asked of this computer alone before the platform: photos with depth maps have files that must fit.
LEFT_OUT = ("uploaddepthmaps",)


class Attempts(failure_words.Attempts):
    """With parameters that are right as far as this computer can tell."""

    def __init__(self, run: Any, provider: QgsProcessingProvider, folder: Path) -> None:
        super().__init__(run, provider, folder, LEFT_OUT)
        photos = folder / "photos"
        photos.mkdir()
        self.photo = jpeg(photos / "a.jpg", Shot(47.2, 7.8, 500.0))
        self.values: dict[str, Any] = {
            "PROJECT": TARGET, "SITE": "88001", "FOLDER": UNKNOWN, "ORGANIZATION": UNKNOWN, "NAME": "Pit",
            "PHOTO_FOLDER": str(photos), "PHOTOS": "17", "GCP": "P1", "GCPS": "P1", "MTP": "7", "MTPS": "7",
            "MARK": "7", "MARKS": "7", "MEMBER": UNKNOWN, "EMAILS": "nobody@example.org", "NAMES": "M1",
            "RESULT": "ortho", "RESULTS": "ortho", "SHARE": "0123456789ab", "X": 10.0, "Y": 20.0,
        }

    def parameters(self, algorithm: QgsProcessingAlgorithm) -> Iterator[tuple[str, Any]]:
        stand_ins = {"@points": lambda: layer("Point", "POINT(500000 5230000)"), "@photo": lambda: str(self.photo),
                     "@folder": lambda: str(self.folder / f"{algorithm.name()}.gpkg")}
        also = ALSO.get(algorithm.name().partition("_")[2], {})
        for one in algorithm.parameterDefinitions():
            name, kind = one.name(), one.type()
            if name in also:
                value = one.options()[0] if also[name] == "@first" else also[name]
                yield name, stand_ins[value]() if isinstance(value, str) and value in stand_ins else value
            elif name == "CONFIRM":
                yield name, True if kind == "boolean" else "Pit"
            elif one.isDestination():
                if not one.flags() & OPTIONAL:
                    yield name, self.destination(algorithm, one, ".zip")
            elif one.flags() & OPTIONAL and name not in ("PHOTO_FOLDER", "ORGANIZATION"):
                continue
            elif kind == "source":
                yield name, self.source(algorithm.name(), one)
            elif kind == "multilayer":
                yield name, [str(self.photo)]
            elif kind == "file" and name not in self.values:
                yield name, str(self.archive() if name == "ARCHIVE" else self.photo.parent)
            elif name in self.values:
                yield name, self.values[name]

    def source(self, name: str, parameter: Any) -> QgsVectorLayer:
        if QgsProcessing.SourceType.TypeVectorPolygon in parameter.dataTypes():
            return layer("Polygon", "POLYGON((500000 5230000, 500020 5230000, 500020 5230020, 500000 5230000))")
        fields = "&field=name:string&field=photo:string&field=x:double&field=y:double&field=z:double"
        return layer("Point", "POINT(500000 5230000)", fields)

    def archive(self) -> Path:
        path = self.folder / "photos.zip"
        with zipfile.ZipFile(path, "w") as made:
            made.write(self.photo, "a.jpg")
            made.writestr("manifest.json", json.dumps({"inputs": ["a.jpg"]}))
        return path


@pytest.fixture
def attempts(run_pix4d: Any, imagery_hub: QgsProcessingProvider, tmp_path: Path) -> Attempts:
    return Attempts(run_pix4d, imagery_hub, tmp_path)


def test_a_secret_that_is_not_taken(attempts: Attempts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIX4D_CLIENT_SECRET", "marker-secret-not-the-secret")
    told = attempts.all()
    named = re.compile("did not accept.*PIX4D_CLIENT_SECRET", re.DOTALL)
    assert {name: words for name, words in told.items() if not named.search(words)} == {}
    assert not any("marker-secret" in words for words in told.values())


@pytest.mark.parametrize(("status", "sentence"), [(403, "does not allow"), (500, "has a fault of its own")])
def test_requests_that_are_refused(
    attempts: Attempts, sandbox: SandboxProcess, status: int, sentence: str
) -> None:
    sandbox.fault(kind="status", path="^/(project|common|v1|cloud)/", status=status, count=0)
    told = attempts.all()
    assert {name: words for name, words in told.items() if sentence not in words} == {}
