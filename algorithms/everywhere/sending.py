"""An item of one platform becomes an upload to another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from functools import partial
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterEnum,
    QgsProcessingParameterString,
)
from qgis.PyQt.QtGui import QIcon

from ...core import connections
from ...core.changes import changes
from ...core.icons import icon
from ...core.jobs import folders
from ...core.own_algorithms import registered
from ...core.translation import tr
from ...providers.errors import PlatformError
from ...providers.pix4d.output_types import TYPES, Home
from ...providers.work import Work
from ..base import ImageryAlgorithm
from ..parameters.choice import WIDGET, split_ids
from ..parameters.connection import CONNECTION
from ..parameters.connection import WIDGET as CONNECTION_WIDGET
from ..parameters.plain import CONFIRM, advanced, helped, moment, number, string
from ..platform_algorithm import PlatformAlgorithm
from . import items
from .items import Item
from .sources import SOURCES, Stored
from .targets import TARGETS, Wish

KIND, ITEM, TARGET, PLACE = "KIND", "ITEM", "TARGET", "PLACE"
TARGET_CONNECTION, OUTPUT_TYPE, NAME = "TARGET_CONNECTION", "OUTPUT_TYPE", "NAME"
CAPTURED, CLOUD_COVER, TAGS = "CAPTURED", "CLOUD_COVER", "TAGS"
THROUGH = "PASS_THROUGH"
MADE, SENDING = "made", "send"
RASTERS = [name for name, one in TYPES.items() if one.home is Home.RASTER]


class SendItem(PlatformAlgorithm):
    """Fetched by the one platform's flow, sent by the other's, at once or one after the other; both with the journal of
    one job."""

    called = "senditem"
    kind = "send_to"
    journaled = True

    def name(self) -> str:
        return self.called

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Send to another platform")

    def group(self) -> str:
        return tr("All platforms")

    def groupId(self) -> str:  # noqa: N802 - QGIS's name
        return "everywhere"

    def tags(self) -> list[str]:
        return tr("transfer,copy,upload,download,between,move").split(",")

    def icon(self) -> QIcon:
        return icon(self.kind)

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Makes of a raster of one platform a new one of another: downloads it, uploads it, and waits until the"
            " platform has read it. Name, date of capture, cloud cover and tags go with it, as far as both platforms"
            " have them; PIX4D takes the file, and where a project is empty and nobody dated it, the date. A project of"
            " PIX4D has one output of each type, and a product of Descartes Labs one image of a name: what is there"
            " already is replaced only when you agree to that. Where both platforms allow, the file passes through;"
            " else it lies on this computer meanwhile. Several are sent one after the other, except to PIX4D. Stopped,"
            " it goes on from the list of jobs, and nothing is sent twice. The Hub's menu of such an entry opens this"
            " filled in."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        self.addParameter(_connection(CONNECTION, tr("Connection that has it")))
        words = tr("What is sent.")
        self.addParameter(helped(_one_of(KIND, tr("Kind of item"), list(SOURCES)), words))
        words = tr(
            "Its id, or several separated by commas. An output of PIX4D is named by project and output, as in"
            " 1042:ortho, a raster of Pixel by project, data collection and number, as in 10/6/123."
        )
        self.addParameter(string(ITEM, tr("Item"), words, optional=False))
        self.addParameter(helped(_one_of(TARGET, tr("Where it goes"), list(TARGETS)), tr("What takes it.")))
        self.addParameter(_connection(TARGET_CONNECTION, tr("Connection that takes it")))
        self.addParameter(_place())
        words = tr("The name that a single item gets, where the platform has one. Empty: as it is called now.")
        self.addParameter(string(NAME, tr("New name"), words))
        for one in _told_otherwise():
            self.addParameter(advanced(one))
        kinds = _one_of(OUTPUT_TYPE, tr("Type of the output"), RASTERS, "ortho")
        self.addParameter(advanced(helped(kinds, tr("For projects of PIX4D, which have one output of each type."))))
        agreed = QgsProcessingParameterBoolean(CONFIRM, tr("Replace what is there"), False, True)
        words = tr(
            "The output of that type in the project of PIX4D, or the image of that name in the product of Descartes"
            " Labs. Without this nothing is fetched or sent when there is one already."
        )
        self.addParameter(helped(agreed, words))
        words = tr(
            "Sent while it is fetched, so that no room is needed on this computer: from Picterra, PIX4D and Pixel to"
            " Picterra, PIX4D and Descartes Labs. Off: fetched whole first, so that nothing is fetched twice when the"
            " connection to the other platform is cut."
        )
        passing = QgsProcessingParameterBoolean(THROUGH, tr("Pass the file through where possible"), True, True)
        self.addParameter(advanced(helped(passing, words)))
        super().initAlgorithm(configuration)
        self.addOutput(QgsProcessingOutputString("NEW_ID", tr("Ids of what was made, separated by commas")))
        self.addOutput(QgsProcessingOutputString("NEW_NAME", tr("Names, one to a line")))
        self.addOutput(QgsProcessingOutputString("CAPTURED_AT", tr("Captured, one to a line")))
        self.addOutput(QgsProcessingOutputNumber("COUNT", tr("Number of what was made")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        wrong = list(self.unknown(parameters, KIND, TARGET, OUTPUT_TYPE))
        wrong += self.required(parameters, context, ITEM)
        if wrong:
            yield from wrong
            return
        source = SOURCES[self.parameterAsEnumString(parameters, KIND, context)]
        wanted = split_ids(self.text(parameters, ITEM, context))
        if not wanted:
            yield tr("No item is named. Give the id of one.")
        for item in wanted:
            if not source.names(item):
                words = tr("“{item}” is no such item. Name it as in {example}.")
                yield words.format(item=item, example=source.example)
        if len(wanted) > 1 and self.text(parameters, NAME, context):
            yield tr("Several items cannot have the same name. Leave the new name empty.")
        target = TARGETS[self.parameterAsEnumString(parameters, TARGET, context)]
        if len(wanted) > 1 and target.single:
            yield tr("A project of PIX4D has one output of each type, so that only one item can be sent at a time. Name"
                     " one.")
        if not target.optional:
            yield from self.required(parameters, context, PLACE)
        yield from self.unreadable(parameters, context, CAPTURED)

    def log_in(self, parameters: dict[str, Any], context: QgsProcessingContext) -> None:
        """Both connections, before any of them is asked."""
        source = SOURCES[self.parameterAsEnumString(parameters, KIND, context)]
        target = TARGETS[self.parameterAsEnumString(parameters, TARGET, context)]
        self._source = connections.credentials(source.platform, self.text(parameters, CONNECTION, context))
        self._target = connections.credentials(target.platform, self.text(parameters, TARGET_CONNECTION, context))

    def about(self, values: dict[str, Any]) -> str:
        """What the job is about, in the list of jobs."""
        words = tr("{kind} {item} to {target} {place}")
        return words.format(kind=values.get(KIND), item=values.get(ITEM), target=values.get(TARGET),
                            place=values.get(PLACE) or "")

    def starts_again_with(self, parameters: dict[str, Any]) -> bool:
        """As the algorithm that sends there."""
        target = TARGETS.get(self.parameterAsEnumString(parameters, TARGET, QgsProcessingContext()))
        like = None if target is None else registered(f"imageryhub:{target.like}")
        return isinstance(like, ImageryAlgorithm) and like.starts_again

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        wanted = split_ids(self.text(parameters, ITEM, context))
        parts = _parts(work, len(wanted))
        made = []
        for index, (identity, part) in enumerate(zip(wanted, parts)):
            before = part.noted(MADE)
            if before is None or not before.done:
                part.note(MADE, self._sent(parameters, context, identity, part, items.names_of(parts[:index])))
            found = part.noted(MADE)
            made.append({} if found is None else dict(found.value))
            folders.remove_folder(part)
        together = {"NEW_ID": ",", "NEW_NAME": "\n", "CAPTURED_AT": "\n"}
        return {**{name: sign.join(str(one[name]) for one in made) for name, sign in together.items()},
                "COUNT": len(made)}

    def _sent(
        self, parameters: dict[str, Any], context: QgsProcessingContext, identity: str, work: Work, taken: set[str]
    ) -> dict[str, str]:
        """Both platforms stay open while a file passes through; else each while it is at work."""
        target = TARGETS[self.parameterAsEnumString(parameters, TARGET, context)]
        place = self.text(parameters, PLACE, context)
        wish = Wish(self.parameterAsEnumString(parameters, OUTPUT_TYPE, context),
                    self.parameterAsBoolean(parameters, CONFIRM, context))
        with ExitStack() as origin, closing(self._target.connect()) as platform:
            item = self._noted(parameters, context, identity, work, origin)
            if item is None:
                target.look(platform, place, work)
                passes = target.passes and self.parameterAsBoolean(parameters, THROUGH, context)
                fits = partial(target.fits, platform, place, wish=wish, work=work.part(SENDING))
                item = self._item(parameters, context, identity, work, taken, fits, origin if passes else None)
            self.steer(platform)
            share = (0.5, 1.0) if item.through is None else (0.0, 1.0)
            try:
                new = target.send(platform, place, item, wish, work.part(SENDING, share))
            except PlatformError as error:
                if error.facts.get("reason") == "file_changed":
                    items.forget(work)
                raise
        changes.made.emit(target.platform, self._target.name, target.like)
        return {"NEW_ID": new, "NEW_NAME": item.name, "CAPTURED_AT": item.captured}

    def _noted(
        self, parameters: dict[str, Any], context: QgsProcessingContext, identity: str, work: Work, open_for: ExitStack
    ) -> Item | None:
        """The item as an earlier run had it, so that it arrives under the same name and goes on where it stopped."""
        noted = items.noted(work)
        if noted is None:
            return None
        item, known = noted
        source = SOURCES[self.parameterAsEnumString(parameters, KIND, context)]
        if known is None or not isinstance(source, Stored):
            return item
        origin = open_for.enter_context(closing(self._source.connect()))
        return source.passing_again(origin, identity, item, known, work.part("look"))

    def _completed(self, parameters: dict[str, Any], context: QgsProcessingContext, item: Item) -> Item:
        """With what its platform does not tell of it."""
        captured, cloud = self.moment(parameters, CAPTURED, context), self.percent(parameters, CLOUD_COVER, context)
        return items.completed(item, captured, cloud, split_ids(self.text(parameters, TAGS, context)))

    def _item(
        self, parameters: dict[str, Any], context: QgsProcessingContext, identity: str, work: Work, taken: set[str],
        fits: Callable[[Item], object], open_for: ExitStack | None,
    ) -> Item:
        """The item as a file that passes through, for as long as ``open_for`` keeps its platform open; else fetched.
        ``fits`` raises before that."""
        source = SOURCES[self.parameterAsEnumString(parameters, KIND, context)]
        with ExitStack() as until_fetched:
            origin = until_fetched.enter_context(closing(self._source.connect()))
            looking = work.part("look")
            found, way = source.find(origin, identity, looking)
            found = items.renamed(items.apart(found, taken), self.text(parameters, NAME, context))
            found = self._completed(parameters, context, found)
            fits(found)
            item = None if open_for is None else source.passing(origin, found, way, looking)
            if item is not None and open_for is not None:
                open_for.push(until_fetched.pop_all())
            else:
                self.steer(origin)
                item = source.fetch(origin, found, way, folders.folder_of(work), work.part("fetch", (0.0, 0.5)))
        items.note(work, item)
        return item


def _parts(work: Work, count: int) -> list[Work]:
    """The work of each item, with a share of the whole; a single one has all of it."""
    if count == 1:
        return [work]
    return [work.part(f"item{number + 1}", (number / count, (number + 1) / count)) for number in range(count)]


def _connection(name: str, title: str) -> Any:
    parameter = QgsProcessingParameterString(name, title, optional=True)
    parameter.setMetadata({"widget_wrapper": {"class": CONNECTION_WIDGET, "platform": ""}})
    words = tr("Name of a saved connection. Empty: the environment variables of its platform are read.")
    return helped(parameter, words)


def _one_of(name: str, title: str, values: list[str], default: str | None = None) -> Any:
    return QgsProcessingParameterEnum(name, title, values, False, default, False, True)


def _told_otherwise() -> list[Any]:
    """What somebody else knows of what is sent, such as an earlier step of a model."""
    captured = moment(CAPTURED, tr("Captured at, where its platform does not tell"))
    words = tr("Goes with each item of which its platform tells no cloud cover, in per cent.")
    cloud = number(CLOUD_COVER, tr("Cloud cover, where its platform does not tell"), words, 0.0, 100.0)
    words = tr("Separated by commas. They go with each item of which its platform tells no tags.")
    return [captured, cloud, string(TAGS, tr("Tags, where its platform does not tell"), words)]


def _place() -> Any:
    """The choice of a place of whichever platform is meant."""
    parameter = QgsProcessingParameterString(PLACE, tr("Folder, data collection, project or product"), optional=True)
    home = __name__.rpartition(".everywhere.")[0]
    listers = {name: [one.platform, f"{home}.{one.lister}"] for name, one in TARGETS.items()}
    parameter.setMetadata({"widget_wrapper": {
        "class": WIDGET, "by": TARGET, "listers": listers, "connection": TARGET_CONNECTION, "depends": [],
        "several": False,
    }})
    words = tr("Its id. The button lists those of the connection. Of Picterra it may be empty: its usual folder.")
    return helped(parameter, words)
