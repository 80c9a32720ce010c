"""What all measurements share: processes of their own, medians of several rounds, peak memory above idle.

Each way of doing a job runs in a process of its own, the ways take turns in each round, so that what else happens on
the machine hits all of them alike. Numbers are medians; the raw ones are kept beside them.
"""

from __future__ import annotations

import json
import os
import re
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "build" / "bench.json"
MEBIBYTE = 1 << 20


@dataclass(frozen=True)
class Run:
    """One run of one way: seconds, and the most memory that it held above what it held before the job, in bytes."""

    seconds: float
    memory: int


def memory_of(status: str) -> dict[str, int]:
    """``VmRSS`` and ``VmHWM`` in bytes from the text of ``/proc/<pid>/status``."""
    return {name: int(value) * 1024 for name, value in re.findall(r"^(VmRSS|VmHWM):\s+(\d+) kB", status, re.MULTILINE)}


def own_memory() -> dict[str, int]:
    """The same for this process."""
    return memory_of(Path("/proc/self/status").read_text("ascii"))


def timed(job: Callable[[], object]) -> Run:
    """Do a job in this process and measure it. The peak is set back first, so that loading does not count."""
    idle = own_memory()["VmRSS"]
    Path("/proc/self/clear_refs").write_text("5", "ascii")
    began = time.perf_counter()
    job()
    seconds = time.perf_counter() - began
    return Run(seconds, max(0, own_memory()["VmHWM"] - idle))


def report(run: Run) -> None:
    """What a process that was started by :func:`python` says at its end."""
    sys.stdout.write(json.dumps(asdict(run)) + "\n")


def python(module: str, *arguments: object, executable: str = sys.executable) -> Run:
    """Run a module that measures itself by :func:`timed` and says so by :func:`report`."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT / "build" / "python"), str(ROOT)))}
    command = [executable, "-m", module, *map(str, arguments)]
    done = subprocess.run(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return Run(**json.loads(done.stdout.splitlines()[-1]))


def program(*command: object) -> Run:
    """Run a program of another maker: wall time, and its peak memory in all (it has no idle state to compare with)."""
    began = time.perf_counter()
    process = subprocess.Popen([str(word) for word in command], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - began
    if process.returncode:
        raise RuntimeError(f"{command[0]} ended with {process.returncode}.")
    return Run(seconds, usage.ru_maxrss * 1024)


def rounds(ways: Mapping[str, Callable[[], Run]], count: int = 5) -> dict[str, list[Run]]:
    """Let the ways take turns; the runs of each. A first round that warms the caches is not counted."""
    runs: dict[str, list[Run]] = {name: [] for name in ways}
    for number in range(count + 1):
        for name, way in ways.items():
            run = way()
            if number:
                runs[name].append(run)
    return runs


def table(runs: Mapping[str, Sequence[Run]], size: int = 0, base: str = "") -> dict[str, dict[str, Any]]:
    """Medians of each way: ``seconds``, ``memory`` (bytes), ``rate`` (bytes per second), ``ratio`` to ``base``."""
    medians = {name: statistics.median(run.seconds for run in found) for name, found in runs.items()}
    rows: dict[str, dict[str, Any]] = {}
    for name, found in runs.items():
        row: dict[str, Any] = {
            "seconds": round(medians[name], 3),
            "memory": max(run.memory for run in found),
            "runs": [round(run.seconds, 3) for run in found],
        }
        if size:
            row["rate"] = round(size / medians[name])
        if base:
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
