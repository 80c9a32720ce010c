"""The windows with a project's share links and with its people, against the sandbox."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from imagery_hub.core import connections
from imagery_hub.core.connections import Connection
from imagery_hub.core.problems import Problem
from imagery_hub.core.sessions import sessions
from imagery_hub.providers.capabilities import Entry
from imagery_hub.providers.pix4d.flows import access, sharing
from imagery_hub.ui import operations
from imagery_hub.ui.nodes.description import Place
from imagery_hub.ui.pix4d.sharing.access import AccessWindow
from imagery_hub.ui.pix4d.sharing.window import SharingWindow
from late_answers import LateAnswers
from qgis.core import QgsApplication, QgsProcessingContext, QgsProcessingFeedback
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QDesktopServices, QGuiApplication
from qgis.PyQt.QtTest import QTest
from sandbox_pix4d import TOKENS, Pix4dCalls
from sandbox_process import SandboxProcess

NAME = "Quarries"


@pytest.fixture
def pix4d(sandbox: SandboxProcess) -> Pix4dCalls:
    return Pix4dCalls(sandbox)


@pytest.fixture
def place(qgis_app: QgsApplication, sandbox: SandboxProcess, pix4d: Pix4dCalls) -> Iterator[Place]:
    """A project of a saved connection."""
    assert QgsApplication.authManager().setMasterPassword("test-master", True)
    ready = sandbox.ready["pix4d"]
    values = {name: ready[name] for name in ("client_id", "client_secret")}
    connections.save(Connection(NAME, "pix4d", ready["root"]), values)
    yield Place("pix4d", NAME, Entry("project", str(pix4d.project("Quarry")["id"]), "Quarry"))
    connections.remove(NAME)


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch, qgis_app: QgsApplication) -> Iterator[None]:
    """Jobs of the window are run by Processing, here and now: the runner has tests of its own."""
    from imagery_hub.algorithms.provider import ImageryHubProvider

    registry = QgsApplication.processingRegistry()
    provider = ImageryHubProvider()
    registry.addProvider(provider)

    def start(algorithm: str, parameters: dict[str, Any]) -> str:
        found = operations.algorithm(algorithm).create()
        _, fine = found.run(parameters, QgsProcessingContext(), QgsProcessingFeedback())
        assert fine
        return ""

    monkeypatch.setattr(operations, "start", start)
    yield
    registry.removeProvider(provider)


@pytest.fixture
def late_answers(monkeypatch: pytest.MonkeyPatch) -> Iterator[LateAnswers]:
    found = LateAnswers(monkeypatch)
    yield found
    found.release()


@pytest.fixture
def window(place: Place, at_once: None, qtbot: Any) -> Iterator[SharingWindow]:
    made = SharingWindow(place)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.show()
    yield made
    made.close()
    sessions().log_out("pix4d", NAME)


@pytest.fixture
def people(place: Place, qtbot: Any) -> Iterator[AccessWindow]:
    made = AccessWindow(place)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.show()
    yield made
    made.close()
    sessions().log_out("pix4d", NAME)


def click(button: Any) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def copied(window: SharingWindow, button: Any, qtbot: Any) -> str:
    """What the button puts on the clipboard."""
    QGuiApplication.clipboard().setText("")
    click(button)
    qtbot.waitUntil(lambda: QGuiApplication.clipboard().text() != "", timeout=60000)
    return str(QGuiApplication.clipboard().text())


def rows(window: SharingWindow) -> list[tuple[str, str]]:
    """What the links allow, and whether they are on."""
    items = [window.list.topLevelItem(row) for row in range(window.list.topLevelItemCount())]
    return [(item.text(1), item.text(2)) for item in items]


def until(qtbot: Any, test: Callable[[], bool]) -> None:
    qtbot.waitUntil(test, timeout=60000)


def test_links_are_made_copied_and_switched(window: SharingWindow, pix4d: Pix4dCalls, qtbot: Any) -> None:
    number = window.place.entry.id
    until(qtbot, lambda: "There is no link yet" in window.status.text)
    assert not window.copy_button.isEnabled()
    click(window.create_button)
    until(qtbot, lambda: rows(window) == [("looking", "on")])
    token = pix4d.get(TOKENS, type="Project", type_id=number)["results"][0]["token"]
    assert copied(window, window.copy_button, qtbot) == f"{pix4d.root}dataset/{number}/map?shareToken={token}"
    window.view.setCurrentText("model")
    window.language.setCurrentText("ja")
    window.theme.setCurrentText("light")
    frame = copied(window, window.frame_button, qtbot)
    address = f"{pix4d.root}cloud/default/dataset/{number}/model?shareToken={token}&amp;lang=ja&amp;theme=light"
    assert frame.startswith(f'<iframe src="{address}"')
    click(window.switch_button)
    until(qtbot, lambda: rows(window) == [("looking", "off")])
    assert window.switch_button.text() == "Switch On"
    window.allows.setChecked(True)
    click(window.create_button)
    until(qtbot, lambda: sorted(rows(window)) == [("changes", "on"), ("looking", "off")])
    texts = [item.text(column) for row in range(2) for item in [window.list.topLevelItem(row)] for column in range(4)]
    assert token not in " ".join([*texts, window.status.text])


def test_the_public_page_is_opened(
    window: SharingWindow, pix4d: Pix4dCalls, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda address: opened.append(address.toString()))
    number = window.place.entry.id
    click(window.create_button)
    until(qtbot, lambda: rows(window) == [("looking", "on")])
    token = pix4d.get(TOKENS, type="Project", type_id=number)["results"][0]["token"]
    click(window.open_button)
    until(qtbot, lambda: opened == [f"{pix4d.root}dataset/{number}/map?shareToken={token}"])


def test_a_failure_is_a_sentence(window: SharingWindow, sandbox: SandboxProcess, qtbot: Any) -> None:
    until(qtbot, lambda: "There is no link yet" in window.status.text)
    sandbox.fault(kind="status", status=403, operation="listPermissionTokens")
    window.refresh()
    until(qtbot, lambda: "does not allow this" in window.status.text)


def test_of_two_answers_the_one_to_the_newer_question_is_shown(
    window: SharingWindow, late_answers: LateAnswers, qtbot: Any
) -> None:
    click(window.create_button)
    until(qtbot, lambda: rows(window) == [("looking", "on")])
    late = late_answers.hold(sharing, "links_of")
    window.refresh()
    until(qtbot, late.asked.is_set)
    click(window.switch_button)
    until(qtbot, lambda: rows(window) == [("looking", "off")])
    late_answers.arrive(qtbot)
    assert rows(window) == [("looking", "off")]


def test_the_clipboard_holds_the_link_that_was_copied_last(
    window: SharingWindow, late_answers: LateAnswers, qtbot: Any
) -> None:
    for count in (1, 2):
        click(window.create_button)
        until(qtbot, lambda count=count: len(rows(window)) == count)  # type: ignore[misc]
    late = late_answers.hold(sharing, "link_of")
    window.list.setCurrentItem(window.list.topLevelItem(0))
    click(window.copy_button)
    until(qtbot, late.asked.is_set)
    window.list.setCurrentItem(window.list.topLevelItem(1))
    second = copied(window, window.copy_button, qtbot)
    late_answers.arrive(qtbot)
    assert QGuiApplication.clipboard().text() == second
    window.list.setCurrentItem(window.list.topLevelItem(0))
    assert copied(window, window.copy_button, qtbot) != second


def test_a_log_out_while_the_links_are_read_is_told(
    window: SharingWindow, late_answers: LateAnswers, qtbot: Any
) -> None:
    until(qtbot, lambda: "There is no link yet" in window.status.text)
    late = late_answers.hold(sharing, "links_of")
    window.refresh()
    until(qtbot, late.asked.is_set)
    sessions().log_out("pix4d", "Another")
    assert window.status.text == "Reading the links…"
    sessions().log_out("pix4d", NAME)
    assert window.status.text == "The connection was closed before the platform answered."
    late_answers.arrive(qtbot)
    assert window.status.text == "The connection was closed before the platform answered."


def test_a_log_out_when_all_is_answered_changes_nothing(window: SharingWindow, qtbot: Any) -> None:
    until(qtbot, lambda: "There is no link yet" in window.status.text)
    sessions().log_out("pix4d", NAME)
    assert "There is no link yet" in window.status.text


# ---------------------------------------------------------------------- people
def listed(window: AccessWindow) -> dict[str, tuple[str, str]]:
    """Role, and by what, of each person."""
    items = [window.list.topLevelItem(row) for row in range(window.list.topLevelItemCount())]
    return {item.text(0): (item.text(1), item.text(2)) for item in items}


def test_people_with_access_and_those_invited(
    people: AccessWindow, pix4d: Pix4dCalls, sandbox: SandboxProcess, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(operations, "open_dialog", lambda name, values: opened.append((name, values)))
    until(qtbot, lambda: "Ivo Brunner <ivo.brunner@example.org>" in listed(people))
    until(qtbot, lambda: people.mine.text() == "Your own role: OWNER")
    assert listed(people)["Lena Costa <lena.costa@example.org>"] == ("EDITOR", "belongs to the organisation")
    number = people.place.entry.id
    uuid = pix4d.get(f"project/api/v3/projects/{number}/")["uuid"]
    sandbox.control("POST", "pix4d/roles", {"email": "mats.visser@example.org", "place": ["project", uuid],
                                            "role": "READER"})
    pix4d.post(f"common/api/v4/access/project/{uuid}/invitations/", {"invitees": ["new@people.example"],
                                                                    "role": "EDITOR"})
    people.refresh()
    until(qtbot, lambda: "new@people.example" in listed(people))
    assert listed(people)["new@people.example"][1].startswith("invited, until ")
    assert listed(people)["Mats Visser <mats.visser@example.org>"] == ("READER", "given here")

    QTest.keyClicks(people.search, "visser")
    until(qtbot, lambda: list(listed(people)) == ["Mats Visser <mats.visser@example.org>"])
    item = people.list.topLevelItem(0)
    QTest.mouseClick(people.list.viewport(), Qt.MouseButton.LeftButton, pos=people.list.visualItemRect(item).center())
    click(people.remove_button)
    assert not people.invite_button.isEnabled()
    QTest.keyClicks(people.emails, "more@people.example")
    people.role.setCurrentText("MANAGER")
    click(people.invite_button)
    of = {"CONNECTION": NAME, "PROJECT": number}
    assert opened == [
        ("pix4d_removeaccess", {**of, "MEMBER": "mats.visser@example.org"}),
        ("pix4d_inviteusers", {**of, "EMAILS": "more@people.example", "ROLE": "MANAGER"}),
    ]


def test_a_list_that_is_read_anew_shows_nobody_twice(
    people: AccessWindow, pix4d: Pix4dCalls, late_answers: LateAnswers, qtbot: Any
) -> None:
    until(qtbot, lambda: bool(listed(people)) and people.status.text == "")
    uuid = pix4d.get(f"project/api/v3/projects/{people.place.entry.id}/")["uuid"]
    pix4d.post(f"common/api/v4/access/project/{uuid}/invitations/", {"invitees": ["new@people.example"],
                                                                    "role": "EDITOR"})
    late = late_answers.hold(access, "people", after=1)  # the page with those who were invited
    people.refresh()
    until(qtbot, late.asked.is_set)
    people.refresh()
    until(qtbot, lambda: "new@people.example" in listed(people))
    late_answers.arrive(qtbot)
    shown = [people.list.topLevelItem(row).text(0) for row in range(people.list.topLevelItemCount())]
    assert shown.count("new@people.example") == 1 and len(shown) == len(set(shown))


def test_the_failure_of_an_older_question_is_not_told(
    people: AccessWindow, late_answers: LateAnswers, qtbot: Any
) -> None:
    until(qtbot, lambda: bool(listed(people)) and people.status.text == "")
    late = late_answers.hold(access, "people", Problem("The platform did not answer in time."))
    people.refresh()
    until(qtbot, late.asked.is_set)
    QTest.keyClicks(people.search, "brunner")
    found = ["Ivo Brunner <ivo.brunner@example.org>"]
    until(qtbot, lambda: list(listed(people)) == found and people.status.text == "")
    late_answers.arrive(qtbot)
    assert list(listed(people)) == found
    assert people.status.text == ""


def test_who_has_access_by_the_organization_is_not_removed_here(people: AccessWindow, qtbot: Any) -> None:
    until(qtbot, lambda: "Ivo Brunner <ivo.brunner@example.org>" in listed(people))
    people.list.setCurrentItem(people.list.topLevelItem(list(listed(people)).index(
        "Ivo Brunner <ivo.brunner@example.org>")))
    assert not people.remove_button.isEnabled()
