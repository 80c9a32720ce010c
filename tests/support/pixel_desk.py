"""The plugin's Pixel client and transfers, at the sandbox, without QGIS."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from imagery_hub.providers.http.retry import RetryPolicy
from imagery_hub.providers.pixel.client import Hosts, PixelClient, connect_client
from imagery_hub.providers.transfer import TransferEngine

QUICK = RetryPolicy(first=0.02, longest=0.1)


@dataclass(frozen=True)
class Desk:
    """What a flow is given."""

    api: PixelClient
    engine: TransferEngine


@contextmanager
def desk(ready: dict[str, Any], parallel: int = 4, user: str = "") -> Iterator[Desk]:
    """A client and an engine that repeat quickly; ``ready`` is the sandbox's ``ready["pixel"]``."""
    hosts = Hosts(f"{ready['root']}/", f"{ready['login']}/", f"{ready['services']}/")
    api = connect_client(user or ready["username"], ready["password"], ready["tenant"], hosts, retry=QUICK)
    with TransferEngine(parallel=parallel, retry=QUICK) as engine:
        yield Desk(api, engine)
    api.close()
