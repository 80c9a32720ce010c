"""Every dock and the forms of the desk fits on a small screen: 580 x 1000 pixels."""

from __future__ import annotations

import hands
import pytest
from qgis.core import QgsApplication
from qgis.PyQt.QtWidgets import QAbstractButton, QDialog, QDockWidget, QToolBar, QToolButton
from qgis.utils import iface

WIDTH, HEIGHT = 580, 1000
DOCKS = ("Hub", "Search", "Jobs", "Results", "Annotations", "Spectra")
FORMS = ("Run", "Push", "Annotate", "Connection")


def toggle(dock: str) -> QToolButton:
    """The button of a dock in the toolbar."""
    found = (one for one in iface.mainWindow().findChildren(QToolButton) if one.defaultAction() is not None)
    return next(one for one in found if one.isVisible() and one.defaultAction().objectName() == f"imageryHubShow{dock}")


@pytest.mark.parametrize("name", DOCKS)
def test_a_dock_fits_by_its_least_size(name: str) -> None:
    button = toggle(name)
    assert button.toolTip()
    hands.click(button)
    dock = hands.wait_for(lambda: iface.mainWindow().findChild(QDockWidget, f"imageryHub{name}Dock"), "the dock")
    hands.wait_for(dock.isVisible, "the dock to be seen")
    hands.keep_picture(f"fits_{name.lower()}", dock)
    least = dock.minimumSizeHint()
    ours = [one for one in dock.widget().findChildren(QAbstractButton) if one.objectName().startswith("imageryHub")]
    silent = [one.objectName() for one in ours if one.isVisible() and not (one.text() or one.toolTip())]
    hands.click(button)
    hands.wait_for(lambda: not dock.isVisible(), "the dock to be gone")
    assert silent == [], "a button without words has a tool tip"
    assert least.isValid()
    assert least.width() <= WIDTH, least
    assert least.height() <= HEIGHT, least


def opened(name: str, monkeypatch: pytest.MonkeyPatch) -> QDialog:
    """The form of that name, by a click on what opens it."""
    monkeypatch.setenv("PICTERRA_API_KEY", "a-key-of-the-test")
    monkeypatch.setenv("PICTERRA_BASE_URL", "http://127.0.0.1:1/")
    window = iface.mainWindow()
    if name == "Run":
        hands.choose_of_plugin("Run Detector on Rasters…")
    elif name == "Push":
        bar = window.findChild(QToolBar, "imageryHubToolbar")
        push = next(one for one in bar.actions() if one.objectName() == "imageryHubPushPicterra")
        hands.click(hands.tool_button(push))
    else:
        dock, button = {"Annotate": ("Annotations", "imageryHubAnnotateFirst"),
                        "Connection": ("Hub", "imageryHubConnectSandbox")}[name]
        hands.click(toggle(dock))
        found = hands.wait_for(lambda: [one for one in window.findChildren(QAbstractButton, button)
                                        if one.isVisible()], "the button")
        hands.click(found[0])

    def look() -> list[QDialog]:
        windows = (one for one in QgsApplication.topLevelWidgets() if isinstance(one, QDialog) and one.isVisible())
        return [one for one in windows if one.objectName().startswith("imageryHub")]

    return hands.wait_for(look, f"the form {name}")[0]


@pytest.mark.parametrize("name", FORMS)
def test_a_form_fits_by_its_least_size(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    form = opened(name, monkeypatch)
    form.resize(WIDTH, form.height())
    hands.keep_picture(f"fits_form_{name.lower()}", form)
    least = form.minimumSizeHint()
    form.close()
    for one in {"Annotate": ["Annotations"], "Connection": ["Hub"]}.get(name, []):
        hands.click(toggle(one))
    assert least.isValid()
    assert least.width() <= WIDTH, least
    assert least.height() <= HEIGHT, least


def test_the_buttons_have_pictures_and_tool_tips() -> None:
    bar = next(one for one in iface.mainWindow().findChildren(QToolButton)
               if one.isVisible() and one.defaultAction() is not None
               and one.defaultAction().objectName() == "imageryHubShowHub").parentWidget()
    buttons = [one for one in bar.findChildren(QToolButton) if one.isVisible() and one.defaultAction() is not None]
    assert len(buttons) > len(DOCKS)
    for button in buttons:
        assert not button.icon().isNull(), button.text()
        assert button.toolTip() or button.text(), button.objectName()
