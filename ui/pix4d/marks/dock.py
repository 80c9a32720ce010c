"""The dock in which points are marked in photos: choose a point, look through the photos that see it, click."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProject
from qgis.gui import QgsDockWidget
from qgis.PyQt.QtCore import QModelIndex, Qt
from qgis.PyQt.QtGui import QImage, QKeySequence
from qgis.PyQt.QtWidgets import QFileDialog

from ....core import messages
from ....core.background import Errand
from ....core.compat import QShortcut
from ....core.photos import mark_drafts
from ....core.photos.marks import Changes, Key, Marks
from ....core.photos.reading import Photo
from ....core.photos.steps import Step, steps
from ....core.sessions import sessions
from ....core.translation import tr
from ...photos.pictures import Pictures
from ...status import short_folder
from .canvas import OnCanvas
from .files import PhotoFiles
from .panel import MarksPanel
from .project import MarkedProject, Point, read_project
from .sending import Sending

if TYPE_CHECKING:
    from ...desk import Desk
    from ...nodes.description import Place


class MarksDock(QgsDockWidget):
    """One project at a time. What is not sent yet is kept when the project is read again."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.iface.mainWindow())
        self._desk = desk
        self._project: MarkedProject | None = None
        self._marks, self._loaded = Marks(), False
        self._files: PhotoFiles | None = None
        self._pictures = Pictures()
        self._shown = ""
        self._filling = False
        self._news = ""
        self._reading: Errand[MarkedProject] | None = None
        self._canvas = OnCanvas(desk.iface.mapCanvas())
        self._sending = Sending(self._sent, self._not_sent)
        self.panel = MarksPanel()
        self.setWidget(self.panel)
        self._sessions = sessions()
        self._sessions.closed.connect(self._session_closed)
        self._connect()
        self._tell()

    def _connect(self) -> None:
        panel = self.panel
        panel.points.selectionModel().currentRowChanged.connect(self._point_chosen)
        panel.bar.chosen.connect(self._show_photo)
        panel.view.clicked.connect(self._place)
        panel.view.nudged.connect(self._nudge)
        panel.view.removal.connect(self._remove)
        panel.view.pointed.connect(lambda x, y: panel.place.setText(f"{x:.1f}, {y:.1f}"))
        for button, do in (
            (panel.whole, panel.view.fit), (panel.spot, self._go_to_spot), (panel.map, self._canvas.go_to),
            (panel.remove, self._remove), (panel.refresh, lambda: self._refresh()), (panel.folder, self._choose_folder),
            (panel.fetch, self._fetch), (panel.send, self._send),
            (panel.undo, lambda: self._marks.undo_stack.undo()), (panel.redo, lambda: self._marks.undo_stack.redo()),
        ):  # fmt: skip
            button.clicked.connect(lambda checked=False, do=do: do())
        for keys, do in (
            ("N", lambda: panel.bar.step(True)), ("P", lambda: panel.bar.step(False)), ("F5", lambda: self._refresh()),
            (QKeySequence.StandardKey.Undo, lambda: self._marks.undo_stack.undo()),
            (QKeySequence.StandardKey.Redo, lambda: self._marks.undo_stack.redo()),
        ):  # fmt: skip
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(do)

    # ------------------------------------------------------------------ The project
    def open_project(self, place: Place) -> None:
        """Work on the marks of a project. What was not sent of another one waits until it is opened again."""
        wanted = MarkedProject(place.connection, place.entry.id, place.name)
        if not self._is_current(wanted.connection, wanted.id):
            self._close_project()
            self._project = wanted
        self._refresh()

    def _is_current(self, connection: str, project: str) -> bool:
        known = self._project
        return known is not None and (known.connection, known.id) == (connection, project)

    def _name(self) -> str:
        return self._project.name if self._project is not None else ""

    def _refresh(self, words: str = "") -> None:
        """Read the project again; afterwards ``words`` are said."""
        project = self._project
        if project is None:
            return
        self._news = words or self._news
        if self._reading is not None:
            self._reading.cancel()
        self.panel.status.busy(tr("Reading points, photos and marks…"))
        transforms = QgsProject.instance().transformContext()
        self._reading = sessions().run(
            "pix4d", project.connection, lambda platform, work: read_project(platform, project, transforms, work),
            self._for(project, self._read), self._for(project, self._not_read),
        )

    def _for(self, project: MarkedProject, do: Callable[[Any], None]) -> Callable[[Any], None]:
        """Only while this project is the one that is worked on."""

        def answer(value: Any) -> None:
            if self._is_current(project.connection, project.id):
                do(value)

        return answer

    def _read(self, project: MarkedProject) -> None:
        before, photo = self._current_point(), self.panel.bar.current
        self._project = project
        back = 0
        if not self._loaded:
            self._marks, self._loaded = Marks(project.marks), True
            self._marks.undo_stack.indexChanged.connect(self._tell)
            back = self._marks.bring_back(*mark_drafts.kept(project.connection, project.id))
            self._marks.changed.connect(self._changed)
        else:
            self._marks.adopt(project.marks)
        self._filling = True
        self.panel.model.show_points(project.points, self._marks)
        row = self.panel.model.row(before.name) if before is not None else -1
        self.panel.points.setCurrentIndex(self.panel.model.index(max(row, 0), 0))
        self._filling = False
        self.panel.status.success(self._news) if self._news else self.panel.status.clear()
        self._news = ""
        if back:
            words = tr("{count} marks that were not sent the last time are here again.")
            self.panel.status.success(words.format(count=back))
        self._look_for_files(photo if row >= 0 else "")

    def _not_read(self, error: Exception) -> None:
        self._news = ""
        self._failed(error)

    def _failed(self, error: Exception) -> None:
        self.panel.status.failure(messages.sentence(error))
        self._tell()

    def _look_for_files(self, photo: str) -> None:
        project = self._project
        if project is None:
            return
        if self._files is None:
            self._files = PhotoFiles(project.connection, project.id, project.photos)
        folder = self._files.remembered()
        if folder is not None and not self._files.paths and not self._files.looking:
            self._look_in(folder)
        else:
            self._list_photos(photo)

    def _choose_folder(self) -> None:
        if self._files is None:
            return
        before = self._files.remembered()
        chosen = QFileDialog.getExistingDirectory(
            self, tr("Folder with the Photos of {project}").format(project=self._name()), str(before or Path.home())
        )
        if chosen:
            self._look_in(Path(chosen))

    def _look_in(self, folder: Path) -> None:
        if self._files is None or self._project is None:
            return
        self.panel.status.busy(tr("Looking for the photos in {folder}…").format(folder=short_folder(folder)))
        project = self._project

        def done(count: int) -> None:
            words = tr("{count} of {all} photos are in {folder}.")
            told = words.format(count=count, all=len(project.photos), folder=short_folder(folder))
            (self.panel.status.success if count else self.panel.status.failure)(told)
            self._list_photos("")

        self._files.look_in(folder, self._for(project, done), self._for(project, self._failed))

    # ------------------------------------------------------------------ The point and the photo
    def _current_point(self) -> Point | None:
        return self.panel.model.point(self.panel.points.currentIndex().row())

    def _key(self) -> Key | None:
        point, photo = self._current_point(), self.panel.bar.current
        return Key(point.name, photo) if point is not None and photo else None

    def _photo(self, key: str) -> Photo | None:
        return self._files.photos.get(key) if self._files is not None else None

    def _point_chosen(self, current: QModelIndex, before: QModelIndex) -> None:
        if not self._filling:
            self._list_photos("")

    def _list_photos(self, current: str) -> None:
        """The photos of the point, beginning with ``current``, or with the one that sees it best."""
        point, project = self._current_point(), self._project
        if project is None:
            self._shown = ""
            self._tell()
            return
        marked = self._marks.of_point(point.name) if point is not None else {}
        photos = self._files.photos if self._files is not None else {}
        found = steps(project.photos, photos, point.place if point is not None else None, list(marked))
        self.panel.bar.show_steps(found, marked, current)
        self._show_photo(self.panel.bar.current)

    def _show_photo(self, key: str) -> None:
        path = self._files.paths.get(key) if self._files is not None else None
        photo = self._photo(key)
        if not key or path is None or photo is None:
            self._shown = ""
            self._pictures.cancel()
            self.panel.view.empty()
        elif key == self._shown:
            self._go_to_spot()
        else:
            self._shown = ""
            self._pictures.show(
                path, lambda image: self._arrived(key, photo, image), lambda: self._unreadable(key)
            )
        self._tell()

    def _arrived(self, key: str, photo: Photo, image: QImage) -> None:
        if key != self.panel.bar.current:
            return
        anew, self._shown = self._shown != key, key
        self.panel.view.show_photo(image, photo.width, photo.height_pixels, anew)
        self._tell()
        if anew:
            self._go_to_spot()

    def _unreadable(self, key: str) -> None:
        words = tr("{photo} cannot be read. Choose another folder, or fetch the photo again.")
        self.panel.status.failure(words.format(photo=PurePosixPath(key).name))

    def _fetch(self) -> None:
        key, project = self.panel.bar.current, self._project
        if self._files is None or project is None or not key:
            return
        self.panel.status.busy(tr("Fetching {photo}…").format(photo=PurePosixPath(key).name))

        def done(_: Any) -> None:
            self.panel.status.clear()
            if key == self.panel.bar.current:
                self._show_photo(key)

        self._files.fetch(key, lambda: self._for(project, done)(None), self._for(project, self._failed))

    def _spot(self) -> tuple[float, float] | None:
        """Where the mark is, or where it is expected."""
        key = self._key()
        mark = self._marks.at(key) if key is not None else None
        return (mark.x, mark.y) if mark is not None else self._expected()

    def _expected(self) -> tuple[float, float] | None:
        step: Step | None = self.panel.bar.step_of(self.panel.bar.current)
        sight = step.sight if step is not None else None
        return None if sight is None or sight.x is None or sight.y is None else (sight.x, sight.y)

    def _go_to_spot(self) -> None:
        spot = self._spot()
        if spot is not None and self.panel.view.has_photo:
            self.panel.view.look_at(*spot)

    # ------------------------------------------------------------------ Marks
    def _place(self, x: float, y: float) -> None:
        key = self._key()
        if key is not None and self._shown == key.photo:
            self._marks.place(key, round(x, 2), round(y, 2))

    def _nudge(self, across: float, down: float) -> None:
        key = self._key()
        mark = self._marks.at(key) if key is not None else None
        photo = self._photo(key.photo) if key is not None else None
        if key is None or mark is None or photo is None:
            return
        x = min(max(mark.x + across, 0.01), photo.width)
        y = min(max(mark.y + down, 0.01), photo.height_pixels)
        self._marks.place(key, round(x, 2), round(y, 2))

    def _remove(self) -> None:
        key = self._key()
        if key is not None:
            self._marks.remove(key)

    def _changed(self, point: str, photo: str) -> None:
        current = self._current_point()
        if current is not None:
            self.panel.bar.show_marked(self._marks.of_point(current.name))
        self._keep()
        self._tell()

    def _keep(self) -> None:
        if self._project is not None:
            mark_drafts.keep(self._project.connection, self._project.id, self._marks.changes())

    # ------------------------------------------------------------------ Sending
    def _send(self) -> None:
        if self._project is not None and self._marks.changes().count:
            self.panel.status.busy(tr("Sending the marks…"))
            self._sending.begin(self._project, self._marks.changes())
            self._tell()

    def _sent(self, project: MarkedProject, changes: Changes) -> None:
        current = self._is_current(project.connection, project.id)
        if current and self._loaded:
            self._marks.sent(changes)
            self._keep()
        else:
            mark_drafts.sent(project.connection, project.id, changes)
        self._tell()
        if current:
            self._refresh(tr("The marks are with PIX4D cloud."))

    def _not_sent(self, words: str) -> None:
        self.panel.status.failure(words)
        self._tell()

    # ------------------------------------------------------------------ Looks
    def _tell(self) -> None:
        """Show what is known now."""
        panel, project, point = self.panel, self._project, self._current_point()
        key = self._key()
        panel.title.setText(self._name() or tr("No project"))
        panel.pages.setCurrentIndex(1 if self._shown else 0)
        panel.nothing.setText("" if self._shown else self._why_nothing())
        panel.fetch.setVisible(bool(panel.bar.current) and self._photo(panel.bar.current) is None)
        panel.view.set_marks(self._marks.of_photo(self._shown) if self._shown else {}, point.name if point else "")
        unmarked = key is not None and self._marks.at(key) is None
        panel.view.set_hint(self._expected() if self._shown and unmarked else None)
        photo = self._photo(self._shown) if self._shown else None
        place = point.place if point is not None else None
        self._canvas.show(place[:2] if place else None, photo, place[2] if place else None)
        stack, count = self._marks.undo_stack, self._marks.changes().count
        panel.undo.setEnabled(stack.canUndo())
        panel.redo.setEnabled(stack.canRedo())
        panel.remove.setEnabled(key is not None and self._marks.at(key) is not None)
        panel.spot.setEnabled(bool(self._shown) and self._spot() is not None)
        panel.whole.setEnabled(bool(self._shown))
        panel.map.setEnabled(place is not None or photo is not None)
        panel.send.setEnabled(bool(count) and not self._sending.under_way)
        panel.send.setText(tr("Send {count} Marks").format(count=count) if count else tr("Send Marks"))
        panel.send.setToolTip(tr("Tell PIX4D cloud which marks were added, moved and removed") if count else
                              tr("Nothing was changed yet"))  # fmt: skip
        for widget in (panel.refresh, panel.folder):
            widget.setEnabled(project is not None)

    def _why_nothing(self) -> str:
        project = self._project
        if project is None:
            return tr("Choose a project in the Imagery Hub and take “Mark Points in Photos” out of its menu.")
        if not project.photos and self.panel.status.text:
            return ""
        if not project.photos:
            return tr("This project has no photos yet. Upload them first.")
        if not project.points:
            return tr("This project has no points yet. Register control points or tie points first.")
        if not self.panel.bar.current:
            return tr("None of the photos sees this point, by what they tell of where they were taken.")
        if self._photo(self.panel.bar.current) is None:
            return tr("{photo} is not on this computer. Choose the folder with the photos, or fetch this one.").format(
                photo=PurePosixPath(self.panel.bar.current).name
            )
        return tr("Reading the photo…")

    # ------------------------------------------------------------------ Leaving
    def _close_project(self) -> None:
        if self._files is not None:
            self._files.close()
        self._pictures.clear()
        self._files, self._project, self._shown = None, None, ""
        self._marks, self._loaded, self._news = Marks(), False, ""
        self.panel.model.show_points([], self._marks)
        self.panel.bar.show_steps([], (), "")
        self.panel.view.empty()
        self.panel.status.clear()
        self._tell()

    def _session_closed(self, platform: str, connection: str) -> None:
        if platform == "pix4d" and self._project is not None and self._project.connection == connection:
            self._close_project()

    def leave(self) -> None:
        """Let go of everything, for unloading."""
        self._close_project()
        self._canvas.leave()
        self._sending.leave()
        self._sessions.closed.disconnect(self._session_closed)
