"""Failures of algorithms as QGIS shows them."""

from __future__ import annotations

from qgis.core import QgsProcessingException

from ..core import log, messages
from ..core.problems import Problem
from ..providers.errors import PlatformError


def worded(error: Exception) -> QgsProcessingException:
    """One sentence. What nobody foresaw is in the log, without secrets."""
    if isinstance(error, QgsProcessingException):
        return error
    if not isinstance(error, (PlatformError, Problem)):
        log.unexpected(error)
    return QgsProcessingException(messages.sentence(error))
