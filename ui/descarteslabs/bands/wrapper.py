"""What Processing makes for the parameter of ``algorithms.parameters.catalog_bands``: the table in the dialog, QGIS's
own widgets in the modeler, with a button that opens the table, and in batch, where the text is given."""

from __future__ import annotations

from typing import Any

from ...forms.field import Form
from ...forms.widget import FormWidget, Values


class BandsWidget(FormWidget):
    """The bands of the layer in another parameter."""

    @staticmethod
    def form(settings: dict[str, Any], values: Values) -> Form:
        from .form import BandsForm

        return BandsForm(lambda: values(settings["layer"]))

    @staticmethod
    def heeded(settings: dict[str, Any]) -> tuple[str, ...]:
        return (settings["layer"],)
