"""Choice widgets: background, memory, and the modeler left as it is."""

from __future__ import annotations

import gc
import sys
import threading
import weakref
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

import pytest
from imagery_hub.algorithms.base import ImageryAlgorithm
from imagery_hub.algorithms.parameters import choice_parameter
from imagery_hub.core import connections
from imagery_hub.core.choices import Choice
from imagery_hub.providers.errors import ConnectionFailed, Kind
from imagery_hub.ui.choices import wrapper
from imagery_hub.ui.choices.chooser import Chooser
from qgis.core import QgsProcessingModelAlgorithm, QgsProcessingModelChildAlgorithm, QgsProcessingOutputString
from qgis.gui import QgsProcessingModelerParameterWidget
from qgis.PyQt.QtCore import QCoreApplication, QEvent, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QComboBox, QToolButton, QWidget

CALLS: list[tuple[str, dict[str, str], str]] = []
FAILURES: list[Exception] = []


def things(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """120 things, of which the search picks some."""
    CALLS.append((search, dict(values), threading.current_thread().name))
    if FAILURES:
        raise FAILURES.pop()
    for number in range(120):
        name = f"Thing {number:03}"
        if search.lower() in name.lower():
            yield Choice(f"id-{number:03}", name, "<i>seen</i>")


class Pick(ImageryAlgorithm):
    platform_key = "picterra"

    def name(self) -> str:
        return "test_pick"

    def displayName(self) -> str:
        return "Pick"

    def initAlgorithm(self, configuration: Any = None) -> None:
        super().initAlgorithm(configuration)
        self.addParameter(choice_parameter("FOLDER", "Folder", things, platform="picterra", optional=True))
        self.addParameter(choice_parameter("THING", "Thing", things, platform="picterra", depends=("FOLDER",)))
        self.addParameter(choice_parameter("MANY", "Many", things, platform="picterra", several=True, optional=True))
        self.addOutput(QgsProcessingOutputString("THING_ID", "Thing id"))


@pytest.fixture(autouse=True)
def no_stub_interface(qgis_processing: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stub of QGIS's interface lacks what the dialogs ask of it; without one they do not ask."""
    for name in ("gui.AlgorithmDialog", "gui.BatchAlgorithmDialog", "gui.BatchPanel", "gui.ParametersPanel",
                 "modeler.ModelerParametersDialog"):
        import_module(f"processing.{name}")
    for module in list(sys.modules.values()):
        if getattr(module, "__name__", "").startswith("processing.") and getattr(module, "iface", None) is not None:
            monkeypatch.setattr(module, "iface", None)


@pytest.fixture
def dialog(hub: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    from processing.gui.AlgorithmDialog import AlgorithmDialog

    CALLS.clear()
    FAILURES.clear()
    monkeypatch.setattr(connections.Credentials, "connect", lambda self, cancelled=None: object())
    monkeypatch.setenv("PICTERRA_API_KEY", "not-a-real-key")
    dialog = AlgorithmDialog(hub(Pick))
    dialog.show()
    yield dialog
    dialog.close()


def chooser(dialog: Any, name: str) -> Chooser:
    return dialog.mainWidget().wrappers[name].chooser


def look(qtbot: Any, widget: Chooser) -> Any:
    QTest.mouseClick(widget.button, Qt.MouseButton.LeftButton)
    popup = widget._popup
    qtbot.waitUntil(lambda: popup.list.count() > 0 or popup.again.isVisible())
    return popup


def test_nothing_is_fetched_before_it_is_asked_for(dialog: Any, qtbot: Any) -> None:
    qtbot.wait(100)
    assert CALLS == []


def test_pages_arrive_from_another_thread_and_a_click_chooses(dialog: Any, qtbot: Any) -> None:
    widget = chooser(dialog, "THING")
    chooser(dialog, "FOLDER").set_value("folder-7")
    popup = look(qtbot, widget)
    assert CALLS == [("", {"FOLDER": "folder-7"}, "Imagery Hub")]
    assert popup.list.count() == 50
    QTest.mouseClick(popup.more, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: popup.list.count() == 100)
    QTest.mouseClick(popup.more, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: popup.list.count() == 120)
    assert not popup.more.isVisible()
    popup.list.scrollToItem(popup.list.item(77))
    QTest.mouseClick(popup.list.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
                     popup.list.visualItemRect(popup.list.item(77)).center())
    assert not popup.isVisible()
    assert widget.field.currentText() == "Thing 077"
    assert dialog.mainWidget().createProcessingParameters()["THING"] == "id-077"


def test_a_frame_has_its_python_object_until_qt_deletes_it(
    hub: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The widget goes on asking that object; freed before, it made QGIS crash while a dialog was deleted.
    from processing.gui.AlgorithmDialog import AlgorithmDialog

    frames: list[weakref.ref[QWidget]] = []
    made = wrapper.framed
    monkeypatch.setattr(wrapper, "framed", lambda widget: frames.append(weakref.ref(frame := made(widget))) or frame)
    opened = AlgorithmDialog(hub(Pick))
    gc.collect()
    assert len(frames) == 3
    assert all(one() is not None for one in frames)
    opened.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    made(QWidget())
    assert all(one() is None for one in frames)


def test_search_asks_the_platform(dialog: Any, qtbot: Any) -> None:
    popup = look(qtbot, chooser(dialog, "THING"))
    QTest.keyClicks(popup.search, "005")
    qtbot.waitUntil(lambda: popup.list.count() == 1)
    assert CALLS[-1][0] == "005"


def test_a_failure_is_a_sentence_with_a_way_on(dialog: Any, qtbot: Any) -> None:
    FAILURES.append(ConnectionFailed(Kind.UNREACHABLE, facts={"host": "<b>far</b>"}))
    popup = look(qtbot, chooser(dialog, "THING"))
    assert "<b>far</b> cannot be reached" in popup.status.text()
    assert popup.status.textFormat() == Qt.TextFormat.PlainText
    QTest.mouseClick(popup.again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: popup.list.count() == 50)


def test_a_choice_is_remembered_and_shown_by_its_name(dialog: Any, qtbot: Any, hub: Any) -> None:
    popup = look(qtbot, chooser(dialog, "THING"))
    QTest.keyClick(popup.search, Qt.Key.Key_Return)
    again = type(dialog)(hub(Pick))
    again.setParameters({"THING": "id-000"})
    assert chooser(again, "THING").field.currentText() == "Thing 000"
    assert chooser(again, "THING").value() == "id-000"
    other = chooser(again, "THING")
    other.set_value("")
    QTest.keyClicks(other.field.lineEdit(), "Thing 000")
    assert other.value() == "id-000"  # a known name that was typed is the thing of that name
    other.set_value("id-0")
    assert other.value() == "id-0"


def test_a_typed_id_is_taken_as_it_is(dialog: Any) -> None:
    widget = chooser(dialog, "THING")
    QTest.keyClicks(widget.field.lineEdit(), "some-other-id")
    assert dialog.mainWidget().createProcessingParameters()["THING"] == "some-other-id"


def test_several_are_ticked(dialog: Any, qtbot: Any) -> None:
    widget = chooser(dialog, "MANY")
    widget.set_value("id-003")
    popup = look(qtbot, widget)
    assert popup.list.item(3).checkState() == Qt.CheckState.Checked
    popup.list.item(1).setCheckState(Qt.CheckState.Checked)
    QTest.mouseClick(popup.take, Qt.MouseButton.LeftButton)
    assert widget.value() == "id-003,id-001"


def test_late_answers_are_dropped(dialog: Any, qtbot: Any) -> None:
    popup = look(qtbot, chooser(dialog, "THING"))
    popup.refresh()
    popup.hide()
    qtbot.wait(100)
    assert popup.list.count() == 0


def test_the_modeler_keeps_its_own_widget_with_algorithm_output(
    hub: Any
) -> None:
    from processing.modeler.ModelerParametersDialog import ModelerParametersDialog

    model = QgsProcessingModelAlgorithm("m", "m")
    child = QgsProcessingModelChildAlgorithm(hub(Pick).id())
    child.setChildId("first")
    model.addChildAlgorithm(child)
    dialog = ModelerParametersDialog(hub(Pick), model)
    widget = dialog.widget.widget.wrappers["THING"]
    assert isinstance(widget, QgsProcessingModelerParameterWidget)
    entries = [action.text() for button in widget.findChildren(QToolButton) if button.menu() is not None
               for action in (button.menu().aboutToShow.emit(), *button.menu().actions()) if action is not None]
    assert "Algorithm Output" in entries
    assert isinstance(dialog.widget.widget.wrappers["CONNECTION"], QgsProcessingModelerParameterWidget)
    dialog.close()


def test_the_batch_table_has_choosers(hub: Any) -> None:
    from processing.gui.BatchAlgorithmDialog import BatchAlgorithmDialog

    dialog = BatchAlgorithmDialog(hub(Pick))
    panel = dialog.mainWidget()
    wrapper = panel.wrappers[0][panel.parameter_to_column["THING"]]
    QTest.keyClicks(wrapper.chooser.field.lineEdit(), "typed")
    assert wrapper.parameterValue() == "typed"
    dialog.close()


def test_the_connection_widget_offers_the_saved_ones(dialog: Any) -> None:
    combo = dialog.mainWidget().wrappers["CONNECTION"].combo
    assert isinstance(combo, QComboBox)
    assert combo.value() == ""
    assert "PICTERRA_API_KEY" in combo.currentText()
