"""Translation of every text that a user sees."""

from __future__ import annotations

from qgis.PyQt.QtCore import QCoreApplication

CONTEXT = "ImageryHub"


def tr(text: str) -> str:
    """The text in the user's language. Called late: values are filled in afterwards with ``format``."""
    return QCoreApplication.translate(CONTEXT, text)
