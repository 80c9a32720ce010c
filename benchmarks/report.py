"""The measurements as text: a table for each, and what the targets say of it.

``python -m benchmarks.report [FILE]`` prints those of an earlier run.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .measure import MEBIBYTE, RESULTS

MEMORY_TARGET = 150 * MEBIBYTE
START_TARGET_MS = 100.0
STALL_TARGET_MS = 100.0
UPLOAD_TARGET = 1.1
LAYER_TARGET = 1.3
ALONE = " (waiting for a processor not counted)"


def text(found: dict[str, Any]) -> str:
    """Everything, readable in a terminal and as Markdown."""
    lines: list[str] = []
    for name, one in found["measurements"].items():
        lines += ["", f"### {name}", "", *_lines(one), ""]
    lines += ["### targets", "", "| target | measured | met |", "| --- | ---: | --- |"]
    lines += [f"| {words} | {value} | {'yes' if met else 'no'} |" for words, value, met in targets(found)]
    return "\n".join(lines) + "\n"


def _lines(one: dict[str, Any]) -> list[str]:
    rows = one["ways"]
    if any("longest_ms" in row for row in rows.values()):
        return _stalls(rows)
    if any("plugin_wall" in row for row in rows.values()):
        return _start(one)
    head = ["way", "median s", "ratio", "least s", "cpu s", "memory MiB"]
    put = any("put" in row for row in rows.values())
    if put:
        head += ["bytes alone s", "ratio"]
    sent = any("sent" in row for row in rows.values())
    if sent:
        head.append("sent MiB")
    table = ["| " + " | ".join(head) + " |", "| --- |" + " ---: |" * (len(head) - 1)]
    for name, row in rows.items():
        if "did_not_finish" in row:
            table.append(f"| {name} | {_reason(row)} |" + " |" * (len(head) - 2))
            continue
        cells = [name, f"{row['seconds']:.2f}", _ratio(row, "ratio"), f"{min(row['runs']):.2f}"]
        cells.append(f"{row['cpu']:.2f}" if row["cpu"] else "")
        cells.append(f"{row['memory'] / MEBIBYTE:.1f}")
        if put:
            cells += [f"{row['put']:.2f}" if "put" in row else "", _ratio(row, "put_ratio")]
        if sent:
            cells.append(f"{row['sent'] / MEBIBYTE:.0f}" if "sent" in row else "")
        table.append("| " + " | ".join(cells) + " |")
    return table


def _reason(row: dict[str, Any]) -> str:
    """Why there is no figure, short enough for a table."""
    words = str(row.get("did_not_finish", "not measured"))
    return words if len(words) <= 160 else words[:40] + " ... " + words[-110:]


def _ratio(row: dict[str, Any], name: str) -> str:
    return f"{row[name]:.2f}" if name in row else ""


def _stalls(rows: dict[str, Any]) -> list[str]:
    table = ["| case | seconds | longest gap ms | without waiting for a processor ms | gaps over 100 ms | so |",
             "| --- |" + " ---: |" * 5]
    for name, row in rows.items():
        alone = row["longest_without_waiting_for_a_processor_ms"]
        table.append(f"| {name} | {row['seconds']:.1f} | {row['longest_ms']:.0f} | {alone:.0f} | {row['long_gaps']}"
                     f" | {row['long_gaps_without_waiting']} |")
    return table


def _start(one: dict[str, Any]) -> list[str]:
    table = ["| start of QGIS | seconds | cpu s | plugin ms | without waiting for a processor ms | plugin cpu ms"
             " | algorithms there after ms | longest gap meanwhile ms |",
             "| --- |" + " ---: |" * 7]
    for name, row in one["ways"].items():
        table.append(f"| {name} | {row['start']:.2f} | {row['start_cpu']:.2f} | {1000 * row['plugin_wall']:.1f}"
                     f" ({1000 * row['plugin_wall_least']:.1f} to {1000 * row['plugin_wall_most']:.1f})"
                     f" | {1000 * row['plugin_alone']:.1f} | {1000 * row['plugin_cpu']:.1f}"
                     f" | {1000 * row['complete']:.0f} | {1000 * row['longest']:.0f} |")
    return table


def targets(found: dict[str, Any]) -> Iterator[tuple[str, str, bool]]:
    """Each target that this run can judge: words, the figure, and whether it is met."""
    kept = found["measurements"]
    for name in ("upload", "upload, bare server"):
        if name in kept:
            yield from _upload(name, kept[name]["ways"])
    for name in ("result, feature collection", "result, one MultiPolygon"):
        if name in kept:
            yield _at_most(f"{name}: at most {LAYER_TARGET} times ogr2ogr", kept[name]["ways"]["plugin"], LAYER_TARGET)
    for name in ("photos to S3", "large file to S3", "Pixel photos", "Pixel rasters", "Pixel images to a layer",
                 "Pixxel catalog to a layer", "Pixxel bundle", "Pixxel bundle, cut and resumed",
                 "Descartes Labs entries"):
        if name in kept:
            yield _not_slower(name, kept[name]["ways"])
    for name, one in kept.items():
        ours = [row["memory"] for way, row in one["ways"].items() if way.startswith("plugin") and "memory" in row]
        if ours:
            yield (f"{name}: at most 150 MiB above idle", f"{max(ours) / MEBIBYTE:.0f} MiB", max(ours) <= MEMORY_TARGET)
    if "start" in kept:
        for words, name in (("", "added_wall_ms"), (ALONE, "added_wall_without_waiting_for_a_processor_ms")):
            added = kept["start"][name]
            yield f"start{words}: under {START_TARGET_MS:.0f} ms", f"{added:.0f} ms", added < START_TARGET_MS
    for name in ("stalls", "stalls, docks open"):
        for case, row in kept.get(name, {"ways": {}})["ways"].items():
            if not case.startswith("idle"):
                yield from _stall(f"{name}, {case}", row)


def _stall(title: str, row: dict[str, Any]) -> Iterator[tuple[str, str, bool]]:
    for words, name in (("", "longest_ms"), (ALONE, "longest_without_waiting_for_a_processor_ms")):
        longest = row[name]
        yield f"{title}{words}: under {STALL_TARGET_MS:.0f} ms", f"{longest:.0f} ms", longest < STALL_TARGET_MS


def _upload(name: str, rows: dict[str, Any]) -> Iterator[tuple[str, str, bool]]:
    ours = rows["plugin"]
    yield _at_most(f"{name}: at most {UPLOAD_TARGET} times curl", ours, UPLOAD_TARGET)
    if "put_ratio" in ours:
        yield _at_most(f"{name}: the same, bytes alone", ours, UPLOAD_TARGET, "put_ratio")
    others = {way: row["seconds"] for way, row in rows.items() if "vendor" in way and "seconds" in row}
    if others and "seconds" in ours:
        way = min(others, key=lambda one: others[one])
        words = f"{ours['seconds']:.2f} s, {others[way]:.2f} s"
        yield f"{name}: not slower than {way}", words, ours["seconds"] <= others[way]


def _not_slower(name: str, rows: dict[str, Any]) -> tuple[str, str, bool]:
    """Than the faster of the others. What a server can do at most is none of them."""
    others = {way: row["seconds"] for way, row in rows.items()
              if not way.startswith(("plugin", "ceiling")) and "seconds" in row}
    way = min(others, key=lambda one: others[one])
    ours = rows["plugin"].get("seconds", float("inf"))
    return f"{name}: not slower than {way}", f"{ours / others[way]:.2f} of its time", ours <= others[way]


def _at_most(words: str, row: dict[str, Any], limit: float, name: str = "ratio") -> tuple[str, str, bool]:
    if name not in row:
        return words, _reason(row), False
    return words, f"{row[name]:.2f}", row[name] <= limit


if __name__ == "__main__":
    sys.stdout.write(text(json.loads(Path(*sys.argv[1:2] or [RESULTS]).read_text("utf-8"))))
