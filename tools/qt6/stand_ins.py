"""What the widgets of ui/ ask of QGIS, as plain Qt 6: settings in a file, an authentication database in memory, QGIS's
own widgets as those of Qt that they derive from. Everything else stays the empty stand-in of `qgis/__init__.py`."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QObject, QSettings, pyqtSignal
from PyQt6.QtGui import QIcon, QPixmap
from PyQt6.QtWidgets import QGroupBox, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

FOLDER = tempfile.TemporaryDirectory()


class Settings(QSettings):
    """QgsSettings."""

    def __init__(self) -> None:
        super().__init__(str(Path(FOLDER.name) / "settings.ini"), QSettings.Format.IniFormat)


class AuthConfig:
    """QgsAuthMethodConfig."""

    def __init__(self, method: str = "") -> None:
        self._id, self._values = "", {}

    def setName(self, name: str) -> None:  # noqa: N802 - QGIS's name
        self._values["name"] = name

    def setId(self, identity: str) -> None:  # noqa: N802 - QGIS's name
        self._id = identity

    def id(self) -> str:
        return self._id

    def setConfig(self, name: str, value: str) -> None:  # noqa: N802 - QGIS's name
        self._values[name] = value

    def config(self, name: str) -> str:
        return self._values.get(name, "")

    def configMap(self) -> dict[str, str]:  # noqa: N802 - QGIS's name
        return dict(self._values)


class AuthManager:
    """QgsAuthManager, open or not."""

    def __init__(self) -> None:
        self.open = True
        self._kept: dict[str, dict[str, str]] = {}

    def isDisabled(self) -> bool:  # noqa: N802 - QGIS's name
        return False

    def setMasterPassword(self, verify: bool) -> bool:  # noqa: N802 - QGIS's name
        return self.open

    def masterPasswordIsSet(self) -> bool:  # noqa: N802 - QGIS's name
        return self.open

    def configIds(self) -> list[str]:  # noqa: N802 - QGIS's name
        return list(self._kept)

    def storeAuthenticationConfig(self, config: AuthConfig) -> bool:  # noqa: N802 - QGIS's name
        config.setId(f"auth{len(self._kept):03}")
        return self.updateAuthenticationConfig(config)

    def updateAuthenticationConfig(self, config: AuthConfig) -> bool:  # noqa: N802 - QGIS's name
        self._kept[config.id()] = config.configMap()
        return True

    def loadAuthenticationConfig(  # noqa: N802 - QGIS's name
        self, identity: str, config: AuthConfig, full: bool
    ) -> tuple[bool, AuthConfig]:
        for name, value in self._kept[identity].items():
            config.setConfig(name, value)
        return True, config

    def removeAuthenticationConfig(self, identity: str) -> bool:  # noqa: N802 - QGIS's name
        return self._kept.pop(identity, None) is not None


AUTH = AuthManager()


class FilterLineEdit(QLineEdit):
    """QgsFilterLineEdit."""

    cleared = pyqtSignal()

    def setShowSearchIcon(self, visible: bool) -> None:  # noqa: N802 - QGIS's name
        self.setClearButtonEnabled(visible)


class PasswordLineEdit(QLineEdit):
    """QgsPasswordLineEdit."""

    def __init__(self) -> None:
        super().__init__()
        self.setEchoMode(QLineEdit.EchoMode.Password)


class CollapsibleGroupBox(QGroupBox):
    """QgsCollapsibleGroupBox."""

    def setCollapsed(self, collapsed: bool) -> None:  # noqa: N802 - QGIS's name
        self.setFlat(collapsed)


class OptionsWidgetFactory:
    """QgsOptionsWidgetFactory."""

    def __init__(self, title: str, icon: QIcon) -> None:
        self._title = title


class WidgetWrapper(QObject):
    """QgsAbstractProcessingParameterWidgetWrapper."""

    widgetValueHasChanged = pyqtSignal(object)  # noqa: N815 - QGIS's name

    def __init__(self, parameter: Any, kind: Any) -> None:
        super().__init__()
        self._parameter = parameter

    def parameterDefinition(self) -> Any:  # noqa: N802 - QGIS's name
        return self._parameter

    def postInitialize(self, wrappers: list[Any]) -> None:  # noqa: N802 - QGIS's name
        """Nothing to do."""

    def parameterValue(self) -> Any:  # noqa: N802 - QGIS's name
        return self.widgetValue()


class MessageBar(QWidget):
    """QgsMessageBar."""

    def __init__(self) -> None:
        super().__init__()
        QVBoxLayout(self)
        self.shown: list[QWidget] = []

    def createMessage(self, title: str, text: str) -> QWidget:  # noqa: N802 - QGIS's name
        item = QWidget()
        layout = QHBoxLayout(item)
        layout.addWidget(QLabel(title))
        layout.addWidget(QLabel(text))
        return item

    def pushWidget(self, item: QWidget, level: Any) -> None:  # noqa: N802 - QGIS's name
        self.layout().addWidget(item)
        item.show()
        self.shown.append(item)

    def popWidget(self, item: QWidget) -> None:  # noqa: N802 - QGIS's name
        self.shown.remove(item)
        item.deleteLater()


def icon(name: str) -> QIcon:
    """A plain icon, whatever it is asked for."""
    picture = QPixmap(16, 16)
    picture.fill()
    return QIcon(picture)


def expression_function(**options: Any) -> Any:
    """qgsfunction, whose options are QGIS's business: the function stays as it is."""
    return lambda function: function


def install() -> None:
    """Put them where the plugin looks."""
    from qgis import core, gui

    core.QgsSettings = Settings
    core.qgsfunction = expression_function
    core.QgsAuthMethodConfig = AuthConfig
    core.QgsApplication.getThemeIcon = staticmethod(icon)
    core.QgsApplication.authManager = staticmethod(lambda: AUTH)
    gui.QgsFilterLineEdit = FilterLineEdit
    gui.QgsPasswordLineEdit = PasswordLineEdit
    gui.QgsCollapsibleGroupBox = CollapsibleGroupBox
    gui.QgsOptionsPageWidget = QWidget
    gui.QgsOptionsWidgetFactory = OptionsWidgetFactory
    gui.QgsAbstractProcessingParameterWidgetWrapper = WidgetWrapper
