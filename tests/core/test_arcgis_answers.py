"""What QGIS may store of answers that a token of ArcGIS opened."""

from __future__ import annotations

from contextlib import ExitStack

import pytest
from imagery_hub.core.arcgis import answers
from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtNetwork import QNetworkRequest

KEPT_OUT = QNetworkRequest.Attribute.CacheSaveControlAttribute
PAGE = QUrl("https://gis.example/arcgis/rest/services/Forest/ImageServer?f=json")


@pytest.fixture(autouse=True)
def stores_headers(qgis_app: QgsApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the newer QGIS does."""
    monkeypatch.setattr(answers, "STORES_HEADERS_FROM", 0)


def stored(token: bool = True) -> bool:
    """Whether a request, sent now, leaves its answer on disk."""
    request = QNetworkRequest(PAGE)
    if token:
        request.setRawHeader(answers.HEADER, b"Bearer secret")
    answers.keep_out(request)
    return bool(request.attribute(KEPT_OUT, True))


def test_only_answers_to_a_token_are_kept_out() -> None:
    assert not stored()
    assert stored(token=False)


def test_they_are_stored_while_layers_are_opened_and_no_longer() -> None:
    with pytest.raises(ValueError, match="stopped"), answers.let_be_stored():
        assert stored()
        raise ValueError("stopped")
    assert not stored(), "although nobody has taken away what was stored yet"
    answers.remove_stored()
    assert not stored()


def test_who_ends_first_leaves_the_other_its_answers() -> None:
    first, second = ExitStack(), ExitStack()
    first.enter_context(answers.let_be_stored())
    second.enter_context(answers.let_be_stored())
    first.close()
    answers.remove_stored()
    assert stored()
    second.close()
    assert not stored()
