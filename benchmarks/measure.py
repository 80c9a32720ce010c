"""What all measurements share: processes of their own, medians of several rounds, peak memory above idle.

Each way of doing a job runs in a process of its own, the ways take turns in each round, so that what else happens on
the machine hits all of them alike. Numbers are medians; the raw ones are kept beside them.
"""

from __future__ import annotations

import json
import os
import random
import re
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "build" / "bench.json"
MEBIBYTE = 1 << 20


WATCH_SECONDS = 0.01


@dataclass(frozen=True)
class Run:
    """One run of one way: seconds, and the most memory that it held above what it held before the job, in bytes.

    ``cpu``: seconds of processor time, of the way's process and of those that it started. ``facts``: what else it says.
    """

    seconds: float
    memory: int
    cpu: float = 0.0
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Bounds:
    """What one run may take before it is ended: seconds, and bytes of memory of its process."""

    seconds: float = 900.0
    memory: int = 6 << 30


class DidNotFinish(Exception):
    """A run was ended, or ended itself, before its job was done; the text says how, in one line."""


def memory_of(status: str) -> dict[str, int]:
    """``VmRSS`` and ``VmHWM`` in bytes from the text of ``/proc/<pid>/status``."""
    return {name: int(value) * 1024 for name, value in re.findall(r"^(VmRSS|VmHWM):\s+(\d+) kB", status, re.MULTILINE)}


def own_memory() -> dict[str, int]:
    """The same for this process."""
    return memory_of(Path("/proc/self/status").read_text("ascii"))


def timed(job: Callable[[], object]) -> Run:
    """Do a job in this process and measure it. The peak is set back first, so that loading does not count.

    What the job gives, when it is a mapping, becomes the run's facts.
    """
    idle = own_memory()["VmRSS"]
    Path("/proc/self/clear_refs").write_text("5", "ascii")
    began, worked = time.perf_counter(), processor_seconds()
    facts = job()
    seconds, worked = time.perf_counter() - began, processor_seconds() - worked
    found = dict(facts) if isinstance(facts, Mapping) else {}
    return Run(seconds, max(0, own_memory()["VmHWM"] - idle), worked, found)


