"""What holds for every test in the real program."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator
from types import TracebackType

import pytest
from qgis.core import Qgis, QgsApplication


@pytest.fixture(autouse=True)
def no_python_errors() -> Iterator[None]:
    """An exception in a slot reaches nobody. QGIS tells it in a bar, or in a dialog that waits where no window is
    active; here it fails the test."""
    found: list[str] = []

    def note(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        found.append("".join(traceback.format_exception(kind, error, trace)))
        QgsApplication.messageLog().logMessage(found[-1], "Python error", Qgis.MessageLevel.Critical)

    before, sys.excepthook = sys.excepthook, note
    yield
    sys.excepthook = before
    assert not found, "\n".join(found)
