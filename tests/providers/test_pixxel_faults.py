"""Bundles of Pixxel whose address ends, or whose bytes break off, in the middle of their download."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from imagery_hub.providers.errors import Kind, PlatformError
from imagery_hub.providers.http.retry import RetryPolicy
from imagery_hub.providers.journal import MemoryJournal
from imagery_hub.providers.pixxel.client import PixxelClient, connect_client
from imagery_hub.providers.pixxel.client.answers import pages
from imagery_hub.providers.pixxel.flows import bundles
from imagery_hub.providers.transfer import TransferEngine
from imagery_hub.providers.work import Work
from sandbox_process import SandboxProcess

QUICK = RetryPolicy(first=0.02, longest=0.1)
BLOBS = "^/blob/"
RING = [[75.61, 14.42], [75.67, 14.42], [75.66, 14.46], [75.61, 14.45], [75.61, 14.42]]
ADDRESS_LIFE = 3600


@pytest.fixture
def api(sandbox: SandboxProcess) -> Iterator[PixxelClient]:
    ready = sandbox.ready["pixxel"]
    made = connect_client(ready["api_key"], ready["root"], retry=QUICK)
    yield made
    made.close()


@pytest.fixture
def engine() -> Iterator[TransferEngine]:
    """Small ranges, so that there is a middle."""
    made = TransferEngine(retry=QUICK, range_bytes=1 << 17, parallel=2)
    yield made
    made.close()


@pytest.fixture
def entry(sandbox: SandboxProcess) -> str:
    area = {"type": "Polygon", "coordinates": [RING]}
    (made,) = sandbox.control("POST", "pixxel/catalogs", {"count": 1, "area": area})["catalogs"]
    return str(made)


def fetched(api: PixxelClient, engine: TransferEngine, entry: str, target: Path, work: Work) -> None:
    bundles.fetch(bundles.of_catalog(api, {"catalog_ids": [entry]}, work), target, work, engine)
    with zipfile.ZipFile(target) as archive:
        assert archive.testzip() is None and len(archive.namelist()) > 3
    assert [one.name for one in target.parent.iterdir()] == [target.name]


@pytest.mark.parametrize("trouble", [
    {"kind": "expired", "after": 5, "count": 1}, {"kind": "expired", "after": 5, "count": 2},
    {"kind": "cut_answer", "after": 3, "count": 6}, {"kind": "status", "status": 503, "after": 3, "count": 3},
    {"kind": "status", "status": 429, "retry_after": 0, "after": 3, "count": 3}])
def test_the_rest_comes_by_another_address_or_try(
    sandbox: SandboxProcess, api: PixxelClient, engine: TransferEngine, entry: str, tmp_path: Path,
    trouble: dict[str, object],
) -> None:
    begun = sandbox.last_entry()
    sandbox.fault(path=BLOBS, **trouble)
    fetched(api, engine, entry, tmp_path / "b.zip", Work(pause=lambda seconds: None))
    log = sandbox.log(after=begun)
    assert any(one["path"].startswith("/blob/") and one["status"] != 206 for one in log) or "cut" in str(trouble)
    # An address that is refused: the same resource once more, then a new one (notes, section 13.3).
    packed = sum(one["operation"] == "createCatalogDownload" for one in log)
    assert packed <= 1 + sum(one["status"] == 403 for one in log)


def test_a_day_later_it_is_taken_up_again_at_another_address(
    sandbox: SandboxProcess, api: PixxelClient, engine: TransferEngine, entry: str, tmp_path: Path
) -> None:
    journal, target = MemoryJournal(), tmp_path / "b.zip"
    sandbox.fault(path=BLOBS, kind="status", status=500, after=6, count=0)
    with pytest.raises(PlatformError) as caught:
        fetched(api, engine, entry, target, Work(journal, pause=lambda seconds: None))
    assert caught.value.kind is Kind.SERVER_FAULT and not target.exists()
    sandbox.clear_faults()
    sandbox.advance(24 * ADDRESS_LIFE)
    fetched(api, engine, entry, target, Work(journal, pause=lambda seconds: None))


def test_a_storage_that_always_refuses_has_an_end(
    sandbox: SandboxProcess, api: PixxelClient, engine: TransferEngine, entry: str, tmp_path: Path
) -> None:
    begun = sandbox.last_entry()
    sandbox.fault(path=BLOBS, kind="expired", count=0)
    with pytest.raises(PlatformError) as caught:
        fetched(api, engine, entry, tmp_path / "b.zip", Work(pause=lambda seconds: None))
    assert caught.value.kind is Kind.ADDRESS_EXPIRED and "sig" not in json.dumps(caught.value.facts)
    assert sum(one["operation"] == "createCatalogDownload" for one in sandbox.log(after=begun)) <= 10


def test_a_list_that_gives_the_same_page_again_has_an_end() -> None:
    """Of a platform that looks at no offset."""
    asked: list[int] = []

    def ask(offset: int, limit: int) -> dict[str, object]:
        asked.append(offset)
        return {"rows": [{"id": "a"}, {"id": "b"}]}

    with pytest.raises(PlatformError) as caught:
        list(pages(ask, dict, "rows", size=2))
    assert caught.value.facts["reason"] == "page_repeated" and asked == [0, 2]
