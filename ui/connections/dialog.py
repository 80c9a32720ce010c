"""The dialog for one connection."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from importlib import import_module
from urllib.parse import urlsplit

from qgis.gui import QgsCollapsibleGroupBox, QgsPasswordLineEdit
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ...core import connections, messages
from ...core.connections import Connection
from ...core.platforms import PLATFORMS, Platform, SecretField
from ...core.translation import tr
from ..help import HelpKey
from ..status import StatusLine
from .login_file import LoginFileRow
from .tester import ConnectionTester

#: Where ``make sandbox`` listens unless told otherwise.
SANDBOX_ADDRESS = "http://127.0.0.1:8765"


class ConnectionDialog(QDialog):
    """Adds a connection, or changes one. It stays open, and says why, when the connection could not be stored.

    ``sandbox`` True: for a new connection, begin with what a sandbox on this machine prints.
    """

    def __init__(
        self, connection: Connection | None = None, parent: QWidget | None = None, *, sandbox: bool = False
    ) -> None:
        super().__init__(parent)
        self._old = connection
        self._sandbox = sandbox and connection is None
        self.setObjectName("imageryHubConnectionDialog")
        self.setWindowTitle(tr("Add Connection") if connection is None else tr("Edit Connection"))
        self.platform = QComboBox()
        for platform in PLATFORMS.values():
            self.platform.addItem(platform.offered_as, platform.key)
        self.name = QLineEdit()
        self.secrets: dict[str, QLineEdit] = {}
        self.options: dict[str, QLineEdit] = {}
        self.address = QLineEdit()
        self.address.setClearButtonEnabled(True)
        self.status = StatusLine()
        self.test_button = QPushButton(tr("Test Connection"))
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self.buttons.addButton(self.test_button, QDialogButtonBox.ButtonRole.ActionRole)
        self._form = QFormLayout()
        self._form.addRow(tr("Platform"), self.platform)
        self._form.addRow(tr("Name"), self.name)
        self._lay_out()
        self._tester = ConnectionTester(self._told)
        self.platform.currentIndexChanged.connect(self._show_platform)
        self.platform.currentIndexChanged.connect(self._untested)
        self.address.textChanged.connect(self._show_usual)
        self.address.textChanged.connect(self._untested)
        self.test_button.clicked.connect(self.test)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.finished.connect(self._tester.stop)
        if connection is not None:
            self.platform.setCurrentIndex(self.platform.findData(connection.platform))
            self.platform.setEnabled(False)
            self.name.setText(connection.name)
            self.address.setText(connection.address)
        elif sandbox:
            self.setWindowTitle(tr("Connect to a Sandbox"))
            self.name.setText(free_name(tr("Sandbox")))
            self.address.setText(self._sandbox_address())
        self._advanced.setCollapsed(not self.address.text())
        self._show_platform()
        HelpKey(self, "first-steps")
        self.resize(520, self.sizeHint().height())

    def _lay_out(self) -> None:
        note = QLabel(
            tr("Keys are stored encrypted in QGIS's authentication database, under your master password.")
        )
        note.setWordWrap(True)
        self._advanced = QgsCollapsibleGroupBox(tr("Advanced"))
        self._further = QFormLayout(self._advanced)
        self._further.addRow(tr("Address"), self.address)
        hint = QLabel(tr("Leave it empty for the platform itself. A sandbox prints its address when it starts."))
        hint.setWordWrap(True)
        self._further.addRow("", hint)
        layout = QVBoxLayout(self)
        layout.addLayout(self._form)
        layout.addWidget(note)
        layout.addWidget(self._advanced)
        layout.addWidget(self.status)
        layout.addStretch()
        layout.addWidget(self.buttons)

    @property
    def _chosen(self) -> Platform:
        return PLATFORMS[str(self.platform.currentData())]

    def _sandbox_address(self) -> str:
        return SANDBOX_ADDRESS + self._chosen.sandbox

    def _show_platform(self) -> None:
        """The fields that this platform's login has."""
        if self._sandbox and self.address.text().startswith(SANDBOX_ADDRESS):
            self.address.setText(self._sandbox_address())
        for field in self.secrets.values():
            self._form.removeRow(field)
        self.secrets = {}
        for one in self._chosen.secrets:
            field = QgsPasswordLineEdit() if one.hidden else QLineEdit()
            field.setObjectName(f"imageryHubSecret_{one.name}")
            self.secrets[one.name] = field
            self._form.addRow(_begun(one.label()), field)
            field.textChanged.connect(self._untested)
            if one.line:
                field.textChanged.connect(partial(self._take_line, one))
        self._show_options()
        if self._old is None and self.name.text() in ("", *(platform.title for platform in PLATFORMS.values())):
            self.name.setText(free_name(self._chosen.title))

    def _take_line(self, secret: SecretField, text: str) -> None:
        """Take a line of the vendor's log-in page apart: each field gets what is meant for it."""
        reader = import_module(f"...providers.{self._chosen.key}.{secret.line}", __package__)
        for name, value in (reader.fields_of_line(text) or {}).items():
            self.secrets[name].setText(value)

    def _show_options(self) -> None:
        """What else a connection to this platform can say, with what it says."""
        for field in self.options.values():
            row = field.parentWidget() if isinstance(field.parentWidget(), LoginFileRow) else field
            (self._form if self._form.indexOf(row) >= 0 else self._further).removeRow(row)
        self.options = {}
        said = {} if self._old is None else self._old.options
        for one in self._chosen.options:
            field = QLineEdit(said.get(one.name, ""))
            field.setObjectName(f"imageryHubOption_{one.name}")
            field.setClearButtonEnabled(True)
            field.textChanged.connect(self._show_usual)
            field.textChanged.connect(self._untested)
            self.options[one.name] = field
            if one.file is not None:
                row = LoginFileRow(self._chosen.key, one.file, field, self.status)
                self._form.addRow(_begun(one.label()), row)
            else:
                (self._form if one.needed else self._further).addRow(_begun(one.label()), field)
        if any(self.options[one.name].text() for one in self._chosen.options if not (one.needed or one.file)):
            self._advanced.setCollapsed(False)
        self._show_usual()

    def _show_usual(self) -> None:
        """What holds for what is left empty."""
        platform, given = self._chosen, self.address.text().strip()
        said: Mapping[str, str] = {name: field.text() for name, field in self.options.items()}
        self.address.setPlaceholderText(platform.filled(platform.address, said))
        for one in platform.options:
            if one.name not in self.options:  # while the fields of another platform make room
                continue
            usual = platform.filled(one.usual, said)
            if given and one.follows:
                usual = _root(given) if one.at_root else given
                usual = f"{usual.rstrip('/')}/{one.below}" if one.below else usual
            self.options[one.name].setPlaceholderText(tr("None is chosen") if one.file else usual)
        for secret in platform.secrets:
            if secret.name in self.secrets:
                stored = tr("Stored. Type to replace it.") if self._stored else ""
                shown = tr("In the token file") if self._spared(secret) else stored
                self.secrets[secret.name].setPlaceholderText(shown)

    @property
    def _stored(self) -> bool:
        """Whether an existing connection has secrets of its own."""
        return self._old is not None and bool(self._old.authcfg)

    def _spared(self, secret: SecretField) -> bool:
        """Whether a file that was chosen holds it."""
        return secret.spared_by in self.options and bool(self.options[secret.spared_by].text().strip())

    def _typed(self) -> dict[str, str] | None:
        """What was typed into the secret fields; None when an existing connection keeps what is stored. A file that
        holds them takes the place of what is stored."""
        values = {name: field.text().strip() for name, field in self.secrets.items()}
        in_file = all(self._spared(one) for one in self._chosen.secrets)
        return None if self._stored and not in_file and not any(values.values()) else values

    def _missing(self) -> str:
        values = self._typed()
        for one in self._chosen.secrets if values is not None else ():
            typed = bool(values and values[one.name])
            if typed and self._spared(one):
                return tr("Leave the {field} empty, as it is in the token file, or choose no file.").format(
                    field=one.label())
            if not typed and not self._spared(one):
                return tr("Enter the {field}.").format(field=one.label())
        for option in self._chosen.options:
            if option.needed and not self.options[option.name].text().strip() and not self.address.text().strip():
                return tr("Enter the {field}.").format(field=option.label())
        return ""

    def connection(self) -> Connection:
        """What the fields say."""
        old = self._old
        said = {name: field.text().strip() for name, field in self.options.items()}
        kept = {} if old is None else {name: value for name, value in old.options.items() if name not in said}
        return Connection(
            self.name.text().strip(),
            self._chosen.key,
            self.address.text().strip(),
            {**kept, **{name: value for name, value in said.items() if value}},
            "" if old is None else old.authcfg,
            old is not None and old.borrowed,
        )

    def test(self) -> None:
        """Ask the platform whether it accepts what is in the fields."""
        if self._missing():
            self.status.failure(self._missing())
            return
        # A button that is switched off hands the focus on; at “Cancel” the next Enter would lose what was typed.
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setFocus()
        self.test_button.setEnabled(False)
        self.status.busy(tr("Asking {platform}…").format(platform=self._chosen.title))
        self._tester.test(lambda: connections.credentials_of(self.connection(), self._typed()))

    def _untested(self, *_: object) -> None:
        """What was tried, and what is said of it, was of other values."""
        self._tester.stop()
        self.test_button.setEnabled(True)
        self.status.clear()

    def _told(self, words: str, good: bool) -> None:
        self.test_button.setEnabled(True)
        if good:
            self.status.success(words)
        else:
            self.status.failure(words)

    def accept(self) -> None:
        """Store the connection; when that does not go, say why and stay."""
        if self._missing():
            self.status.failure(self._missing())
            return
        try:
            connections.save(self.connection(), self._typed(), "" if self._old is None else self._old.name)
        except Exception as error:
            self.status.failure(messages.sentence(error))
            return
        for field in self.secrets.values():
            field.clear()
        super().accept()


def _root(address: str) -> str:
    """Scheme and host of an address; the address where it is none."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return address
    return f"{parts.scheme}://{parts.netloc}/" if parts.netloc else address


def _begun(label: str) -> str:
    """A label as a line begins."""
    return label[:1].upper() + label[1:]


def free_name(wanted: str) -> str:
    """The name, with a number behind it where it is taken."""
    taken = set(connections.names())
    candidates = [wanted, *(f"{wanted} {number}" for number in range(2, len(taken) + 3))]
    return next(name for name in candidates if name not in taken)
