"""Files for a data collection: what is wrong with each is said before it is sent, and what can be made to fit is."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from qgis.core import QgsApplication, QgsMimeDataUtils, QgsProcessingUtils
from qgis.PyQt.QtCore import QMimeData, Qt, QTimer, pyqtSignal
from qgis.PyQt.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from qgis.PyQt.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ....core import messages
from ....core.background import Errand, background
from ....core.jobs.runner import runner
from ....core.photos.files import found_below
from ....core.problems import Problem
from ....core.translation import tr
from ... import operations, queries
from ...help import HelpKey
from ...icons import icon
from ...nodes.description import Place
from ...push import sources
from ...push.sources import Source
from ...status import StatusLine
from ..forms.words import rules_in_words
from .files import FileItem, FileList
from .sorts import COLLECTION, Sort, Verdict, collection_of

SETTLED_MS = 200


class UploadWindow(QDialog):
    """Of one data collection. Not modal: more can be dropped onto it. ``closed`` carries the window itself."""

    closed = pyqtSignal(object)

    def __init__(self, place: Place, sort: Sort, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.place, self.sort = place, sort
        self.entry = collection_of(place, sort)
        self._errand: Errand[Any] | None = None
        self._walks: list[Errand[Any]] = []
        self._looking = False
        self._fitting: dict[str, tuple[Path, list[FileItem]]] = {}
        self.setObjectName("imageryHubPixelUpload")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("{what} to “{name}”").format(what=sort.title(), name=self.entry.name or self.entry.id))
        self.setWindowIcon(icon("uploads"))
        self.setAcceptDrops(True)
        self.resize(860, 460)
        self.files = FileList()
        rules = rules_in_words(str(self.entry.details.get("rules") or ""))
        self.rules = QLabel(tr("Rules for rasters: {rules}.").format(rules=rules) if rules else "")
        self.rules.setTextFormat(Qt.TextFormat.PlainText)
        self.rules.setWordWrap(True)
        self.rules.setVisible(bool(self.rules.text()))
        self.status = StatusLine()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SETTLED_MS)
        self._soon.timeout.connect(self.check)
        self._build()
        self.files.altered.connect(self._tell)
        runner().ended.connect(self._ended)
        self.finished.connect(self._leave)
        HelpKey(self, "collections")
        self._tell()

    def _build(self) -> None:
        self.add_files = _button("imageryHubPixelAddFiles", tr("Add Files…"), "mActionFileOpen.svg")
        self.add_folder = _button("imageryHubPixelAddFolder", tr("Add Folder…"), "mIconFolderOpen.svg")
        self.remove = _button("imageryHubPixelRemove", tr("Remove"), "mActionRemove.svg")
        self.again = _button("imageryHubPixelCheck", tr("Check Again"), "mActionRefresh.svg")
        self.show_map = _button("imageryHubPixelMap", tr("Show on Map"), "mActionAddOgrLayer.svg")
        self.fit = _button("imageryHubPixelFit", tr("Make Them Fit…"), "mActionOptions.svg")
        self.fit.setToolTip(tr("Run the GDAL steps for ticked files that need them, into a folder of your choice"))
        self.fit.setVisible(bool(self.sort.fit))
        self.describe = _button("imageryHubPixelDescribe", tr("Upload with Metadata…"), "")
        self.send = _button("imageryHubPixelSend", tr("Upload"), "")
        self.send.setIcon(icon("uploads"))
        above, below = QHBoxLayout(), QHBoxLayout()
        for button in (self.add_files, self.add_folder, self.remove, self.again, self.show_map):
            above.addWidget(button)
        above.addStretch(1)
        below.addWidget(self.status, 1)
        for button in (self.fit, self.describe, self.send):
            below.addWidget(button)
        layout = QVBoxLayout(self)
        layout.addWidget(self.rules)
        layout.addLayout(above)
        layout.addWidget(self.files, 1)
        layout.addLayout(below)
        self.add_files.clicked.connect(self._choose_files)
        self.add_folder.clicked.connect(self._choose_folder)
        self.remove.clicked.connect(lambda: self.files.remove(self._selected()))
        self.again.clicked.connect(self.check)
        self.show_map.clicked.connect(self._show_on_map)
        self.fit.clicked.connect(self._choose_where_to_fit)
        self.describe.clicked.connect(lambda: self._send(ask=True))
        self.send.clicked.connect(lambda: self._send(ask=False))
        self.files.itemSelectionChanged.connect(self._tell)

    # ------------------------------------------------------------------ what is in it
    def add(self, found: Iterable[Source]) -> None:
        """Put files in, and look at them soon; more may come at once."""
        if self.files.add(found):
            self._soon.start()
            self._tell()

    def _choose_files(self) -> None:
        kinds = " ".join(f"*{one}" for one in self.sort.suffixes())
        chosen, _ = QFileDialog.getOpenFileNames(self, self.sort.title(), "", f"{kinds} ({kinds});;* (*)")
        self.add_paths(Path(one) for one in chosen)

    def _choose_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.sort.title())
        if folder:
            self.add_paths([Path(folder)])

    def add_paths(self, paths: Iterable[Path]) -> None:
        """Put files in at once, and the fitting ones of folders and what is below them as soon as they are found."""
        files, folders = [], []
        for path in paths:
            (folders if path.is_dir() else files).append(path)
        self.add(map(sources.of_file, files))
        if folders:
            self._search(folders)

    def _search(self, folders: Sequence[Path]) -> None:
        suffixes = self.sort.suffixes()

        def walk(errand: Errand[Any]) -> list[Path]:
            found: list[Path] = []
            for folder in folders:
                for path in found_below(folder, True, suffixes):
                    if errand.cancelled:
                        return []
                    found.append(path)
            return sorted(found, key=lambda path: path.parts)

        def done(found: list[Path]) -> None:
            self._walks.remove(errand)
            self.add(map(sources.of_file, found))
            self._tell()
            if not found:
                self.status.failure(tr("There are no such files in {folder}. Looked for were {kinds}.").format(
                    folder=folders[0].name, kinds=", ".join(suffixes)))

        def failed(error: Exception) -> None:
            self._walks.remove(errand)
            self._tell()
            self.status.failure(messages.sentence(error))

        errand = background().run(walk, done, failed)
        self._walks.append(errand)
        self._tell()

    def add_dropped(self, mime: QMimeData) -> None:
        """Put in what was dropped: layers, files, folders."""
        if QgsMimeDataUtils.isUriList(mime):
            self.add(sources.of_mime(mime, ()))
        else:
            self.add_paths(Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile())

    def _selected(self) -> list[FileItem]:
        return [one for one in self.files.selectedItems() if isinstance(one, FileItem)]

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Take layers and files."""
        if sources.may_hold_rasters(event.mimeData()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:  # noqa: N802 - Qt's name
        """Copied, never moved out of where they come from."""
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Put in what was let go of."""
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.add_dropped(event.mimeData())

    # ------------------------------------------------------------------ the check
    def _known(self, items: Iterable[FileItem]) -> dict[str, Any]:
        files = [str(one.path) for one in items if one.path is not None]
        return {"CONNECTION": self.place.connection, COLLECTION: self.entry.id, "FILES": files}

    def check(self) -> None:
        """Look at all files, by the algorithm; what is under way is dropped."""
        self._stop()
        items = [one for one in self.files.items() if one.path is not None]
        if not items:
            return
        self._looking = True
        self.files.wait()
        self.status.busy(tr("Looking at {count} files …").format(count=len(items)))
        layers = {name: QgsProcessingUtils.generateTempFilename(f"{name.lower()}.gpkg") for name in self.sort.outputs}
        asked = {**self._known(items), **layers}

        def read(_: Errand[Any]) -> dict[str, Verdict]:
            try:
                return self.sort.read(layers)
            finally:
                for path in layers.values():
                    shutil.rmtree(Path(path).parent, ignore_errors=True)

        def done(_: dict[str, Any]) -> None:
            self._errand = background().run(read, self._judge, self._failed)

        try:
            self._errand = queries.ask(self.sort.check, asked, done, self._failed)
        except Problem as error:
            self._failed(error)

    def _judge(self, verdicts: dict[str, Verdict]) -> None:
        self._errand, self._looking = None, False
        self.files.judge(verdicts)

    def _failed(self, error: Exception) -> None:
        self._errand, self._looking = None, False
        self._tell()
        self.status.failure(messages.sentence(error))

    def _stop(self) -> None:
        self._soon.stop()
        self._looking = False
        if self._errand is not None:
            self._errand.cancel()
            self._errand = None

    def _show_on_map(self) -> None:
        self._run(self.sort.check, self._known(self.files.items()))

    # ------------------------------------------------------------------ made to fit
    def _to_fit(self) -> list[FileItem]:
        found = [one for one in self.files.items() if one.ticked and one.verdict is not None]
        return [one for one in found if one.verdict is not None and not one.verdict.fits and one.verdict.steps]

    def _choose_where_to_fit(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, tr("Folder for the Rasters That Fit"))
        if chosen:
            self.fit_into(Path(chosen))

    def fit_into(self, folder: Path) -> None:
        """Run the steps for the ticked files that need them; what they make takes their place. A folder of its own is
        made, since nothing there may be replaced."""
        items = self._to_fit()
        own = next(one for number in range(1, 10_000) if not (one := folder / f"fitted_{number}").exists())
        job = self._run(self.sort.fit, {**self._known(items), "FITTED": str(own), "TAKE_ALL": False})
        if job:
            self._fitting[job] = (own, items)
            self._tell()

    def _ended(self, job: str, results: dict[str, Any], words: str) -> None:
        if job not in self._fitting:
            return
        folder, items = self._fitting.pop(job)
        if words:
            self._tell()
            self.status.failure(words)
            return
        there = set(map(id, self.files.items()))
        self.files.remove(one for one in items if id(one) in there)
        self.add_paths([folder])

    # ------------------------------------------------------------------ sent
    def _ready(self) -> list[FileItem]:
        return [one for one in self.files.items() if one.ticked and one.verdict is not None and one.verdict.fits]

    def _send(self, ask: bool) -> None:
        """Send what fits: by the algorithm's dialog, where metadata can be given, or as it is."""
        ready = self._ready()
        if ask:
            operations.open_dialog(self.sort.send, self._known(ready))
        elif self._run(self.sort.send, self._known(ready)):
            self.files.remove(ready)

    def _run(self, algorithm: str, parameters: dict[str, Any]) -> str:
        try:
            return operations.start(algorithm, parameters)
        except Problem as error:
            self.status.failure(messages.sentence(error))
            return ""

    # ------------------------------------------------------------------ what is said
    def _tell(self) -> None:
        items, ready, unfit = self.files.items(), self._ready(), self._to_fit()
        looking = self._looking or self._soon.isActive()
        self.remove.setEnabled(bool(self._selected()))
        for button in (self.again, self.show_map):
            button.setEnabled(any(one.path is not None for one in items) and not looking)
        self.fit.setEnabled(bool(unfit) and not looking and not self._fitting)
        for button in (self.send, self.describe):
            button.setEnabled(bool(ready) and not looking)
        if self._walks:
            self.status.busy(tr("Looking for files in the folder …"))
        elif self._fitting:
            self.status.busy(tr("{count} files are made to fit …").format(
                count=sum(len(one) for _, one in self._fitting.values())))
        elif not items:
            self.status.busy(tr("Drop layers, files or folders here, or add them."))
        elif not looking:
            fine = [one for one in items if one.verdict is not None and one.verdict.fits]
            words = tr("{ready} of {count} files fit.").format(ready=len(fine), count=len(items))
            if unfit:
                words += " " + tr("{count} can be made to fit.").format(count=len(unfit))
            (self.status.success if len(fine) == len(items) else self.status.failure)(words)

    def _leave(self) -> None:
        """Closed, by whatever way: late answers have nowhere to go."""
        self._stop()
        for walk in self._walks:
            walk.cancel()
        runner().ended.disconnect(self._ended)
        self.closed.emit(self)


def _button(name: str, text: str, picture: str) -> QPushButton:
    """A button, which Enter does not press by itself."""
    button = QPushButton(QgsApplication.getThemeIcon(f"/{picture}"), text) if picture else QPushButton(text)
    button.setObjectName(name)
    button.setAutoDefault(False)
    return button
