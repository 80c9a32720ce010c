"""Saved connections, for machines without a window. A secret is never given as text: it is in QGIS's authentication
database already, and the connection names its configuration there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputString,
    QgsProcessingParameterAuthConfig,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterEnum,
    QgsProcessingParameterString,
)

from ...core import compat, connections, main_thread
from ...core.connections import Connection
from ...core.platforms import PLATFORMS
from ...core.translation import tr
from ...providers.work import Work
from ..base import ImageryAlgorithm

NAME = "NAME"
PLATFORM = "PLATFORM"
ADDRESS = "ADDRESS"
AUTHENTICATION = "AUTHENTICATION"
REPLACE = "REPLACE"


def _option(platform: str, name: str) -> str:
    """The parameter for an option of a platform's connections."""
    return f"{platform}_{name}".upper()


class ConnectionAlgorithm(ImageryAlgorithm):
    """What both share."""

    def group(self) -> str:
        return tr("Connections")

    def groupId(self) -> str:  # noqa: N802 - QGIS's name
        return "connections"

    def tags(self) -> list[str]:
        return tr("account,login,key,credentials").split(",")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        name = QgsProcessingParameterString(NAME, tr("Name of the connection"))
        name.setHelp(tr("The name by which algorithms and docks know the connection."))
        self.addParameter(name)
        self.addOutput(QgsProcessingOutputString(NAME, tr("Name of the connection")))

    def connection_name(self, parameters: dict[str, Any], context: QgsProcessingContext) -> str:
        """The name as it is stored."""
        return str(self.parameterAsString(parameters, NAME, context)).strip()


class AddConnection(ConnectionAlgorithm):
    """A saved connection with an authentication configuration that is there already."""

    def name(self) -> str:
        return "addconnection"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Add connection")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Saves a connection under a name, for machines without a window; elsewhere Settings > Options > Imagery Hub"
            " is easier. The key is in an authentication configuration of the kind “Basic”, as its password, and stays"
            " there; a client id is its user name. A single connection needs none of this: algorithms read the vendor's"
            " environment variables."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        titles = [platform.title for platform in PLATFORMS.values()]
        platform = QgsProcessingParameterEnum(PLATFORM, tr("Platform"), titles, defaultValue=0)
        platform.setHelp(tr("Where the connection leads to."))
        self.addParameter(platform)
        authentication = QgsProcessingParameterAuthConfig(AUTHENTICATION, tr("Authentication configuration"))
        authentication.setHelp(tr("Id of the configuration in QGIS whose password is the key."))
        self.addParameter(authentication)
        address = QgsProcessingParameterString(ADDRESS, tr("Address"), optional=True)
        address.setHelp(tr("Empty for the platform's own address."))
        self.addParameter(address)
        for known in PLATFORMS.values():
            for option in known.options:
                title = f"{known.title}: {option.label()}"
                further = QgsProcessingParameterString(_option(known.key, option.name), title, optional=True)
                further.setHelp(tr("Only for connections to {platform}.").format(platform=known.title))
                compat.make_advanced(further)
                self.addParameter(further)
        replacing = QgsProcessingParameterBoolean(REPLACE, tr("Replace a connection of this name"), defaultValue=False)
        replacing.setHelp(tr("Otherwise a connection that is there already is left as it is, and this fails."))
        self.addParameter(replacing)

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        name = self.connection_name(parameters, context)
        if not name:
            yield tr("Give the connection a name.")
        elif name in connections.names() and not self.parameterAsBoolean(parameters, REPLACE, context):
            words = tr("There is a connection named “{name}” already. Choose another name, or replace it.")
            yield words.format(name=name)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        name = self.connection_name(parameters, context)
        key = list(PLATFORMS)[self.parameterAsEnum(parameters, PLATFORM, context)]
        options = {
            one.name: self.parameterAsString(parameters, _option(key, one.name), context).strip()
            for one in PLATFORMS[key].options
        }
        connection = Connection(
            name,
            key,
            self.parameterAsString(parameters, ADDRESS, context).strip(),
            {name: value for name, value in options.items() if value},
            self.parameterAsString(parameters, AUTHENTICATION, context),
            borrowed=True,
        )
        main_thread.call(lambda: self._store(connection))
        return {NAME: name}

    @staticmethod
    def _store(connection: Connection) -> None:
        if connection.name not in connections.names():
            connections.save(connection)
            return
        old = connections.get(connection.name)
        if old.authcfg == connection.authcfg:  # the key that was stored for it stays its own
            connections.save(replace(connection, borrowed=old.borrowed), None, old.name)
        else:
            connections.remove(old.name)
            connections.save(connection)


class RemoveConnection(ConnectionAlgorithm):
    """Forgets a saved connection."""

    def name(self) -> str:
        return "removeconnection"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Remove connection")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Removes a saved connection, and its key where the key was stored for it. Nothing on the platform changes."
        )

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        name = self.connection_name(parameters, context)
        if name not in connections.names():
            yield tr("There is no connection named “{name}”.").format(name=name)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        name = self.connection_name(parameters, context)
        main_thread.call(lambda: connections.remove(name))
        return {NAME: name}
