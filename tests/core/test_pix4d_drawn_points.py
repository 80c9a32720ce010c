"""The layer in which control points are drawn: which one is opened, and its file."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from imagery_hub.core import background, connections, drawing_places, sessions
from imagery_hub.core.connections import Connection
from imagery_hub.core.control_points import drawn
from imagery_hub.core.layers.provenance import Provenance
from imagery_hub.providers.capabilities import Entry
from imagery_hub.providers.pix4d.flows import control_points
from imagery_hub.ui.nodes.description import Place
from imagery_hub.ui.pix4d.drawn_points import DrawnPointsService
from late_answers import LateAnswers
from qgis.core import QgsCoordinateReferenceSystem, QgsProject, QgsVectorFileWriter
from qgis.gui import QgsMessageBar
from qgis.PyQt.QtWidgets import QMainWindow

pytestmark = pytest.mark.usefixtures("qgis_app")

NAME = "Quarries"


class PretendedQgis(QMainWindow):
    """What the entry uses of the program. ``active`` notes the sources of the layers that were made active."""

    def __init__(self) -> None:
        super().__init__()
        self.active: list[str] = []
        self._bar = QgsMessageBar(self)
        self._action = self.addToolBar("Digitizing").addAction("Add Point")

    def mainWindow(self) -> QMainWindow:
        return self

    def messageBar(self) -> QgsMessageBar:
        return self._bar

    def actionAddFeature(self) -> Any:
        return self._action

    def setActiveLayer(self, layer: Any) -> None:
        self.active.append(layer.name())


@pytest.fixture
def late_answers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[LateAnswers]:
    """Of a platform that knows the system of every project; files are kept in the test's folder."""
    platform = SimpleNamespace(api=SimpleNamespace(during=lambda work: None), close=lambda: None)
    monkeypatch.setattr(connections, "get", lambda name: Connection(name, "pix4d"))
    monkeypatch.setattr(connections, "credentials", lambda *key: SimpleNamespace(connect=lambda: platform))
    monkeypatch.setattr(control_points, "system_of", lambda api, project: ("EPSG:32632", None))
    monkeypatch.setattr(drawing_places, "folders", lambda project, what: [tmp_path])
    found = LateAnswers(monkeypatch)
    yield found
    found.release()
    sessions.close()
    background.close()


@pytest.fixture
def program(late_answers: LateAnswers, qtbot: Any) -> Iterator[PretendedQgis]:
    made = PretendedQgis()
    qtbot.addWidget(made)
    yield made
    for layer in QgsProject.instance().mapLayers().values():
        layer.rollBack()
    QgsProject.instance().clear()


def project(name: str) -> Place:
    return Place("pix4d", NAME, Entry("project", name.casefold(), name))


def origin(name: str) -> Provenance:
    return Provenance("pix4d", NAME, "control_points", {"project": name})


def utm() -> QgsCoordinateReferenceSystem:
    return QgsCoordinateReferenceSystem("EPSG:32632")


def test_points_are_drawn_in_the_layer_that_was_wanted_last(
    program: PretendedQgis, late_answers: LateAnswers, tmp_path: Path, qtbot: Any
) -> None:
    service = DrawnPointsService(SimpleNamespace(iface=program))  # type: ignore[arg-type]
    try:
        late = late_answers.hold(control_points, "system_of")
        service.draw(project("Quarry"))
        qtbot.waitUntil(late.asked.is_set, timeout=60000)
        service.draw(project("Harbour"))
        qtbot.waitUntil(lambda: bool(program.active), timeout=60000)
        late_answers.arrive(qtbot)
        assert program.active == ["Control points to register (Harbour)"]
        assert [layer.name() for layer in QgsProject.instance().mapLayers().values()] == program.active
        assert len(list(tmp_path.glob("*.gpkg"))) == 1, "a file was made for a layer that nobody waits for"
    finally:
        service.remove()


@pytest.mark.parametrize("step", ["create", "replace"])
def test_a_file_that_cannot_be_made_leaves_nothing(
    step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*given: Any) -> Any:
        raise OSError("refused")

    def begin(file: str, *given: Any) -> Any:
        Path(file).write_bytes(b"the beginning")
        return refuse()

    if step == "create":
        monkeypatch.setattr(QgsVectorFileWriter, "create", begin)
    else:
        monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OSError, match="refused"):
        drawn.find_or_make([tmp_path], origin("quarry"), utm())
    assert list(tmp_path.iterdir()) == []


def test_who_comes_second_takes_the_file_that_is_being_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Path] = []
    begun, go = threading.Event(), threading.Event()
    make = drawn._make

    def slowly(path: Path, crs: QgsCoordinateReferenceSystem) -> None:
        made.append(path)
        begun.set()
        go.wait(60)
        make(path, crs)

    monkeypatch.setattr(drawn, "_make", slowly)
    threads = [threading.Thread(target=drawn.find_or_make, args=([tmp_path], origin("quarry"), utm())) for _ in "12"]
    threads[0].start()
    assert begun.wait(60)
    threads[1].start()
    threads[1].join(0.5)  # it has to wait; were it let in, it would be in now
    go.set()
    for one in threads:
        one.join(60)
    assert made == list(tmp_path.iterdir())
