"""The GDAL steps that make a raster fit the rules of a collection: as they would be typed, and run.

A step is a call of gdal_translate or gdalwarp with its options, so what is shown is what is run. QGIS has an algorithm
for each of the two, which takes the same options (:meth:`Step.algorithm`).
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from osgeo import gdal

from ..layers.gdal_calls import GdalFailed, closed, gdal_errors, must
from ..problems import Problem
from ..translation import tr
from .check import Finding, RasterRules, refusals
from .facts import RasterFacts, type_number

TRANSLATE, WARP = "gdal_translate", "gdalwarp"
ALGORITHMS = {TRANSLATE: "gdal:translate", WARP: "gdal:warpreproject"}
#: In the order of QGIS's parameter.
RESAMPLING = ("near", "bilinear", "cubic", "cubicspline", "lanczos", "average")
SUFFIXES = {"GTiff": ".tif", "JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp", "MRF": ".mrf", "PDF": ".pdf"}
LOSSLESS = ("-co", "COMPRESS=DEFLATE", "-co", "TILED=YES", "-co", "BIGTIFF=IF_SAFER")
#: Least and greatest value of the whole types.
RANGES = {
    f"{sign}int{bits}": (-(2 ** (bits - 1)) if not sign else 0, 2 ** (bits - (not sign)) - 1)
    for sign in ("", "u") for bits in (8, 16, 32, 64)
}
#: Cells that grow by more than this are averages of the smaller ones.
MUCH_COARSER = 1.5


@dataclass(frozen=True)
class Step:
    """One call of a GDAL tool; the names of input and output come last."""

    tool: str
    options: tuple[str, ...]

    def command(self, source: str, target: str) -> str:
        """As it would be typed."""
        return shlex.join([self.tool, *self.options, source, target])

    def algorithm(self, source: str, target: str) -> tuple[str, dict[str, Any]]:
        """The algorithm of QGIS that does the same, and its parameters. It gives the format (by the target's name) and
        the way of resampling itself, and GDAL since 3.9 refuses what is given twice."""
        given: dict[str, Any] = {"INPUT": source, "OUTPUT": target}
        further = list(self.options)
        _taken_out(further, "-of")
        way = _taken_out(further, "-r")
        if way:
            given["RESAMPLING"] = RESAMPLING.index(way)
        return ALGORITHMS[self.tool], {**given, "EXTRA": shlex.join(further)}


def _taken_out(options: list[str], name: str) -> str:
    """The value of an option that is in a list no more; empty when it was not."""
    if name not in options:
        return ""
    place = options.index(name)
    value = options[place + 1]
    del options[place:place + 2]
    return value


@dataclass(frozen=True)
class Fit:
    """``steps`` make the raster fit as far as ``left`` is empty, the findings that no step removes. ``warnings`` say
    what the steps change of the values. ``suffix``: of the file that comes out."""

    steps: tuple[Step, ...] = ()
    warnings: tuple[str, ...] = ()
    left: tuple[Finding, ...] = ()
    suffix: str = ".tif"

    def commands(self, source: Path, target: Path) -> list[str]:
        """The steps as they would be typed, one after the other."""
        names = _names(source, target, len(self.steps))
        return [step.command(*names[number:number + 2]) for number, step in enumerate(self.steps)]


@dataclass
class _Plan:
    """What is collected while the findings are gone through."""

    translate: list[str] = field(default_factory=list)
    warp: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    left: list[Finding] = field(default_factory=list)


def fit(facts: RasterFacts, findings: Sequence[Finding], rules: RasterRules) -> Fit:
    """The steps for a raster. Reads pixels where a narrower data type is asked for: not for the main thread."""
    plan, wrong = _Plan(), refusals(list(findings))
    by_rule = {one.rule: one for one in wrong}
    for rule in ("place", "area", "file"):
        if rule in by_rule:
            plan.left.append(by_rule[rule])
    if "num_bands" in by_rule:
        _bands(facts, by_rule["num_bands"], rules, plan)
    if "data_type" in by_rule:
        _data_type(facts, rules, plan)
    if "system" in by_rule:
        _system(by_rule["system"], rules, plan)
    elif facts.system_file and plan_needs_warp(by_rule):
        plan.translate += ["-a_srs", facts.system if facts.srid is None else f"EPSG:{facts.srid}"]
    if plan_needs_warp(by_rule):
        _warp(facts, rules, plan)
    return _made(facts, rules, plan, wrong)


def plan_needs_warp(by_rule: dict[str, Finding]) -> bool:
    """Whether cells have to be computed anew."""
    return "srid" in by_rule or "cell_size" in by_rule


def _made(facts: RasterFacts, rules: RasterRules, plan: _Plan, wrong: list[Finding]) -> Fit:
    unfit = {id(one) for one in plan.left}
    if all(id(one) in unfit for one in wrong):
        return Fit((), (), tuple(plan.left), facts.path.suffix)
    target = facts.format if not rules.format or facts.format in rules.format else rules.format[0]
    target = target if target in SUFFIXES else "GTiff"
    steps = []
    if plan.translate and plan.warp:
        steps.append(Step(TRANSLATE, ("-of", "GTiff", *LOSSLESS, *plan.translate)))
    if plan.warp:
        steps.append(Step(WARP, ("-of", "GTiff", *LOSSLESS, *plan.warp)))
        plan.translate = []
    if not plan.warp or target != "GTiff":
        steps.append(Step(TRANSLATE, ("-of", target, *(LOSSLESS if target == "GTiff" else ()), *plan.translate)))
    if target in ("JPEG", "WEBP") and facts.format != target:
        plan.warnings.append(tr("{format} keeps the picture, not each value.").format(format=target))
    return Fit(tuple(steps), tuple(plan.warnings), tuple(plan.left), SUFFIXES[target])


def _bands(facts: RasterFacts, finding: Finding, rules: RasterRules, plan: _Plan) -> None:
    wanted = min(rules.num_bands, key=lambda count: (abs(count - facts.num_bands), count))
    found = facts.num_bands
    if facts.palette and wanted in (3, 4):
        plan.translate += ["-expand", "rgb" if wanted == 3 else "rgba"]
        return
    colours = [number for number in range(1, found + 1) if number != facts.alpha]
    if wanted <= len(colours):
        taken = [str(number) for number in colours[:wanted]]
        plan.warnings.append(tr("Of its bands these are taken: {bands}.").format(bands=", ".join(taken)))
    elif wanted in (3, 4) and len(colours) == 1:
        taken = [str(colours[0])] * 3 + ["mask"] * (wanted - 3)
        plan.warnings.append(tr("The grey band becomes red, green and blue."))
    elif wanted == 4 and len(colours) == 3:
        taken = [*map(str, colours), "mask"]
        plan.warnings.append(tr("A band of opacity is added."))
    else:
        plan.left.append(finding)
        return
    plan.translate += [word for one in taken for word in ("-b", one)]
    if "mask" in taken:
        plan.translate += ["-colorinterp_4", "alpha"]


def _data_type(facts: RasterFacts, rules: RasterRules, plan: _Plan) -> None:
    target = rules.data_type[0]
    number = type_number(target)
    if number is None:  # this GDAL does not know it
        plan.left.append(Finding("data_type", tr("GDAL here cannot make the data type {name}.").format(name=target)))
        return
    plan.translate += ["-ot", gdal.GetDataTypeName(number)]
    if facts.palette or gdal.DataTypeUnion(number, type_number(facts.data_type) or number) == number:
        return
    held, values = RANGES.get(target), _values(facts)
    if held is None:
        plan.warnings.append(tr("Values lose digits, as {name} keeps fewer of them.").format(name=target))
        return
    if values is not None and not (held[0] <= values[0] and values[1] <= held[1]) and target == "uint8":
        plan.translate += ["-scale", f"{values[0]:.10g}", f"{values[1]:.10g}", "0", "255"]
        words = tr("The values from {low} to {high} are stretched to 0 to 255.")
        plan.warnings.append(words.format(low=f"{values[0]:.6g}", high=f"{values[1]:.6g}"))
    elif facts.data_type.startswith(("float", "complex")) or values is None or values[0] < held[0] \
            or values[1] > held[1]:
        words = tr("Values are rounded, and cut to what {name} holds ({low} to {high}).")
        plan.warnings.append(words.format(name=target, low=held[0], high=held[1]))
    if not _keeps_nodata(facts, held):
        plan.translate += ["-a_nodata", "none"]


def _values(facts: RasterFacts) -> tuple[float, float] | None:
    """Least and greatest value over all bands but that of opacity, from a part of the pixels; None where there are
    none."""
    try:
        with gdal_errors():
            dataset = gdal.OpenEx(str(facts.path), gdal.OF_RASTER)
            if dataset is None:
                return None
            numbers = [number for number in range(1, facts.num_bands + 1) if number != facts.alpha]
            limits = [dataset.GetRasterBand(number).ComputeRasterMinMax(True) for number in numbers]
    except GdalFailed:
        return None
    known = [pair for pair in limits if pair is not None and None not in pair]
    return (min(low for low, _ in known), max(high for _, high in known)) if known else None


def _keeps_nodata(facts: RasterFacts, held: tuple[int, int]) -> bool:
    """Whether the value that stands for "nothing" can be held."""
    try:
        with gdal_errors():
            dataset = gdal.OpenEx(str(facts.path), gdal.OF_RASTER)
            value = None if dataset is None else dataset.GetRasterBand(1).GetNoDataValue()
    except GdalFailed:
        return True
    return value is None or held[0] <= value <= held[1]


def _system(finding: Finding, rules: RasterRules, plan: _Plan) -> None:
    if rules.srid is None:
        plan.left.append(finding)
        return
    plan.translate += ["-a_srs", f"EPSG:{rules.srid}"]
    plan.warnings.append(
        tr("It is taken to be in EPSG:{code}, as nothing tells its system. Look whether it lies where it should.")
        .format(code=rules.srid)
    )


def _warp(facts: RasterFacts, rules: RasterRules, plan: _Plan) -> None:
    if rules.srid is not None:
        plan.warp += ["-t_srs", f"EPSG:{rules.srid}"]
    coarser = 1.0
    if rules.cell_size is not None:
        plan.warp += ["-tr", *(f"{one:.17g}" for one in rules.cell_size)]
        same_system = rules.srid is None or facts.srid == rules.srid
        if facts.cell_size is not None and same_system:
            coarser = max(wanted / found for wanted, found in zip(rules.cell_size, facts.cell_size))
    pictures = facts.num_bands >= 3 and facts.data_type in ("uint8", "uint16")
    if facts.palette or not (pictures or facts.data_type.startswith("float")):
        way = "near"  # classes are not to be mixed
    elif coarser > MUCH_COARSER:
        way = "average"
    else:
        way = "cubic" if pictures else "bilinear"
    plan.warp += ["-r", way]
    plan.warnings.append(tr("Cells are computed anew ({way}).").format(way=way))


def _names(source: Path, target: Path, count: int) -> list[str]:
    """The files before, between and after the steps."""
    between = [str(target.with_name(f"{target.stem}.step{number}.tif")) for number in range(1, count)]
    return [str(source), *between, str(target)]


def run(made: Fit, source: Path, target: Path, report: Callable[[float], bool] = lambda share: True) -> None:
    """Take the steps one after the other and write ``target``. ``report`` gets 0 to 1 and answers False to stop.

    Raises :class:`Problem` when GDAL fails; what was begun is removed then, and after a stop. Not for the main thread.
    """
    if target.parent.resolve() / target.name == source.parent.resolve() / source.name:
        raise Problem(tr("{file} would be written over itself. Choose another folder.").format(file=source.name))
    names = _names(source, target, len(made.steps))
    for name in names[1:]:  # what is there may be another name of a file that is to stay as it is
        Path(name).unlink(missing_ok=True)
    finished = False
    try:
        for number, step in enumerate(made.steps):
            _run_step(step, *names[number:number + 2], number, len(made.steps), report)
        finished = True
    except GdalFailed as failure:
        words = tr("GDAL could not make {file} fit: {words}")
        raise Problem(words.format(file=source.name, words=str(failure).splitlines()[0][:300])) from None
    finally:
        for name in names[1:] if not finished else names[1:-1]:
            Path(name).unlink(missing_ok=True)
            Path(f"{name}.aux.xml").unlink(missing_ok=True)


def _run_step(
    step: Step, source: str, target: str, number: int, count: int, report: Callable[[float], bool]
) -> None:
    def callback(share: float, message: str, data: object) -> int:
        return int(report((number + share) / count))

    def call() -> Any:
        if step.tool == WARP:
            return gdal.Warp(target, source, options=gdal.WarpOptions(options=list(step.options), callback=callback))
        return gdal.Translate(
            target, source, options=gdal.TranslateOptions(options=list(step.options), callback=callback)
        )

    with gdal_errors() as said:
        closed(must(call, step.tool))
    if said:
        raise GdalFailed("; ".join(said))
