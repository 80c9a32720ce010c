"""Orders, jobs and deliveries of Pixxel of which nobody knows whether the platform took them, and the files of items
that go along: nothing is paid twice. The platform is asked by plain requests."""

from __future__ import annotations

import uuid
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from imagery_hub.core.jobs import job_store, questions
from imagery_hub.core.problems import Problem
from job_answers import DOUBT, resumed
from sandbox_pixxel import CROPS, PixxelCalls

HERE = "CRS=EPSG:4326;POLYGON((75.61 14.42, 75.74 14.42, 75.74 14.53, 75.61 14.53, 75.61 14.42))"

pytestmark = pytest.mark.usefixtures("looked_for_at_once")


@pytest.fixture
def archive(pixxel: PixxelCalls) -> dict[str, Any]:
    return {"PROJECT": CROPS, "AREA_TEXT": HERE, "USECASE": "forestry", "ITEMS": pixxel.covering()}


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


def test_what_is_too_dear_to_be_done_again_gives_its_files_back(
    run_pixxel: Any, archive: dict[str, Any], tmp_path: Path
) -> None:
    kept = tmp_path / "kept.json"
    given = lost_order(run_pixxel, archive, kept)
    record = next(one for one in job_store().all() if one.question)
    questions.do_it_again(job_store(), questions.question_of(job_store(), record))
    words = run_pixxel.fails("orderarchive", **{**given, "GREATEST_PRICE": 1}, JOB=record.id)
    assert "Nothing was ordered" in words
    assert run_pixxel("orderarchive", **given)["ORDER_ID"], "the file is free"


def test_an_item_that_is_priced_anew_is_not_marked_by_the_earlier_order(
    run_pixxel: Any, archive: dict[str, Any], tmp_path: Path
) -> None:
    kept = tmp_path / "kept.json"
    given = lost_order(run_pixxel, archive, kept)
    found = run_pixxel("orderarchive", **{**archive, "USECASE": "planning"}, CONFIRM=True)["ORDER_ID"]
    run_pixxel("orderarchive", **{**archive, "USECASE": "mining"}, ITEM_FILE=str(kept))
    assert resumed(run_pixxel, "orderarchive", given, found)["ORDER_ID"] == found
    assert run_pixxel("orderarchive", **given)["ORDER_ID"] != found


def test_a_link_to_a_file_stays_one(run_pixxel: Any, archive: dict[str, Any], tmp_path: Path) -> None:
    kept, link = tmp_path / "kept.json", tmp_path / "link.json"
    run_pixxel("orderarchive", **{**archive, "USECASE": "mining"}, ITEM_FILE=str(kept))
    link.symlink_to(kept)
    run_pixxel("orderarchive", **archive, WITH_ITEMS=[str(link)], CONFIRM=True)
    assert link.is_symlink()
    words = run_pixxel.fails("orderarchive", **archive, WITH_ITEMS=[str(kept)], CONFIRM=True)
    assert "kept.json was ordered before" in words


def test_a_tasking_is_followed_when_its_days_are_over(run_pixxel: Any, pixxel: PixxelCalls) -> None:
    """Imagery comes after the last day; area and days are not looked at again."""
    bandset = next(one["id"] for one in pixxel.get("v0/bandsets")["bandsets"] if one["captures"] == 1)
    given = {"PROJECT": CROPS, "USECASE": "agriculture", "BANDSET": bandset, "START": "2030-01-01",
             "END": "2030-01-15", "AREA_TEXT": HERE, "CONFIRM": True}
    run_pixxel.sandbox.control("POST", "faults", {"operation": "createOrder", "kind": "cut", "after": 1, "count": 0})
    assert DOUBT in run_pixxel.fails("ordertasking", **given)
    run_pixxel.sandbox.clear_faults()
    found = run_pixxel("ordertasking", **{**given, "NAME": "The same"})["ORDER_ID"]
    over = {**given, "START": "2020-01-01", "END": "2020-01-15", "AREA_TEXT": ""}
    assert "The time is over" in run_pixxel.refused("ordertasking", **over)
    assert resumed(run_pixxel, "ordertasking", over, found)["ORDER_ID"] == found


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
    place = {"bucket": "plots", "region": "eu-central-1"}
    bucket = {"name": f"Bucket {uuid.uuid4().hex[:8]}", "type": "S3", "configs": place}
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
