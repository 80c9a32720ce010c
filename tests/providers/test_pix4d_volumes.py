"""What becomes of each documented answer to a volume request."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import requests
from imagery_hub.providers.errors import ConnectionFailed, InputProblem, Kind, PlatformError, Refused
from imagery_hub.providers.http.failures import from_response
from imagery_hub.providers.journal import MemoryJournal
from imagery_hub.providers.pix4d.flows.volumes import ATTEMPTS, Base, Outline, measure, surface
from imagery_hub.providers.work import Work

RING = [[412630.1, 5231866.2, 509.1], [412655.8, 5231868.0, 509.3], [412652.2, 5231840.7, 508.8]]
FOUND = {"cut": 1834.21, "cut_error": 27.4, "fill": 12.07, "fill_error": 1.9}


def refusal(status: int, body: dict[str, Any]) -> PlatformError:
    """The error that an answer becomes, as the session makes it."""
    response = requests.Response()
    response.status_code = status
    response.headers["content-type"] = "application/json"
    response._content, response._content_consumed = json.dumps(body).encode(), True
    return from_response(response, "api.webgis.example")


class Api:
    """The client as far as volumes go: answers with what is left on its list."""

    def __init__(self, *answers: Any, outputs: list[list[Any]] | None = None) -> None:
        self.answers = list(answers)
        self.listed = outputs or []
        self.asked: list[dict[str, Any]] = []
        self.volumes = self
        self.outputs = self

    def during(self, work: Work) -> Api:
        return self

    def compute(self, project_id: str, request: dict[str, Any]) -> Any:
        self.asked.append(json.loads(json.dumps(request)))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def list(self, project_id: str) -> list[Any]:
        return self.listed.pop(0) if len(self.listed) > 1 else self.listed[0]


def asked(
    *answers: Any, outline: Outline | None = None, base: Base | None = None, work: Work | None = None
) -> tuple[Any, Api]:
    api: Any = Api(*answers)
    work = work or Work(pause=lambda seconds: None)
    try:
        return measure(api, "7", outline or Outline(RING), base or Base("triangulated"), work), api
    except PlatformError as error:
        return error, api


def test_a_base_is_asked_for_as_the_documents_have_it() -> None:
    found, api = asked(FOUND, base=Base("fitPlane", units="yd"))
    assert (found.cut, found.cut_error, found.fill, found.fill_error, found.corners) == (1834.21, 27.4, 12.07, 1.9, 3)
    assert api.asked == [{"base_surface": "fitPlane", "coordinates": RING, "units": "yd"}]


def test_a_custom_base_goes_without_heights_of_corners() -> None:
    _, api = asked(FOUND, base=Base("custom", 508.5))
    assert api.asked == [{"base_surface": "custom", "coordinates": [one[:2] for one in RING],
                          "custom_elevation": 508.5}]


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (400, {"title": "No COG DSM found for this project"}, "pix4d_no_surface"),
        (400, {"title": "The polygon doesn't overlap the dataset"}, "pix4d_outside"),
        (400, {"title": "Invalid Polygon"}, "pix4d_no_heights"),
        (400, {"title": "Too much data requested"}, "pix4d_too_large"),
        (504, {"message": "Endpoint request timed out"}, "pix4d_too_slow"),
    ],
)
def test_documented_refusals_have_a_reason(status: int, body: dict[str, Any], reason: str) -> None:
    found, api = asked(refusal(status, body))
    assert isinstance(found, Refused) and found.facts["reason"] == reason and not found.words
    assert len(api.asked) == 1


def test_other_refusals_keep_the_platforms_words() -> None:
    found, _ = asked(refusal(400, {"title": "Validation Error", "errors": {"units": ["not known"]}}))
    assert "not known" in found.words
    found, _ = asked(refusal(404, {"title": "404 Not Found"}))
    assert found.kind is Kind.NOT_FOUND


def test_a_network_error_of_the_gateway_is_sent_again() -> None:
    found, api = asked(refusal(504, {"message": "Network error communicating with endpoint"}), FOUND)
    assert found.cut == 1834.21 and len(api.asked) == 2
    found, api = asked(*[refusal(502, {})] * ATTEMPTS)
    assert found.kind is Kind.SERVER_FAULT and len(api.asked) == ATTEMPTS


def outline_of(corners: int) -> tuple[Outline, list[int]]:
    wanted: list[int] = []
    ring = [[float(number), float(number**2 % 97), 500.0] for number in range(corners)]

    def thin(most: int) -> list[list[float]]:
        wanted.append(most)
        return ring[:most]

    return Outline(ring, thin), wanted


@pytest.mark.parametrize(
    "late",
    [lambda: refusal(504, {"message": "Endpoint request timed out"}),
     lambda: ConnectionFailed(Kind.TIMED_OUT, facts={"host": "h"})],
)
def test_what_takes_too_long_is_sent_with_half_of_its_corners(late: Callable[[], PlatformError]) -> None:
    outline, wanted = outline_of(200)
    found, api = asked(late(), late(), FOUND, outline=outline)
    assert (found.corners, wanted) == (50, [100, 50])
    assert [len(one["coordinates"]) for one in api.asked] == [200, 100, 50]


def test_it_is_not_simplified_without_consent_or_end() -> None:
    late = refusal(504, {"message": "Endpoint request timed out"})
    found, api = asked(late, outline=Outline(outline_of(200)[0].ring))
    assert found.facts["reason"] == "pix4d_too_slow" and len(api.asked) == 1
    outline, _ = outline_of(40)
    found, api = asked(*[late] * 9, outline=outline)
    assert found.facts["reason"] == "pix4d_too_slow" and [len(one["coordinates"]) for one in api.asked] == [40, 20]


def test_a_later_run_asks_only_for_what_it_does_not_know() -> None:
    journal = MemoryJournal()
    found, _ = asked(FOUND, work=Work(journal))
    again, api = asked(work=Work(journal))
    assert again == found and not api.asked


def row(name: str, key: str = "", state: str = "done") -> dict[str, Any]:
    return {"output_type": name, "output_id": len(name), "availability": state, "s3_key": key}


def test_the_surface_model_is_waited_for() -> None:
    plain, cog = row("dsm", "a/dsm.tif"), row("dsm_cloud_optimized", "a/cog.tif")
    pauses: list[float] = []
    api: Any = Api(outputs=[[plain], [plain, row("dsm_cloud_optimized", state="in_progress")], [plain, cog]])
    assert surface(api, "7", Work(pause=pauses.append), 900).key == "a/cog.tif"
    assert pauses == [1.0, 10.0]
    api = Api(outputs=[[plain]])
    with pytest.raises(Refused) as caught:
        surface(api, "7", Work(pause=pauses.append), 30)
    assert caught.value.facts["reason"] == "pix4d_no_surface"
    for listed in ([], [row("ortho", "a/ortho.tif")], [row("dsm", state="not available")]):
        api = Api(outputs=[listed])
        with pytest.raises(InputProblem):
            surface(api, "7", Work(), 30)
