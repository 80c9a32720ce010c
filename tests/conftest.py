"""Fixtures that every tier shares."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import assumptions
import pytest
from hypothesis import HealthCheck, settings
from sandbox_process import ROOT, SandboxProcess
from vendor_client_process import GENERATIONS, VendorClient

# Before pytest meets the folder tests/sandbox, which it would take for the package of that name.
import sandbox as _sandbox  # noqa: F401

# How long an example takes tells of the machine and what else it does, not of the plugin.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

# Without credentials for a bucket GDAL would ask Amazon's metadata service, which is not on this machine.
os.environ["CPL_AWS_EC2_API_ROOT_URL"] = "http://127.0.0.1:9"

# What is waited for comes from threads, disks and the sandbox: that it takes long is no fault.
PATIENCE_MILLISECONDS = 30_000

LOGS = ROOT / "build" / "sandbox-log"
WITHOUT_ASSUMED = "--drop-assumed"
_outcomes: dict[str, str] = {}


def sandbox_arguments() -> list[str]:
    """What the run adds to the command line of every sandbox."""
    return os.environ.get("SANDBOX_ARGUMENTS", "").split()


def pytest_configure(config: pytest.Config) -> None:
    """Let ``qtbot`` wait longer than for 5 s where a test says nothing of it. Not all tiers have it."""
    if config.pluginmanager.hasplugin("pytest-qt"):
        from pytestqt.qtbot import QtBot

        for wait in (QtBot.waitUntil, QtBot.waitSignal, QtBot.waitSignals):
            wait.__kwdefaults__["timeout"] = PATIENCE_MILLISECONDS


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """In the run without what is only assumed: leave out tests of just that, and tests that ask no sandbox.

    ``needs_assumed("A25", "Marker.text")`` names the rows of the notes' table of assumptions or the members of the
    contract that a test is about. A member that is not (or no longer) marked ``x-assumed`` is an error in every run.
    """
    for item in items:
        for marker in item.iter_markers("needs_assumed"):
            wrong = [fact for fact in marker.args if not assumptions.is_assumed(fact)]
            if wrong or not marker.args:
                raise pytest.UsageError(f"{item.nodeid} needs what nobody assumes: {', '.join(wrong) or 'nothing'}.")
    if WITHOUT_ASSUMED in sandbox_arguments():
        left_out = [item for item in items if item.get_closest_marker("needs_assumed")
                    or not {"sandbox_session", "own_sandbox"} & set(getattr(item, "fixturenames", ()))]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Remember how each test ended: only calls made in tests that passed count for the API coverage."""
    report = yield
    if report.when == "call" or not report.passed:
        _outcomes[item.nodeid] = report.outcome
    return report


@pytest.fixture(scope="session")
def sandbox_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxProcess]:
    """One sandbox for the whole session. Its log and the outcomes of the tests are kept for the API coverage.

    SANDBOX_ARGUMENTS in the environment adds to its command line: one run of the suite is made with --drop-assumed.
    """
    more = sandbox_arguments()
    with SandboxProcess(tmp_path_factory.mktemp("sandbox"), "--poll-interval", "0.05", *more) as process:
        yield process
        if process.alive:
            run = "without-assumed-" if WITHOUT_ASSUMED in more else ""
            name = f"{run}{int(time.time() * 1000)}-{os.getpid()}"
            process.save_log(LOGS / f"{name}.jsonl")
            (LOGS / f"{name}.outcomes.json").write_text(json.dumps(_outcomes, indent=1, sort_keys=True), "utf-8")


@pytest.fixture
def sandbox(sandbox_session: SandboxProcess, request: pytest.FixtureRequest) -> Iterator[SandboxProcess]:
    """The session's sandbox, emptied, with this test's name in its log."""
    sandbox_session.reset()
    sandbox_session.begin_test(request.node.nodeid)
    first = sandbox_session.last_entry()
    yield sandbox_session
    sandbox_session.begin_test(None)
    broken = [one for flag in ("contract-broken", "handler-failed", "server-error")
              for one in sandbox_session.log(after=first, flag=flag)]
    assert not broken, f"The sandbox answered wrongly: {broken}"
    defects = [one for platform in ("picterra", "pix4d", "pixel", "pixxel", "descarteslabs")
               for one in sandbox_session.control("GET", f"{platform}/jobs")["defects"]]
    assert not defects, "A job of the sandbox broke: " + "\n".join(defects)


@pytest.fixture
def own_sandbox(tmp_path: Path) -> Iterator[SandboxProcess]:
    """A sandbox for one test only: for those that end it or start it differently."""
    with SandboxProcess(tmp_path / "own-sandbox", "--poll-interval", "0.05", *sandbox_arguments()) as process:
        yield process


@pytest.fixture(scope="session")
def vendor_processes(sandbox_session: SandboxProcess) -> Iterator[dict[str, VendorClient]]:
    """The clients that were started, by generation."""
    started: dict[str, VendorClient] = {}
    yield started
    for client in started.values():
        client.stop()


@pytest.fixture(params=GENERATIONS)
def vendor(request: pytest.FixtureRequest, vendor_processes: dict[str, VendorClient],
           sandbox: SandboxProcess) -> VendorClient:
    """A client of each generation, on an empty platform; it lives on, and so does its list of called methods."""
    if request.param not in vendor_processes:
        vendor_processes[request.param] = VendorClient(request.param, sandbox)
    return vendor_processes[request.param]
