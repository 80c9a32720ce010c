"""Which operations of each platform the test suite reached, from the sandbox's request logs.

Usage: .venv/bin/python tools/api_coverage.py [--logs FOLDER] [--out FILE] [--require PLATFORM ...]
       [--require-algorithms PLATFORM ...]

Each test session leaves NAME.jsonl (its request log) and NAME.outcomes.json (how its tests ended) in
build/sandbox-log. An operation counts for an actor (algorithms, docks, vendor_client) when a request to it was answered
2xx, or 302 where its contract says so, while that actor worked, in a test that passed. For algorithms and docks only
what the plugin asked itself counts, told by its user agent: a test's own calls, by which it prepares and checks, come
from the same machine at the same time. Nor does what QGIS or GDAL ask for a layer once it stands on the map. What
changes something on the platform counts only where the same test then read from the platform itself, by a client that
is not the plugin's, and was answered, be it that there is no such thing (any more). Tests of failures in words work as
nobody. The run without what is only assumed does not count, it repeats tests of the others. `missing` are the
operations reached neither by algorithms nor by docks.
Written to build/api-coverage.json; with --require the exit code is 1 while something of a platform is missing, with
--require-algorithms while something of it is not reached by algorithms. An actor's request in a test that no outcome is
known of would be lost in silence, so it makes the exit code 1 as well.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

ROOT = Path(__file__).resolve().parent.parent
ACTORS = ("algorithms", "docks", "vendor_client")
METHODS = ("get", "put", "post", "delete", "patch", "head", "options")
SUFFIX = ".openapi.yaml"
# The end of what core/network/settings.py says to platforms.
PLUGIN = "ImageryHub"
READING = ("get", "head", "options")
# Operations that are asked by other methods, and answer or make something to be fetched, but change nothing.
ONLY_ANSWER = {
    "descarteslabs": {"refreshToken", "listUploads", "searchProducts", "searchBands", "searchDerivedBands",
                      "batchImages", "searchImages", "summarizeImages", "rasterArray", "rasterFile", "rasterArrayV1"},
    "picterra": {"startVectorLayerDownload"},
    "pix4d": {"getToken", "getSeveralS3Credentials", "validateWkt", "computeVolume"},
    "pixel": {"getToken", "search", "generateArcgisToken"},
    "pixxel": {"searchImages", "searchArchive", "searchCatalogs", "createAoiDownload", "createCatalogDownload",
               "renderPng", "renderSld", "downloadInsight", "downloadJob", "downloadTask"},
}
# What only lets somebody in: asking for it is no look at the platform.
LOGINS = ("getToken", "refreshToken", "generateArcgisToken", "getSeveralS3Credentials",
          "getProjectS3Credentials", "getProjectGroupS3Credentials")
# How the user agents begin by which tests look at the platform: requests, and the vendors' clients.
WITNESSES = ("python-requests", "picterra-python", "python-httpx", "dl-python")


class Operation(NamedTuple):
    """What a contract says of one: whether it changes something, and whether it may answer with a redirect."""

    changes: bool
    redirects: bool


Contracts = dict[str, dict[str, Operation]]
"""By platform and operation id, in the order of the contract files."""


class Request(NamedTuple):
    """An operation that an actor asked for."""

    platform: str
    actor: str
    operation: str


class UnknownTest(Exception):
    """An actor worked in a test of which the session does not say how it ended."""


def operations(contracts: Path) -> Contracts:
    """All that the contract files have."""
    found: Contracts = {}
    for path in sorted(contracts.glob("*" + SUFFIX)):
        platform = path.name.removesuffix(SUFFIX)
        answering = ONLY_ANSWER.get(platform, set())
        found[platform] = {
            node["operationId"]: Operation(method not in READING and node["operationId"] not in answering,
                                           "302" in node.get("responses", {}))
            for item in yaml.safe_load(path.read_text("utf-8"))["paths"].values() for method, node in item.items()
            if method in METHODS}
    return found


def counted(logs: Path, known: Contracts) -> Iterator[Request]:
    """Every request that counts."""
    for log in sorted(logs.glob("*.jsonl")):
        if log.name.startswith("without-assumed-"):
            continue
        outcomes: dict[str, str] = json.loads(log.with_suffix(".outcomes.json").read_text("utf-8"))
        unwitnessed: dict[tuple[str, str], set[Request]] = {}
        with log.open(encoding="utf-8") as lines:
            for entry in map(json.loads, lines):
                place = entry["platform"], entry["test"]
                asked = known.get(entry["platform"], {}).get(entry["operation"])
                if _witnesses(entry, asked):
                    yield from unwitnessed.pop(place, ())
                request = _fine(entry, asked, outcomes, log.name)
                if request is None:
                    continue
                if request.actor != "vendor_client" and asked is not None and asked.changes:
                    unwitnessed.setdefault(place, set()).add(request)
                else:
                    yield request


def _witnesses(entry: dict[str, Any], asked: Operation | None) -> bool:
    """Whether a test read from the platform itself, and was told. What no contract knows (tiles) is told by its
    method."""
    reads = entry["method"].lower() in READING if asked is None else not asked.changes
    reads = reads and entry["operation"] not in LOGINS
    told = 200 <= entry["status"] < 300 or entry["status"] == 404
    return bool(reads and told and entry["user_agent"].startswith(WITNESSES))


def _fine(
    entry: dict[str, Any], asked: Operation | None, outcomes: dict[str, str], log: str
) -> Request | None:
    """What an actor asked well in a test that passed."""
    if entry["actor"] not in ACTORS:
        return None
    if entry["test"] not in outcomes:
        raise UnknownTest(f"{log}: {entry['actor']} worked in {entry['test']!r}, which is no test that ended in this "
                          "session.")
    own = entry["actor"] == "vendor_client" or PLUGIN in entry["user_agent"].split()
    redirected = entry["status"] == 302 and asked is not None and asked.redirects
    fine = 200 <= entry["status"] < 300 or redirected
    if entry["operation"] is None or not own or not fine or outcomes[entry["test"]] != "passed":
        return None
    return Request(entry["platform"], entry["actor"], entry["operation"])


def coverage(known: Contracts, requests: Iterable[Request]) -> dict[str, dict[str, Any]]:
    """The report. Requests to what no contract knows (tiles) are left out."""
    reached = {platform: {actor: set[str]() for actor in ACTORS} for platform in known}
    for platform, actor, operation in requests:
        if operation in known.get(platform, ()):
            reached[platform][actor].add(operation)
    report: dict[str, dict[str, Any]] = {}
    for platform, ids in known.items():
        by_plugin = reached[platform]["algorithms"] | reached[platform]["docks"]
        report[platform] = {"total": len(ids), **{actor: sorted(reached[platform][actor]) for actor in ACTORS},
                            "missing": sorted(set(ids) - by_plugin)}
    return report


def main() -> int:
    """Write the report and say it in a few lines."""
    parser = argparse.ArgumentParser(description="Operations of each platform that the test suite reached.")
    parser.add_argument("--logs", type=Path, default=ROOT / "build" / "sandbox-log")
    parser.add_argument("--contracts", type=Path, default=ROOT / "sandbox" / "contract")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "api-coverage.json")
    parser.add_argument("--require", nargs="*", default=[], metavar="PLATFORM")
    parser.add_argument("--require-algorithms", nargs="*", default=[], metavar="PLATFORM")
    arguments = parser.parse_args()
    if not any(arguments.logs.glob("*.jsonl")):
        print(f"There is no request log in {arguments.logs}: run the test suite first.", file=sys.stderr)
        return 1
    known = operations(arguments.contracts)
    try:
        report = coverage(known, counted(arguments.logs, known))
    except UnknownTest as error:
        print(error, file=sys.stderr)
        return 1
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    for platform, one in report.items():
        numbers = ", ".join(f"{actor} {len(one[actor])}" for actor in ACTORS)
        print(f"{platform}: {one['total']} operations; {numbers}; missing {len(one['missing'])}")
        for name in one["missing"]:
            print(f"  missing: {name}")
    unknown = [name for name in (*arguments.require, *arguments.require_algorithms) if name not in report]
    if unknown:
        print(f"There is no contract of {', '.join(unknown)}.", file=sys.stderr)
        return 1
    by_hand = [f"{name}: {one}" for name in arguments.require_algorithms
               for one in sorted(set(known[name]) - set(report[name]["algorithms"]))]
    for one in by_hand:
        print(f"  not by algorithms: {one}")
    return 1 if by_hand or any(report[name]["missing"] for name in arguments.require) else 0


if __name__ == "__main__":
    sys.exit(main())
