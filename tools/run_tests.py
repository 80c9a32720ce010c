"""Runs the tiers of the test suite, each in a pytest run of its own, three at a time.

Usage: .venv/bin/python tools/run_tests.py [TIER ...] [--jobs N]; real.test_hub is one file of the tier real

What a tier prints is kept in build/test-logs/TIER.log and shown when the tier has finished; pytest's own report is
build/test-logs/TIER.xml. Temporary files and QGIS profiles go to build/test-work/TIER, which the secret hunt searches
afterwards, also for what the sandboxes of the tier issued (build/test-secrets/TIER). All tiers are run, whatever
becomes of one; the exit code is 0 only when all passed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
LOGS = ROOT / "build" / "test-logs"
WORK = ROOT / "build" / "test-work"
# What the sandboxes of a tier signed and issued; the hunt looks for it in all that the tier left.
SECRETS = ROOT / "build" / "test-secrets"

# What tests take of the screen; those that run again without what is assumed have a folder of their own in it, or
# theirs would take the places of the pictures that the guide shows.
PICTURES = ROOT / "build" / "pictures"
PICTURES_WITHOUT_ASSUMED = "without_assumed"

# Where pytest-qgis 5 keeps the profiles of those that run side by side, by their names; older ones make temporary ones.
PROFILES = ROOT / "tests" / ".qgis-settings"

# Longest first, so that those at the same time end close together; but the sandbox's leaves a flight that others use.
TIERS = ("sandbox", "algorithms", "without_assumed", "providers", "core", "vendor_clients", "package", "real",
         "real_without_assumed")
# The folders of a tier that has none of its own name. `without_assumed` runs again what talks to the sandbox, which
# leaves out of its answers all that the contract marks as assumed; tests/conftest.py chooses the tests.
FOLDERS = {"without_assumed": ("algorithms", "core", "providers", "vendor_clients")}
# Kills at seeded moments, which take two thirds of the flows' time, are about the journal and need nothing assumed.
LEFT_OUT = {"without_assumed": "*_kill*.py"}
# What the real program need not be given once more without all that is assumed: these ask no sandbox, or are about
# what is assumed only.
NOT_WITHOUT_ASSUMED = frozenset({
    "drawing", "fits", "results", "smoke", "spectra",
    "pix4d_annotations", "pixel_images_upload", "time", "time_everywhere",
})
# Tiers that nobody has written yet. A tier that is missing and not named here fails; so does one named here in vain.
NOT_YET: frozenset[str] = frozenset()
# The others run without QGIS, so that nothing of theirs can come to need it.
IN_QGIS = frozenset({"core", "algorithms", "without_assumed"})
LIMIT_SECONDS = 4200

# A developer's own accounts and proxies have no part in the suite: it talks to 127.0.0.1 only.
PRIVATE_PREFIXES = ("PICTERRA_", "PIX4D_", "PIXXEL_", "PIXEL_", "DESCARTESLABS_", "AWS_", "QGIS_")


_running: set[int] = set()


def end_all(*_: object) -> None:
    """Take the tiers along when the runner is told to end; they have process groups of their own."""
    for group in list(_running):
        os.killpg(group, signal.SIGKILL)
    os._exit(143)


@dataclass
class Outcome:
    """What became of one tier; `trouble` says why a tier failed that has no failed test."""

    tier: str
    seconds: float = 0.0
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    trouble: str = ""
    not_yet: bool = False

    @property
    def good(self) -> bool:
        return not self.failed and not self.trouble

    def line(self) -> str:
        if self.not_yet:
            return f"{self.tier:26} not written yet"
        words = f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped in {self.seconds:.0f} s"
        return f"{self.tier:26} {words}" + (f": {self.trouble}" if self.trouble else "")


def parts(tier: str) -> list[str]:
    """What is run for a tier: itself, or, in the real program, each file in a QGIS and a profile of its own."""
    if tier not in ("real", "real_without_assumed"):
        return [tier]
    left_out = {f"test_{name}" for name in NOT_WITHOUT_ASSUMED} if tier == "real_without_assumed" else set()
    files = sorted((ROOT / "tests" / "real").glob("test_*.py"))
    return [f"{tier}.{path.stem}" for path in files if path.stem not in left_out]


def in_the_program(tier: str) -> bool:
    """Whether it is a part that runs inside the real QGIS."""
    return tier.startswith(("real.", "real_without_assumed."))


def folders(tier: str) -> list[str]:
    """Where the tests of a tier or of a part of one are, from the repository's root."""
    if in_the_program(tier):
        return [f"tests/real/{tier.partition('.')[2]}.py"]
    return [f"tests/{name}" for name in FOLDERS.get(tier, (tier,))]


def has_tests(tier: str) -> bool:
    return all((ROOT / place).is_file() or any((ROOT / place).rglob("test_*.py")) for place in folders(tier))


