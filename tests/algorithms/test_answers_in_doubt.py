"""What a user says of a step in doubt: the job goes on with the id that was found on the platform, in the form in which
the step would have given it. The platform is asked by plain requests."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from imagery_hub.core.jobs import job_store, questions
from imagery_hub.core.jobs.answer import Answer
from imagery_hub.core.problems import Problem
from imagery_hub.providers import steps
from qgis.core import QgsFeature, QgsGeometry, QgsProcessingProvider, QgsRectangle, QgsVectorLayer
from sandbox_pixxel import CROPS, TD2, PixxelCalls

HERE = "CRS=EPSG:4326;POLYGON((75.61 14.42, 75.74 14.42, 75.74 14.53, 75.61 14.53, 75.61 14.42))"
DOUBT = "it is not known whether"


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch, without_pauses: None) -> None:
    """What a step in doubt may have made is looked for without waiting."""
    monkeypatch.setattr(steps, "LOOKS", (0.01,))


@pytest.fixture
def archive(pixxel: PixxelCalls) -> dict[str, Any]:
    return {"PROJECT": CROPS, "AREA_TEXT": HERE, "USECASE": "forestry", "ITEMS": pixxel.covering()}


def name(begin: str) -> str:
    """One that nothing else has."""
    return f"{begin} {uuid.uuid4().hex[:8]}"


def answered(value: str) -> str:
    """The newest job, after its question was answered by "It Was Done"."""
    record = next(one for one in job_store().all() if one.question)
    question = questions.question_of(job_store(), record)
    assert question is not None and question.asked
    questions.it_was_done(job_store(), question, value)
    return record.id


def resumed(run: Any, called: str, given: dict[str, Any], value: str) -> dict[str, Any]:
    """The results of the newest job's algorithm when it goes on with that answer."""
    result: dict[str, Any] = run(called, **given, JOB=answered(value))
    return result


# ---------------------------------------------------------------------- all of them
def test_each_answer_names_an_output_of_its_algorithm(imagery_hub: QgsProcessingProvider) -> None:
    found = 0
    for algorithm in imagery_hub.algorithms():
        for step, answer in getattr(algorithm, "answers", {}).items():
            assert isinstance(answer, Answer), (algorithm.id(), step)
            assert algorithm.outputDefinition(answer.output).description(), (algorithm.id(), step)
            found += 1
    assert found > 20


def test_the_outcome_has_the_form_of_the_step() -> None:
    assert Answer("AOI_ID").outcome(" a1 ") == "a1"
    assert Answer("OPERATION_ID", member="operation_id").outcome("o1") == {"operation_id": "o1"}
    assert Answer("DELIVERY_IDS", several=True).outcome("d1, d2,") == ["d1", "d2"]
    for one in (Answer("A"), Answer("A", member="a"), Answer("A", several=True)):
        assert not one.outcome("  ")


# ---------------------------------------------------------------------- what is created, and somebody else creates too
def pixxel_index(request: pytest.FixtureRequest) -> tuple[Any, str, dict[str, Any], str]:
    given = {"NAME": name("Answers"), "EXPRESSION": "(B027-B015)/(B027+B015)", "SATELLITE": TD2,
             "DESCRIPTION": "Greenness"}
    return request.getfixturevalue("run_pixxel"), "createindex", given, "INDEX_ID"


def pix4d_folder(request: pytest.FixtureRequest) -> tuple[Any, str, dict[str, Any], str]:
    return request.getfixturevalue("run_pix4d"), "createfolder", {"NAME": name("Answers")}, "FOLDER_ID"


def pixel_project(request: pytest.FixtureRequest) -> tuple[Any, str, dict[str, Any], str]:
    layer = QgsVectorLayer("Polygon?crs=EPSG:4326", "area", "memory")
    feature = QgsFeature()
    feature.setGeometry(QgsGeometry.fromRect(QgsRectangle(11.0, 47.0, 11.1, 47.1)))
    assert layer.dataProvider().addFeature(feature)
    given = {"NAME": name("Answers"), "AREA": layer}
    return request.getfixturevalue("run_pixel"), "createproject", given, "PROJECT_ID"


def picterra_detector(request: pytest.FixtureRequest) -> tuple[Any, str, dict[str, Any], str]:
    return request.getfixturevalue("run"), "createdetector", {"NAME": name("Answers")}, "DETECTOR_ID"


