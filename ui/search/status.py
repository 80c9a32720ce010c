"""What is to be said of a search: how far it is, what failed, what was left out, and what to do when nothing fits."""

from __future__ import annotations

from collections.abc import Sequence

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from ...core import messages
from ...core.platforms import PLATFORMS
from ...core.search import Lane, LaneState, Relaxation, SearchRun
from ...core.translation import tr
from .connections import title_of

ICON = 16


def counted(run: SearchRun, shown: int) -> str:
    """How many are shown of how many, in one line."""
    total, filtered = run.total, run.looked > shown
    if run.asking:
        words = tr("Searching… {shown} shown")
    elif shown:
        words = tr("{shown} shown")
    else:
        return ""
    if filtered and total is not None:
        words += tr("; looked through {looked} of {total}") if run.looked < total else tr(" of {total}")
    elif total is not None and total > shown:
        words += tr(" of {total}")
    if run.withheld:
        words += tr("; the platform gives no way to {withheld} more, so narrow the search")
    return words.format(
        shown=f"{shown:n}", looked=f"{run.looked:n}", total=f"{total or 0:n}", withheld=f"{run.withheld:n}"
    )


class Troubles(QWidget):
    """One line for each connection that failed, is slow, or was not waited for, with what to do next. ``again`` and
    ``no_longer`` carry the lane: it is to be asked again, or waited for no longer."""

    again = pyqtSignal(object)
    no_longer = pyqtSignal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("imageryHubSearchTroubles")
        self._shown: list[tuple[Lane, str]] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(2)
        self.hide()

    def show_lanes(self, lanes: Sequence[Lane]) -> None:
        """Those of these connections that have trouble now."""
        wanted = [(lane, words) for lane in lanes for words in [_trouble(lane)] if words]
        if wanted == self._shown:
            return
        self._shown = wanted
        while self._layout.count():
            self._layout.takeAt(0).widget().deleteLater()
        for lane, words in wanted:
            self._layout.addWidget(self._line(lane, words))
        self.setVisible(bool(wanted))

    def _line(self, lane: Lane, words: str) -> QWidget:
        line = QWidget()
        picture = QLabel()
        sign = "/propertyicons/temporal.svg" if lane.slow else "/mIconWarning.svg"
        picture.setPixmap(QgsApplication.getThemeIcon(sign).pixmap(ICON, ICON))
        text = QLabel()
        text.setTextFormat(Qt.TextFormat.PlainText)
        text.setWordWrap(True)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        text.setText(words)
        text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        name, signal = ("NoLonger", self.no_longer) if lane.slow else ("Again", self.again)
        button = QPushButton(tr("Stop Waiting") if lane.slow else tr("Try Again"))
        button.setObjectName(f"imageryHubSearch{name}")
        button.setAccessibleName(tr("{button}: {connection}").format(button=button.text(), connection=_named(lane)))
        button.clicked.connect(lambda: signal.emit(lane))
        layout = QHBoxLayout(line)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(text, 1)
        layout.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return line


def _named(lane: Lane) -> str:
    """The connection, and its platform where its name does not tell it."""
    title = title_of((lane.platform, lane.connection))
    platform = PLATFORMS[lane.platform].title
    if platform in title:
        return title
    return tr("{connection} ({platform})").format(connection=title, platform=platform)


def _trouble(lane: Lane) -> str:
    """What is wrong with a connection, and what to do; empty when nothing is."""
    kept = tr(" What was found before is kept.") if lane.kept else ""
    if lane.state is LaneState.FAILED:
        words = messages.sentence(lane.error or RuntimeError())
        return tr("{connection}: {words}").format(connection=_named(lane), words=words) + kept
    if lane.slow:
        words = tr("{connection} is slow to answer. What the others found is here already; this one adds to it when it"
                   " answers.")
        return words.format(connection=_named(lane))
    if lane.given_up and lane.state is LaneState.STOPPED:
        return tr("{connection} was not waited for.").format(connection=_named(lane)) + kept
    return ""


class NothingFound(QWidget):
    """What stands in place of an empty table. ``relaxed`` carries the member of the query to leave out."""

    relaxed = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = QLabel()
        self.words.setObjectName("imageryHubSearchNothing")
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setWordWrap(True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._buttons = QVBoxLayout()
        self._buttons.setSpacing(4)
        layout = QVBoxLayout(self)
        layout.addStretch(1)
        layout.addWidget(self.words)
        layout.addLayout(self._buttons)
        layout.addStretch(2)

    def say(self, words: str) -> None:
        """Only words."""
        self.words.setText(words)
        self._clear()

    def offer(self, words: str, ways: Sequence[tuple[str, str]]) -> None:
        """Words, and a button for each way: the member to leave out, and the title."""
        self.say(words)
        for name, title in ways:
            button = QToolButton()
            button.setObjectName(f"imageryHubRelax{name.title().replace('_', '')}")
            button.setText(title)
            button.clicked.connect(lambda _=False, name=name: self.relaxed.emit(name))
            self._buttons.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)

    def _clear(self) -> None:
        while self._buttons.count():
            self._buttons.takeAt(0).widget().deleteLater()


def names() -> dict[str, str]:
    """The members of a query as one leaves them out."""
    return {
        "area": tr("Anywhere"),
        "captured": tr("On any day"),
        "max_cloud": tr("With any clouds"),
        "text": tr("With any name"),
        "tag": tr("With any tag"),
        "further": tr("Without the platform's own filters"),
        "without_place": tr("Also without known place"),
    }


def ways_on(run: SearchRun, helpful: Sequence[Relaxation]) -> tuple[str, list[tuple[str, str]]]:
    """What to say when nothing was found, and what can be left out: the member and its title with the count."""
    titles = names()
    ways = []
    if run.elsewhere:
        ways.append(("area", tr("{what}: {count}").format(what=titles["area"], count=run.elsewhere + run.unplaced)))
    if run.unplaced:
        ways.append(("without_place", tr("{what}: {count}").format(what=titles["without_place"], count=run.unplaced)))
    counts: dict[str, int] = {}
    anywhere = False
    for one in helpful:
        counts[one.name] = counts.get(one.name, 0) + one.total
        anywhere = anywhere or one.anywhere
    for name, count in counts.items():
        pattern = tr("{what}: {count}, anywhere") if anywhere else tr("{what}: {count}")
        ways.append((name, pattern.format(what=titles[name], count=count)))
    if ways:
        return tr("Nothing fits all of this. More would be found:"), ways
    if any(lane.state is LaneState.FAILED for lane in run.lanes):
        return tr("Nothing was found so far."), []
    if run.more:
        words = tr("Nothing fits among the {count} images that were looked through. “Load More” looks further.")
        return words.format(count=f"{run.looked:n}"), []
    used = {name for lane in run.lanes for name in lane.query.narrowed_by()}
    if len(used) > 1:
        return tr("Nothing fits, and no single filter is to blame. Leave out several of them, or press “Clear”."), []
    if used:
        return tr("Nothing fits."), [(name, titles[name]) for name in used]
    return tr("There are no images in this account yet."), []