def environment(work: Path) -> dict[str, str]:
    """The surroundings of one tier: nothing of the user's settings is read, nothing is left outside `work`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(PRIVATE_PREFIXES)}
    for name in ("tmp", "config", "data", "cache", "runtime"):
        (work / name).mkdir(parents=True)
    (work / "runtime").chmod(0o700)
    kept.update(
        TMPDIR=str(work / "tmp"),
        XDG_CONFIG_HOME=str(work / "config"),
        XDG_DATA_HOME=str(work / "data"),
        XDG_CACHE_HOME=str(work / "cache"),
        XDG_RUNTIME_DIR=str(work / "runtime"),
        QT_QPA_PLATFORM="offscreen",
        # QGIS looks for its own files from the running program's place, which a chroot without /proc does not tell.
        QGIS_PREFIX_PATH="/usr",
        # From 3.5 on pyproj looks for PROJ's files below its virtual environment, where the system's are not.
        PROJ_DATA="/usr/share/proj",
        PYTHONDONTWRITEBYTECODE="1",
        # Profiles outlive the tests, so that they can be searched for secrets.
        KEPT_PROFILE=str(work / "profile"),
        ISSUED_SECRETS=str(SECRETS / work.name),
        PYTHONPATH=str(ROOT / "tests" / "support"),
        # Else pytest-qgis 5 gives all tiers the same profile, with one list of jobs.
        PYTEST_XDIST_WORKER=work.name,
    )
    kept.pop("SANDBOX_ARGUMENTS", None)
    if in_the_program(work.name):
        kept["PROFILES"] = kept["KEPT_PROFILE"]
    if work.name.partition(".")[0] in ("without_assumed", "real_without_assumed"):
        kept["SANDBOX_ARGUMENTS"] = "--drop-assumed"
        kept["PICTURES"] = str(Path(kept.get("PICTURES") or PICTURES) / PICTURES_WITHOUT_ASSUMED)
    return kept


def command(tier: str) -> list[str]:
    options = ["-c", "tests/pytest.ini", *folders(tier), f"--junitxml={LOGS / tier}.xml"]
    if in_the_program(tier):
        return ["tools/real_qgis/run_tests.sh", *options]
    if tier in LEFT_OUT:
        options.append(f"--ignore-glob={LEFT_OUT[tier]}")
    options += ["-p", "keep_profile"] if tier in IN_QGIS else ["-p", "no:pytest_qgis", "-p", "no:pytest-qt"]
    return [sys.executable, "-m", "pytest", *options]


def count(outcome: Outcome) -> None:
    """Read pytest's report into the outcome; a tier without a report or without a test has failed."""
    report = LOGS / f"{outcome.tier}.xml"
    if not report.exists():
        outcome.trouble = outcome.trouble or "pytest left no report"
        return
    for suite in ElementTree.parse(report).getroot().iter("testsuite"):
        tests, skipped = int(suite.get("tests", 0)), int(suite.get("skipped", 0))
        failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        outcome.failed += failed
        outcome.skipped += skipped
        outcome.passed += max(0, tests - failed - skipped)
    if not outcome.trouble and not outcome.failed and not outcome.passed:
        outcome.trouble = "no test passed"


def run_tier(tier: str, show: threading.Lock) -> Outcome:
    outcome = Outcome(tier)
    if not has_tests(tier):
        outcome.not_yet = tier in NOT_YET
        if not outcome.not_yet:
            outcome.trouble = f"{' or '.join(folders(tier))} holds no tests"
        return outcome
    if tier in NOT_YET:
        outcome.trouble = "has tests now: take it out of NOT_YET in tools/run_tests.py"
    log, work = LOGS / f"{tier}.log", WORK / tier
    shutil.rmtree(work, ignore_errors=True)
    shutil.rmtree(SECRETS / tier, ignore_errors=True)
    shutil.rmtree(PROFILES / tier, ignore_errors=True)
    (LOGS / f"{tier}.xml").unlink(missing_ok=True)
    begun = time.monotonic()
    with log.open("wb") as output:
        process = subprocess.Popen(
            command(tier), cwd=ROOT, env=environment(work), stdin=subprocess.DEVNULL, stdout=output,
            stderr=subprocess.STDOUT, start_new_session=True,
        )
        _running.add(process.pid)
        try:
            code = process.wait(LIMIT_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            code, outcome.trouble = 124, f"stopped after {LIMIT_SECONDS} s"
        _running.discard(process.pid)
    shutil.rmtree(PROFILES / tier, ignore_errors=True)
    outcome.seconds = time.monotonic() - begun
    count(outcome)
    if code and outcome.good:
        outcome.trouble = f"ended with exit code {code}"
    with show:
        print(f"\n===== {tier} =====\n{log.read_text(errors='replace').strip()}", flush=True)
    return outcome


def main() -> int:
    parser = argparse.ArgumentParser(description="Run the tiers of the test suite.")
    parser.add_argument("tiers", nargs="*", metavar="TIER", help=f"some of: {', '.join(TIERS)} (default: all)")
    parser.add_argument("--jobs", type=int, default=3, help="tiers run at the same time (default: 3)")
    options = parser.parse_args()
    tiers = options.tiers or list(TIERS)
    unknown = sorted(set(tiers) - set(TIERS) - {part for tier in TIERS for part in parts(tier)})
    if unknown:
        parser.error(f"there is no tier called {', '.join(unknown)}; there are {', '.join(TIERS)}")
    signal.signal(signal.SIGTERM, end_all)
    signal.signal(signal.SIGINT, end_all)
    LOGS.mkdir(parents=True, exist_ok=True)
    show, begun = threading.Lock(), time.monotonic()
    print(f"running {', '.join(tiers)}; each is shown when it has finished", flush=True)
    with ThreadPoolExecutor(options.jobs) as pool:
        outcomes = list(pool.map(lambda part: run_tier(part, show), [part for tier in tiers for part in parts(tier)]))
    print("\n===== summary =====")
    for outcome in outcomes:
        print(outcome.line())
    passed, failed, skipped = (sum(getattr(o, name) for o in outcomes) for name in ("passed", "failed", "skipped"))
    troubles = sum(bool(o.trouble) for o in outcomes)
    errors = f", {troubles} tiers in trouble" if troubles else ""
    print(f"{passed} passed, {failed} failed, {skipped} skipped{errors} in {time.monotonic() - begun:.0f} s")
    return 0 if all(outcome.good for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
