"""The connection of an algorithm: its name, empty for the environment variables."""

from __future__ import annotations

from qgis.core import QgsProcessingParameterString

from ...core.platforms import PLATFORMS
from ...core.translation import tr

CONNECTION = "CONNECTION"
WIDGET = f"{__name__.split('.algorithms.')[0]}.ui.choices.connection.ConnectionWidget"


def connection_parameter(platform: str) -> QgsProcessingParameterString:
    """A string parameter ``CONNECTION`` whose widget in the dialog offers the saved connections of the platform."""
    known = PLATFORMS[platform]
    parameter = QgsProcessingParameterString(
        CONNECTION, tr("{platform} connection").format(platform=known.title), optional=True
    )
    parameter.setHelp(
        tr("Name of a saved connection. Empty: the environment variables {variables} are read.").format(
            variables=", ".join(known.variables)
        )
    )
    parameter.setMetadata({"widget_wrapper": {"class": WIDGET, "platform": platform}})
    return parameter
