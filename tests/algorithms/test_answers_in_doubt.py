"""What a user says of a step in doubt: the job goes on with the id that was found on the platform, in the form in which
the step would have given it. The platform is asked by plain requests."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pytest
from imagery_hub.core.jobs import State, job_store, questions
from imagery_hub.core.jobs.answer import Answer
from imagery_hub.core.problems import Problem
from imagery_hub.providers import steps
from job_answers import DOUBT, answered, resumed
from qgis.core import QgsFeature, QgsGeometry, QgsProcessingProvider, QgsRectangle, QgsVectorLayer
from sandbox_picterra import PicterraCalls
from sandbox_pixxel import TD2
from sandbox_process import SandboxProcess

pytestmark = pytest.mark.usefixtures("looked_for_at_once")


def name(begin: str) -> str:
    """One that nothing else has."""
    return f"{begin} {uuid.uuid4().hex[:8]}"


# ---------------------------------------------------------------------- all of them
def test_each_answer_names_an_output_of_its_algorithm(imagery_hub: QgsProcessingProvider) -> None:
    found = 0
    for algorithm in imagery_hub.algorithms():
        for step, answer in getattr(algorithm, "answers", {}).items():
            assert isinstance(answer, Answer), (algorithm.id(), step)
            output = algorithm.outputDefinition(answer.output)
            assert "*" in step if not answer.output else output.description(), (algorithm.id(), step)
            found += 1
    assert found > 20


def test_the_outcome_has_the_form_of_the_step() -> None:
    assert Answer("AOI_ID").outcome(" a1 ") == "a1"
    assert Answer("OPERATION_ID", member="operation_id").outcome("o1") == {"operation_id": "o1"}
    assert Answer("DELIVERY_IDS", several=True).outcome("d1, d2,") == ["d1", "d2"]
    assert Answer("COLLECTION_ID", last=True).outcome("10/6 ") == "6"
    assert Answer("SHARE", shape="[0-9]+").outcome("12") == "12" and not Answer("SHARE", shape="[0-9]+").outcome("1a")
    for one in (Answer("A"), Answer("A", member="a"), Answer("A", several=True)):
        assert not one.outcome("  ")


# ---------------------------------------------------------------------- what is created, and somebody else creates too
@dataclass(frozen=True)
class Creation:
    """``typed`` is what the user looks up; ``output`` has it in ``form``."""

    run: Any
    called: str
    given: dict[str, Any]
    operation: str
    output: str
    typed: str = "the-right-one"
    form: str = "the-right-one"


def pixxel_index(request: pytest.FixtureRequest) -> Creation:
    given = {"NAME": name("Answers"), "EXPRESSION": "(B027-B015)/(B027+B015)", "SATELLITE": TD2,
             "DESCRIPTION": "Greenness"}
    return Creation(request.getfixturevalue("run_pixxel"), "createindex", given, "createIndex", "INDEX_ID")


def pix4d_folder(request: pytest.FixtureRequest) -> Creation:
    run = request.getfixturevalue("run_pix4d")
    return Creation(run, "createfolder", {"NAME": name("Answers")}, "createFolder", "FOLDER_ID")


def pix4d_project(request: pytest.FixtureRequest) -> Creation:
    run = request.getfixturevalue("run_pix4d")
    return Creation(run, "createproject", {"NAME": name("Answers")}, "createProject", "PROJECT_ID", "17", "17")


def pix4d_share_link(request: pytest.FixtureRequest) -> Creation:
    project = str(request.getfixturevalue("pix4d").project()["id"])
    return Creation(request.getfixturevalue("run_pix4d"), "createsharelink", {"PROJECT": project},
                    "createPermissionToken", "SHARE", "0123456789ab", "0123456789ab")


def pixel_project(request: pytest.FixtureRequest) -> Creation:
    layer = QgsVectorLayer("Polygon?crs=EPSG:4326", "area", "memory")
    feature = QgsFeature()
    feature.setGeometry(QgsGeometry.fromRect(QgsRectangle(11.0, 47.0, 11.1, 47.1)))
    assert layer.dataProvider().addFeature(feature)
    given = {"NAME": name("Answers"), "AREA": layer}
    return Creation(request.getfixturevalue("run_pixel"), "createproject", given, "createProject", "PROJECT_ID")


def pixel_collection(request: pytest.FixtureRequest, typed: str = "{}/77") -> Creation:
    """The platform shows the number alone, the plugin the project before it."""
    project = request.getfixturevalue("pixel").project()
    given = {"PROJECT": project, "NAME": name("Answers"), "TYPE": "image"}
    return Creation(request.getfixturevalue("run_pixel"), "createcollection", given, "createDataCollection",
                    "COLLECTION_ID", typed.format(project), f"{project}/77")


def pixel_collection_by_its_number(request: pytest.FixtureRequest) -> Creation:
    return pixel_collection(request, "77")


def picterra_detector(request: pytest.FixtureRequest) -> Creation:
    return Creation(request.getfixturevalue("run"), "createdetector", {"NAME": name("Answers")}, "createDetector",
                    "DETECTOR_ID")


@pytest.mark.parametrize("kind", [
    pixxel_index, pix4d_folder, pix4d_project, pix4d_share_link, pixel_project, pixel_collection,
    pixel_collection_by_its_number, picterra_detector,
])
def test_what_was_created_is_named_by_its_id(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, kind: Callable[[pytest.FixtureRequest], Creation]
) -> None:
    """Two of that name are new on the platform after the connection broke."""
    one = kind(request)
    monkeypatch.setattr(steps.Doubt, "appeared", lambda doubt, work, look: {"one", "another"})
    one.run.sandbox.fault(kind="lost_cut", operation=one.operation)
    assert DOUBT in one.run.fails(one.called, **one.given)
    one.run.sandbox.clear_faults()
    before = one.run.sandbox.last_entry()
    assert resumed(one.run, one.called, one.given, f" {one.typed} ")[one.output] == one.form
    assert not one.run.sandbox.log(after=before, operation=one.operation)


def test_a_link_itself_is_no_code_and_is_not_kept(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A link is a secret of those who have it."""
    one = pix4d_share_link(request)
    monkeypatch.setattr(steps.Doubt, "appeared", lambda doubt, work, look: {"one", "another"})
    one.run.sandbox.fault(kind="lost_cut", operation=one.operation)
    one.run.fails(one.called, **one.given)
    with pytest.raises(Problem, match="does not look like this") as refused:
        answered("https://cloud.pix4d.com/dataset/1/map?shareToken=marker-secret")
    assert "marker" not in str(refused.value)
    with closing(job_store().journal(job_store().all()[0].id)) as journal:
        assert not journal.read("create").done


