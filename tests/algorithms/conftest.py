"""Algorithms in a real QGIS: those of the plugin against the sandbox, and a provider for those that tests define."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from qgis import utils
from qgis.core import (
    QgsApplication,
    QgsLayerTreeModel,
    QgsMapLayer,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingProvider,
    QgsProject,
)
from qgis.gui import QgsLayerTreeView
from qgis.PyQt import sip
from sandbox_descarteslabs import CatalogCalls
from sandbox_descarteslabs import environment as catalog_environment
from sandbox_picterra import PicterraCalls
from sandbox_pix4d import Pix4dCalls, environment
from sandbox_pixel import PixelCalls
from sandbox_pixel import environment as pixel_environment
from sandbox_pixxel import PixxelCalls
from sandbox_pixxel import environment as pixxel_environment
from sandbox_process import PICTERRA_KEY, SandboxProcess


class TestProvider(QgsProcessingProvider):
    __test__ = False

    def __init__(self) -> None:
        super().__init__()
        self.classes: dict[str, type[QgsProcessingAlgorithm]] = {}

    def id(self) -> str:
        return "imageryhubtest"

    def name(self) -> str:
        return "Imagery Hub tests"

    def loadAlgorithms(self) -> None:  # noqa: N802 - QGIS's name
        for algorithm in self.classes.values():
            self.addAlgorithm(algorithm())


@pytest.fixture(autouse=True, scope="session")
def nothing_outlives_qgis(qgis_app: QgsApplication) -> Iterator[None]:
    """Layers go while QGIS is there; afterwards they would crash its taking down. A failure that a test expected holds
    the frames of that test, and its layers, until the program ends."""
    yield
    QgsProject.instance().clear()
    gc.unfreeze()
    gc.collect()
    for one in gc.get_objects():
        if issubclass(type(one), QgsMapLayer) and not sip.isdeleted(one):
            sip.delete(one)


@pytest.fixture(autouse=True)
def layer_tree(qgis_app: QgsApplication, monkeypatch: pytest.MonkeyPatch) -> QgsLayerTreeView:
    """Processing of QGIS 3.44 puts layers into the window's tree, which the stand-in for the window does not have."""
    view = QgsLayerTreeView()
    model = QgsLayerTreeModel(QgsProject.instance().layerTreeRoot(), view)
    view.setModel(model)
    if utils.iface is not None:
        monkeypatch.setattr(utils.iface, "layerTreeView", lambda: view, raising=False)
    return view


@pytest.fixture
def hub(qgis_app: QgsApplication) -> Iterator[Callable[[type[QgsProcessingAlgorithm]], QgsProcessingAlgorithm]]:
    """``hub(Class)`` registers an algorithm class and gives a new instance of it."""
    provider = TestProvider()
    registry = QgsApplication.processingRegistry()
    registry.addProvider(provider)

    def register(algorithm: type[QgsProcessingAlgorithm]) -> QgsProcessingAlgorithm:
        provider.classes[algorithm.__name__] = algorithm
        provider.refreshAlgorithms()
        return registry.createAlgorithmById(f"imageryhubtest:{algorithm().name()}")

    yield register
    registry.removeProvider(provider)


@pytest.fixture(scope="module")
def imagery_hub(qgis_app: QgsApplication) -> Iterator[QgsProcessingProvider]:
    """The plugin's provider in the registry, and QGIS's own algorithms beside it; once for a file, since each run makes
    an algorithm of its own."""
    from imagery_hub.algorithms.provider import ImageryHubProvider
    from qgis.analysis import QgsNativeAlgorithms

    registry = QgsApplication.processingRegistry()
    if registry.providerById("native") is None:
        registry.addProvider(QgsNativeAlgorithms(registry))
    provider = ImageryHubProvider()
    registry.addProvider(provider)
    yield provider
    registry.removeProvider(provider)


class Runner:
    """``run("uploadraster", INPUT=...)``: ``processing.run`` of an algorithm of a platform, marked in the log.

    ``messages`` holds what the last run told the user. ``actor`` is as whom it is marked; None: as nobody, for runs
    that do not count for the API coverage.
    """

    def __init__(self, sandbox: SandboxProcess, test: str, platform: str = "picterra") -> None:
        self.sandbox = sandbox
        self.test = test
        self.platform = platform
        self.actor: str | None = "algorithms"
        self.messages: list[str] = []
        self._stop_after: float | None = None
        self.context = QgsProcessingContext()
        self.context.setProject(QgsProject.instance())

    def __call__(self, called: str, **parameters: Any) -> dict[str, Any]:
        import processing

        name = called if ":" in called else f"imageryhub:{self.platform}_{called}"
        feedback = Notes()
        self.messages = feedback.messages
        if self._stop_after is not None:
            threading.Timer(self._stop_after, feedback.cancel).start()
            self._stop_after = None
        self.sandbox.actor(self.actor)
        try:
            result = processing.run(name, parameters, feedback=feedback, context=self.context)
        finally:
            self.sandbox.actor(None)
        algorithm = QgsApplication.processingRegistry().createAlgorithmById(name)
        declared = {output.name() for output in algorithm.outputDefinitions()}
        optional = {one.name() for one in algorithm.destinationParameterDefinitions()}
        assert set(result) - {"CHILD_INPUTS", "CHILD_RESULTS"} <= declared, "not every output is declared"
        assert declared - optional <= set(result), "not every declared output is given"
        return result

    def stop_after(self, seconds: float) -> None:
        """The user stops the next run that many seconds after its beginning."""
        self._stop_after = seconds

    def fails(self, called: str, **parameters: Any) -> str:
        """The sentence with which it fails."""
        with pytest.raises(QgsProcessingException) as caught:
            self(called, **parameters)
        return str(caught.value)

    def refused(self, called: str, **parameters: Any) -> str:
        """The sentence with which the validator refuses, before anything is sent; the same in the check of dialogs and
        in ``prepareAlgorithm``, which is all that a model's child has."""
        name = called if ":" in called else f"imageryhub:{self.platform}_{called}"
        algorithm = QgsApplication.processingRegistry().createAlgorithmById(name)
        before = self.sandbox.last_entry()
        fine, words = algorithm.checkParameterValues(parameters, self.context)
        assert not fine
        feedback = Notes()
        assert not algorithm.prepare(parameters, self.context, feedback)
        assert feedback.messages == [words]
        assert self.sandbox.last_entry() == before
        return words