def processor_seconds() -> float:
    """Of this process and of those that it started and waited for."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, kinds))


def report(run: Run) -> None:
    """What a process that was started by :func:`python` says at its end."""
    sys.stdout.write(json.dumps(asdict(run)) + "\n")


def python(
    module: str,
    *arguments: object,
    executable: str = sys.executable,
    environment: Mapping[str, str] | None = None,
    bounds: Bounds | None = None,
) -> Run:
    """Run a module that measures itself by :func:`timed` and says so by :func:`report`. Raises DidNotFinish."""
    path = os.pathsep.join((str(ROOT / "build" / "python"), str(ROOT)))
    command = [executable, "-m", module, *map(str, arguments)]
    said, _ = watched(command, {**os.environ, **(environment or {}), "PYTHONPATH": path}, bounds)
    return Run(**json.loads(said.splitlines()[-1]))


def program(*command: object, bounds: Bounds | None = None) -> Run:
    """Run a program of another maker: wall time, and its peak memory in all (it has no idle state to compare with)."""
    began, worked = time.perf_counter(), processor_seconds()
    said, peak = watched([str(word) for word in command], None, bounds)
    return Run(time.perf_counter() - began, peak, processor_seconds() - worked, {"said": said} if said else {})


def watched(
    command: Sequence[str], environment: Mapping[str, str] | None = None, bounds: Bounds | None = None,
    own_group: bool = True,
) -> tuple[str, int]:
    """Run a command and give what it printed and its ``VmHWM`` in bytes, looked at a hundred times a second.

    (``ru_maxrss`` would not do: a process begins with the peak of the one that started it.) When a bound is passed, the
    process is ended, and with an ``own_group`` those that it started.
    """
    bounds = bounds or Bounds()
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            list(command), env=environment, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=output, stderr=errors,
            start_new_session=own_group,
        )
        status = Path(f"/proc/{process.pid}/status")
        end, peak, why = time.monotonic() + bounds.seconds, 0, ""
        try:
            while process.poll() is None and not why:
                with suppress(OSError):
                    peak = max(peak, memory_of(status.read_text("ascii")).get("VmHWM", 0))
                if peak > bounds.memory:
                    why = f"did not finish within {bounds.memory / (1 << 30):.0f} GiB of memory"
                elif time.monotonic() > end:
                    why = f"did not finish within {bounds.seconds:.0f} s (it held {peak / MEBIBYTE:.0f} MiB by then)"
                time.sleep(WATCH_SECONDS)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL) if own_group else process.kill()
                process.wait()
        if why:
            raise DidNotFinish(why)
        output.seek(0)
        errors.seek(0)
        if process.returncode:
            last = " ".join(errors.read().split())[-300:]
            raise DidNotFinish(f"{Path(command[0]).name} ended with {process.returncode}: {last}")
        return output.read(), peak


def rounds(
    ways: Mapping[str, Callable[[], Run]],
    count: int = 5,
    warm_up: bool = True,
    once: Collection[str] = (),
    missed: dict[str, str] | None = None,
) -> dict[str, list[Run]]:
    """Let the ways take turns; the runs of each. The first round of a ``warm_up`` fills the caches and is not counted.

    Each round has an order of its own, always the same ones: what a way leaves behind for the next (work of the disk,
    above all) meets all.

    Those named in ``once`` run in the last round only. A way that did not finish is noted with the reason in
    ``missed`` and not run again; without ``missed`` that is raised.
    """
    runs: dict[str, list[Run]] = {name: [] for name in ways}
    first = 0 if warm_up else 1
    for number in range(first, count + 1):
        for name in random.Random(number).sample(list(ways), len(ways)):
            if (name in once and number < count) or (missed is not None and name in missed):
                continue
            try:
                run = ways[name]()
            except DidNotFinish as reason:
                if missed is None:
                    raise
                missed[name] = str(reason)
                continue
            if number:
                runs[name].append(run)
    return runs


def table(
    runs: Mapping[str, Sequence[Run]], size: int = 0, base: str = "", missed: Mapping[str, str] | None = None
) -> dict[str, dict[str, Any]]:
    """Medians of each way: ``seconds``, ``cpu``, ``memory`` (bytes, of the hungriest run), ``rate`` (bytes per second),
    ``ratio`` to ``base``; ``did_not_finish`` where there was no run to count."""
    medians = {name: statistics.median(run.seconds for run in found) for name, found in runs.items() if found}
    rows: dict[str, dict[str, Any]] = {}
    for name, found in runs.items():
        if not found:
            rows[name] = {"did_not_finish": (missed or {}).get(name, "was not run")}
            continue
        row: dict[str, Any] = {
            "seconds": round(medians[name], 3),
            "cpu": round(statistics.median(run.cpu for run in found), 3),
            "memory": max(run.memory for run in found),
            "runs": [round(run.seconds, 3) for run in found],
        }
        if size:
            row["rate"] = round(size / medians[name])
        if base in medians:
            row["ratio"] = round(medians[name] / medians[base], 3)
        rows[name] = row
    return rows


def keep(measurement: str, rows: object, path: Path = RESULTS) -> None:
    """Write a measurement into ``build/bench.json`` beside the others."""
    known = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    known[measurement] = rows
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n", "utf-8")


def show(measurement: str, rows: Mapping[str, Mapping[str, Any]]) -> None:
    """Print a measurement as a small table."""
    lines = [measurement]
    for name, row in rows.items():
        if "did_not_finish" in row:
            lines.append(f"  {name:24} {row['did_not_finish']}")
            continue
        rate = f"{row['rate'] / MEBIBYTE:8.0f} MiB/s" if "rate" in row else ""
        ratio = f"{row['ratio']:6.2f} x" if "ratio" in row else ""
        lines.append(f"  {name:24} {row['seconds']:8.3f} s {rate} {ratio} {row['memory'] / MEBIBYTE:7.1f} MiB")
    sys.stdout.write("\n".join(lines) + "\n")


def random_file(path: Path, size: int) -> Path:
    """A file of random bytes, made once."""
    if not path.is_file() or path.stat().st_size != size:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            for start in range(0, size, MEBIBYTE):
                file.write(os.urandom(min(MEBIBYTE, size - start)))
    return path


def cores() -> dict[str, float]:
    """What the numbers were measured on."""
    load = os.getloadavg()[0]
    return {"cores": float(os.cpu_count() or 1), "load": round(load, 2),
            "open_files": float(resource.getrlimit(resource.RLIMIT_NOFILE)[0])}
