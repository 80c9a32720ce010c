"""Images and rasters of a data collection as layers."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFeatureSink,
    QgsFields,
    QgsGeometry,
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

from ...core import compat
from ...core.translation import tr
from ...providers.work import Work
from ..parameters import split_ids
from ..parameters.plain import advanced, choice, given, helped, integer, string
from ..tables import WGS84, point_of
from .common import COLLECTION, PixelAlgorithm, collection_parameter, items_parameter
from .item_common import wrong_ids
from .item_look import item_look

if TYPE_CHECKING:
    from ...core.pixel.columns import Column
    from ...providers.pixel.flows.spool import Spool
    from ...providers.pixel.places import Place

OUTPUT, VIEWS, THUMBNAILS, CAMERA, MAXIMUM = "OUTPUT", "VIEWS", "THUMBNAILS", "CAMERA", "MAXIMUM"
NAME, TAGS, FORMAT = "NAME", "TAGS", "FORMAT"
VIEW_COLUMNS = (("id", "long"), ("name", "text"), ("cam_heading", "real"))
Row = tuple[list[Any], QgsGeometry]


class SinkWriter(PixelAlgorithm):
    """An algorithm that writes many rows into a sink."""

    def fill(
        self, parameters: dict[str, Any], context: QgsProcessingContext, name: str, columns: Any, shape: int,
        rows: Iterator[Row], work: Work, total: int,
    ) -> str:
        """Write rows as they come into a sink, which is closed afterwards; its destination, empty where none is
        wanted."""
        fields = QgsFields()
        for one in columns:
            fields.append(compat.make_field(one[0], one[1]))
        crs = QgsCoordinateReferenceSystem("" if shape == QgsWkbTypes.Type.NoGeometry else WGS84)
        sink, destination = self.parameterAsSink(parameters, name, context, fields, shape, crs)
        if sink is None:
            if parameters.get(name):
                raise QgsProcessingException(self.invalidSinkError(parameters, name))
            return ""
        for count, (values, place) in enumerate(rows):
            work.check_cancelled()
            feature = QgsFeature(fields)
            feature.setAttributes(values)
            feature.setGeometry(place)
            if not sink.addFeature(feature, QgsFeatureSink.Flag.FastInsert):
                raise QgsProcessingException(self.writeFeatureError(sink, parameters, name))
            if count % 1000 == 999:
                work.progress(0.6 + 0.4 * count / total, "items", done=str(count + 1), total=str(total))
        return str(destination)


class ItemsToLayer(SinkWriter):
    """What both share."""

    kind = "items"
    item = ""
    ids_name = ""

    def declare(self, title: str, shape: int) -> None:
        """The collection, what narrows it, and the layer."""
        self.addParameter(collection_parameter(self.item))
        words = tr("Numbers, separated by commas. Empty: all of the data collection.")
        self.addParameter(advanced(items_parameter(self.item, self.ids_name, optional=True, words=words)))
        words = tr("Only those whose name holds this text.")
        self.addParameter(advanced(string(NAME, tr("Name holds"), words)))
        words = tr("Only those that have all of these tags, separated by commas.")
        self.addParameter(advanced(string(TAGS, tr("Tags"), words)))
        words = tr("0 fetches all. They come in pages, and are never all in memory.")
        self.addParameter(advanced(integer(MAXIMUM, tr("Greatest number"), words, 0, 2**31 - 1, 0)))
        made = QgsProcessingParameterFeatureSink(OUTPUT, title, shape)
        words = tr("Where to write the layer. A GeoPackage keeps the style and knows where it came from.")
        self.addParameter(helped(made, words))

    def declare_outputs(self, ids_title: str) -> None:
        """The ids and their number."""
        self.addOutput(QgsProcessingOutputString(COLLECTION, tr("Data collection")))
        self.addOutput(QgsProcessingOutputString(f"{self.item.upper()}_IDS", ids_title))
        self.addOutput(QgsProcessingOutputNumber("COUNT", tr("Number of entries")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, COLLECTION)
        if given(parameters, COLLECTION):
            self.place(parameters, context)
        yield from wrong_ids(self.ids(parameters, context))

    def ids(self, parameters: dict[str, Any], context: QgsProcessingContext) -> list[str]:
        """The chosen ones; none for all."""
        return split_ids(self.text(parameters, self.ids_name, context))

    def filters(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Any:
        """What narrows the list."""
        ids = self.ids(parameters, context)
        found: dict[str, Any] = {"extended": True, **({"ids": ids} if ids else {})}
        name, tags = self.text(parameters, NAME, context), split_ids(self.text(parameters, TAGS, context))
        return {**found, **({"name": name} if name else {}), **({"tags": tags} if tags else {})}

    def columns(self, spool: Spool, feedback: QgsProcessingFeedback, thumbnails: bool = False) -> list[Column]:
        """The columns for what came; keys that get none are told."""
        from ...core.pixel.columns import columns

        found, left = columns(self.item, spool.keys, thumbnails)
        if left:
            words = tr("These keys of the metadata get no column, as their names differ in case only or are too many:"
                       " {keys}.")
            feedback.pushWarning(words.format(keys=", ".join(left[:20])))
        return found

    def origin(self, parameters: dict[str, Any], context: QgsProcessingContext, place: Place, kind: str) -> Any:
        """Where the layer came from."""
        from ...core.layers import provenance

        connection = self.text(parameters, "CONNECTION", context)
        return provenance.made("pixel", connection, kind, {"collection": str(place)})

    def told(self, spool: Spool, place: Place) -> dict[str, Any]:
        """The outputs of both."""
        return {COLLECTION: str(place), f"{self.item.upper()}_IDS": ",".join(spool.ids), "COUNT": spool.count}


class ImagesToLayer(ItemsToLayer):
    """Images as points."""

    called = "imagestolayer"
    item = "image"
    ids_name = "IMAGES"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Images to layer")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Makes a point layer of the images of a data collection, with the camera's members, tags and metadata as"
            " columns and an arrow in the direction that the camera looked. What the images show can be made a polygon"
            " layer, and small pictures can be shown in map tips. Edit the table or move points, then use “Push"
            " metadata”."
        )

    def words(self) -> str:
        return tr("photos,points,pull,camera,heading,thumbnails,map tips,field of view,oriented imagery")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.declare(tr("Images"), QgsProcessing.SourceType.TypeVectorPoint)
        camera = QgsProcessingParameterBoolean(CAMERA, tr("Ask for the camera of each image"), True)
        words = tr(
            "Where the list of images does not tell of the camera, a request is sent for each. Not ticked: only what"
            " the list tells."
        )
        self.addParameter(advanced(helped(camera, words)))
        views = QgsProcessingParameterFeatureSink(
            VIEWS, tr("What the images show"), QgsProcessing.SourceType.TypeVectorPolygon, optional=True,
            createByDefault=False,
        )
        words = tr(
            "Polygons of what images show of flat ground, as far as heading, field of view, and height or distance are"
            " known."
        )
        self.addParameter(helped(views, words))
        small = QgsProcessingParameterFolderDestination(
            THUMBNAILS, tr("Folder for small pictures"), optional=True, createByDefault=False
        )
        words = tr(
            "Small pictures are made for map tips. Each image is downloaded for that, where the platform gives its"
            " address. Pictures that are there already are kept."
        )
        self.addParameter(helped(small, words))
        self.declare_outputs(tr("Image ids"))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...core.pixel.columns import values
        from ...providers.pixel.flows import items
        from ...providers.pixel.flows.spool import Spool
        from ...providers.pixel.items import with_kept

        place, api = self.place(parameters, context), self.platform.api
        listed = items.listed(api, self.item, place, self.filters(parameters, context), work)
        if self.parameterAsBoolean(parameters, CAMERA, context):
            listed = items.with_cameras(api, place, listed, work)
        with tempfile.TemporaryDirectory(prefix="imagery-hub-") as folder:
            spool = Spool(Path(folder) / "images.jsonl")
            spool.fill(with_kept(listed, self.item), work, self.parameterAsInt(parameters, MAXIMUM, context))
            small = self.thumbnails(parameters, context, spool, place, feedback, work)
            columns = self.columns(spool, feedback, small is not None)

            def rows() -> Iterator[Row]:
                for one in spool.records():
                    path = None if small is None else small / f"{one['id']}.jpg"
                    picture = path.as_posix() if path is not None and path.is_file() else ""
                    yield values(one, self.item, place, columns, picture), point_of(one.get("location"))

            total = max(1, spool.count)
            output = self.fill(parameters, context, OUTPUT, columns, QgsWkbTypes.Type.Point, rows(), work, total)
            views = self.fill(parameters, context, VIEWS, VIEW_COLUMNS, QgsWkbTypes.Type.MultiPolygon,
                              self.seen(spool), work, total)
            found = self.told(spool, place)
        item_look(context, output, "images", self.origin(parameters, context, place, "images"))
        item_look(context, views, "views", self.origin(parameters, context, place, "views"))
        found.update({name: one for name, one in ((OUTPUT, output), (VIEWS, views)) if one})
        return {**found, **({THUMBNAILS: str(small)} if small is not None else {})}

    def seen(self, spool: Spool) -> Iterator[Row]:
        """What each image shows, as far as that is known."""
        from ...core.photos.camera_view import view
        from ...providers.pixel.items import camera_of

        for one in spool.records():
            point, camera = point_of(one.get("location")), camera_of(one)
            if point.isNull() or point.isEmpty():
                continue
            shape = view(point.asPoint().x(), point.asPoint().y(), camera)
            if not shape.isEmpty():
                shape.convertToMultiType()
                yield [one["id"], one.get("name"), camera.get("cam_heading")], shape

    def thumbnails(
        self, parameters: dict[str, Any], context: QgsProcessingContext, spool: Spool, place: Place,
        feedback: QgsProcessingFeedback, work: Work,
    ) -> Path | None:
        """Make small pictures of those images that have none in the folder yet; None where none are wanted."""
        if not given(parameters, THUMBNAILS):
            return None
        from ...core.photos.small import make_small
        from ...providers.pixel.flows.files import files_of

        folder = Path(self.parameterAsFileOutput(parameters, THUMBNAILS, context))
        folder.mkdir(parents=True, exist_ok=True)
        waiting = [str(one["id"]) for one in spool.records() if not (folder / f"{one['id']}.jpg").is_file()]
        if not waiting:
            return folder
        unread: list[str] = []

        def take(identity: str, path: Path) -> None:
            if not make_small(path, folder / f"{identity}.jpg"):
                unread.append(identity)

        with tempfile.TemporaryDirectory(prefix="imagery-hub-") as temporary:
            brought = files_of(
                self.platform.api, self.platform.engine, self.item, place, waiting, Path(temporary), work, take
            )
        for ids, words in (
            (brought.without, tr("For {count} images the platform gives no address, so they have no small picture.")),
            (unread, tr("{count} files are no pictures that can be read here, so they have no small picture.")),
        ):
            if ids:
                feedback.pushWarning(words.format(count=len(ids)))
        return folder


class RastersToLayer(ItemsToLayer):
    """Rasters as footprints."""

    called = "rasterstolayer"
    item = "raster"
    ids_name = "RASTERS"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Rasters to layer")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Makes a polygon layer of what the rasters of a data collection cover, with format, bands, cell size, tags"
            " and metadata as columns. Edit the table, then use “Push metadata”."
        )

    def words(self) -> str:
        return tr("footprints,coverage,tiles,sheets,pull,index")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        from ...providers.pixel.raster_rules import FORMATS

        super().initAlgorithm(configuration)
        self.declare(tr("Rasters"), QgsProcessing.SourceType.TypeVectorPolygon)
        words = tr("Only rasters of this format.")
        self.addParameter(advanced(choice(FORMAT, tr("Format"), words, FORMATS)))
        self.declare_outputs(tr("Raster ids"))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...core.layers.footprints import shape_of
        from ...core.pixel.columns import values
        from ...providers.pixel.flows import items
        from ...providers.pixel.flows.spool import Spool
        from ...providers.pixel.items import with_kept

        place, filters = self.place(parameters, context), self.filters(parameters, context)
        if given(parameters, FORMAT):
            filters["format"] = self.parameterAsEnumString(parameters, FORMAT, context)
        listed = items.listed(self.platform.api, self.item, place, filters, work)
        with tempfile.TemporaryDirectory(prefix="imagery-hub-") as folder:
            spool = Spool(Path(folder) / "rasters.jsonl")
            spool.fill(with_kept(listed, self.item), work, self.parameterAsInt(parameters, MAXIMUM, context))
            columns = self.columns(spool, feedback)
            rows = (
                (values(one, self.item, place, columns), shape_of(one.get("footprint"))) for one in spool.records()
            )
            output = self.fill(parameters, context, OUTPUT, columns, QgsWkbTypes.Type.MultiPolygon, rows, work,
                               max(1, spool.count))
            found = self.told(spool, place)
        item_look(context, output, "rasters", self.origin(parameters, context, place, "rasters"))
        return {**found, **({OUTPUT: output} if output else {})}
