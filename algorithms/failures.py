"""Failures of algorithms as QGIS shows them."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from qgis.core import QgsProcessingException

from ..core import log, messages
from ..core.problems import Problem
from ..providers.errors import PlatformError

Result = TypeVar("Result")


def worded(error: Exception) -> QgsProcessingException:
    """One sentence. What nobody foresaw is in the log, without secrets."""
    if isinstance(error, QgsProcessingException):
        return error
    if not isinstance(error, (PlatformError, Problem)):
        log.unexpected(error)
    return QgsProcessingException(messages.sentence(error))


def words_only(step: Callable[..., Result]) -> Callable[..., Result]:
    """A step that QGIS calls, whose failure is nothing but its sentence.

    QGIS's bindings never let go of what such a step raised, so that its frames would stay until QGIS ends, and with
    them the layers, open files and connections of the run. (Seen in 3.22 to 3.44.)
    """

    @functools.wraps(step)
    def outermost(*given: Any) -> Result:
        try:
            return step(*given)
        except Exception as error:
            words = str(worded(error))
        given = ()
        raise QgsProcessingException(words)

    return outermost
