"""The window with the people who may use one organization, folder, site or project."""

from __future__ import annotations

from typing import Any

from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ....core import messages
from ....core.moments import shown_date
from ....core.translation import tr
from ....providers.pix4d.records import ROLES
from ....providers.work import Work
from ... import operations
from ...nodes.description import Place
from .base import EntryDialog

EMAIL = Qt.ItemDataRole.UserRole
REMOVABLE = EMAIL + 1
PERSON, ROLE, BY = range(3)
PARAMETERS = {"project": "PROJECT", "site": "SITE", "folder": "FOLDER", "organization": "ORGANIZATION"}
TYPING_MILLISECONDS = 400


class AccessWindow(EntryDialog):
    """Members first, then those who were invited and did not answer yet; page by page."""

    algorithms = frozenset({"pix4d_inviteusers", "pix4d_removeaccess"})

    def __init__(self, place: Place, parent: QWidget | None = None) -> None:
        super().__init__(place, tr("Access to {name}").format(name=messages.clean(place.name)), "account", parent)
        self.setObjectName("imageryHubAccessWindow")
        self.mine = QLabel()
        self.mine.setTextFormat(Qt.TextFormat.PlainText)
        self.search = QLineEdit()
        self.search.setClearButtonEnabled(True)
        self.search.setPlaceholderText(tr("Search e-mails and names"))
        self.list = self.table("imageryHubAccessList", [tr("Who"), tr("Role"), tr("By what")])
        self.more_button = self.button(tr("Load More"), self._more)
        self.remove_button = self.button(tr("Remove…"), self._remove, "symbologyRemove.svg")
        self.emails = QLineEdit()
        self.emails.setPlaceholderText(tr("E-mails, separated by commas"))
        self.role = QComboBox()
        self.role.addItems(ROLES)
        self.role.setCurrentText("READER")
        self.invite_button = self.button(tr("Invite…"), self._invite, "symbologyAdd.svg")
        self._following = ""
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPING_MILLISECONDS)
        self._typing.timeout.connect(self.refresh)
        self._lay_out()
        self.search.textChanged.connect(lambda _: self._typing.start())
        self.list.itemSelectionChanged.connect(self._enable)
        self.emails.textChanged.connect(lambda _: self._enable())
        self.resize(560, 420)
        self._enable()
        self._read_mine()
        self.refresh()

    def _lay_out(self) -> None:
        below = QHBoxLayout()
        below.addWidget(self.more_button)
        below.addStretch()
        below.addWidget(self.remove_button)
        inviting = QGroupBox(tr("Invite, or give another role to who is there"))
        row = QHBoxLayout(inviting)
        row.addWidget(self.emails, 1)
        row.addWidget(self.role)
        row.addWidget(self.invite_button)
        layout = QVBoxLayout(self)
        layout.addWidget(self.mine)
        layout.addWidget(self.search)
        layout.addWidget(self.list, 1)
        layout.addLayout(below)
        layout.addWidget(inviting)
        layout.addWidget(self.status)

    # ------------------------------------------------------------------ reading
    def refresh(self) -> None:
        """Read the first page anew."""
        self._following = ""
        self._read("")

    def _more(self) -> None:
        self._read(self._following)

    def _read(self, begin: str) -> None:
        self.status.busy(tr("Reading who has access…"))
        kind, identity, search = self.place.entry.kind, self.place.entry.id, self.search.text().strip()

        def read(platform: Any, work: Work) -> tuple[list[Any], str]:
            from ....providers.pix4d.flows import access, drive

            api = platform.api.during(work)
            return access.people(api, drive.node_of(api, kind, identity), search, begin)

        def show(found: tuple[list[Any], str]) -> None:
            if search == self.search.text().strip():  # else newer ones are asked for in a moment
                self._show(found, begin)

        self.ask(read, show, "list")

    def _show(self, found: tuple[list[Any], str], begin: str) -> None:
        people, self._following = found
        if not begin:
            self.list.clear()
        for one in people:
            name = f"{one.name} <{one.email}>" if one.name else one.email
            item = QTreeWidgetItem([messages.clean(name), one.role, _by(one)])
            item.setData(0, EMAIL, one.email)
            item.setData(0, REMOVABLE, one.access == "DIRECT" or (bool(one.access) and self._is_organization))
            self.list.addTopLevelItem(item)
        if self._following and self._following.startswith("invitations:1") and not begin:
            self._read(self._following)  # a short list is shown whole: who was invited belongs to it
            return
        for column in (PERSON, ROLE):
            self.list.resizeColumnToContents(column)
        if self.list.topLevelItemCount():
            self.status.clear()
        else:
            self.status.success(tr("Nobody was found."))
        self._enable()

    def _read_mine(self) -> None:
        kind, identity = self.place.entry.kind, self.place.entry.id

        def read(platform: Any, work: Work) -> tuple[str, list[str]]:
            from ....providers.pix4d.flows import access, drive

            api = platform.api.during(work)
            node = drive.node_of(api, kind, identity)
            return api.access.details(node.type, node.uuid).get("role") or "", access.assignable(api, node)

        self.ask(read, self._show_mine)

    def _show_mine(self, found: tuple[str, list[str]]) -> None:
        role, assignable = found
        self.mine.setText(tr("Your own role: {role}").format(role=messages.clean(role)) if role else "")
        if assignable:
            chosen = self.role.currentText()
            self.role.clear()
            self.role.addItems(assignable)
            self.role.setCurrentText(chosen if chosen in assignable else assignable[-1])

    # ------------------------------------------------------------------ what the buttons do
    def _invite(self) -> None:
        given = {"EMAILS": self.emails.text().strip(), "ROLE": self.role.currentText()}
        operations.open_dialog("pix4d_inviteusers", {**self._of(), **given})

    def _remove(self) -> None:
        email = str(self.list.selectedItems()[0].data(0, EMAIL))
        operations.open_dialog("pix4d_removeaccess", {**self._of(), "MEMBER": email})

    def _of(self) -> dict[str, str]:
        return {"CONNECTION": self.place.connection, PARAMETERS[self.place.entry.kind]: self.place.entry.id}

    @property
    def _is_organization(self) -> bool:
        return self.place.entry.kind == "organization"

    def _enable(self) -> None:
        items = self.list.selectedItems()
        self.remove_button.setEnabled(bool(items) and bool(items[0].data(0, REMOVABLE)))
        self.more_button.setVisible(bool(self._following))
        self.invite_button.setEnabled("@" in self.emails.text())


def _by(one: Any) -> str:
    """How somebody comes to have access."""
    words = {
        "ORGANIZATION": tr("belongs to the organisation"),
        "INHERITED": tr("from above"),
        "DIRECT": tr("given here"),
    }
    if one.access:
        return words.get(one.access) or messages.clean(one.access)
    return tr("invited, until {date}").format(date=shown_date(one.expires)) if one.expires else tr("invited")