@pytest.mark.parametrize("kind", [pixxel_index, pix4d_folder, pixel_project, picterra_detector])
def test_what_was_created_is_named_by_its_id(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch,
    kind: Callable[[pytest.FixtureRequest], tuple[Any, str, dict[str, Any], str]],
) -> None:
    """Two of that name are new on the platform after the connection broke."""
    run, called, given, output = kind(request)
    monkeypatch.setattr(steps.Doubt, "appeared", lambda doubt, work, look: {"one", "another"})
    creating = re.compile("(indices|folders|projects|detectors)/?$")
    run.sandbox.fault(kind="lost_cut", method="POST", path=creating.pattern)
    assert DOUBT in run.fails(called, **given)
    run.sandbox.clear_faults()
    before = run.sandbox.last_entry()
    assert resumed(run, called, given, " the-right-one ")[output] == "the-right-one"
    sent = [one for one in run.sandbox.log(after=before) if one["method"] == "POST"]
    assert not [one for one in sent if creating.search(one["path"])]


# ---------------------------------------------------------------------- what costs tokens
def orders(pixxel: PixxelCalls) -> list[str]:
    return [one["id"] for one in pixxel.get("v0/orders", limit=100)["orders"]]


def lost_order(run_pixxel: Any, archive: dict[str, Any], kept: Path) -> dict[str, Any]:
    """The parameters of an order that never came to the platform, with an item of the file ``kept``."""
    given = {**archive, "WITH_ITEMS": [str(kept)], "CONFIRM": True}
    run_pixxel("orderarchive", **{**archive, "USECASE": "mining"}, ITEM_FILE=str(kept))
    run_pixxel.sandbox.control("POST", "faults", {"operation": "createOrder", "kind": "cut", "after": 1, "count": 0})
    assert DOUBT in run_pixxel.fails("orderarchive", **given)
    run_pixxel.sandbox.clear_faults()
    return given


def test_an_order_in_doubt_goes_on_with_its_id_and_keeps_its_files(
    run_pixxel: Any, pixxel: PixxelCalls, archive: dict[str, Any], tmp_path: Path
) -> None:
    kept = tmp_path / "kept.json"
    given = lost_order(run_pixxel, archive, kept)
    before = orders(pixxel)
    for confirm in (True, False):
        words = run_pixxel.fails("orderarchive", **{**given, "NAME": "Other", "CONFIRM": confirm})
        assert "kept.json is in an order of which it is not known yet" in words
    assert orders(pixxel) == before
    found = run_pixxel("orderarchive", **{**archive, "USECASE": "planning"}, CONFIRM=True)["ORDER_ID"]
    before = orders(pixxel)
    assert resumed(run_pixxel, "orderarchive", given, found)["ORDER_ID"] == found
    assert orders(pixxel) == before
    assert f"kept.json was ordered before, as {found}" in run_pixxel.fails("orderarchive", **given)


def test_an_order_that_was_not_placed_is_placed_by_doing_it_again(
    run_pixxel: Any, pixxel: PixxelCalls, archive: dict[str, Any], tmp_path: Path
) -> None:
    kept = tmp_path / "kept.json"
    given, before = lost_order(run_pixxel, archive, kept), orders(pixxel)
    record = next(one for one in job_store().all() if one.question)
    questions.do_it_again(job_store(), questions.question_of(job_store(), record))
    made = run_pixxel("orderarchive", **given, JOB=record.id)
    assert set(orders(pixxel)) - set(before) == {made["ORDER_ID"]}
    assert len(pixxel.get(f"v0/orders/{made['ORDER_ID']}")["order_items"]) == 2
    assert "was ordered before" in run_pixxel.fails("orderarchive", **given)


