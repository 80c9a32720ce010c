"""Uploads to the Descartes Labs catalog whose token or address ends in their middle."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from analytic_images import write_image
from imagery_hub.providers.descarteslabs.client import CatalogClient, connect_client
from imagery_hub.providers.descarteslabs.flows import uploads
from imagery_hub.providers.descarteslabs.provider import hosts_of, info_of
from imagery_hub.providers.errors import Kind, PlatformError
from imagery_hub.providers.http.retry import RetryPolicy
from imagery_hub.providers.transfer import TransferEngine
from imagery_hub.providers.work import Work
from sandbox_descarteslabs import CatalogCalls
from sandbox_process import SandboxProcess

TOKEN_LIFE = 3600
QUICK = RetryPolicy(first=0.02, longest=0.1)
PUT = "putSignedFile"


def connected(sandbox: SandboxProcess) -> CatalogClient:
    ready = sandbox.ready["descarteslabs"]
    who = info_of({name: ready[name] for name in ("client_id", "refresh_token")}, {})
    return connect_client(who, hosts_of(ready["root"], {}), retry=QUICK)


@pytest.fixture
def api(sandbox: SandboxProcess) -> Iterator[CatalogClient]:
    made = connected(sandbox)
    yield made
    made.close()


@pytest.fixture
def engine() -> Iterator[TransferEngine]:
    made = TransferEngine(retry=QUICK)
    yield made
    made.close()


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    return [write_image(tmp_path / f"{name}.tif", np.full((30, 20, 1), number, "uint16"))
            for number, name in enumerate(("may", "june", "july"), 1)]


@pytest.fixture
def product(sandbox: SandboxProcess) -> str:
    calls = CatalogCalls(sandbox)
    made = calls.product("ends")
    calls.band(made)
    return made


def check(sandbox: SandboxProcess, product: str, files: list[Path]) -> None:
    """Each is there as it was, and one image."""
    calls = CatalogCalls(sandbox)
    for one in files:
        kept = calls.request("GET", f"storage/v1/products/get/{product}/{one.name}")
        assert kept.content == one.read_bytes()
        assert calls.there(f"products/{product}/images/{one.stem}")


def quick() -> Work:
    return Work(pause=lambda seconds: None)


def test_a_token_that_ends_between_the_files_is_renewed(
    sandbox: SandboxProcess, api: CatalogClient, engine: TransferEngine, product: str, files: list[Path]
) -> None:
    work, sending, begun = quick(), uploads.of_files(product, files, {}), sandbox.last_entry()
    uploads.send(api, engine, product, sending[:1], work)
    sandbox.advance(2 * TOKEN_LIFE)
    uploads.send(api, engine, product, sending[1:], work)
    sandbox.advance(2 * TOKEN_LIFE)
    results = uploads.follow(api, product, sending, work.part("read"), work)
    assert [one["status"] for one in results] == ["SUCCESS"] * 3
    log = sandbox.log(after=begun)
    assert sum(one["path"] == "/token" for one in log) == 3
    assert sum(one["operation"] == PUT and one["status"] == 200 for one in log) == len(files)
    check(sandbox, product, files)


def test_a_token_that_is_not_renewed_any_more_is_told_and_the_rest_is_sent_later(
    sandbox: SandboxProcess, api: CatalogClient, engine: TransferEngine, product: str, files: list[Path]
) -> None:
    work, sending = quick(), uploads.of_files(product, files, {})
    uploads.send(api, engine, product, sending[:1], work)
    sandbox.advance(2 * TOKEN_LIFE)
    sandbox.fault(path="^/token", kind="status", status=401, count=0)
    with pytest.raises(PlatformError) as caught:
        uploads.send(api, engine, product, sending, work)
    assert caught.value.kind is Kind.NOT_LOGGED_IN
    sandbox.clear_faults()
    begun, anew = sandbox.last_entry(), connected(sandbox)
    uploads.send(anew, engine, product, sending, work)
    uploads.follow(anew, product, sending, work.part("read"), work)
    anew.close()
    sent = [one for one in sandbox.log(after=begun, operation=PUT) if one["status"] == 200]
    assert len(sent) == len(files) - 1
    check(sandbox, product, files)


@pytest.mark.parametrize("trouble", [
    {"kind": "expired"}, {"kind": "cut_upload", "bytes": 100}, {"kind": "lost", "status": 503}, {"kind": "lost_cut"}])
def test_an_address_that_ends_or_is_used_up_is_asked_for_anew(
    sandbox: SandboxProcess, api: CatalogClient, engine: TransferEngine, product: str, files: list[Path],
    trouble: dict[str, object],
) -> None:
    work, sending = quick(), uploads.of_files(product, files, {})
    sandbox.fault(operation=PUT, after=1, count=2, **trouble)
    uploads.send(api, engine, product, sending, work)
    results = uploads.follow(api, product, sending, work.part("read"), work)
    assert [one["status"] for one in results] == ["SUCCESS"] * 3
    check(sandbox, product, files)
