"""What the windows of this package share: they read by the desk's session, and end with what is under way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QDialog, QPushButton, QTreeWidget, QWidget

from ....core import messages
from ....core.background import Errand
from ....core.changes import changes
from ....core.sessions import sessions
from ....core.translation import tr
from ....providers.work import Work
from ...help import HelpKey
from ...icons import icon
from ...nodes.description import Place
from ...status import StatusLine


class EntryDialog(QDialog):
    """About one entry. ``closed`` carries the window itself. ``algorithms`` are those after which it reads anew."""

    closed = pyqtSignal(object)
    algorithms: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, place: Place, title: str, picture: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.place = place
        self._asked: list[tuple[str, Errand[Any]]] = []
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setWindowIcon(icon(picture))
        self.status = StatusLine()
        changes.made.connect(self._changed)
        self._sessions = sessions()
        self._sessions.closed.connect(self._session_closed)
        self.finished.connect(self._leave)
        HelpKey(self, "photos")

    def refresh(self) -> None:
        """Read anew."""
        raise NotImplementedError

    def button(self, text: str, clicked: Callable[[], None], picture: str = "") -> QPushButton:
        """A button, which Enter does not press by itself."""
        made = QPushButton(QgsApplication.getThemeIcon(f"/{picture}"), text) if picture else QPushButton(text)
        made.setAutoDefault(False)
        made.clicked.connect(lambda _: clicked())
        return made

    @staticmethod
    def table(name: str, titles: list[str]) -> QTreeWidget:
        """A list with columns."""
        made = QTreeWidget()
        made.setObjectName(name)
        made.setRootIsDecorated(False)
        made.setAlternatingRowColors(True)
        made.setHeaderLabels(titles)
        return made

    def ask(self, do: Callable[[Any, Work], Any], done: Callable[[Any], None], about: str = "") -> None:
        """``do`` something with the platform in the background; what went wrong is told below. With ``about`` it takes
        the place of an earlier question about the same, of which neither answer nor failure is heard any more."""

        def heard(tell: Callable[[Any], None], answer: Any) -> None:
            self._asked.remove((about, errand))
            tell(answer)

        errand = self._sessions.run(
            self.place.platform, self.place.connection, do,
            lambda found: heard(done, found),
            lambda error: heard(self._failed, error),
        )
        if about:
            self._drop(about)
        self._asked.append((about, errand))

    def _drop(self, about: str = "") -> None:
        """Wait no more for what was asked, all of it or that ``about`` something."""
        for one in [one for one in self._asked if about in ("", one[0])]:
            self._asked.remove(one)
            one[1].cancel()

    def _failed(self, error: Exception) -> None:
        self.status.failure(messages.sentence(error))

    def _session_closed(self, platform: str, connection: str) -> None:
        """Logged out, changed or removed: what was asked is never answered."""
        if (platform, connection) == (self.place.platform, self.place.connection) and self._asked:
            self._drop()
            self.status.failure(tr("The connection was closed before the platform answered."))

    def _changed(self, platform: str, connection: str, algorithm: str) -> None:
        if (platform, connection) == (self.place.platform, self.place.connection) and algorithm in self.algorithms:
            self.refresh()

    def _leave(self) -> None:
        """Closed, by whatever way: late answers have nowhere to go."""
        changes.made.disconnect(self._changed)
        self._sessions.closed.disconnect(self._session_closed)
        self._drop()
        self.closed.emit(self)
