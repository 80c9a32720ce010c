"""Processing is started once whatever happens, followed to its end, and its region of interest comes back as it was."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from imagery_hub.providers.errors import (
    Cancelled,
    ConnectionFailed,
    InputProblem,
    JobFailed,
    Kind,
    OpenQuestion,
    PlatformError,
    Refused,
    ServerFault,
)
from imagery_hub.providers.journal import MemoryJournal
from imagery_hub.providers.pix4d.flows import processing, regions
from imagery_hub.providers.work import Work

LOST = ConnectionFailed(Kind.INTERRUPTED, facts={"host": "cloud"})


class Api:
    """A project that takes ``turns`` looks to be processed; ``fail`` is what a start ends with, and when."""

    def __init__(self, turns: int = 2, end: str = "DONE", **project: Any) -> None:
        self.project: dict[str, Any] = {"id": 7, "public_status": "UPLOADED", "coordinate_system": "EPSG:32632",
                                        "last_datetime_processing_started": None, **project}
        self.turns, self.end = turns, end
        self.starts: list[tuple[Any, bool]] = []
        self.fail: tuple[str, PlatformError] | None = None
        self.stored: dict[str, Any] = {}
        self.gcp_names: list[str] = []
        self.sent: list[tuple[str, Any]] = []
        self.projects = SimpleNamespace(get=self._get)
        self.processing = SimpleNamespace(start=self._start)
        self.gcps = SimpleNamespace(list=lambda project: [{"name": one} for one in self.gcp_names])
        self.options = SimpleNamespace(get=lambda project: dict(self.stored), change=self._change,
                                       replace=self._replace, set=self._replace)

    def during(self, work: Work) -> Api:
        return self

    def _get(self, project: str) -> dict[str, Any]:
        seen = dict(self.project)
        if self.project["public_status"] == "PROCESSING":
            self.turns -= 1
            if self.turns <= 0:
                self.project["public_status"] = self.end
        return seen

    def _start(self, project: str, options: Any, send_email: bool) -> dict[str, Any]:
        self.starts.append((options, send_email))
        if self.fail is not None and self.fail[0] == "before":
            raise self.fail[1]
        moment = f"2026-01-01T00:00:0{len(self.starts)}Z"
        self.project.update(public_status="PROCESSING", last_datetime_processing_started=moment)
        if self.fail is not None:
            raise self.fail[1]
        return {"estimated_time": 5400}

    def _change(self, project: str, options: Any) -> Any:
        self.sent.append(("change", options))
        self.stored.update(options)
        return dict(self.stored)

    def _replace(self, project: str, options: Any) -> Any:
        self.sent.append(("replace", options))
        self.stored = dict(options)
        return dict(self.stored)


def work(journal: MemoryJournal | None = None, report: Callable[..., None] | None = None, **more: Any) -> Work:
    return Work(journal, report, pause=lambda seconds: None, **more)


def run(api: Api, work: Work, options: Any = None) -> Any:
    begun = processing.start(api, "7", options, True, work)
    return processing.follow(api, "7", begun, work)


def test_processing_is_started_with_its_options_and_followed_to_the_end() -> None:
    api, told = Api(), []
    assert run(api, work(report=told.append), {"tags": ["oblique"]})["public_status"] == "DONE"
    assert api.starts == [({"tags": ["oblique"]}, True)]
    assert ("processing_project", {"status": "PROCESSING"}) in [(one.message, one.facts) for one in told]


@pytest.mark.parametrize("failure", [LOST, ServerFault(Kind.SERVER_FAULT, status=504)], ids=["cut", "504"])
def test_a_start_whose_answer_was_lost_is_seen_on_the_project(failure: PlatformError) -> None:
    api = Api()
    api.fail = ("after", failure)
    assert run(api, work())["public_status"] == "DONE"
    assert len(api.starts) == 1


@pytest.mark.parametrize("failure", [LOST, ServerFault(Kind.SERVER_FAULT, status=500)], ids=["cut", "500"])
def test_a_start_that_took_no_effect_is_not_repeated_by_itself(failure: PlatformError) -> None:
    api, journal = Api(), MemoryJournal()
    api.fail = ("before", failure)
    with pytest.raises(type(failure)):
        run(api, work(journal))
    assert len(api.starts) == 1
    api.fail = None
    assert run(api, work(journal))["public_status"] == "DONE"
    assert len(api.starts) == 2


def test_a_killed_start_is_taken_up_without_a_second_one() -> None:
    api, journal = Api(turns=3), MemoryJournal()
    api.fail = ("after", KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        run(api, work(journal))
    api.fail = None
    assert run(api, work(journal))["public_status"] == "DONE"
    assert len(api.starts) == 1


def test_a_job_that_was_stopped_follows_the_same_processing() -> None:
    api, journal = Api(turns=50), MemoryJournal()
    looks = iter([False] * 6 + [True] * 50)
    with pytest.raises(Cancelled):
        run(api, work(journal, cancelled=lambda: next(looks)))
    assert run(api, work(journal))["public_status"] == "DONE"
    assert len(api.starts) == 1


def test_the_end_of_an_earlier_processing_is_not_that_of_this_one() -> None:
    api = Api(public_status="ERROR", last_datetime_processing_started="2025-01-01T00:00:00Z", error_code=10201)
    waits = iter(["ERROR", "ERROR", "PROCESSING", "DONE"])
    begun = processing.start(api, "7", None, True, work())
    assert begun.earlier == "2025-01-01T00:00:00Z"
    late = {"id": 7, "last_datetime_processing_started": "2025-01-01T00:00:00Z"}
    api.projects.get = lambda project: {**late, "public_status": next(waits)}
    assert processing.follow(api, "7", begun, work())["public_status"] == "DONE"


def test_a_project_that_is_processed_already_is_not_started() -> None:
    api = Api(public_status="PROCESSING")
    with pytest.raises(InputProblem) as caught:
        run(api, work())
    assert caught.value.facts["problem"] == "processing_already"
    assert api.starts == []


def test_control_points_without_a_system_are_told_before_the_start() -> None:
    api = Api(coordinate_system="")
    api.gcp_names = ["A"]
    with pytest.raises(InputProblem) as caught:
        run(api, work())
    assert caught.value.facts["problem"] == "gcp_needs_system"
    assert run(api, work(), {"output_cs_horizontal": 25832})["public_status"] == "DONE"
    api = Api(coordinate_system="")
    api.gcp_names, api.stored = ["A"], {"output_cs_horizontal": 25832}
    assert run(api, work())["public_status"] == "DONE"


def test_a_refused_start_can_be_tried_again() -> None:
    api, journal = Api(), MemoryJournal()
    api.fail = ("before", Refused(Kind.REFUSED, status=400, words="The project has no registered image."))
    with pytest.raises(Refused):
        run(api, work(journal))
    api.fail = None
    assert run(api, work(journal))["public_status"] == "DONE"


def test_what_others_processed_after_a_refused_start_is_not_the_end_of_ours() -> None:
    api, journal = Api(), MemoryJournal()
    api.fail = ("before", Refused(Kind.REFUSED, status=400, words="The project has no registered image."))
    with pytest.raises(Refused):
        run(api, work(journal))
    api.fail = None
    api.project.update(public_status="DONE", last_datetime_processing_started="2025-12-31T00:00:00Z")
    begun = processing.start(api, "7", None, True, work(journal))  # type: ignore[arg-type]
    assert begun.earlier == "2025-12-31T00:00:00Z"


@pytest.mark.parametrize(("code", "reason"), [
    *((code, f"pix4d_{code}") for code in sorted(processing.KNOWN_CODES)), (None, "pix4d"), (99, "pix4d"),
    ([10201], "pix4d"),
])
def test_each_code_of_a_failure_is_told(code: Any, reason: str) -> None:
    api = Api(turns=1, end="ERROR", error_code=code, error_reason="The words.")
    with pytest.raises(JobFailed) as caught:
        run(api, work())
    assert caught.value.facts["reason"] == reason
    assert caught.value.words == "The words."


def test_passing_failures_of_a_look_do_not_end_the_following() -> None:
    api = Api(turns=1)
    begun = processing.start(api, "7", None, False, work())
    get, failures = api.projects.get, iter([LOST, LOST])

    def shaky(project: str) -> Any:
        failure = next(failures, None)
        if failure is not None:
            raise failure
        return get(project)

    api.projects.get = shaky
    assert processing.follow(api, "7", begun, work())["public_status"] == "DONE"
    assert api.starts == [(None, False)]


def test_the_pauses_between_looks_grow_to_two_minutes() -> None:
    api, pauses = Api(turns=20), []
    run(api, Work(pause=pauses.append))
    assert pauses[0] == 2.0 and max(pauses) == processing.LONGEST_PAUSE
    assert pauses == sorted(pauses)


@pytest.mark.parametrize("tags", [["nadir", "oblique"], ["building", "nadir"], ["nadir", "3d-maps"], ["flat"],
                                  ["flat", "oblique"]])
def test_tags_that_contradict_each_other_are_not_sent(tags: list[str]) -> None:
    api = Api()
    for flow in (lambda: processing.set_options(api, "7", {"tags": tags}, False, work()),
                 lambda: run(api, work(), {"tags": tags})):
        with pytest.raises(InputProblem):
            flow()
    assert api.sent == [] and api.starts == []


def test_options_are_changed_or_overwritten() -> None:
    api = Api()
    api.stored = {"tags": ["rtk"], "outputs": ["dsm"]}
    assert processing.set_options(api, "7", {"tags": ["oblique"]}, False, work()) == {
        "tags": ["oblique"], "outputs": ["dsm"]}
    assert processing.set_options(api, "7", {"tags": ["nadir"]}, True, work()) == {"tags": ["nadir"]}


SQUARE = [[7.84512, 47.23391], [7.84903, 47.23402], [7.84911, 47.23177], [7.8452, 47.23166], [7.84512, 47.23391]]
HOLE = [[7.8466, 47.2331], [7.84662, 47.2326], [7.84744, 47.23287], [7.8466, 47.2331]]


@pytest.mark.parametrize("rings", [[SQUARE], [SQUARE, HOLE], [SQUARE[::-1], HOLE[::-1]]], ids=["one", "hole", "turned"])
@pytest.mark.parametrize("thickness", [None, 120.0, 0.125])
def test_a_region_comes_back_as_it_was_set(rings: list[Any], thickness: float | None) -> None:
    api = Api()
    api.stored = {"tags": ["rtk"]}
    polygon = {"type": "Polygon", "coordinates": rings}
    regions.set_region(api, "7", polygon, thickness, work())
    assert regions.get_region(api, "7", work()) == (polygon, thickness)
    assert api.stored["tags"] == ["rtk"]
    assert len(api.stored["area"]["plane"]["vertices3d"]) == sum(len(ring) - 1 for ring in rings)
    assert regions.reset_region(api, "7", work()) is True
    assert api.stored == {"tags": ["rtk"]}
    assert regions.get_region(api, "7", work()) is None
    assert regions.reset_region(api, "7", work()) is False


def test_several_polygons_are_no_region() -> None:
    api = Api()
    with pytest.raises(InputProblem) as caught:
        regions.set_region(api, "7", {"type": "MultiPolygon", "coordinates": [[SQUARE], [HOLE]]}, None, work())
    assert caught.value.facts["problem"] == "one_polygon"
    assert api.sent == []


@pytest.mark.parametrize("area", [
    "all", {"plane": None}, {"plane": {"vertices3d": [], "outer_boundary": [0, 1, 2]}},
    {"plane": {"vertices3d": [[1, 2, 0]] * 3, "outer_boundary": [0, 0, 1]}}, {"plane": {}, "thickness": "far"},
])
def test_a_region_that_cannot_be_read_is_said_to_be_so(area: Any) -> None:
    api = Api()
    api.stored = {"area": area}
    with pytest.raises(InputProblem):
        regions.get_region(api, "7", work())


def test_an_open_question_never_comes_of_a_start() -> None:
    """What a start did is seen on the project, so that it need not be asked."""
    api, journal = Api(), MemoryJournal()
    api.fail = ("before", LOST)
    for _ in range(3):
        with pytest.raises(ConnectionFailed) as caught:
            run(api, work(journal))
        assert not isinstance(caught.value, OpenQuestion)
    assert api.project["public_status"] == "UPLOADED"
