"""What servers and users named reaches the desk's messages as text, never as markup."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from imagery_hub.algorithms.provider import ImageryHubProvider
from imagery_hub.core import secrets
from imagery_hub.core.problems import Problem
from imagery_hub.core.secrets import SecretsLocked
from imagery_hub.core.sessions import Sessions
from imagery_hub.providers.capabilities import Entry
from imagery_hub.providers.errors import Kind, ServerFault
from imagery_hub.ui import operations
from imagery_hub.ui.desk import DOCKS
from imagery_hub.ui.drawing import layer as areas
from imagery_hub.ui.drawing import session
from imagery_hub.ui.drawing.service import DrawingService
from imagery_hub.ui.drawing.session import Drawing
from imagery_hub.ui.hub import entry_actions
from imagery_hub.ui.nodes.description import Place
from imagery_hub.ui.picterra.run import PLAN
from imagery_hub.ui.run import collector, estimates
from imagery_hub.ui.run.form import RunForm
from imagery_hub.ui.search.preview import Preview
from qgis.core import QgsApplication, QgsSettings
from qgis.gui import QgsMapCanvas, QgsMessageBar
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject
from qgis.PyQt.QtWidgets import QMainWindow

ROOT = Path(__file__).resolve().parents[2]
NAME = "<b>x</b><img src=/etc/y.png> Tom's & Ann's"
SHOWN = "&lt;b&gt;x&lt;/b&gt;&lt;img src=/etc/y.png&gt; Tom&#x27;s &amp; Ann&#x27;s"


@pytest.fixture
def iface(qgis_app: QgsApplication) -> Iterator[Any]:
    bar = QgsMessageBar()
    yield SimpleNamespace(messageBar=lambda: bar)


def test_an_entry_without_a_page_is_named_as_text(iface: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Sessions, "run", lambda self, platform, connection, do, done, failed: done(""))
    entry_actions.open_page(Place("picterra", "Farm", Entry("raster", "r", NAME)), SimpleNamespace(iface=iface))
    assert iface.messageBar().currentItem().text() == f"The platform has no page for “{SHOWN}”."


def test_why_there_is_no_page_is_told_whole(iface: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    error = ServerFault(Kind.REFUSED, words=NAME + " y" * 60, facts={"host": "h.example"})
    monkeypatch.setattr(Sessions, "run", lambda self, platform, connection, do, done, failed: failed(error))
    entry_actions.open_page(Place("picterra", "Farm", Entry("raster", "r", "")), SimpleNamespace(iface=iface))
    text = iface.messageBar().currentItem().text()
    assert SHOWN in text and text.endswith("Correct what it names and try again.")


def test_what_cannot_be_drawn_is_said_as_text(iface: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def act() -> None:
        raise Problem(NAME)

    DrawingService._try(SimpleNamespace(_iface=iface), act)
    assert iface.messageBar().currentItem().text() == SHOWN
    iface.messageBar().clearWidgets()
    monkeypatch.setattr(areas, "add", lambda *_: act())
    monkeypatch.setattr(session, "as_seen", lambda *_: None)
    layer = SimpleNamespace(crs=lambda: None)
    Drawing._drawn(SimpleNamespace(_iface=iface, _layer=layer, _purpose=""), None)
    assert iface.messageBar().currentItem().text() == SHOWN


def test_a_tool_tip_is_rich_text_as_a_whole(qgis_app: QgsApplication) -> None:
    preview = Preview()
    preview._failed(Problem("Tom's"))
    assert preview.picture.toolTip() == "<p>Tom&#x27;s</p>"
    preview.deleteLater()


@pytest.fixture
def form(qgis_app: QgsApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunForm]:
    """The form for running a detector, whose platform answers nothing but a problem."""

    def ask(*_: Any) -> Any:
        raise Problem(NAME)

    monkeypatch.setattr(estimates, "ask", ask)
    provider = ImageryHubProvider()
    QgsApplication.processingRegistry().addProvider(provider)
    window = QMainWindow()
    canvas = QgsMapCanvas(window)
    face = SimpleNamespace(mainWindow=lambda: window, mapCanvas=lambda: canvas)
    form = RunForm(SimpleNamespace(iface=face, show_dock=lambda key: None), PLAN)
    form.items.set_value("r")
    yield form
    if not sip.isdeleted(form):
        form.reject()
    sip.delete(window)  # with its canvas, which must not outlive QGIS
    QgsApplication.processingRegistry().removeProvider(provider)


def test_why_a_charge_is_not_known_is_a_tool_tip_of_text(form: RunForm) -> None:
    form._look()
    assert form.table.topLevelItem(0).toolTip(2) == f"<p>{SHOWN}</p>"
    assert form.status.text == NAME


def test_a_run_that_fails_is_told_though_its_result_would_have_been_collected(
    form: RunForm, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    started: list[dict[str, Any]] = []
    monkeypatch.setattr(operations, "start", lambda algorithm, parameters, **how: (started.append(how), "job")[1])
    monkeypatch.setattr(collector, "want", lambda *_: None)
    form.folder.setFilePath(str(tmp_path))
    form.as_layers.setChecked(True)
    form._run()
    assert [how.get("tell", True) for how in started] == [True]


def test_a_result_that_cannot_be_fetched_is_told(iface: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def collect(*_: Any) -> None:
        raise Problem(NAME)

    monkeypatch.setattr(collector, "_collect", collect)
    listening = collector.Collector(QObject(), iface)
    collector.want("job-1", Path(), "x")
    try:
        listening._ended("job-1", {}, "")
        assert SHOWN in iface.messageBar().currentItem().text()
    finally:
        QgsSettings().remove(collector.WANTED)
        listening.close()


def test_the_master_password_is_not_asked_for_again_for_each_raster(
    form: RunForm, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[str] = []

    def locked(*_: Any, **__: Any) -> Any:
        asked.append("")
        raise SecretsLocked("Enter the master password.")

    monkeypatch.setattr(estimates, "ask", locked)
    monkeypatch.setattr(secrets, "is_unlocked", lambda: False)
    form.items.set_value("a,b,c")
    assert len(asked) == 1
    monkeypatch.setattr(operations, "start", locked)
    form.folder.setFilePath(str(tmp_path))
    form._estimates.found = {item: estimates.Estimate(1.0, 10.0) for item in "abc"}
    form._run()
    assert len(asked) == 2
    assert form.items.value() == "a,b,c"
    assert not form.consent.isChecked()


def test_f1_leads_to_a_page_that_tells_of_the_dock() -> None:
    for plan in DOCKS:
        page = (ROOT / "docs" / "user" / f"{plan.help_page}.md").read_text("utf-8")
        assert plan.title() in page, plan.key


def test_f1_in_windows_leads_to_the_guide_not_to_the_reference() -> None:
    """The reference is what an algorithm's own help button opens."""
    named = {page for path in (ROOT / "ui").rglob("*.py")
             for page in re.findall(r'HelpKey\(self, "([^"]+)"\)', path.read_text("utf-8"))}
    assert len(named) > 5
    for name in named:
        assert "| Parameter |" not in (ROOT / "docs" / "user" / f"{name}.md").read_text("utf-8"), name
