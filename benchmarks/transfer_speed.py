"""One GiB up and down: the engine beside curl and requests, against a server that is faster than all of them.

``python -m benchmarks.transfer_speed [rounds] [MiB]``
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .measure import MEBIBYTE, ROOT, Run, cores, keep, program, python, random_file, rounds, show, table

FOLDER = ROOT / "build" / "bench"
WAYS = "benchmarks.transfer_ways"
QUIET = ("curl", "--silent", "--show-error", "--fail", "--noproxy", "*")


@contextmanager
def server(path: Path) -> Iterator[str]:
    """The measuring server; its address."""
    command = [sys.executable, str(ROOT / "benchmarks" / "transfer_server.py"), str(path)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield f"http://127.0.0.1:{process.stdout.readline().strip() if process.stdout else ''}/object"
    finally:
        process.communicate()


def ceiling(*command: object) -> Run:
    """Two curls at once: what the server and the machine can do at all, counted for one of them."""
    both = program("sh", "-c", f"{' '.join(map(str, command))} & {' '.join(map(str, command))} & wait")
    return Run(both.seconds / 2, both.memory)


def main(count: int = 5, size: int = 1024 * MEBIBYTE) -> None:
    source, target = random_file(FOLDER / "source.bin", size), FOLDER / "target.bin"
    with server(source) as address:
        put = ("curl", "--silent", "--noproxy", "'*'", "-H", "Expect:", "-o", "/dev/null", "-T", source, address)
        up = rounds({
            "curl": lambda: program(*QUIET, "-H", "Expect:", "-o", "/dev/null", "-T", source, address),
            "plugin": lambda: python(WAYS, "plugin_put", address, source),
            "plugin, parts": lambda: python(WAYS, "plugin_parts", address, source),
            "requests": lambda: python(WAYS, "requests_put", address, source),
            "ceiling (parallel curl)": lambda: ceiling(*put),
        }, count)
        get = ("curl", "--silent", "--noproxy", "'*'", "-o", "/dev/null", address)
        get_to_disk = ("curl", "--silent", "--noproxy", "'*'", "-o", str(target), address)
        down = rounds({
            "curl": lambda: program(*QUIET, "-o", target, address),
            # The plugin's download has reached the disk when it ends; curl's is still on its way.
            "curl and sync": lambda: program("sh", "-c", f"{' '.join(get_to_disk)} && sync {target}"),
            "plugin": lambda: python(WAYS, "plugin_get", address, target),
            "requests": lambda: python(WAYS, "requests_get", address, target),
            "ceiling (parallel curl)": lambda: ceiling(*get),
        }, count)
    target.unlink(missing_ok=True)
    for name, runs in (("transfer up", up), ("transfer down", down)):
        rows = table(runs, size, "curl")
        show(name, rows)
        keep(name, {"size": size, "ways": rows, "machine": cores()})


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:]]
    main(*(numbers[:1] or [5]), *(number * MEBIBYTE for number in numbers[1:2]))
