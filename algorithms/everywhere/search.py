"""One area and one time over all connections at once, as one layer of footprints."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFolderDestination,
    QgsWkbTypes,
)

from ...core.platforms import PLATFORMS
from ...core.translation import tr
from ...core.whole_file import write_whole
from ...providers.work import Work
from ..parameters.plain import advanced, given, helped, integer, moment, string
from ..pixxel.footprints import footprint_look
from ..pixxel.shapes import area_problems, declare_area, polygons, together
from ..platform_algorithm import PlatformAlgorithm
from ..sinks import RowSink
from ..tables import OUTPUT, cell

if TYPE_CHECKING:
    from ...core.search.everywhere import Addressee, Outcome
    from ...providers.search import Query

CONNECTIONS, FROM, TO, CLOUD, TEXT = "CONNECTIONS", "FROM", "TO", "CLOUD", "TEXT"
TAG, WITHOUT_PLACE, FILTERS = "TAG", "WITHOUT_PLACE", "FILTERS"
SECONDS, MAXIMUM, PICTURES, REPORT = "SECONDS", "MAXIMUM", "PICTURES", "REPORT"
USUAL_SECONDS, USUAL_MAXIMUM = 60, 1000
REPORTED = (("platform", "text"), ("connection", "text"), ("state", "text"), ("count", "long"), ("message", "text"))


class SearchEverywhere(PlatformAlgorithm):
    """Asks each connection in a thread of its own."""

    called = "searcheverywhere"
    kind = "search"

    @classmethod
    def groups(cls) -> dict[str, str]:
        return {"search": tr("Search")}

    def name(self) -> str:
        return self.called

    def groupId(self) -> str:  # noqa: N802 - QGIS's name
        return self.kind

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Search imagery everywhere")

    def words(self) -> str:
        return tr("all platforms,find,footprints,imagery,catalog,archive,scenes,rasters")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Looks for imagery of an area and a time on all platforms at once and gives one layer of footprints: with"
            " platform, connection, moment of capture, cloud cover and quick look. Each connection is asked for itself"
            " and for so many seconds at most: one that is slow or fails holds nobody up and is named in the log and in"
            " the report; what it found until then stays. What a platform cannot narrow itself is narrowed here, so"
            " that images whose cloud cover or moment is not known are left out where these are asked for. Rasters of"
            " Geodata Pixel and the archive of Pixxel are searched, unless “Further filters” says otherwise."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        declare_area(self, tr("Only images that touch these polygons, drawn or from a layer. Empty: anywhere."))
        self.addParameter(moment(FROM, tr("Captured from")))
        self.addParameter(moment(TO, tr("Captured to")))
        self.addParameter(integer(CLOUD, tr("Greatest cloud cover"), tr("Per cent. Empty: any."), 0, 100))
        self.addParameter(string(TEXT, tr("Text in the name"), tr("Part of the name of an image. Empty: any.")))
        words = tr(
            "Names of saved connections, separated by commas; the name of a platform ({keys}) stands for its"
            " environment variables. Empty: all saved connections that are not logged out of, and those of the"
            " environment."
        )
        keys = ", ".join(PLATFORMS)
        self.addParameter(string(CONNECTIONS, tr("Connections"), words.format(keys=keys)))
        self._declare_more_filters()
        seconds = tr("Who needs longer is not waited for, and named.")
        self.addParameter(integer(SECONDS, tr("Seconds for each connection"), seconds, 1, 3600, USUAL_SECONDS))
        most = tr("Of each connection. 0 takes all that there are.")
        self.addParameter(advanced(integer(MAXIMUM, tr("Greatest number of images"), most, 0, 10**7, USUAL_MAXIMUM)))
        folder = QgsProcessingParameterFolderDestination(
            PICTURES, tr("Folder for quick looks"), optional=True, createByDefault=False
        )
        pictures = tr("Small pictures for map tips, of images that have one and as long as there is time.")
        self.addParameter(advanced(helped(folder, pictures)))
        kind = QgsProcessing.SourceType.TypeVectorPolygon
        sink = QgsProcessingParameterFeatureSink(OUTPUT, tr("Footprints"), kind)
        self.addParameter(helped(sink, tr("Where to write the footprints, in longitude and latitude.")))
        report = QgsProcessingParameterFeatureSink(
            REPORT, tr("Report"), QgsProcessing.SourceType.TypeVector, optional=True, createByDefault=False
        )
        self.addParameter(helped(report, tr("Where to write a table with one row for each connection that was asked.")))
        self.addOutput(QgsProcessingOutputNumber("COUNT", tr("Number of images")))
        self.addOutput(QgsProcessingOutputString("MISSING", tr("Connections that failed or were too slow")))

    def _declare_more_filters(self) -> None:
        self.addParameter(advanced(string(TAG, tr("Tag"), tr("The whole tag. Empty: any."))))
        box = QgsProcessingParameterBoolean(WITHOUT_PLACE, tr("Also those without a known place"), False)
        placeless = tr("With an area, images that are not known to lie anywhere come too.")
        self.addParameter(advanced(helped(box, placeless)))
        words = tr(
            "Filters of single platforms as JSON: {example} searches the catalog of Pixxel (scenes: of all satellites)"
            " and images of Geodata Pixel."
        )
        example = '{"pixxel": {"on": "catalog"}, "pixel": {"on": "images"}}'
        self.addParameter(advanced(string(FILTERS, tr("Further filters"), words.format(example=example))))

    # ------------------------------------------------------------------ what is wrong
    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from area_problems(self, parameters, context)
        yield from self.unreadable(parameters, context, FROM, TO)
        start, end = self.moment(parameters, FROM, context), self.moment(parameters, TO, context)
        if start and end and start > end:
            yield tr("The time ends before it begins. Change “{start}” or “{end}”.").format(
                start=self.parameterDefinition(FROM).description(), end=self.parameterDefinition(TO).description()
            )
        if self._filters(parameters, context) is None:
            words = tr('“{title}” cannot be read. Give JSON such as {example}.')
            title = self.parameterDefinition(FILTERS).description()
            yield words.format(title=title, example='{"pixxel": {"on": "catalog"}}')
        yield from self._connection_problems(self.text(parameters, CONNECTIONS, context))

    def _filters(
        self, parameters: dict[str, Any], context: QgsProcessingContext
    ) -> Mapping[str, Mapping[str, str]] | None:
        """Platforms' own filters by the platforms' keys; None when they cannot be read."""
        text = self.text(parameters, FILTERS, context)
        try:
            found = json.loads(text) if text else {}
        except ValueError:
            return None
        if not isinstance(found, dict) or not set(found) <= set(PLATFORMS):
            return None
        if not all(isinstance(one, dict) for one in found.values()):
            return None
        fine = all(isinstance(value, str) for one in found.values() for value in one.values())
        return found if fine else None

    @staticmethod
    def _connection_problems(text: str) -> Iterator[str]:
        from ...core.search.addressees import all_there_are, named

        keys, unknown = named(text) if text else (all_there_are(), [])
        words = tr("There is no connection named “{name}”. Choose one of those under Settings > Options > Imagery Hub.")
        for name in unknown:
            yield words.format(name=name)
        if not keys and not unknown:
            yield tr("There is no connection to ask. Make one under Settings > Options > Imagery Hub.")

    # ------------------------------------------------------------------ searching
    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...core.search.addressees import addressee, all_there_are, named
        from ...core.search.everywhere import Limits, ask_all

        text = self.text(parameters, CONNECTIONS, context)
        asked = [addressee(*key) for key in (named(text)[0] if text else all_there_are())]
        limits = Limits(
            self.parameterAsInt(parameters, SECONDS, context), self.parameterAsInt(parameters, MAXIMUM, context)
        )
        query = self._query(parameters, context)

        def told(outcome: Outcome, left: int) -> None:
            feedback.pushInfo(_told(outcome))
            feedback.setProgress(100 * (len(asked) - left) / len(asked))

        further = self._filters(parameters, context)
        outcomes = ask_all(asked, query, limits, given(parameters, PICTURES), work.cancelled, told, further)
        missing = [one for one in outcomes if _is_missing(one)]
        for one in missing:
            feedback.pushWarning(_told(one))
        if len(missing) == len(outcomes) and not any(one.found for one in outcomes):
            raise QgsProcessingException("\n".join(_told(one) for one in missing))
        outputs = self._write(parameters, context, feedback, work, outcomes)
        return {**outputs, "MISSING": ", ".join(_name(one.addressee) for one in missing)}

    def _query(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Query:
        from ...providers.search import Query

        return Query(
            area=together(polygons(self, parameters, context)),
            captured_after=self.moment(parameters, FROM, context),
            captured_before=self.moment(parameters, TO, context),
            max_cloud=self.whole(parameters, CLOUD, context),
            text=self.text(parameters, TEXT, context),
            tag=self.text(parameters, TAG, context),
            without_place=self.parameterAsBoolean(parameters, WITHOUT_PLACE, context),
        )

    # ------------------------------------------------------------------ writing
    def _write(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work,
        outcomes: Sequence[Outcome],
    ) -> dict[str, Any]:
        from ...core.search.merging import COLUMNS, merged, row

        folder = self._folder(parameters, context)
        sink = RowSink(self, parameters, OUTPUT, context, COLUMNS, QgsWkbTypes.Type.MultiPolygon)
        count = 0
        for outcome, found in merged(outcomes):
            work.check_cancelled()
            picture = outcome.pictures.get((found.hit.entry.kind, found.hit.entry.id), b"")
            values = row(found, _kept(folder, found.platform, found.hit.entry.id, picture))
            sink.add([cell(values[name], kind) for name, kind in COLUMNS], found.shape)
            count += 1
        sink.close()
        footprint_look(context, sink.destination, None)
        twice = sum(len(one.found) for one in outcomes) - count
        if twice:
            words = tr("{count} images that several connections to the same place found are there once.")
            feedback.pushInfo(words.format(count=twice))
        outputs: dict[str, Any] = {OUTPUT: sink.destination, "COUNT": count}
        if folder is not None:
            outputs[PICTURES] = str(folder)
        if given(parameters, REPORT):
            report = RowSink(self, parameters, REPORT, context, REPORTED)
            for one in outcomes:
                title, name = PLATFORMS[one.addressee.platform].title, one.addressee.connection
                report.add([title, name, one.state.value, len(one.found), _told(one)])
            report.close()
            outputs[REPORT] = report.destination
        return outputs

    def _folder(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Path | None:
        if not given(parameters, PICTURES):
            return None
        folder = Path(self.parameterAsFileOutput(parameters, PICTURES, context))
        folder.mkdir(parents=True, exist_ok=True)
        return folder


def _kept(folder: Path | None, platform: str, identity: str, picture: bytes) -> str:
    """The file of a quick look; empty where there is none."""
    if folder is None or not picture:
        return ""
    from ...providers.transfer import safe_name

    name = safe_name(f"{platform} {identity}", platform)
    path = folder / (f"{name}.png" if picture.startswith(b"\x89PNG") else f"{name}.jpg")
    write_whole(path, picture)
    return path.as_posix()


def _is_missing(outcome: Outcome) -> bool:
    from ...core.search.everywhere import State

    return outcome.state in (State.SLOW, State.FAILED)


def _name(asked: Addressee) -> str:
    """A connection as it is named: one of the environment by its platform."""
    title = PLATFORMS[asked.platform].title
    if not asked.connection:
        return tr("{platform} (environment)").format(platform=title)
    return tr("{connection} ({platform})").format(connection=asked.connection, platform=title)


def _told(outcome: Outcome) -> str:
    """What came of one connection, as a sentence."""
    from ...core import messages
    from ...core.search.everywhere import State

    words = {
        State.ANSWERED: tr("{name}: {count} images."),
        State.MORE: tr("{name}: the first {count} images; there are more."),
        State.SLOW: tr("{name} was too slow; what it gave until then is there ({count} images)."),
        State.FAILED: tr("{name} failed; what it gave until then is there ({count} images). {why}"),
        State.UNABLE: tr("{name} cannot be searched for imagery."),
    }[outcome.state]
    if outcome.withheld:
        words += " " + tr("The platform gives no way to {withheld} more. Narrow the search.")
    why = "" if outcome.error is None else messages.sentence(outcome.error)
    return words.format(name=_name(outcome.addressee), count=len(outcome.found), withheld=outcome.withheld,
                        why=why).strip()
