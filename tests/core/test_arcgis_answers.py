"""What QGIS may store of answers that a token of ArcGIS opened."""

from __future__ import annotations

from contextlib import ExitStack

import pytest
from imagery_hub.core.arcgis import answers
from qgis.core import QgsApplication, QgsNetworkAccessManager
from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtNetwork import QNetworkCacheMetaData, QNetworkRequest

KEPT_OUT = QNetworkRequest.Attribute.CacheSaveControlAttribute
PAGE = QUrl("https://gis.example/arcgis/rest/services/Forest/ImageServer?f=json")


@pytest.fixture(autouse=True)
def stores_headers(qgis_app: QgsApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the newer QGIS does."""
    monkeypatch.setattr(answers, "STORES_HEADERS_FROM", 0)
    answers.remove_all()


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


def page_of(name: str) -> QUrl:
    return QUrl(f"https://gis.example/arcgis/rest/services/{name}/ImageServer?f=json")


def keep(name: str) -> None:
    """Ask with a token, and have QGIS store the answer as it does when it may."""
    request = QNetworkRequest(page_of(name))
    request.setRawHeader(answers.HEADER, b"Bearer secret")
    answers.keep_out(request)
    assert request.attribute(KEPT_OUT, True)
    page = QNetworkCacheMetaData()
    page.setUrl(request.url())
    page.setSaveToDisk(True)
    cache = QgsNetworkAccessManager.instance().cache()
    device = cache.prepare(page)
    device.write(b"{}")
    cache.insert(device)


def kept() -> list[str]:
    cache = QgsNetworkAccessManager.instance().cache()
    return [name for name in ("Forest", "Lakes") if cache.metaData(page_of(name)).isValid()]


def test_of_two_openings_the_last_one_takes_away_what_both_stored() -> None:
    first, second = ExitStack(), ExitStack()
    first.enter_context(answers.let_be_stored())
    second.enter_context(answers.let_be_stored())
    keep("Forest")
    first.close()
    keep("Lakes")
    answers.remove_stored()
    assert kept() == ["Forest", "Lakes"], "the second one's layers are not back yet"
    second.close()
    assert not stored()
    answers.remove_stored()
    assert kept() == []


def test_nothing_stays_when_the_plugin_goes_before_the_layers_come() -> None:
    with answers.let_be_stored():
        keep("Forest")
    answers.remove_all()
    assert kept() == []
    with answers.let_be_stored():
        keep("Lakes")
    answers.remove_stored()
    assert kept() == [], "nobody is waited for any more"
