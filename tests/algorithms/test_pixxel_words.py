"""Every state and sort that Pixxel's contract names has a word of ours, wherever the Hub shows it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from imagery_hub.core import moments
from imagery_hub.providers.capabilities import Entry
from imagery_hub.providers.pixxel.flows import tree_entries
from imagery_hub.ui.nodes.description import kinds
from qgis.PyQt.QtCore import QLocale

CONTRACT = Path(__file__).resolve().parents[2] / "sandbox" / "contract" / "pixxel.openapi.yaml"
SCHEMAS = {
    "aoi": "Aoi", "asset": "Asset", "visualization": "VisualizationListItem", "insight": "Insight", "index": "Index",
    "catalog": "Catalog", "order": "Order", "order_item": "OrderItemDetail", "order_task": "OrderTask",
    "delivery": "Delivery", "store": "Store", "job": "Job", "job_task": "JobTask", "block": "Block",
}
OPEN = {
    "insight": ("created", "running", "completed", "failed"), "job": ("running", "completed", "failed"),
    "job_task": ("pending", "running", "completed", "failed"), "block": ("released",),
}
"""States that the contract leaves open: those that were seen or are assumed (notes, section 18)."""
SAME = ("failed", "released")
"""Words of the platform that are those of English too; the table of states has them."""
pytestmark = pytest.mark.usefixtures("imagery_hub")


def _contract() -> Any:
    return yaml.safe_load(CONTRACT.read_text("utf-8"))["components"]["schemas"]


def _enums() -> Iterator[tuple[str, str, str]]:
    """Kind, member and value of all enums of the contract in what the tree shows."""
    schemas = _contract()
    for kind, name in SCHEMAS.items():
        for member, given in schemas[name]["properties"].items():
            found = schemas[given["$ref"].rpartition("/")[2]] if "$ref" in given else given
            for value in found.get("enum") or ():
                yield kind, member, value
    for kind, states in OPEN.items():
        yield from ((kind, "status", state) for state in states)
    # described in words only: “DeliveryStatus, or SUCCESSFUL as samples show”
    yield from (("catalog", "delivery_status", one) for one in (*schemas["DeliveryStatus"]["enum"], "SUCCESSFUL"))


def test_no_state_or_sort_is_shown_raw() -> None:
    shown, raw = set(), []
    for kind, member, value in _enums():
        node = kinds("pixxel")[kind]
        if member in ("status", "block_status"):
            assert value in node.states, f"{kind}: {value}"
            said = node.state(Entry(kind, "i", "n", value))
        else:
            facts = [one for one in node.facts if one.member == member]
            if not facts:
                continue
            said = facts[0].told(value)
        shown.add((kind, member))
        if said == value and value not in SAME:
            raw.append(f"{kind}.{member}: {value}")
    assert raw == []
    assert {("order_task", "delivery_status"), ("order_item", "feasibility_status"), ("order_item", "recurrence"),
            ("order_item", "payment_status"), ("order_task", "status"), ("asset", "asset_type"), ("store", "type"),
            ("catalog", "delivery_status"), ("job_task", "status")} <= shown


def test_what_an_order_item_says_is_shown() -> None:
    item = {
        "id": "i", "name": "Plots", "status": "ACTIVE", "type": "RECURRING", "feasibility_status": "WEAK_SUCCESS",
        "recurrence": "MONTHLY", "start_date": "2025-03-01T00:00:00Z", "end_date": "2025-06-01T00:00:00Z",
        "no_of_occurrences": 3, "cloud_cover": 20, "off_nadir": 15, "image_type": "VNIR",
        "validation_errors": [{"end_date": ["is before the start", "is too near"]}],
    }
    told = _told(tree_entries.order_item_entry(item))
    assert told["Feasibility"] == "possible, with little room" and told["Repeated"] == "every month"
    assert (told["Greatest cloud cover"], told["Greatest off-nadir angle (degrees)"]) == ("20 %", "15")
    assert told["What is wrong with it"] == "end_date: is before the start, is too near"
    assert told["Times"] == "3" and told["Bands"] == "visible and near infrared"
    assert (told["From"], told["Before"]) == (_day(2025, 3, 1), _day(2025, 6, 1))


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Asia/Tokyo"])
def test_dates_of_tasks_are_shown_as_other_days_wherever_one_is(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        task = {"id": "t", "type": "ARCHIVE", "status": "SUBMITTED", "delivery_status": "NOT_APPLICABLE",
                "start_date": "17-01-2024", "end_date": "03-02-2024"}
        told = _told(tree_entries.order_task_entry(task))
        assert (told["From"], told["To"]) == (_day(2024, 1, 17), _day(2024, 2, 3))
        assert told["Delivery to a store"] == "none was asked for"
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_set_of_bands_says_its_wavelengths() -> None:
    bands = [{"name": "B003", "wavelength": 480.0}, {"name": "B001", "wavelength": 450}, {"name": "B009"}]
    told = _told(tree_entries.bandset_entry({"id": "b", "name": "Blue", "captures": 1, "bands": bands}))
    assert (told["Bands"], told["Wavelengths (nm)"]) == ("3", "450, 480")


def test_results_that_came_as_the_text_of_a_list_are_read() -> None:
    """The reference says that some fields are stored as raw bytes."""
    one = {"id": "i", "name": "n", "output": '[{"name": "area", "description": "Area", "value": "12.5"},'
                                             ' {"name": "mask", "format": "raster", "value": "https://x.invalid"}]'}
    assert _told(tree_entries.insight_entry(one))["Results"] == "Area: 12.5"
    odd = {"id": "t", "name": "n", "result": {"a": 1}, "info_logs": "begins\nis done", "disclaimer": "Not for court."}
    told = _told(tree_entries.job_task_entry(odd))
    assert (told["Log"], told["To be known"]) == ("begins\nis done", "Not for court.") and "Results" not in told


def test_times_of_a_log_are_written_as_others() -> None:
    logs = [{"time": "2024-01-17T08:14:09.331204Z", "message": "begins"}, {"message": "goes on"}]
    told = _told(tree_entries.job_task_entry({"id": "t", "name": "n", "info_logs": logs}))
    assert told["Log"] == f"{moments.shown('2024-01-17T08:14:09.331204Z')} begins\ngoes on"
    assert "T08" not in told["Log"]


def _told(entry: Entry) -> dict[str, str]:
    facts = kinds("pixxel")[entry.kind].facts
    return {one.title(): one.told(entry.details[one.member]) for one in facts if one.member in entry.details}


def _day(year: int, month: int, day: int) -> str:
    from qgis.PyQt.QtCore import QDate

    return str(QLocale().toString(QDate(year, month, day), QLocale.FormatType.ShortFormat))
