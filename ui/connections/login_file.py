"""The row that takes a login from a file of the vendor's own programs. Nothing is read before the user chooses it."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from qgis.core import QgsApplication
from qgis.PyQt.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QWidget

from ...core import messages
from ...core.platforms import LoginFile
from ...core.translation import tr
from ...providers.errors import InputProblem
from ..status import StatusLine


class LoginFileRow(QWidget):
    """The path in ``field`` and the button that chooses it; ``status`` says what was found there."""

    def __init__(self, platform: str, file: LoginFile, field: QLineEdit, status: StatusLine) -> None:
        super().__init__()
        self._platform, self._file, self._field, self._status = platform, file, field, status
        self.button = QPushButton(QgsApplication.getThemeIcon("/mActionFileOpen.svg"), file.choose())
        self.button.setObjectName("imageryHubLoginFile")
        self.button.setAutoDefault(False)
        self.button.setToolTip(
            tr("Usually {path}. It is read only when you choose it, and then each time the connection is opened; only"
               " its place is kept.").format(path=file.usual)
        )
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(field, 1)
        layout.addWidget(self.button)
        self.button.clicked.connect(self._choose)

    def _choose(self) -> None:
        usual = Path(self._field.text().strip() or self._file.usual).expanduser()
        begin = usual if usual.parent.is_dir() else Path.home()
        title = self._file.choose().rstrip("…")
        chosen, _ = QFileDialog.getOpenFileName(
            self, title, str(begin), tr("Token files (*.json)") + ";;" + tr("All files (*)"))
        if chosen:
            self.take(chosen)

    def take(self, path: str) -> None:
        """Take this file, if a login is in it."""
        reader = import_module(f"...providers.{self._platform}.{self._file.reader}", __package__)
        try:
            found = reader.read_file(path)
        except InputProblem as error:
            self._status.failure(messages.sentence(error))
            return
        self._field.setText(path)
        words = tr("{file} holds the login of the client “{client}”.")
        self._status.success(words.format(file=Path(path).name, client=found.client_id))
