"""Pixxel: very many entries of the catalog made into a footprint layer, and a large bundle fetched, whole and cut in
the middle, by the plugin and by plain ways.

The bundle comes from the sandbox, with the question for its address; what is cut comes from storage of the
benchmark's own behind a signed address, which stands still at exactly the same byte for each way. Then the process is
killed, and another one goes on.
"""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from .local_platform import CURL, LocalPlatform
from .measure import ROOT, Run, program, python, random_file, rounds, table

WAYS = "benchmarks.pixxel_ways"
PLAIN, CEILING = "requests + ogr2ogr", "ceiling"
CATALOG = {PLAIN: "plain_catalog", "plugin": "plugin_catalog", f"{CEILING} (pages alone)": "pages_catalog"}
TAKEN_SECONDS = 0.1
"""For a client to write what its socket holds, before it is killed."""
PATIENCE_SECONDS = 600.0


def measured(folder: Path, entries: int, size: int, count: int) -> dict[str, dict[str, Any]]:
    """The measurements ``Pixxel catalog to a layer``, ``Pixxel bundle`` and ``Pixxel bundle, cut and resumed``.
    ``size``: bytes of the bundle."""
    found: dict[str, dict[str, Any]] = {}
    with LocalPlatform(folder / "sandbox") as platform:
        found["Pixxel catalog to a layer"] = {"entries": entries, **_catalog(platform, folder, entries, count)}
        found["Pixxel bundle"] = _bundle(platform, folder, size, count)
    found["Pixxel bundle, cut and resumed"] = _cut(folder, size, count)
    return found


def _environment(platform: LocalPlatform) -> dict[str, str]:
    ready = platform.sandbox.ready["pixxel"]
    return {"PIXXEL_API_KEY": ready["api_key"], "PIXXEL_BASE_URL": ready["root"], "NO_PROXY": "*", "no_proxy": "*"}


def _rows(ways: dict[str, Callable[[], Run]], base: str, size: int, count: int) -> dict[str, Any]:
    missed: dict[str, str] = {}
    runs = rounds(ways, count, missed=missed)
    rows = table(runs, size, base, missed)
    for name, some in runs.items():
        sent = [run.facts["sent"] for run in some if "sent" in run.facts]
        if sent:
            rows[name]["sent"] = int(statistics.median(sent))
    return {"base": base, "ways": rows}


# ---------------------------------------------------------------------- the catalog
def _catalog(platform: LocalPlatform, folder: Path, entries: int, count: int) -> dict[str, Any]:
    platform.sandbox.control("POST", "pixxel/catalogs", {"count": entries})
    there = platform.sandbox.control("GET", "pixxel/")["catalogs"]

    def way(name: str) -> Run:
        target = folder / "catalog.gpkg"
        target.unlink(missing_ok=True)
        found = python(WAYS, name, "-", target, environment=_environment(platform))
        kept = _features(target) if target.is_file() else found.facts["features"]
        if kept != there or found.facts["features"] != there:
            raise RuntimeError(f"{name}: {kept} of {there} entries are in the layer.")
        target.unlink(missing_ok=True)
        return found

    return _rows({title: partial(way, name) for title, name in CATALOG.items()}, PLAIN, 0, count)


def _features(path: Path) -> int:
    said = str(program("ogrinfo", "-ro", "-so", "-al", path).facts["said"])
    return int(said.partition("Feature Count: ")[2].split()[0])


# ---------------------------------------------------------------------- a bundle, whole
def _bundle(platform: LocalPlatform, folder: Path, size: int, count: int) -> dict[str, Any]:
    number = platform.sandbox.control("POST", "pixxel/bundles", {"bytes": size})["id"]
    ready, target = platform.sandbox.ready["pixxel"], folder / "bundle.zip"
    asked = f"{ready['root']}v0/catalogs/download/{number}"
    ask = [*CURL, "-H", f"Authorization: {ready['api_key']}", asked]
    end = time.monotonic() + PATIENCE_SECONDS
    while '"success"' not in _said(ask):
        if time.monotonic() > end:
            raise RuntimeError("The sandbox did not make the bundle.")
        time.sleep(0.5)
    whole = int(_said([*CURL, "-o", "/dev/null", "-w", "%{size_download}", _signed(_said(ask))]))

    def clean(run: Callable[[], Run]) -> Run:
        target.unlink(missing_ok=True)
        os.sync()
        try:
            found = run()
            if target.is_file() and target.stat().st_size != whole:
                raise RuntimeError(f"{target.stat().st_size} of {whole} bytes arrived.")
            return found
        finally:
            _remove(target)

    def by_curl(*more: str) -> Run:
        """The question for the address counts, as it does for the plugin."""
        began = time.perf_counter()
        address = _signed(_said(ask))
        return replace(_curl(address, target, *more), seconds=time.perf_counter() - began)

    def plugin() -> Run:
        return python(WAYS, "plugin_bundle", number, target, environment=_environment(platform))

    ways = {"curl": partial(by_curl), "curl and sync": partial(by_curl, "sync"), "plugin": plugin}
    return {"bytes": whole, **_rows({
        **{name: partial(clean, run) for name, run in ways.items()},
        f"{CEILING} (2 x curl, not to disk)": lambda: _ceiling(_signed(_said(ask))),
    }, "curl", whole, count)}


