"""Entries of many images: noted by batches, so that a job taken up again does not send what was sent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from imagery_hub.providers.descarteslabs.flows.many_entries import BATCH, add_images
from imagery_hub.providers.descarteslabs.provider import DescartesLabs, connect
from imagery_hub.providers.errors import Cancelled
from imagery_hub.providers.http.network import EnvironmentNetwork
from imagery_hub.providers.journal import MemoryJournal
from imagery_hub.providers.work import Work
from sandbox_descarteslabs import CatalogCalls
from sandbox_process import SandboxProcess

TOTAL = BATCH + 50


@pytest.fixture
def platform(sandbox: SandboxProcess) -> Iterator[DescartesLabs]:
    ready = sandbox.ready["descarteslabs"]
    secrets = {"client_id": ready["client_id"], "refresh_token": ready["refresh_token"]}
    made = connect(ready["root"], secrets, {}, EnvironmentNetwork())
    yield made
    made.close()


def entries() -> list[Any]:
    return [{"id": f"i{number}", "storage_state": "remote", "sat_id": "RX-4"} for number in range(TOTAL)]


def test_a_job_taken_up_again_sends_only_the_batch_that_was_cut(
    platform: DescartesLabs, sandbox: SandboxProcess
) -> None:
    calls, journal, seen = CatalogCalls(sandbox), MemoryJournal(), []
    product, stopped = calls.product("batches"), [False]
    running = add_images(platform.api, product, entries(), TOTAL, Work(journal, cancelled=lambda: stopped[0]))
    with pytest.raises(Cancelled):
        for one in running:
            seen.append(one)
            stopped[0] = len(seen) == BATCH
    before = sandbox.last_entry()
    found = list(add_images(platform.api, product, entries(), TOTAL, Work(journal)))
    assert [one[0] for one in found] == [one["id"] for one in entries()]
    assert [one[1] for one in found] == [f"{product}:{one['id']}" for one in entries()]
    assert len(sandbox.log(operation="addImage", after=before)) == TOTAL - BATCH
    assert calls.sent("POST", "metadata/v1/summary", json={"products": [product]})["count"] == TOTAL
