"""The page for a profile without a connection: connect an account, or try the sandbox."""

from __future__ import annotations

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QGuiApplication
from qgis.PyQt.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ...core.platforms import PLATFORMS
from ...core.translation import tr
from ..help import open_page
from ..icons import icon

SANDBOX_COMMAND = "make sandbox"


class FirstStepsPage(QScrollArea):
    """``connect_wanted`` carries True when it is for a sandbox. Who shows the page opens the dialog."""

    connect_wanted = pyqtSignal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("imageryHubFirstSteps")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        inner = QWidget()
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(12, 12, 12, 12)
        self._column.setSpacing(6)
        self._greet()
        self._offer_account()
        self._offer_sandbox()
        self._offer_guide()
        self._column.addStretch()
        self.setWidget(inner)

    def _greet(self) -> None:
        picture = QLabel()
        picture.setPixmap(icon("imagery_hub").pixmap(32, 32))
        heading = _large(tr("Welcome to Imagery Hub"), 1.25)
        row = QHBoxLayout()
        row.addWidget(picture)
        row.addWidget(heading, 1)
        self._column.addLayout(row)

    def _offer_account(self) -> None:
        self._button("imageryHubConnectAccount", "connect", tr("Connect an Account…"), False)
        titles = ", ".join(platform.title for platform in PLATFORMS.values())
        self._words(
            tr(
                "Platforms: {platforms}. You need what the platform asks for: an API key, a client id with a"
                " secret, or a user name and password. QGIS keeps them encrypted, under your master password."
            ).format(platforms=titles)
        )

    def _offer_sandbox(self) -> None:
        self._column.addSpacing(8)
        self._button("imageryHubConnectSandbox", "connect", tr("Connect to a Sandbox…"), True)
        self._words(
            tr(
                "To try it without an account. The sandbox is a platform on your own machine: nothing is sent to"
                " anybody and nothing costs money. Get the plugin's source code, open a terminal in its folder and run"
                " this; it prints addresses and keys."
            )
        )
        command = QLabel(SANDBOX_COMMAND)
        command.setFont(_monospaced(command))
        command.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        copy = QToolButton()
        copy.setIcon(QgsApplication.getThemeIcon("/mActionEditCopy.svg"))
        copy.setAutoRaise(True)
        copy.setToolTip(tr("Copy the command"))
        copy.setAccessibleName(tr("Copy the command"))
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(SANDBOX_COMMAND))
        row = QHBoxLayout()
        row.addWidget(command)
        row.addWidget(copy)
        row.addStretch()
        self._column.addLayout(row)

    def _offer_guide(self) -> None:
        self._column.addSpacing(8)
        guide = QPushButton(QgsApplication.getThemeIcon("/mActionHelpContents.svg"), tr("Open the Guide"))
        guide.setObjectName("imageryHubOpenGuide")
        guide.clicked.connect(lambda: open_page("first-steps"))
        self._left(guide)
        self._words(
            tr(
                "What you can do: draw areas, push and pull rasters and annotations, start the platform's work, follow"
                " it, and get the result on the map."
            )
        )

    def _words(self, text: str) -> None:
        label = QLabel(text)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setMinimumWidth(180)
        self._column.addWidget(label)

    def _button(self, name: str, picture: str, text: str, sandbox: bool) -> None:
        button = QPushButton(icon(picture), text)
        button.setObjectName(name)
        button.clicked.connect(lambda: self.connect_wanted.emit(sandbox))
        self._left(button)

    def _left(self, button: QPushButton) -> None:
        row = QHBoxLayout()
        row.addWidget(button)
        row.addStretch()
        self._column.addLayout(row)


def _large(text: str, size: float) -> QLabel:
    label = QLabel(text)
    font = label.font()
    font.setPointSizeF(font.pointSizeF() * size)
    font.setBold(True)
    label.setFont(font)
    label.setWordWrap(True)
    return label


def _monospaced(label: QLabel) -> object:
    font = label.font()
    font.setFamily("monospace")
    font.setStyleHint(font.StyleHint.Monospace)
    return font