class Notes(QgsProcessingFeedback):
    """Keeps what is told."""

    def __init__(self) -> None:
        super().__init__(False)
        self.messages: list[str] = []

    def pushInfo(self, info: str) -> None:  # noqa: N802 - QGIS's name
        self.messages.append(info)

    def pushWarning(self, warning: str) -> None:  # noqa: N802 - QGIS's name
        self.messages.append(warning)

    def reportError(self, error: str, fatalError: bool = False) -> None:  # noqa: N802, N803 - QGIS's names
        self.messages.append(error)


@pytest.fixture
def runs(
    sandbox: SandboxProcess, imagery_hub: QgsProcessingProvider, qgis_processing: None, request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Callable[[str, Mapping[str, str]], Runner]]:
    """``runs("pix4d", environment)`` runs algorithms against the sandbox, with the connection of the environment
    variables. Files that a run opened are let go of while QGIS is there."""
    made: list[Runner] = []

    def begin(platform: str, variables: Mapping[str, str]) -> Runner:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        made.append(Runner(sandbox, request.node.nodeid, platform))
        return made[-1]

    yield begin
    for runner in made:
        del runner.context
    gc.collect()
    gc.freeze()  # What is in use is not looked through again: that would take longer with every test.


@pytest.fixture
def run(sandbox: SandboxProcess, runs: Any) -> Runner:
    """Runs Picterra algorithms."""
    known = {"PICTERRA_API_KEY": PICTERRA_KEY, "PICTERRA_BASE_URL": sandbox.address + "/"}
    runner: Runner = runs("picterra", known)
    return runner


@pytest.fixture
def run_pix4d(sandbox: SandboxProcess, runs: Any) -> Runner:
    """Runs PIX4D algorithms."""
    runner: Runner = runs("pix4d", environment(sandbox))
    return runner


@pytest.fixture
def run_pixel(sandbox: SandboxProcess, runs: Any) -> Runner:
    """Runs Pixel algorithms as the superuser."""
    runner: Runner = runs("pixel", pixel_environment(sandbox))
    return runner


@pytest.fixture
def run_pixxel(sandbox: SandboxProcess, runs: Any) -> Runner:
    """Runs Pixxel algorithms."""
    runner: Runner = runs("pixxel", pixxel_environment(sandbox))
    return runner


@pytest.fixture
def run_descarteslabs(sandbox: SandboxProcess, runs: Any) -> Runner:
    """Runs algorithms of the Descartes Labs catalog."""
    runner: Runner = runs("descarteslabs", catalog_environment(sandbox))
    return runner


@pytest.fixture
def without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is tried again is tried again at once."""
    from imagery_hub.providers.work import Work

    monkeypatch.setattr(Work, "wait", lambda work, seconds: work.check_cancelled())


@pytest.fixture
def looked_for_at_once(monkeypatch: pytest.MonkeyPatch, without_pauses: None) -> None:
    """What a step in doubt may have made is looked for without waiting."""
    from imagery_hub.providers import steps

    monkeypatch.setattr(steps, "LOOKS", (0.01,))


@pytest.fixture
def pixxel(sandbox: SandboxProcess) -> PixxelCalls:
    """The independent witness for Pixxel: plain HTTP to the sandbox."""
    return PixxelCalls(sandbox)


@pytest.fixture
def pixel(sandbox: SandboxProcess) -> PixelCalls:
    """The independent witness for Pixel: plain HTTP to the sandbox, as the superuser."""
    return PixelCalls(sandbox)


@pytest.fixture
def pix4d(sandbox: SandboxProcess) -> Pix4dCalls:
    """The independent witness for PIX4D: plain HTTP to the sandbox."""
    return Pix4dCalls(sandbox)


@pytest.fixture
def calls(sandbox: SandboxProcess) -> PicterraCalls:
    """The independent witness: plain HTTP to the sandbox."""
    return PicterraCalls(sandbox)


@pytest.fixture
def catalog(sandbox: SandboxProcess) -> CatalogCalls:
    """The independent witness for the Descartes Labs catalog: plain HTTP to the sandbox."""
    return CatalogCalls(sandbox)
