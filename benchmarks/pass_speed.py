"""A file from one storage to another: in passing by the engine, beside two ``curl`` with a pipe between them, and by a
file on this computer.

One server that is faster than all of them gives the file and throws away what is sent. Two ``curl`` cannot take up
again what is cut; the parts of the engine can.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from . import transfer_speed
from .measure import Run, program, python, random_file, rounds, table

BASE = "curl to curl"
CURL = "curl --silent --show-error --fail --noproxy '*'"
SEND = "-H 'Expect:' -H 'Transfer-Encoding:' -o /dev/null"


def measured(folder: Path, size: int, count: int) -> dict[str, Any]:
    """The measurement ``passing``; ``size`` in bytes."""
    source, between = random_file(folder / "passing.bin", size), folder / "between.bin"
    with transfer_speed.server(source) as address:
        length = f"-H 'Content-Length: {size}'"

        def shell(command: str) -> Run:
            return program("sh", "-c", f"set -e; {command}")

        def plugin(way: str) -> Run:
            return python(transfer_speed.WAYS, way, address, between)

        ways: dict[str, Callable[[], Run]] = {
            BASE: partial(shell, f"{CURL} '{address}' | {CURL} {SEND} {length} -T - '{address}'"),
            "plugin": partial(plugin, "plugin_pass"),
            "plugin, parts": partial(plugin, "plugin_pass_parts"),
            "curl, by a file": partial(
                shell, f"{CURL} -o '{between}' '{address}'; {CURL} {SEND} -T '{between}' '{address}'"),
            "plugin, by a file": partial(plugin, "plugin_by_file"),
        }
        runs = rounds(ways, count)
    for left in (source, between):
        left.unlink(missing_ok=True)
    return {"bytes": size, "base": BASE, "ways": table(runs, size, BASE)}
