"""In the window the algorithms come in after the start, a few at a time; who wants one meanwhile gets it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from imagery_hub.algorithms import provider as module
from imagery_hub.algorithms.provider import ImageryHubProvider
from imagery_hub.core.own_algorithms import own_algorithms, registered
from qgis.core import (
    QgsApplication,
    QgsProcessingAlgorithm,
    QgsProcessingModelAlgorithm,
    QgsProcessingModelChildAlgorithm,
    QgsProcessingModelOutput,
    QgsProcessingProvider,
)
from qgis.PyQt.QtCore import QCoreApplication, QEvent

LIST = "imageryhub:picterra_listrasters"


class OwnModels(QgsProcessingProvider):
    """Models of the user, read from files that were there before the plugin."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.file = file

    def id(self) -> str:
        return "ownmodels"

    def name(self) -> str:
        return "Own models"

    def loadAlgorithms(self) -> None:  # noqa: N802 - QGIS's name
        model = QgsProcessingModelAlgorithm()
        assert model.fromFile(str(self.file))
        self.addAlgorithm(model)


@pytest.fixture
def provider() -> Iterator[Callable[[bool], ImageryHubProvider]]:
    """Registers one; it is taken back at the end."""
    registry = QgsApplication.processingRegistry()

    def make(by_and_by: bool) -> ImageryHubProvider:
        made = ImageryHubProvider(by_and_by)
        assert registry.addProvider(made)
        return made

    yield make
    for each in ("ownmodels", "imageryhub"):
        if registry.providerById(each) is not None:
            registry.removeProvider(each)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def own_of(provider_id: str) -> list[QgsProcessingAlgorithm]:
    found: list[QgsProcessingAlgorithm] = QgsApplication.processingRegistry().providerById(provider_id).algorithms()
    return found


def ids(some: ImageryHubProvider) -> list[str]:
    return sorted(one.id() for one in some.algorithms())


def until(reached: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not reached():
        assert time.monotonic() < end
        QCoreApplication.processEvents()


def all_ids(provider: Callable[[bool], ImageryHubProvider]) -> list[str]:
    found = ids(provider(False))
    QgsApplication.processingRegistry().removeProvider("imageryhub")
    return found


def test_they_come_in_turns_and_are_told_once(
    provider: Callable[[bool], ImageryHubProvider], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = all_ids(provider)
    assert len(whole) > 100
    monkeypatch.setattr(module, "TURN", 0.0)  # one in a turn
    gradual = provider(True)
    assert ids(gradual) == []
    told, sizes = [], set()
    gradual.algorithmsLoaded.connect(lambda: told.append(len(gradual.algorithms())))
    gradual.begin()

    def reached() -> bool:
        sizes.add(len(gradual.algorithms()))
        return bool(told)

    until(reached)
    assert told == [len(whole)]
    assert ids(gradual) == whole
    assert len(sizes) > 100


def test_who_looks_for_one_gets_it_at_once(provider: Callable[[bool], ImageryHubProvider]) -> None:
    whole = all_ids(provider)
    gradual = provider(True)
    assert QgsApplication.processingRegistry().algorithmById(LIST) is None
    found = registered(LIST)
    assert found is not None and found.id() == LIST
    assert ids(gradual) == whole == sorted(one.id() for one in own_algorithms())
    gradual.begin()  # nothing is left to do, and nothing comes twice
    QCoreApplication.processEvents()
    assert ids(gradual) == whole


def test_another_thread_loads_nothing(provider: Callable[[bool], ImageryHubProvider]) -> None:
    gradual = provider(True)
    found = []
    thread = threading.Thread(target=lambda: found.append(registered(LIST)))
    thread.start()
    thread.join()
    assert found == [None]
    assert ids(gradual) == []


def test_taken_back_before_the_end(
    provider: Callable[[bool], ImageryHubProvider], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "TURN", 0.0)
    gradual = provider(True)
    gradual.begin()
    until(lambda: len(own_of("imageryhub")) > 3)
    del gradual
    QgsApplication.processingRegistry().removeProvider("imageryhub")
    for _ in range(20):
        QCoreApplication.processEvents()
    assert QgsApplication.processingRegistry().providerById("imageryhub") is None


def test_models_that_were_read_before_find_their_steps(
    provider: Callable[[bool], ImageryHubProvider], tmp_path: Path
) -> None:
    first = provider(False)
    model = QgsProcessingModelAlgorithm("Mine", "mine", "")
    step = QgsProcessingModelChildAlgorithm(LIST)
    step.setChildId("list")
    output = QgsProcessingModelOutput("Rasters", "Rasters")
    output.setChildId("list")
    output.setChildOutputName("OUTPUT")
    step.setModelOutputs({"Rasters": output})
    model.addChildAlgorithm(step)
    model.updateDestinationParameters()
    assert model.toFile(str(tmp_path / "mine.model3"))
    expected = [one.name() for one in model.parameterDefinitions()]
    assert len(expected) == 1
    del model
    QgsApplication.processingRegistry().removeProvider(first.id())

    gradual = provider(True)
    QgsApplication.processingRegistry().addProvider(OwnModels(tmp_path / "mine.model3"))
    mine = QgsApplication.processingRegistry().algorithmById("ownmodels:Mine")
    assert [one.name() for one in mine.parameterDefinitions()] == []
    gradual.begin()
    until(lambda: len(gradual.algorithms()) > 100 and not gradual._by_and_by)
    mine = QgsApplication.processingRegistry().algorithmById("ownmodels:Mine")
    assert [one.name() for one in mine.parameterDefinitions()] == expected