def test_of_two_new_orders_neither_is_taken_by_itself(
    run_pixxel: Any, pixxel: PixxelCalls, archive: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A colleague ordered while the answer was lost: it is asked, and the answer is taken."""
    from imagery_hub.providers.pixxel.flows import following

    monkeypatch.setattr(following, "appeared", lambda work, look: {"mine", "of-a-colleague"})
    run_pixxel.sandbox.control("POST", "faults", {"operation": "createOrder", "kind": "lost_cut", "after": 1})
    before = orders(pixxel)
    assert DOUBT in run_pixxel.fails("orderarchive", **archive, CONFIRM=True)
    (mine,) = set(orders(pixxel)) - set(before)
    assert resumed(run_pixxel, "orderarchive", {**archive, "CONFIRM": True}, mine)["ORDER_ID"] == mine


def test_a_workflow_in_doubt_goes_on_with_its_job(run_pixxel: Any, pixxel: PixxelCalls) -> None:
    details = [pixxel.get(f"v0/workflows/{one['id']}", project_id=CROPS)
               for one in pixxel.get("v0/workflows", project_id=CROPS)["workflows"]]
    given = {"PROJECT": CROPS, "WORKFLOW": next(one["id"] for one in details if not one["val_errors"]),
             "CONFIRM": True}
    found = run_pixxel("runworkflow", **given)["JOB_ID"]
    run_pixxel.sandbox.fault(kind="cut", operation="createJob", count=0)
    assert DOUBT in run_pixxel.fails("runworkflow", **given)
    run_pixxel.sandbox.clear_faults()
    jobs = pixxel.get(f"v0/workflows/{given['WORKFLOW']}/jobs")["jobs"]
    result = resumed(run_pixxel, "runworkflow", given, found)
    assert (result["JOB_ID"], result["STATUS"]) == (found, "completed")
    assert pixxel.get(f"v0/workflows/{given['WORKFLOW']}/jobs")["jobs"] == jobs


def test_deliveries_in_doubt_go_on_with_their_ids(run_pixxel: Any, pixxel: PixxelCalls, archive: Any) -> None:
    bucket = {"name": name("Bucket"), "type": "S3", "configs": {"bucket": "plots", "region": "eu-central-1"}}
    login = {"access_key_id": "AKIAEXAMPLE", "secret_access_key": "example"}
    store = pixxel.post("v0/stores", {**bucket, "secrets": login})["id"]
    entries = run_pixxel("orderarchive", **archive, CONFIRM=True, WAIT=True)["CATALOG_IDS"]
    given = {"CATALOGS": entries, "STORE": store, "PATH": "plots"}
    sent = run_pixxel("deliver", **given)
    run_pixxel.sandbox.fault(kind="cut", operation="createDeliveries", count=0)
    assert DOUBT in run_pixxel.fails("deliver", **given)
    run_pixxel.sandbox.clear_faults()
    assert resumed(run_pixxel, "deliver", given, sent["DELIVERY_IDS"]) == sent


# ---------------------------------------------------------------------- files of items
def test_a_file_that_cannot_be_written_is_not_ordered(
    run_pixxel: Any, pixxel: PixxelCalls, archive: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a share that can only be read. The first of two files is given back."""
    from imagery_hub.algorithms.pixxel import order_files

    files = [tmp_path / "first.json", tmp_path / "second.json"]
    for usecase, file in zip(("mining", "planning"), files):
        run_pixxel("orderarchive", **{**archive, "USECASE": usecase}, ITEM_FILE=str(file))
    before, write = orders(pixxel), order_files._write
    contents = [one.read_text("utf-8") for one in files]

    def refusing(path: Path, content: dict[str, Any]) -> None:
        if path == files[1]:
            raise PermissionError(path)
        write(path, content)

    given = {**archive, "WITH_ITEMS": [str(one) for one in files], "CONFIRM": True}
    with monkeypatch.context() as patch:
        patch.setattr(order_files, "_write", refusing)
        words = run_pixxel.fails("orderarchive", **given)
    assert "Nothing was ordered, since second.json cannot be written" in words
    assert orders(pixxel) == before and [one.read_text("utf-8") for one in files] == contents
    run_pixxel("orderarchive", **given)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["first.json", "second.json"]


def test_an_order_that_the_platform_refuses_gives_its_files_back(
    run_pixxel: Any, pixxel: PixxelCalls, archive: dict[str, Any], tmp_path: Path
) -> None:
    kept = tmp_path / "kept.json"
    run_pixxel("orderarchive", **{**archive, "USECASE": "mining"}, ITEM_FILE=str(kept))
    content = kept.read_text("utf-8")
    given = {**archive, "WITH_ITEMS": [str(kept)], "CONFIRM": True}
    run_pixxel.sandbox.fault(kind="status", operation="createOrder", status=402, words="No tokens left.", after=1)
    run_pixxel.fails("orderarchive", **given)
    assert kept.read_text("utf-8") == content
    run_pixxel.sandbox.clear_faults()
    assert run_pixxel("orderarchive", **given)["ORDER_ID"]


def test_an_answer_without_an_id_is_none(run_pixxel: Any, archive: dict[str, Any], tmp_path: Path) -> None:
    lost_order(run_pixxel, archive, tmp_path / "kept.json")
    record = next(one for one in job_store().all() if one.question)
    question = questions.question_of(job_store(), record)
    with pytest.raises(Problem, match="Give the id"):
        questions.it_was_done(job_store(), question, " ")
    with closing(job_store().journal(record.id)) as journal:
        assert not journal.read("order").done
