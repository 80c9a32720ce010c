"""Brings entries onto the map: finds the way, has the algorithm do it, and gives the layer its place and name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import Qgis, QgsMapLayer, QgsProcessingContext, QgsProject
from qgis.PyQt.QtCore import QObject, QTimer, QUrl
from qgis.PyQt.QtGui import QDesktopServices

from ...core import messages
from ...core.jobs.runner import Runner, runner
from ...core.sessions import sessions
from ...core.translation import tr
from ..nodes.description import Place
from ..operations import perform
from ..status import short_folder
from . import placing, target
from .notices import SHOWN_SECONDS, Notices, name_of
from .ways import Way, ways_of

if TYPE_CHECKING:
    from ..desk import Desk

SILENT_MILLISECONDS = 1000
#: What a platform says of an entry that it does not stream, and never will: the next way is taken.
NOT_STREAMED = ("no_tiles", "not_streamed")


@dataclass
class Batch:
    """Entries that were asked for together, and what came of them; the order on the map is that of ``places``, at the
    spot where they were dropped."""

    places: list[Place]
    spot: placing.Spot | None = None
    layers: dict[Place, str] = field(default_factory=dict)
    files: list[Path] = field(default_factory=list)
    open: int = 0


@dataclass
class Addition:
    """One entry on its way. ``path``: the file that is written; ``layers``: what the job gave where there is none, or
    of it. ``waiting``: its job goes on."""

    place: Place
    way: Way
    batch: Batch
    path: Path | None = None
    layers: list[QgsMapLayer] = field(default_factory=list)
    waiting: bool = True


@dataclass
class Question:
    """What a platform is being asked of an entry, and the message that says so when it takes long."""

    errand: Any
    batch: Batch
    notice: Any = None


class Adder(QObject):
    """Main thread only. A job that failed or was stopped and is continued later still brings its layer."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._notices = Notices(desk.iface)
        self._asked: dict[Place, Question] = {}
        self._jobs: dict[str, Addition] = {}
        self._runner: Runner | None = None
        self._asks_for_folder = False
        self._wait_for_folder: list[tuple[Place, Way, Batch]] = []
        self._sessions = sessions()
        self._sessions.closed.connect(self._session_closed)

    # ------------------------------------------------------------------ asking
    def add(self, places: Sequence[Place], again: bool = False, spot: placing.Spot | None = None) -> bool:
        """See the package. ``again``: also what is on the map already."""
        wanted = _each_once(places)
        present: dict[Place, QgsMapLayer] = {}
        for place in [] if again else wanted:
            layer = placing.layer_of(place, ways_of(place))
            if layer is not None:
                present[place] = layer
        under_way = {*self._asked, *(one.place for one in self._jobs.values() if one.waiting)}
        batch = Batch([place for place in wanted if place not in present and place not in under_way], spot)
        batch.open = len(batch.places)
        if present:
            self._point_at(present)
        for place in list(batch.places):
            self._find_way(place, batch)
        return bool(wanted)

    def _point_at(self, present: dict[Place, QgsMapLayer]) -> None:
        """Select what is there, and offer it once more."""
        layers = list(present.values())
        files = {place: (placing.file_of(layer), layer.id()) for place, layer in present.items()}
        self._desk.iface.setActiveLayer(layers[0])
        if len(layers) == 1:
            words = tr("“{name}” is on the map already, as the layer that is selected now.")
        else:
            words = tr("{count} of these are on the map already.")
        self._notices.tell(
            words.format(name=name_of(next(iter(present))), count=len(layers)),
            Qgis.MessageLevel.Info,
            [self._zoom_button(layers), (tr("Add Again"), "imageryHubAddAgain", lambda: self._once_more(files))],
            SHOWN_SECONDS,
        )

    def _once_more(self, files: dict[Place, tuple[Path | None, str]]) -> None:
        """A second layer: of the file that is there, else from the platform. One that its algorithm gave is copied, as
        its look is not in its file."""
        for place, (path, identity) in files.items():
            if path is None or not path.is_file():
                self.add([place], again=True)
                continue
            way = next(one for one in ways_of(place) if one.suffix)
            addition = Addition(place, way, Batch([place], open=1), path)
            try:
                there = QgsProject.instance().mapLayer(identity) if way.loads else None
                self._put(addition, placing.opened(path, way) if there is None else there.clone())
            except Exception as error:
                self._refused(place, messages.sentence(error), addition.batch)

    def _find_way(self, place: Place, batch: Batch) -> None:
        """The first way that is open: whether the platform streams an entry, only it can tell."""
        way, *others = ways_of(place)
        if not way.streams:
            self._take(place, way, batch)
            return

        def chosen(streamed: bool) -> None:
            self._answered(place)
            self._take(place, way if streamed else others[0], batch)

        def refused(error: Exception) -> None:
            self._answered(place)
            self._refused(place, messages.sentence(error), batch)

        errand = sessions().run(
            place.platform, place.connection,
            lambda platform, work: not others or _streams(platform, way, place), chosen, refused,
        )
        self._asked[place] = Question(errand, batch)
        QTimer.singleShot(SILENT_MILLISECONDS, lambda: self._tell_of_asking(place, errand))

    def _tell_of_asking(self, place: Place, errand: Any) -> None:
        """A platform that answers slowly looks like a double click that was lost."""
        question = self._asked.get(place)
        if question is not None and question.errand is errand:
            words = tr("Asking the platform for “{name}”…").format(name=name_of(place))
            cancel = (tr("Cancel"), "imageryHubCancelAdding", lambda: self._forget(place))
            question.notice = self._notices.tell(words, Qgis.MessageLevel.Info, [cancel])

    def _forget(self, place: Place) -> None:
        """The user does not want it any more."""
        question = self._asked.get(place)
        if question is not None:
            question.errand.cancel()
            self._answered(place)
            self._one_less(question.batch)

    def _session_closed(self, platform: str, connection: str) -> None:
        """Logged out, changed or removed: what was asked of it is never answered, and can be asked for again."""
        for place in [one for one in self._asked if (one.platform, one.connection) == (platform, connection)]:
            self._forget(place)

    def _answered(self, place: Place) -> None:
        question = self._asked.pop(place, None)
        if question is not None and question.notice is not None:
            self._notices.take_back(question.notice)

    def _take(self, place: Place, way: Way, batch: Batch) -> None:
        """Have the algorithm do it."""
        parameters = way.parameters(place)
        path = None
        try:
            if way.suffix:
                path = self._path(place, way, batch)
                if path is None:
                    return
                parameters[way.output] = str(path)
            self._listen()
            job = perform(way.algorithm, parameters, on_map=False, tell=False)
        except Exception as error:
            self._refused(place, messages.sentence(error), batch)
            return
        if job:  # else a dialog was opened, which brings its layer itself
            self._jobs[job] = Addition(place, way, batch, path)
        else:
            self._one_less(batch)

    def _path(self, place: Place, way: Way, batch: Batch) -> Path | None:
        """Where to write. None when the user gives no folder, or is being asked for it; then it goes on after that."""
        if self._asks_for_folder:
            self._wait_for_folder.append((place, way, batch))
            return None
        self._asks_for_folder = True
        try:
            folder = target.folder(self._desk.iface.mainWindow())
        finally:
            self._asks_for_folder = False
            waiting, self._wait_for_folder = self._wait_for_folder, []
        for one in waiting if folder else ():
            QTimer.singleShot(0, lambda one=one: self._take(*one))
        for one in [] if folder else [(place, way, batch), *waiting]:
            self._one_less(one[2])
        if folder is None:
            return None
        taken = {one.path for one in self._jobs.values() if one.path is not None}
        return target.free(folder, way.title(place), way.target(place), way.suffix, taken)

    # ------------------------------------------------------------------ what becomes of it
    def _listen(self) -> None:
        """To the runner of now; it is another one after the plugin was switched off and on."""
        if self._runner is None:
            self._runner = runner()
            self._runner.succeeded.connect(self._succeeded)
            self._runner.ended.connect(self._ended)

    def _succeeded(self, job: str, context: QgsProcessingContext) -> None:
        addition = self._jobs.get(job)
        if addition is not None and (addition.path is None or addition.way.loads):
            taken = [context.takeResultLayer(identity) for identity in list(context.layersToLoadOnCompletion())]
            addition.layers = [layer for layer in taken if layer is not None]

    def _ended(self, job: str, results: dict[str, Any], words: str) -> None:
        addition = self._jobs.get(job)
        if addition is None:
            return
        stopped = self._runner is not None and job in self._runner.stopped
        if not words:
            del self._jobs[job]
            try:
                if addition.way.elsewhere:
                    self._open_elsewhere(addition)
                    return
                if results.get(addition.way.output) and addition.path is not None:
                    addition.path = Path(str(results[addition.way.output]))
                layers = addition.layers or [placing.opened(addition.path, addition.way)]
                self._put(addition, layers[0])
                for further in layers[1:]:
                    placing.put(further, [layers[0]], [])
                return
            except Exception as error:
                words = messages.sentence(error)
        addition.waiting = False
        if stopped:  # by the user, who may continue it in the Jobs dock
            self._one_less(addition.batch)
        else:
            self._refused(addition.place, words, addition.batch)

    def _put(self, addition: Addition, layer: QgsMapLayer) -> None:
        batch = addition.batch
        placing.dress(layer, addition.place, addition.way)
        position = batch.places.index(addition.place)
        above, below = batch.places[:position], batch.places[position + 1:]
        placing.put(layer, self._shown(batch, above), self._shown(batch, below), batch.spot)
        batch.layers[addition.place] = layer.id()
        if addition.path is not None:
            batch.files.append(addition.path)
        self._desk.iface.setActiveLayer(layer)
        self._one_less(batch)

    def _open_elsewhere(self, addition: Addition) -> None:
        """A report or a picture: with the system's own program. Its ending is one of ours, never the server's."""
        path = addition.path or Path()
        self._notices.tell(
            tr("“{name}” was saved in {folder}.").format(
                name=name_of(addition.place), folder=short_folder(path.parent)
            ),
            Qgis.MessageLevel.Success,
            [],
            SHOWN_SECONDS,
        )
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
        self._one_less(addition.batch)

    @staticmethod
    def _shown(batch: Batch, places: Sequence[Place]) -> list[QgsMapLayer]:
        found = (QgsProject.instance().mapLayer(batch.layers.get(place, "")) for place in places)
        return [layer for layer in found if layer is not None]

    def _one_less(self, batch: Batch) -> None:
        """Tell of the batch once nothing of it is on its way any more."""
        batch.open -= 1
        layers = self._shown(batch, batch.places)
        if batch.open > 0 or not layers:
            return
        if len(batch.places) == 1:
            words = tr("“{name}” is on the map.")
        elif len(layers) == len(batch.places):
            words = tr("{count} layers are on the map.")
        else:
            words = tr("{count} of {all} are on the map.")
        words = words.format(name=name_of(batch.places[0]), count=len(layers), all=len(batch.places))
        buttons = [self._zoom_button(layers)]
        if batch.files:
            words += " " + tr("Saved in {folder}.").format(folder=short_folder(batch.files[0].parent))
            ask = lambda: target.ask(self._desk.iface.mainWindow())  # noqa: E731 - a button's deed
            buttons.append((tr("Choose Another Folder…"), "imageryHubDownloadFolder", ask))
        self._notices.tell(words, Qgis.MessageLevel.Success, buttons, SHOWN_SECONDS)

    def _zoom_button(self, layers: Sequence[QgsMapLayer]) -> Any:
        identities = [layer.id() for layer in layers]

        def zoom() -> None:
            found = (QgsProject.instance().mapLayer(one) for one in identities)
            placing.zoom_to([one for one in found if one is not None], self._desk.iface.mapCanvas())

        return tr("Zoom to Layer") if len(layers) == 1 else tr("Zoom to Layers"), "imageryHubZoom", zoom

    def _refused(self, place: Place, words: str, batch: Batch) -> None:
        told = tr("“{name}” was not added. {reason}").format(name=name_of(place), reason=words)
        again = (tr("Try Again"), "imageryHubAddOnceMore", lambda: self.add([place], spot=batch.spot))
        self._notices.tell(told, Qgis.MessageLevel.Warning, [again])
        self._one_less(batch)

    def remove(self) -> None:
        """Forget everything; the jobs are stopped by their runner."""
        self._sessions.closed.disconnect(self._session_closed)
        self._wait_for_folder.clear()
        for question in self._asked.values():
            question.errand.cancel()
        self._asked.clear()
        self._jobs.clear()
        self._notices.remove()
        if self._runner is not None:
            self._runner.succeeded.disconnect(self._succeeded)
            self._runner.ended.disconnect(self._ended)
            self._runner = None


def _each_once(places: Sequence[Place]) -> list[Place]:
    """Those that can be on the map; of several that one layer shows (the markers of a raster) the first."""
    found: dict[tuple[str, str, str, str], Place] = {}
    for place in places:
        for way in ways_of(place)[:1]:
            found.setdefault((place.platform, place.connection, way.algorithm, way.target(place)), place)
    return list(found.values())


def _streams(platform: Any, way: Way, place: Place) -> bool:
    """Whether the platform streams this entry. In the background; asks it once."""
    from ...providers.capabilities import Stream
    from ...providers.errors import InputProblem

    if not isinstance(platform, Stream):
        return False
    try:
        platform.stream(way.of, way.target(place), way.streams)
    except InputProblem as error:
        if error.facts.get("problem") in NOT_STREAMED:
            return False
        raise
    return True


_adder: Adder | None = None


def adder(desk: Desk) -> Adder:
    """The one of this desk, made when first used."""
    global _adder
    if _adder is None:
        _adder = Adder(desk)
    return _adder


def close() -> None:
    """Forget it, for unloading."""
    global _adder
    if _adder is not None:
        _adder.remove()
        _adder = None
