"""The plugin's PIX4D client and transfers, at the sandbox, without QGIS."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from imagery_hub.providers.http.retry import RetryPolicy
from imagery_hub.providers.pix4d.client import Hosts, Pix4dClient, connect_client
from imagery_hub.providers.transfer import TransferEngine

QUICK = RetryPolicy(first=0.02, longest=0.1)


@dataclass(frozen=True)
class Desk:
    """What a flow is given."""

    api: Pix4dClient
    engine: TransferEngine


def hosts_of(ready: dict[str, Any]) -> Hosts:
    """The sandbox's, from the line that it says when it is ready."""
    return Hosts(ready["root"], ready["root"], ready["root"], ready["storage"])


@contextmanager
def desk(ready: dict[str, Any], parallel: int = 4) -> Iterator[Desk]:
    """A client and an engine that repeat quickly; ``ready`` is the sandbox's ``ready["pix4d"]``."""
    api = connect_client(ready["client_id"], ready["client_secret"], hosts_of(ready), retry=QUICK)
    with TransferEngine(parallel=parallel, retry=QUICK) as engine:
        yield Desk(api, engine)
    api.close()