def _said(command: list[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _signed(answer: str) -> str:
    return answer.partition('"signed_url"')[2].partition('"')[2].partition('"')[0]


def _curl(address: str, target: Path, *more: str) -> Run:
    """Into a file; with ``sync`` until it is on the disk, as the plugin's is when it ends."""
    run = program(*CURL, "-C", "-", "-o", target, address)
    if "sync" not in more:
        return run
    flushed = program("sync", target)
    return Run(run.seconds + flushed.seconds, run.memory, run.cpu + flushed.cpu)


def _ceiling(address: str) -> Run:
    """Two at once, which keep nothing; counted for one of them."""
    one = " ".join([*CURL[:-1], "'*'", "-o", "/dev/null", f"'{address}'"])
    both = program("sh", "-c", f"{one} & {one} & wait")
    return Run(both.seconds / 2, both.memory, both.cpu / 2)


def _remove(target: Path) -> None:
    for left in target.parent.glob(f"*{target.stem}*"):
        left.unlink()


# ---------------------------------------------------------------------- a bundle, cut and resumed
class Storage:
    """The server of :mod:`.signed_server`."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.address = self.answer()

    def say(self, words: str) -> None:
        """A command."""
        if self._process.stdin is not None:
            self._process.stdin.write(words + "\n")
            self._process.stdin.flush()

    def answer(self) -> str:
        """The next line."""
        return self._process.stdout.readline().strip() if self._process.stdout is not None else ""

    def sent(self) -> int:
        """Bytes since the last limit."""
        self.say("sent")
        return int(self.answer())


@contextmanager
def _storage(path: Path) -> Iterator[Storage]:
    command = [sys.executable, str(ROOT / "benchmarks" / "signed_server.py"), str(path)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield Storage(process)
    finally:
        process.communicate()


def _cut(folder: Path, size: int, count: int) -> dict[str, Any]:
    source, target = random_file(folder / "source.zip", size), folder / "bundle.zip"
    with _storage(source) as storage:
        address = storage.address

        def interrupted(command: list[str]) -> float:
            """Run until storage stands still in the middle, and kill; the seconds until then."""
            storage.say(f"limit {size // 2}")
            path = os.pathsep.join((str(ROOT / "build" / "python"), str(ROOT)))
            began = time.monotonic()
            process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": path, "NO_PROXY": "*"},
                                       stdin=subprocess.DEVNULL, start_new_session=True)
            reached = float(storage.answer().partition(" ")[2])
            time.sleep(TAKEN_SECONDS)
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            storage.say("open")
            said = target.with_suffix(".began")
            return reached - (float(said.read_text("ascii")) if said.is_file() else began)

        def way(command: list[str], resume: Callable[[], Run]) -> Run:
            os.sync()
            try:
                before = interrupted(command)
                run = resume()
                if subprocess.run(["cmp", "--silent", source, target], check=False).returncode:
                    raise RuntimeError("What arrived is not what was sent.")
                facts = {"before": before, "after": run.seconds, "sent": storage.sent()}
                return replace(run, seconds=before + run.seconds, facts=facts)
            finally:
                _remove(target)

        curl = [*CURL, "-C", "-", "-o", str(target), address]
        plugin = [sys.executable, "-m", WAYS, "plugin_cut", address, str(target)]
        rows = _rows({
            "curl -C -": lambda: way(curl, lambda: _curl(address, target)),
            "curl -C - and sync": lambda: way(curl, lambda: _curl(address, target, "sync")),
            "plugin": lambda: way(plugin, lambda: python(
                WAYS, "plugin_cut", address, target, environment={"NO_PROXY": "*"})),
            f"{CEILING} (2 x curl, not to disk)": lambda: _ceiling(address),
        }, "curl -C -", size, count)
    source.unlink()
    return {"bytes": size, **rows}
