"""Blocks: the ready-made steps of insights and workflows, their versions, inputs and outputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsProcessingOutputNumber, QgsProcessingOutputString

from ...core.translation import tr
from ...providers.pixxel.work_records import BLOCK_MODES
from ...providers.work import Work
from ..parameters.plain import choice, given, string
from ..tables import declare_table, write_table
from . import listers
from .common import PixxelAlgorithm, picked

BLOCK, MODE, NAME, VERSION = "BLOCK", "MODE", "NAME", "VERSION"
COLUMNS = [
    ("block", "text"), ("name", "text"), ("version", "text"), ("title", "text"), ("description", "text"),
    ("kind", "text"), ("block_status", "text"), ("price", "real"), ("inputs", "text"), ("outputs", "text"),
    ("created_at", "text"),
]
PART_COLUMNS = [
    ("direction", "text"), ("name", "text"), ("format", "text"), ("type", "text"), ("description", "text"),
]


def block_parameter(lister: Any, in_menus: bool = True) -> Any:
    """The choice of a block with its version."""
    words = tr("Name and version, as in kmeans/1.0.2. The button lists them.")
    return picked(BLOCK, tr("Block"), lister, words, "block" if in_menus else "")


def row(one: Mapping[str, Any]) -> dict[str, Any]:
    """A block as a row."""
    spec = one.get("spec") or {}
    names = {part: ",".join(str(two.get("name") or "") for two in spec.get(part) or ()) for part in
             ("inputs", "outputs")}
    return {
        **{name: spec.get(name) for name in ("name", "version", "title", "description", "kind")}, **names,
        "block": f"{spec.get('name') or ''}/{spec.get('version') or ''}",
        **{name: one.get(name) for name in ("block_status", "price", "created_at")},
    }


class ListBlocks(PixxelAlgorithm):
    """Blocks by mode, name and version."""

    called = "listblocks"
    kind = "analysis"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List blocks")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Lists the blocks that insights and workflows are made of, with their inputs and outputs.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(choice(MODE, tr("For"), tr("Only blocks for insights, or for workflows."), BLOCK_MODES))
        self.addParameter(string(NAME, tr("Name"), tr("Only blocks of this name.")))
        self.addParameter(string(VERSION, tr("Version"), tr("Only blocks of this version, as in 1.0.2.")))
        declare_table(self, "BLOCKS", tr("Blocks, as name/version"))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.unknown(parameters, MODE)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        blocks = self.platform.api.during(work).blocks
        mode = self.parameterAsEnumString(parameters, MODE, context) if given(parameters, MODE) else ""
        name, version = (self.text(parameters, one, context) for one in (NAME, VERSION))
        if name and not mode:
            found = blocks.versions(name)
        elif mode and (name or version):  # only these lists are narrowed by the platform
            found = (blocks.for_insights if mode == "insight" else blocks.for_workflows)(name, version)
        else:
            found = blocks.list(mode)
        rows = (
            made for made in map(row, found) if name in ("", made["name"]) and version in ("", made["version"])
        )
        return write_table(self, parameters, context, work, rows, COLUMNS, "BLOCKS", identity="block")


class ListBlockVersions(PixxelAlgorithm):
    """All versions of one."""

    called = "listblockversions"
    kind = "analysis"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List versions of a block")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Lists the versions of a block with their inputs and outputs.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        words = tr("The block's name, such as kmeans. A version behind it, as in kmeans/1.0.2, is not looked at.")
        self.addParameter(picked(NAME, tr("Block"), listers.all_blocks, words, "block"))
        declare_table(self, "BLOCKS", tr("Blocks, as name/version"))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, NAME)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        name = self.text(parameters, NAME, context).partition("/")[0]
        found = self.platform.api.during(work).blocks.versions(name)
        return write_table(self, parameters, context, work, map(row, found), COLUMNS, "BLOCKS", identity="block")


class GetBlock(PixxelAlgorithm):
    """Inputs and outputs of one version."""

    called = "getblock"
    kind = "analysis"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List inputs and outputs of a block")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Gives title, description and price of a block, and lists what it takes and gives.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(block_parameter(listers.all_blocks))
        declare_table(self, "NAMES", tr("Names of inputs and outputs"))
        for name, title in (("BLOCK_NAME", tr("Name")), ("TITLE", tr("Title")), ("DESCRIPTION", tr("Description"))):
            self.addOutput(QgsProcessingOutputString(name, title))
        self.addOutput(QgsProcessingOutputNumber("TOKENS", tr("Price (tokens)")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, BLOCK)
        if given(parameters, BLOCK):
            from ...providers.pixxel.flows.blocks import block_of

            block_of(self.text(parameters, BLOCK, context))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixxel.flows.blocks import block_of

        one = self.platform.api.during(work).blocks.version(*block_of(self.text(parameters, BLOCK, context)))
        spec = one.get("spec") or {}
        rows = [{**part, "direction": name} for name in ("inputs", "outputs") for part in spec.get(name) or ()]
        return {
            **write_table(self, parameters, context, work, rows, PART_COLUMNS, "NAMES", identity="name"),
            "BLOCK_NAME": spec.get("name") or "", "TITLE": spec.get("title") or "",
            "DESCRIPTION": spec.get("description") or "", "TOKENS": one.get("price") or 0,
        }
