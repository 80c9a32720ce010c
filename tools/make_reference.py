"""Writes the reference pages of the user guide from the algorithms' own names, helps, parameters and outputs.

Usage: .venv/bin/python tools/make_reference.py [--check]

What an algorithm cannot say of itself (costs, limits, what to do after a failure) stands in ``docs/reference.toml``, by
the algorithm's name. ``--check`` writes nothing and fails when a page is not what it would be.
"""

from __future__ import annotations

import html
import os
import re
import sys
from pathlib import Path
from typing import Any

import tomllib

ROOT = Path(__file__).resolve().parent.parent
GUIDE = ROOT / "docs" / "user"
NOTES = ROOT / "docs" / "reference.toml"

INTRODUCTIONS = {
    "picterra": """# Picterra: reference

Every algorithm of the group “Picterra”, with its parameters and outputs. How they make a whole is told in
[The main job](main-job.md).

**What they share.** *Connection*: the name of a saved connection; in `qgis_process` and models it is the parameter
`CONNECTION`, and when it is empty the environment variables `PICTERRA_API_KEY` and `PICTERRA_BASE_URL` are read.
*Choices* such as raster or detector hold an id; the button beside the field lists what the platform has. *Polygons* may
be in any coordinate reference system and are sent as the platform wants them. *Lists* give a table and a string of ids
joined by commas, for models. An algorithm that is marked “can be taken up again” is kept as a job: see
[Jobs](jobs.md). What any of them may say when something fails is told in
[When something goes wrong](trouble.md).
""",
    "pix4d": """# PIX4D cloud: reference

Every algorithm of the groups “PIX4D”, with its parameters and outputs. How they make a whole is told in
[From photos to volumes](photos.md).

**What they share.** *Connection*: the name of a saved connection; in `qgis_process` and models it is the parameter
`CONNECTION`, and when it is empty the environment variables `PIX4D_CLIENT_ID` and `PIX4D_CLIENT_SECRET` are read, and
for servers other than PIX4D's own `PIX4D_BASE_URL`, `PIX4D_WEBGIS_URL`, `PIX4D_EMBED_URL` and `PIX4D_S3_ENDPOINT`.
*Choices* such as project or output hold an id; the button beside the field lists what the platform has. *Lists* give a
table and a string of ids joined by commas, for models. An algorithm that is marked “can be taken up again” is kept as a
job: see [Jobs](jobs.md). What any of them may say when something fails is told in
[When something goes wrong](trouble.md).
""",
    "pixel": """# Geodata Pixel: reference

Every algorithm of the groups “Pixel”, with its parameters and outputs. How they make a whole is told in
[Imagery in collections](collections.md).

**What they share.** *Connection*: the name of a saved connection; in `qgis_process` and models it is the parameter
`CONNECTION`, and when it is empty the environment variables `PIXEL_TENANT`, `PIXEL_USERNAME` and `PIXEL_PASSWORD` are
read, with `PIXEL_ENV`, `PIXEL_API_URL`, `PIXEL_AUTH_SERVER_URL` and `PIXEL_SERVICES_URL` for other servers than the
vendor's usual ones. *Choices* such as project or data collection hold an id; the button beside the field lists what the
platform has. *Lists* give a table and a string of ids joined by commas, for models. An algorithm that is marked “can be
taken up again” is kept as a job: see [Jobs](jobs.md). What any of them may say when something fails is told in
[When something goes wrong](trouble.md).
""",
    "pixxel": """# Pixxel: reference

Every algorithm of the groups “Pixxel”, with its parameters and outputs. How they make a whole is told in
[Hyperspectral imagery](hyperspectral.md).

**What they share.** *Connection*: the name of a saved connection; in `qgis_process` and models it is the parameter
`CONNECTION`, and when it is empty the environment variable `PIXXEL_API_KEY` is read, and `PIXXEL_BASE_URL` for another
server than the vendor's. *Choices* such as project or satellite hold an id; the button beside the field lists what the
platform has. *Lists* give a table and a string of ids joined by commas, for models. What spends tokens asks first. An
algorithm that is marked “can be taken up again” is kept as a job: see [Jobs](jobs.md). What any of them may say when
something fails is told in [When something goes wrong](trouble.md).
""",
    "descarteslabs": """# Descartes Labs catalog: reference

Every algorithm of the groups “Descartes Labs”, with its parameters and outputs. How they make a whole is told in
[Products, bands and images](products.md). The vendor retired the service; what is here speaks its protocol with private
servers and the sandbox.

**What they share.** *Connection*: the name of a saved connection; in `qgis_process` and models it is the parameter
`CONNECTION`, and when it is empty the environment variables of the vendor's client are read, which
[Products, bands and images](products.md) lists. *Choices* such as product or band hold an id; the button beside it
lists what the catalog has. *Lists* give a table and a string of ids joined by commas, for models. An algorithm that is
marked “can be taken up again” is kept as a job: see [Jobs](jobs.md). What any of them may say when something fails is
told in [When something goes wrong](trouble.md).
""",
    "jobs-connections-analysis": """# Jobs, connections and analysis: reference

The algorithms that belong to no single platform.
""",
}
TYPES = {
    "authcfg": "authentication configuration", "boolean": "yes or no", "color": "colour", "datetime": "date and time",
    "enum": "choice", "field": "field of a layer", "fileDestination": "file to write",
    "folderDestination": "folder to write into", "matrix": "table", "outputFolder": "folder", "outputHtml": "page",
    "multilayer": "layers", "number": "number", "raster": "raster layer", "rasterDestination": "raster file to write",
    "sink": "layer to write", "source": "vector layer", "string": "text", "vectorDestination": "layer to write",
    "crs": "reference system", "file": "file", "point": "place on the map", "extent": "rectangle",
    "geometry": "shape", "vector": "vector layer",
    "outputBoolean": "yes or no", "outputFile": "file", "outputNumber": "number", "outputRaster": "raster layer",
    "outputMultilayer": "layers", "outputString": "text", "outputVector": "vector layer",
}
#: Said once at the top of the page.
SHARED = ("CONNECTION",)


