"""What holds for every test in the real program."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator
from types import TracebackType

import pytest
from imagery_hub.core import main_thread
from imagery_hub.core.network.proxies import ProxyRules
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


@pytest.fixture(autouse=True)
def no_proxy_looked_for_on_the_main_thread(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The system may take seconds to tell its proxy, in which no window would answer. Where a test itself calls
    ``processing.run``, as scripts do, it waits for the whole algorithm."""
    found: list[str] = []
    look = ProxyRules.for_url

    def noted(rules: ProxyRules, url: str) -> str:
        if main_thread.is_main_thread():
            asked_by = traceback.extract_stack()
            if not any(one.filename.endswith("processing/tools/general.py") for one in asked_by):
                found.append("".join(traceback.format_list(asked_by)))
        return look(rules, url)

    monkeypatch.setattr(ProxyRules, "for_url", noted)
    yield
    assert not found, found[0]
