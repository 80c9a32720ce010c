"""Depth maps of photos: sent with their photos, listed, deleted; and the list of extra files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterFile,
)

from ...core.photos import depth
from ...core.problems import Problem
from ...core.translation import tr
from ...providers.work import Work
from ..parameters.plain import confirm, helped
from ..tables import declare_table, write_table
from . import photo_input
from .common import Pix4dAlgorithm, project_parameter
from .photo_upload import sent_outputs
from .photos import PhotosAlgorithm, photos_parameter

MAPS, CONFIDENCE = "DEPTH_FOLDER", "CONFIDENCE_FOLDER"
COLUMNS = [("id", "text"), ("photo", "text"), ("depth_map", "text"), ("depth_map_confidence", "text")]


class UploadDepthMaps(Pix4dAlgorithm):
    """Photos with their depth maps."""

    called = "uploaddepthmaps"
    kind = "photos"
    journaled = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Upload photos with depth maps")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Sends photos together with the depth maps and confidence maps that a phone or tablet took with them, and"
            " registers them. The platform keeps depth only where a photo has both. Files belong together by their"
            " names without the words for their kind: IMG_01.jpg, depth_01.tiff and conf_01.tiff. Taken up again after"
            " a stop, it goes on with what is missing."
        )

    def words(self) -> str:
        return tr("lidar,catch,confidence,push,send")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        words = tr("Number of the project. Its processing must not have been started yet.")
        self.addParameter(project_parameter(words=words))
        photo_input.declare_photos(self)
        for name, title, words in (
            (MAPS, tr("Folder with depth maps"), tr("TIFF or PNG files, one for each photo that has one.")),
            (CONFIDENCE, tr("Folder with confidence maps"), tr("TIFF or PNG files, one for each depth map.")),
        ):
            folder = QgsProcessingParameterFile(name, title, QgsProcessingParameterFile.Behavior.Folder)
            self.addParameter(helped(folder, words))
        photo_input.declare_sending(self)
        self.addOutput(QgsProcessingOutputString("PROJECT_ID", tr("Project id")))
        self.addOutput(QgsProcessingOutputString("PHOTO_IDS", tr("Photo ids")))
        self.addOutput(QgsProcessingOutputNumber("COUNT", tr("Number of photos that were registered")))
        self.addOutput(QgsProcessingOutputNumber("WITH_DEPTH", tr("Number of photos with depth")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, "PROJECT")
        found = list(photo_input.photo_problems(self, parameters, context, sending=True))
        yield from found
        for name in (MAPS, CONFIDENCE):
            folder = self.parameterAsFile(parameters, name, context).strip()
            if not folder or not Path(folder).is_dir():
                found.append(name)
                yield tr("There is no folder {folder}. Choose one that is there.").format(folder=folder)
        if not found:
            try:
                if not self.matched(parameters, context):
                    yield tr("No photo has both a depth map and a confidence map. Use “Upload photos” without them.")
            except Problem as problem:
                yield str(problem)

    def matched(self, parameters: dict[str, Any], context: QgsProcessingContext) -> dict[str, tuple[Path, Path]]:
        """The maps by the name of their photo."""
        maps, sure = (
            depth.maps_below(Path(self.parameterAsFile(parameters, name, context))) for name in (MAPS, CONFIDENCE)
        )
        return depth.matched(photo_input.chosen(self, parameters, context).files, maps, sure)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pix4d.flows import photo_upload

        place = photo_input.storage_folder(self, parameters, context)
        inside = f"{place}/" if place else ""
        files = photo_input.chosen(self, parameters, context).below(place)
        photo_input.tell_counts(files, work.part("reading", (0.0, 0.05)), feedback)
        pairs: dict[str, photo_upload.Depth] = {}
        for name, (depth_map, sure) in self.matched(parameters, context).items():
            named = f"{inside}depth/{depth_map.name}", f"{inside}confidence/{sure.name}"
            files |= dict(zip(named, (depth_map, sure)))
            pairs[inside + name] = photo_upload.Depth(*named)
        project_id = self.text(parameters, "PROJECT", context)
        sent = photo_upload.upload_photos(
            self.platform.api, self.platform.engine, project_id, files, work.part("photos", (0.05, 1.0)), pairs,
            self.parameterAsBoolean(parameters, photo_input.BEYOND_LIMIT, context),
        )
        return {"PROJECT_ID": project_id, "WITH_DEPTH": len(pairs), **sent_outputs(sent, feedback)}


class ListDepthMaps(PhotosAlgorithm):
    """The depth maps of a project."""

    called = "listdepthmaps"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List depth maps")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Lists the photos of a project that have depth maps, with the keys of the maps in the storage.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter())
        declare_table(self, "DEPTH_IDS", tr("Ids of the depth data"))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        found = self.platform.api.during(work).depth.list(self.project(parameters, context))
        return write_table(self, parameters, context, work, found, COLUMNS, "DEPTH_IDS")


class DeleteDepthMaps(PhotosAlgorithm):
    """Delete the depth maps of photos."""

    called = "deletedepthmaps"
    journaled = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Delete depth maps")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Deletes the depth maps of photos with their files, for good. The photos stay in the project.")

    def words(self) -> str:
        return tr("remove,lidar")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter())
        self.addParameter(photos_parameter())
        words = tr("The depth maps are deleted on the platform for good.")
        self.addParameter(confirm(tr("Confirm: the depth maps are deleted for good"), words, destroys=True))
        self.addOutput(QgsProcessingOutputString("PHOTO_IDS", tr("Photo ids")))
        self.addOutput(QgsProcessingOutputNumber("COUNT", tr("Number of photos")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from super().problems(parameters, context)
        words = tr("The depth maps and their files would be deleted on the platform for good.")
        yield from self.unconfirmed(parameters, context, words)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pix4d.flows import photos

        ids = self.ids(parameters, context)
        photos.delete_depth(self.platform.api, self.project(parameters, context), ids, work)
        return {"PHOTO_IDS": ",".join(ids), "COUNT": len(ids)}


class ListExtras(PhotosAlgorithm):
    """The extra files of a project."""

    called = "listextras"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List extra files")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Lists the files of a project that are not photos, archives of photos among them, by their keys.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter())
        declare_table(self, "FILE_KEYS", tr("Keys of the files in the storage"))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pix4d.flows.photo_upload import names_in_storage

        found = self.platform.api.during(work).extras.list(self.project(parameters, context))
        rows = (
            {"id": one["file_key"], "name": names_in_storage([one["file_key"]])[0]} for one in found
        )
        columns = [("id", "text"), ("name", "text")]
        return write_table(self, parameters, context, work, rows, columns, "FILE_KEYS")
