"""The window with the share links of one project or site.

It reads by the desk's session, and changes by the algorithms. A link's token is asked for when the link is copied or
opened, and kept nowhere.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qgis.PyQt.QtCore import Qt, QUrl
from qgis.PyQt.QtGui import QDesktopServices, QGuiApplication
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ....core import messages
from ....core.moments import shown
from ....core.translation import tr
from ....providers.pix4d.records import LANGUAGES, THEMES, VIEWS
from ....providers.pix4d.web import frame_code
from ....providers.work import Work
from ... import operations
from ...nodes.description import Place
from .base import EntryDialog

HANDLE = Qt.ItemDataRole.UserRole
ENABLED = HANDLE + 1
CREATED, RIGHTS, STATE, CODE = range(4)


class SharingWindow(EntryDialog):
    """Links by their codes."""

    algorithms = frozenset(
        f"pix4d_{one}" for one in ("createsharelink", "editsharelink", "deletesharelink", "switchsharelinks")
    )

    def __init__(self, place: Place, parent: QWidget | None = None) -> None:
        super().__init__(place, tr("Share {name}").format(name=messages.clean(place.name)), "sharing", parent)
        self.setObjectName("imageryHubShareWindow")
        titles = [tr("Made"), tr("Allows"), tr("State"), tr("Code")]
        self.list = self.table("imageryHubShareLinks", titles)
        self.allows = QCheckBox(tr("Who has the link may change things"))
        self.create_button = self.button(tr("New Link"), self._create, "symbologyAdd.svg")
        self.copy_button = self.button(tr("Copy Link"), self._copy, "mActionEditCopy.svg")
        self.open_button = self.button(tr("Open Page"), self._open, "mActionLink.svg")
        self.switch_button = self.button(tr("Switch Off"), self._switch)
        self.delete_button = self.button(tr("Delete…"), self._delete, "symbologyRemove.svg")
        self.view, self.language, self.theme = (self._choice(values) for values in (VIEWS, LANGUAGES, THEMES))
        self.frame_button = self.button(tr("Copy Frame"), self._copy_frame, "mActionEditCopy.svg")
        self._lay_out()
        self.list.itemSelectionChanged.connect(self._enable)
        self.resize(560, 460)
        self._enable()
        self.refresh()

    @staticmethod
    def _choice(values: tuple[str, ...]) -> QComboBox:
        box = QComboBox()
        box.addItem(tr("as the platform chooses"), "")
        for value in values:
            box.addItem(value, value)
        return box

    def _lay_out(self) -> None:
        note = QLabel(
            tr("Everybody who has a link sees it without an account, until the link is switched off or deleted.")
        )
        note.setWordWrap(True)
        new = QHBoxLayout()
        new.addWidget(self.create_button)
        new.addWidget(self.allows)
        new.addStretch()
        buttons = QHBoxLayout()
        for button in (self.copy_button, self.open_button, self.switch_button, self.delete_button):
            buttons.addWidget(button)
        buttons.addStretch()
        self.frame = QGroupBox(tr("Frame it in a web page of your own"))
        form = QFormLayout(self.frame)
        form.addRow(tr("View"), self.view)
        form.addRow(tr("Language"), self.language)
        form.addRow(tr("Theme"), self.theme)
        form.addRow("", self.frame_button)
        hint = QLabel(tr("The vendor lets new customers do so on “localhost” only; ask the vendor for other places."))
        hint.setWordWrap(True)
        form.addRow(hint)
        self.frame.setVisible(self.place.entry.kind == "project")
        layout = QVBoxLayout(self)
        layout.addWidget(note)
        layout.addLayout(new)
        layout.addWidget(self.list, 1)
        layout.addLayout(buttons)
        layout.addWidget(self.frame)
        layout.addWidget(self.status)

    # ------------------------------------------------------------------ reading
    def refresh(self) -> None:
        """Ask for the links anew."""
        self.status.busy(tr("Reading the links…"))
        target = self._target

        def read(platform: Any, work: Work) -> list[tuple[str, dict[str, Any]]]:
            from ....providers.pix4d.flows import sharing

            found = sharing.links_of(platform.api.during(work), target())
            return [(handle, {name: one.get(name) for name in ("creation_date", "write", "enabled")})
                    for handle, one in found.items()]

        self.ask(read, self._show_links, "list")

    def _show_links(self, links: list[tuple[str, dict[str, Any]]]) -> None:
        chosen = self._chosen()
        self.list.clear()
        for handle, one in links:
            on = one["enabled"] is not False
            item = QTreeWidgetItem([
                shown(one["creation_date"]), tr("changes") if one["write"] else tr("looking"),
                tr("on") if on else tr("off"), handle,
            ])
            item.setData(0, HANDLE, handle)
            item.setData(0, ENABLED, on)
            self.list.addTopLevelItem(item)
            item.setSelected(handle == chosen)
        if links and not self.list.selectedItems():
            self.list.topLevelItem(self.list.topLevelItemCount() - 1).setSelected(True)
        for column in (CREATED, RIGHTS, STATE):
            self.list.resizeColumnToContents(column)
        self._enable()
        self.status.clear() if links else self.status.success(tr("There is no link yet. “New Link” makes one."))

    def _target(self) -> Any:
        from ....providers.pix4d.flows import sharing

        number = self.place.entry.id
        return sharing.target_of(number, "") if self.place.entry.kind == "project" else sharing.target_of("", number)

    def _with_link(self, make: Callable[[Any, Any, str], str], use: Callable[[str], None], about: str = "") -> None:
        """``make`` an address of the chosen link in the background, and ``use`` it. ``about`` as for :meth:`ask`."""
        handle, target = self._chosen(), self._target

        def do(platform: Any, work: Work) -> str:
            from ....providers.pix4d.flows import sharing

            return make(platform.api, target(), sharing.link_of(platform.api.during(work), target(), handle)["token"])

        self.ask(do, use, about)

    # ------------------------------------------------------------------ what the buttons do
    def _copy(self) -> None:
        self._copy_made(_public, tr("The link is on the clipboard."))

    def _open(self) -> None:
        self._with_link(_public, lambda address: QDesktopServices.openUrl(QUrl(address)))

    def _copy_frame(self) -> None:
        view, language, theme = (str(box.currentData()) for box in (self.view, self.language, self.theme))
        site = self.place.nearest("site")
        site_id = "" if site is None else site.id

        def make(api: Any, target: Any, token: str) -> str:
            from ....providers.pix4d.flows import sharing

            look = sharing.Look(view, language, theme)
            return frame_code(sharing.embed_address(api, target.id, site_id, token, look))

        self._copy_made(make, tr("The lines for the web page are on the clipboard."))

    def _copy_made(self, make: Callable[[Any, Any, str], str], words: str) -> None:
        """There is one clipboard: what was wanted last gets onto it."""

        def copy(text: str) -> None:
            QGuiApplication.clipboard().setText(text)
            self.status.success(words)

        self._with_link(make, copy, "clipboard")

    def _create(self) -> None:
        self._change("createsharelink", {"WRITE": self.allows.isChecked()})

    def _switch(self) -> None:
        on = bool(self.list.selectedItems()[0].data(0, ENABLED))
        self._change("editsharelink", {"SHARE": self._chosen(), "ENABLED": "no" if on else "yes"})

    def _delete(self) -> None:
        operations.open_dialog("pix4d_deletesharelink", {**self._of(), "SHARE": self._chosen()})

    def _change(self, called: str, parameters: dict[str, Any]) -> None:
        try:
            operations.start(f"pix4d_{called}", {**self._of(), **parameters})
        except Exception as error:
            self.status.failure(messages.sentence(error))
        else:
            self.status.busy(tr("Asking the platform…"))

    def _of(self) -> dict[str, str]:
        name = "PROJECT" if self.place.entry.kind == "project" else "SITE"
        return {"CONNECTION": self.place.connection, name: self.place.entry.id}

    def _chosen(self) -> str:
        items = self.list.selectedItems()
        return str(items[0].data(0, HANDLE)) if items else ""

    def _enable(self) -> None:
        items = self.list.selectedItems()
        for button in (self.copy_button, self.open_button, self.switch_button, self.delete_button, self.frame_button):
            button.setEnabled(bool(items))
        on = not items or bool(items[0].data(0, ENABLED))
        self.switch_button.setText(tr("Switch Off") if on else tr("Switch On"))


def _public(api: Any, target: Any, token: str) -> str:
    from ....providers.pix4d.flows import sharing

    return sharing.public_address(api, target, token)
