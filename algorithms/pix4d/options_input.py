"""Processing options as ordinary parameters (notes, section 10), for those that store them and for the start."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qgis.core import QgsProcessingContext, QgsProcessingParameterCrs, QgsProcessingParameterEnum

from ...core.problems import Problem
from ...core.translation import tr
from ...providers.pix4d.project_records import OUTPUT_KEYWORDS, PIPELINES, TAGS, ProcessingOptions
from ..parameters.plain import advanced, given, helped, number, string
from .common import Pix4dAlgorithm

TAGS_NAME, OUTPUTS, FORMATS = "TAGS", "OUTPUTS", "FORMATS"
CRS, VERTICAL, GEOID, GEOID_HEIGHT = "OUTPUT_CRS", "OUTPUT_VERTICAL_CRS", "OUTPUT_GEOID", "OUTPUT_GEOID_HEIGHT"
CHOICES = {
    "point_cloud": ("las", "laz", "slpk"),
    "mesh": ("obj", "fbx", "slpk"),
    "ortho": ("tif",),
    "dsm": ("tif",),
}
"""ASSUMED (A31); only ``laz`` and ``slpk`` of the point cloud are printed."""
EVERY_FORMAT = tuple(f"{output}.{one}" for output, some in CHOICES.items() for one in some)
LONGEST_GEOID = 50


class WithOptions(Pix4dAlgorithm):
    """What takes processing options."""

    kind = "processing"

    def declare_options(self, later: bool = False) -> None:
        """Declare them; ``later``: among the advanced parameters."""
        place = advanced if later else (lambda parameter: parameter)
        tags = _several(TAGS_NAME, tr("Tags"), TAGS)
        words = tr(
            "“nadir” (also called “3d-maps”), “oblique” and “building” choose how photos are processed and exclude each"
            " other; without one it is “nadir”. “flat”, for flat land, goes with “nadir” or “3d-maps” only. “rtk”: the"
            " positions come from an RTK device. “half-scale” and “quarter-scale” are faster and less detailed."
        )
        self.addParameter(place(helped(tags, words)))
        words = tr("What is made. Empty: the usual set, with orthomosaic, surface model, point cloud and mesh.")
        self.addParameter(place(helped(_several(OUTPUTS, tr("Outputs"), OUTPUT_KEYWORDS), words)))
        words = tr("In which formats outputs are made. Empty: the usual ones.")
        self.addParameter(place(helped(_several(FORMATS, tr("Formats"), EVERY_FORMAT), words)))
        crs = QgsProcessingParameterCrs(CRS, tr("Coordinate reference system of the results"), optional=True)
        words = tr("A projected one with an EPSG code. It takes the place of the project's own.")
        self.addParameter(advanced(helped(crs, words)))
        words = tr("EPSG code of the heights, such as 5773. It needs a geoid model or a geoid height.")
        self.addParameter(advanced(string(VERTICAL, tr("Vertical coordinate reference system of the results"), words)))
        words = tr("Name of the geoid model, at most 50 characters.")
        self.addParameter(advanced(string(GEOID, tr("Geoid model of the results"), words)))
        words = tr("Metres, in place of a geoid model. It cannot be used in the United States, Myanmar and Liberia.")
        self.addParameter(advanced(number(GEOID_HEIGHT, tr("Geoid height of the results (metres)"), words, -1e4, 1e4)))

    def option_problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        """What the platform would refuse, or end with after hours."""
        yield from self.unknown_ones(parameters)
        options = self.options(parameters, context)
        tags = options.get("tags") or []
        pipelines = [tag for tag in tags if tag in PIPELINES]
        if len(pipelines) > 1:
            yield tr("The tags {tags} exclude each other. Choose one of them.").format(tags=", ".join(pipelines))
        if "flat" in tags and not {"nadir", "3d-maps"} & set(tags):
            yield tr("The tag “flat” only goes together with “nadir” or “3d-maps”. Choose one of these, too.")
        outputs = options.get("outputs")
        for output in options.get("formats") or {}:
            if outputs and output not in outputs:
                yield tr("A format of “{output}” is chosen, which is not among the outputs. Choose it, too.").format(
                    output=output
                )
        if len(options.get("output_cs_geoid") or "") > LONGEST_GEOID:
            yield tr("The name of the geoid model has more than {most} characters.").format(most=LONGEST_GEOID)
        yield from self._system_problems(parameters, context, options)

    def _system_problems(
        self, parameters: dict[str, Any], context: QgsProcessingContext, options: ProcessingOptions
    ) -> Iterator[str]:
        from ...core.crs_rules import output_problems

        crs = self.parameterAsCrs(parameters, CRS, context)
        if given(parameters, CRS) and _epsg(crs.authid()) is None:
            yield tr("The system of the results needs an EPSG code. Choose one from QGIS's list.")
            return
        try:
            vertical = self._vertical(parameters, context)
        except Problem as problem:
            yield str(problem)
            return
        yield from output_problems(
            _epsg(crs.authid()), vertical, options.get("output_cs_geoid") or "", options.get("output_cs_geoid_height")
        )

    def unknown_ones(self, parameters: dict[str, Any]) -> Iterator[str]:
        """A problem for each choice by name that is not allowed; QGIS would leave it out silently."""
        for name in (TAGS_NAME, OUTPUTS, FORMATS):
            value, allowed = parameters.get(name), self.parameterDefinition(name).options()
            values = value if isinstance(value, (list, tuple)) else str(value).split(",") if value else []
            for one in values:
                if str(one) not in allowed and not str(one).isdigit():
                    yield tr("“{value}” is not allowed. Choose one of {allowed}.").format(
                        value=one, allowed=", ".join(allowed)
                    )

    def options(self, parameters: dict[str, Any], context: QgsProcessingContext) -> ProcessingOptions:
        """Those that were given, as they are sent."""
        found: ProcessingOptions = {}
        tags, outputs = self._chosen(parameters, TAGS_NAME, context), self._chosen(parameters, OUTPUTS, context)
        formats: dict[str, list[str]] = {}
        for one in self._chosen(parameters, FORMATS, context):
            output, _, extension = one.partition(".")
            formats.setdefault(output, []).append(extension)
        if tags:
            found["tags"] = tags
        if outputs:
            found["outputs"] = outputs
        if formats:
            found["formats"] = formats
        horizontal = _epsg(self.parameterAsCrs(parameters, CRS, context).authid())
        if horizontal is not None:
            found["output_cs_horizontal"] = horizontal
        try:
            vertical = self._vertical(parameters, context)
        except Problem:
            vertical = None  # told by option_problems
        if vertical is not None:
            found["output_cs_vertical"] = vertical
        if given(parameters, GEOID):
            found["output_cs_geoid"] = self.text(parameters, GEOID, context)
        height = self.real(parameters, GEOID_HEIGHT, context)
        if height is not None:
            found["output_cs_geoid_height"] = height
        return found

    def _chosen(self, parameters: dict[str, Any], name: str, context: QgsProcessingContext) -> list[str]:
        return list(self.parameterAsEnumStrings(parameters, name, context)) if given(parameters, name) else []

    def _vertical(self, parameters: dict[str, Any], context: QgsProcessingContext) -> int | None:
        from ...core.crs_rules import vertical_name

        text = self.text(parameters, VERTICAL, context)
        return _epsg(vertical_name(text)) if text else None


def _several(name: str, title: str, choices: tuple[str, ...]) -> QgsProcessingParameterEnum:
    return QgsProcessingParameterEnum(
        name, title, list(choices), allowMultiple=True, optional=True, usesStaticStrings=True
    )


def _epsg(authid: str) -> int | None:
    authority, _, code = authid.partition(":")
    return int(code) if authority == "EPSG" and code.isdigit() else None