def provider() -> Any:
    """The plugin's provider in a QGIS without a window, with QGIS's application, which has to be kept."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    sys.path.insert(0, str(ROOT / "build" / "python"))
    from qgis.core import QgsApplication

    application = QgsApplication([], False)
    application.initQgis()
    from imagery_hub.algorithms.provider import ImageryHubProvider

    made = ImageryHubProvider()
    QgsApplication.processingRegistry().addProvider(made)
    return application, made


def plain(text: str) -> str:
    """A help as one paragraph of Markdown. Those of models come as HTML with their parameters, listed apart here."""
    if "<html>" in text:
        text = html.unescape(re.sub(r"<[^>]+>", "", text.partition("<h2>")[0].partition("<br>")[0]))
    return re.sub(r"([*_<|])", r"\\\1", " ".join(text.split()))


def row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def allowed(parameter: Any) -> str:
    """Default, bounds and values."""
    facts = []
    if parameter.type() == "enum":
        values = parameter.options()
        if parameter.usesStaticStrings():
            facts.append("one of " + ", ".join(f"`{one}`" for one in values))
        else:
            facts.append("; ".join(f"`{number}` {one}" for number, one in enumerate(values)))
    if parameter.type() == "number":
        low, high = parameter.minimum(), parameter.maximum()
        if abs(low) < 1e300 and abs(high) < 1e300:
            facts.append(f"{low:g} to {high:g}" if f"{low:g} to {high:g}" not in parameter.help() else "")
        elif abs(low) < 1e300:
            facts.append(f"at least {low:g}")
    value = parameter.defaultValue()
    if value not in (None, "") and parameter.type() not in ("sink", "vectorDestination"):
        shown = {True: "yes", False: "no"}[value] if isinstance(value, bool) else f"`{value}`"
        facts.append(f"default {shown}")
    return "; ".join(filter(None, facts))


def parameters(algorithm: Any) -> list[str]:
    from qgis.core import QgsProcessing

    helps = algorithm.helpContent() if hasattr(algorithm, "helpContent") else {}
    lines = []
    for one in algorithm.parameterDefinitions():
        flags = one.flags()
        if flags & one.FlagHidden or one.name() in SHARED:
            continue
        words = " ".join(filter(None, (str(helps.get(one.name()) or one.help()), allowed(one) and f"({allowed(one)})")))
        kind = TYPES[one.type()]
        if one.metadata().get("widget_wrapper", {}).get("lister"):
            kind = "choice from the platform"
        elif one.type() == "multilayer" and one.layerType() == QgsProcessing.SourceType.TypeFile:
            kind = "files"
        if flags & one.FlagOptional:
            kind += ", optional"
        if flags & one.FlagAdvanced:
            kind += ", advanced"
        lines.append(row(one.description(), f"`{one.name()}`", kind, words))
    return ["| Parameter | Name | Kind | Meaning |", "| --- | --- | --- | --- |", *lines] if lines else []


def outputs(algorithm: Any) -> list[str]:
    lines = [row(one.description(), f"`{one.name()}`", TYPES[one.type()]) for one in algorithm.outputDefinitions()]
    return ["| Output | Name | Kind |", "| --- | --- | --- |", *lines] if lines else []


def section(algorithm: Any, notes: dict[str, Any]) -> str:
    """One algorithm."""
    from qgis.core import QgsProcessingAlgorithm

    own = notes.get(algorithm.name(), {})
    parts = [f'<a id="{algorithm.name()}"></a>\n\n### {algorithm.displayName()}', f"`{algorithm.id()}`"]
    parts.append(plain(algorithm.shortHelpString()))
    marks = []
    if algorithm.flags() & QgsProcessingAlgorithm.FlagHideFromToolbox:
        marks.append("It is not shown in the toolbox: it serves models, scripts and `qgis_process`.")
    if getattr(algorithm, "journaled", False):
        marks.append("It can be taken up again after a stop ([jobs](jobs.md)).")
    confirmed = algorithm.parameterDefinition("CONFIRM")
    if confirmed is not None:
        ticked = confirmed.type() == "boolean"
        marks.append(f"It only runs when “{confirmed.description()}” is {'ticked' if ticked else 'filled in'}.")
    parts.append(" ".join(marks))
    for member, title in (("limits", "Limits"), ("costs", "Costs")):
        if member in own:
            parts.append(f"**{title}.** {own[member]}")
    parts.append("\n".join(parameters(algorithm)))
    parts.append("\n".join(outputs(algorithm)))
    if "failures" in own:
        parts.append("**When it fails**")
        parts.append("\n".join(f"- {says} {then}" for says, then in own["failures"]))
    return "\n\n".join(part for part in parts if part)


def pages() -> dict[Path, str]:
    """Every page with its text. Raises ValueError where the notes name an algorithm that is not there."""
    application, made = provider()
    from imagery_hub.algorithms.help import page_of

    notes = tomllib.loads(NOTES.read_text("utf-8"))
    algorithms = sorted(made.algorithms(), key=lambda one: (one.group(), one.displayName()))
    strangers = set(notes) - {one.name() for one in algorithms}
    if strangers:
        raise ValueError(f"{NOTES.name} names algorithms that are not there: {', '.join(sorted(strangers))}")
    found = {}
    for page, introduction in INTRODUCTIONS.items():
        own = [one for one in algorithms if page_of(one.name()) == page]
        text, group = introduction, ""
        index = []
        for one in own:
            if one.group() != group:
                group = one.group()
                index.append(f"- {group}: ")
                text += f"\n## {group}\n"
            index[-1] += f"{'' if index[-1].endswith(': ') else ', '}[{one.displayName()}](#{one.name()})"
            text += f"\n{section(one, notes)}\n"
        head, rest = text[: len(introduction)], text[len(introduction):]
        found[GUIDE / f"{page}.md"] = f"{head}\n{chr(10).join(index)}\n{rest}"
    application.exitQgis()
    return found


def main() -> int:
    wanted = pages()
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text("utf-8") != text]
    if "--check" in sys.argv[1:]:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is not up to date: run `make docs`.")
        return 1 if stale else 0
    for path, text in wanted.items():
        path.write_text(text, "utf-8")
    print(f"reference: {len(stale)} of {len(INTRODUCTIONS)} pages written anew")
    return 0


if __name__ == "__main__":
    sys.exit(main())
