"""What the list of jobs says of a file that was cut: that it starts again, where its storage takes it as a whole."""

from __future__ import annotations

from typing import Any

import pytest
from imagery_hub.core.jobs import JobRecord, State
from imagery_hub.core.jobs.progress import Shown
from imagery_hub.core.own_algorithms import registered
from imagery_hub.ui.jobs.details import Details
from pytestqt.qtbot import QtBot

SENTENCE = "A file that has not arrived whole starts again from its beginning; one object remains on the platform."
UPLOADS = (
    "picterra_uploadraster", "picterra_uploadrasters", "picterra_uploadvectorlayer", "picterra_setannotations",
    "picterra_setdetectionareas", "pixel_uploadrasters", "pixel_uploadimages", "pixel_uploadpointclouds",
    "pixel_retryuploads", "pixel_addattachments", "descarteslabs_uploadimages", "descarteslabs_uploadarray",
    "descarteslabs_uploadstored",
)
#: Their storage is asked for what it has, and for the rest.
RESUMED = ("picterra_downloadresult", "picterra_downloadraster", "pix4d_uploadphotos", "pix4d_registeroutput")


@pytest.fixture
def said(imagery_hub: Any, qtbot: QtBot) -> Any:
    """What is said of a job."""
    details = Details(lambda record, key: None)
    qtbot.addWidget(details)

    def of(algorithm: str, state: State = State.STOPPED, **parameters: Any) -> str:
        assert registered(f"imageryhub:{algorithm}") is not None
        record = JobRecord(f"{algorithm} {state} {parameters}", f"imageryhub:{algorithm}", "", parameters, state)
        details.show_job(record, Shown())
        return details.facts.text()

    yield of
    details.close_down()


@pytest.mark.parametrize("algorithm", UPLOADS)
def test_what_is_taken_as_a_whole_starts_again(said: Any, algorithm: str) -> None:
    assert SENTENCE in said(algorithm)
    assert SENTENCE in said(algorithm, State.FAILED)
    assert SENTENCE not in said(algorithm, State.DONE)


@pytest.mark.parametrize("algorithm", RESUMED)
def test_what_goes_on_says_nothing(said: Any, algorithm: str) -> None:
    assert SENTENCE not in said(algorithm)


@pytest.mark.parametrize(
    ("target", "again"),
    [("Picterra folder", True), ("Descartes Labs product", True), ("Pixel data collection", True),
     ("PIX4D project", False), ("nowhere", False)],
)
def test_what_is_sent_to_another_platform_is_as_there(said: Any, target: str, again: bool) -> None:
    assert (SENTENCE in said("senditem", TARGET=target)) is again