@pytest.mark.parametrize(("algorithm", "step"), [
    ("picterra_uploadvectorlayer", "commit"), ("picterra_createmarkers", "marker 12"),
    ("pixxel_createaois", "aoi 3/create"), ("descarteslabs_layertoproduct", "band nir/add"),
    ("descarteslabs_layertoproduct", "product/add"),
])
def test_steps_of_parts_can_be_answered_too(algorithm: str, step: str) -> None:
    store = job_store()
    job = store.create(f"imageryhub:{algorithm}", "Some", {}, "", "")
    assert store.claim(job)
    with closing(store.journal(job)) as journal:
        journal.begin(step)
    store.end(job, State.FAILED, "not known", question=step)
    question = questions.question_of(store, store.get(job))
    assert question.answer is not None and question.asked
    store.forget(job)


def test_an_id_that_the_platform_does_not_know_is_asked_for_once_more(run: Any, sandbox: SandboxProcess) -> None:
    """It was mistyped: what the user says then counts, and nothing is sent again."""
    calls = PicterraCalls(sandbox)
    detector, training = calls.detector("Trees"), "trainDetector"
    slot = calls.post("rasters/upload/file/", {"name": "some", "multispectral": False})
    run.sandbox.fault(kind="lost_cut", operation=training)
    assert DOUBT in run.fails("traindetector", DETECTOR=detector)
    run.sandbox.clear_faults()
    before, job = sandbox.last_entry(), answered("no-such-operation")
    run.fails("traindetector", DETECTOR=detector, JOB=job)
    assert (job_store().get(job).state, job_store().get(job).question) == (State.FAILED, "start")
    assert calls.put(slot["upload_url"], b"no image") == 200
    found = calls.post(f"rasters/{slot['raster_id']}/commit/")["operation_id"]
    assert answered(found) == job
    assert "Nothing is known" not in run.fails("traindetector", DETECTOR=detector, JOB=job)
    assert job_store().get(job).question == "", "the operation is known, and failed"
    assert not sandbox.log(after=before, operation=training)
