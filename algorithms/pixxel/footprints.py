"""What searches have in common: when and how cloudy, and footprints as a layer with quick looks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsGeometry,
    QgsMapLayer,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingLayerPostProcessorInterface,
    QgsProcessingParameterFolderDestination,
    QgsVectorLayer,
)
from qgis.PyQt import sip

from ...core.problems import Problem
from ...core.translation import tr
from ...core.whole_file import write_whole
from ...providers.work import Work
from ..parameters.connection import CONNECTION
from ..parameters.plain import advanced, given, helped, moment, number, string
from ..tables import MAXIMUM, OUTPUT, Columns, declare_table, write_table
from .common import PLATFORM, PixxelAlgorithm
from .shapes import area_problems, declare_area

if TYPE_CHECKING:
    from ...core.layers.provenance import Provenance

START, END, CLOUD, PICTURES, FILTERS = "START", "END", "CLOUD", "PICTURES", "FILTERS"
Found = tuple[Mapping[str, Any], Mapping[str, Any]]
"""Members of the row that are not the item's, and the item."""


class FootprintAlgorithm(PixxelAlgorithm):
    """Gives STAC items as a layer of their footprints."""

    kind = "searches"

    def declare_question(self, area: str) -> None:
        """Declare area, time and cloud cover."""
        declare_area(self, area)
        self.addParameter(moment(START, tr("Captured from")))
        self.addParameter(moment(END, tr("Captured to")))
        words = tr("Per cent at most. Empty: any.")
        self.addParameter(number(CLOUD, tr("Cloud cover"), words, 0, 100))

    def declare_ranges(self, more: str = "") -> None:
        """Declare ranges of further properties."""
        words = tr("Further properties within whole numbers, separated by commas: view:off_nadir=0..20.")
        self.addParameter(advanced(string(FILTERS, tr("Further filters"), " ".join(filter(None, (words, more))))))

    def declare_footprints(self, ids: str, title: str) -> None:
        """Declare the layer and the folder of quick looks."""
        declare_table(self, ids, title, "polygon")
        folder = QgsProcessingParameterFolderDestination(
            PICTURES, tr("Folder for quick looks"), optional=True, createByDefault=False
        )
        words = tr(
            "Small pictures are fetched for map tips, without the key, as they lie on other hosts. Those that are there"
            " already are kept."
        )
        self.addParameter(advanced(helped(folder, words)))

    def question_problems(
        self, parameters: dict[str, Any], context: QgsProcessingContext, needed: bool = False
    ) -> Iterator[str]:
        """What is wrong with area, time and ranges."""
        yield from area_problems(self, parameters, context, needed)
        yield from self.unreadable(parameters, context, START, END)
        start, end = self.moment(parameters, START, context), self.moment(parameters, END, context)
        if start and end and start > end:
            yield tr("The time ends before it begins. Change “{start}” or “{end}”.").format(
                start=self.parameterDefinition(START).description(), end=self.parameterDefinition(END).description()
            )
        try:
            filters_of(self.text(parameters, FILTERS, context))
        except Problem as problem:
            yield str(problem)

    def all_of(
        self, parameters: dict[str, Any], context: QgsProcessingContext, pages: Iterator[Any]
    ) -> Iterator[Any]:
        """The entries of all pages. While those of one are written the next one comes, unless a greatest number is
        wanted, which may be reached before."""
        from ...providers.steps import entries, one_ahead

        limited = bool(self.parameterAsInt(parameters, MAXIMUM, context))
        return entries(pages if limited else one_ahead(pages))

    def write_footprints(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work,
        found: Iterable[Found], ids: str, what: str, own: Columns = (), identity: str = "item_id",
    ) -> dict[str, Any]:
        """Write the items as they come, with columns of their own before the items', and style the layer."""
        from ...core.pixxel.found import COLUMNS, outline, row

        pictures = self._pictures(parameters, context, feedback, work)
        shapes: dict[int, QgsGeometry] = {}

        def rows() -> Iterator[dict[str, Any]]:
            for more, item in found:
                made = {**row(item, pictures.of(item)), **more}
                shapes[id(made)] = outline(item)
                yield made

        outputs = write_table(
            self, parameters, context, work, rows(), [*own, *COLUMNS], ids, "polygon",
            lambda one: shapes.pop(id(one), QgsGeometry()), identity=identity,
        )
        pictures.tell()
        outlined(self, parameters, context, outputs, what)
        if given(parameters, PICTURES):
            outputs[PICTURES] = self.parameterAsFileOutput(parameters, PICTURES, context)
        return outputs

    def _pictures(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> QuickLooks:
        folder = None
        if given(parameters, PICTURES):
            folder = Path(self.parameterAsFileOutput(parameters, PICTURES, context))
            folder.mkdir(parents=True, exist_ok=True)
        return QuickLooks(self.platform, folder, feedback, work)


def filters_of(text: str) -> list[dict[str, Any]]:
    """Ranges as they are written, ``name=from..to``. Raises :class:`Problem`."""
    found: list[dict[str, Any]] = []
    for part in filter(None, (one.strip() for one in text.split(","))):
        name, _, both = part.partition("=")
        low, dots, high = both.partition("..")
        try:
            found.append({"id": name.strip(), "min": int(low), "max": int(high if dots else low)})
        except ValueError:
            words = tr("“{text}” is no filter. Give it as in view:off_nadir=0..20, with whole numbers.")
            raise Problem(words.format(text=part)) from None
    return found


def outlined(
    algorithm: PixxelAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext, outputs: dict[str, Any],
    what: str, ids: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Have the layer of a list shown as outlines with a name and its origin. Gives the outputs."""
    from ...core.layers import provenance

    origin = provenance.made(PLATFORM, algorithm.text(parameters, CONNECTION, context), what, dict(ids or {}))
    footprint_look(context, str(outputs.get(OUTPUT) or ""), origin, titles().get(what, ""))
    return outputs


def titles() -> dict[str, str]:
    """What layers are called, by what they hold."""
    return {
        "scenes": tr("Scenes"), "archive": tr("Scenes of the archive"), "catalog": tr("Catalog"),
        "aois": tr("Areas of interest"), "assets": tr("Assets"),
    }


class QuickLooks:
    """Small pictures of items in a folder, fetched once each; those that cannot be had are counted and told."""

    def __init__(self, platform: Any, folder: Path | None, feedback: QgsProcessingFeedback, work: Work) -> None:
        self._platform, self._folder, self._feedback, self._work = platform, folder, feedback, work
        self._without = 0

    def of(self, item: Mapping[str, Any]) -> str:
        """The file of an item's picture; empty where there is none or none is wanted."""
        if self._folder is None:
            return ""
        from ...providers.pixxel.flows.pictures import fetch_picture
        from ...providers.transfer import safe_name

        name = safe_name(str(item.get("id") or ""), "scene")
        for suffix in (".jpg", ".png"):
            if (self._folder / f"{name}{suffix}").is_file():
                return (self._folder / f"{name}{suffix}").as_posix()
        picture = fetch_picture(self._platform.engine, item, self._work)
        if not picture:
            self._without += 1
            return ""
        path = self._folder / (f"{name}.png" if picture.startswith(b"\x89PNG") else f"{name}.jpg")
        write_whole(path, picture)
        return path.as_posix()

    def tell(self) -> None:
        """Say for how many there is no picture."""
        if self._without:
            words = tr("For {count} entries there is no quick look that can be fetched.")
            self._feedback.pushInfo(words.format(count=self._without))


class FootprintLook(QgsProcessingLayerPostProcessorInterface):
    """Styles a layer when Processing opens it, and tells it where it came from."""

    def __init__(self, origin: Provenance | None) -> None:
        super().__init__()
        self._origin = origin

    def postProcessLayer(  # noqa: N802 - QGIS's name
        self, layer: QgsMapLayer, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        from ...core.layers import provenance
        from ...core.pixxel.look import style

        if isinstance(layer, QgsVectorLayer):
            style(layer)
            if self._origin is not None:
                provenance.write_layer(layer, self._origin)
            layer.triggerRepaint()


_looks: list[FootprintLook] = []


def footprint_look(
    context: QgsProcessingContext, destination: str, origin: Provenance | None, title: str = ""
) -> None:
    """Style what was written to a destination, whose sink has to be closed; without an origin where it came from
    several. ``title``: what the layer is called, where nobody named it. Of the object that QGIS keeps, see
    :func:`..own_look.own_look`."""
    if not destination:
        return
    from ...core.layers import provenance
    from ...core.pixxel.look import save_style

    table = save_style(destination)
    if table and origin is not None:
        provenance.write_file(Path(destination.partition("|")[0]), table, origin)
    if context.willLoadLayerOnCompletion(destination):
        look = FootprintLook(origin)
        _looks[:] = [*(one for one in _looks if not sip.isdeleted(one)), look]
        details = context.layerToLoadOnCompletionDetails(destination)
        details.setPostProcessor(look)
        if title and details.name == tr("Table"):  # that of the parameter
            details.name = title
