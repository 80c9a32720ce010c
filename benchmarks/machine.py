"""What the numbers were measured on: no host names, no paths."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from .measure import ROOT


def facts() -> dict[str, Any]:
    """Processors, memory, and the versions of what took part."""
    processor = re.search(r"^model name\s*:\s*(.+)$", _text("/proc/cpuinfo"), re.MULTILINE)
    memory = re.search(r"^MemTotal:\s+(\d+) kB", _text("/proc/meminfo"), re.MULTILINE)
    return {
        "cores": len(os.sched_getaffinity(0)),
        "processor": processor.group(1) if processor else platform.machine(),
        "memory_gib": round(int(memory.group(1)) / (1 << 20), 1) if memory else None,
        "system": _said("sh", "-c", ". /etc/os-release && echo $PRETTY_NAME"),
        "kernel": platform.release().partition("-")[0],
        "python": platform.python_version(),
        "qgis": _said("dpkg-query", "-W", "-f", "${Version}", "qgis").partition("+")[0],
        "gdal": _said("ogrinfo", "--version").partition(",")[0].removeprefix("GDAL "),
        "curl": _said("curl", "--version").split(" ")[1],
        "requests": _said(str(ROOT / ".venv/bin/python"), "-c", "import requests; print(requests.__version__)"),
    }


def moment() -> dict[str, Any]:
    """When, and how busy the machine is: others may be using it."""
    return {
        "time": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "load": [round(value, 2) for value in os.getloadavg()],
    }


def revision() -> str:
    """The commit that was measured, with a plus sign when there were changes besides."""
    commit = _said("git", "-C", str(ROOT), "rev-parse", "--short", "HEAD")
    changed = _said("git", "-C", str(ROOT), "status", "--porcelain", "--", "providers", "core", "algorithms", "ui")
    return commit + ("+" if changed else "")


def _text(path: str) -> str:
    return Path(path).read_text("utf-8", "replace")


def _said(*command: str) -> str:
    """The first line that a command prints; a question mark when it cannot be run."""
    try:
        text = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "? ?"
    return text.splitlines()[0] if text else ""
