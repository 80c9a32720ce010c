"""Photos, archives of photos and other files into a project of PIX4D."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterFile,
    QgsProcessingParameterMultipleLayers,
)

from ...core.photos.files import file_problems, storage_names
from ...core.translation import tr
from ...providers.work import Work
from ..parameters.plain import helped, named_files
from . import photo_input
from .common import Pix4dAlgorithm, project_parameter

ARCHIVE, EXTRAS = "ARCHIVE", "FILES"


class _Sending(Pix4dAlgorithm):
    """What goes into a project that is there."""

    kind = "photos"
    journaled = True

    def words(self) -> str:
        return tr("push,send,images,drone,s3")

    def add_project(self) -> None:
        """Declare the project."""
        words = tr("Number of the project. Its processing must not have been started yet.")
        self.addParameter(project_parameter(words=words))
        self.addOutput(QgsProcessingOutputString("PROJECT_ID", tr("Project id")))


class UploadPhotos(_Sending):
    """Photos of a folder, or single ones."""

    called = "uploadphotos"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Upload photos")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Sends photos to the storage of a project, several at once, and registers them. Taken up again after a"
            " stop, it goes on with what is missing; each photo is registered once. Photos that the project has"
            " already, by name and size, are passed over. PIX4D takes no photos any more once processing was started."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.add_project()
        photo_input.declare_photos(self)
        photo_input.declare_sending(self)
        self.addOutput(QgsProcessingOutputString("PHOTO_IDS", tr("Photo ids")))
        self.addOutput(QgsProcessingOutputNumber("COUNT", tr("Number of photos that were registered")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, "PROJECT")
        yield from photo_input.photo_problems(self, parameters, context, sending=True)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pix4d.flows import photo_upload

        project_id = self.text(parameters, "PROJECT", context)
        files = photo_input.chosen(self, parameters, context).below(
            photo_input.storage_folder(self, parameters, context)
        )
        photo_input.tell_counts(files, work.part("reading", (0.0, 0.05)), feedback)
        sent = photo_upload.upload_photos(
            self.platform.api, self.platform.engine, project_id, files, work.part("photos", (0.05, 1.0)),
            beyond_limit=self.parameterAsBoolean(parameters, photo_input.BEYOND_LIMIT, context),
        )
        return {"PROJECT_ID": project_id, **sent_outputs(sent, feedback)}


def sent_outputs(sent: Any, feedback: QgsProcessingFeedback) -> dict[str, Any]:
    """Ids and number of the photos that were registered; says what was not."""
    from ...providers.pix4d.flows.photo_upload import named

    if sent.there_before:
        words = tr("The project had {count} of the photos already: {names}.")
        feedback.pushInfo(words.format(count=len(sent.there_before), names=named(sent.there_before)))
    if sent.left_out:
        words = tr("The platform did not take {count} files as photos: {names}. Look whether they are images.")
        feedback.pushWarning(words.format(count=len(sent.left_out), names=named(sent.left_out)))
    return {"PHOTO_IDS": ",".join(sent.photos.values()), "COUNT": len(sent.photos)}


class UploadArchive(_Sending):
    """A ZIP with photos and what belongs to them."""

    called = "uploadarchive"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Upload archive of photos")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Sends a ZIP that “Pack photos” made, with its manifest and control points, in parts that are resumed after"
            " a stop, and registers it. Its photos are counted and listed only once processing has opened it; what is"
            " wrong in it is told then, too."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.add_project()
        archive = QgsProcessingParameterFile(ARCHIVE, tr("Archive"), extension="zip")
        self.addParameter(helped(archive, tr("A ZIP with manifest.json at its root.")))
        self.addOutput(QgsProcessingOutputString("FILE_KEY", tr("Key of the archive in the storage")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        from ...core.photos.archive import archive_problems

        yield from self.required(parameters, context, "PROJECT")
        path = Path(self.parameterAsFile(parameters, ARCHIVE, context).strip())
        found = list(file_problems([path], (".zip",)))
        yield from found or archive_problems(path)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pix4d.flows import photo_upload

        project_id = self.text(parameters, "PROJECT", context)
        path = Path(self.parameterAsFile(parameters, ARCHIVE, context).strip())
        key = photo_upload.upload_archive(self.platform.api, self.platform.engine, project_id, path, work)
        return {"PROJECT_ID": project_id, "FILE_KEY": key}


class UploadExtras(_Sending):
    """Files that are not photos."""

    called = "uploadextras"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Upload extra files")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Sends files that are not photos, such as masks, to the storage of a project and registers them as extra"
            " files. Project files of PIX4Dmapper (.p4d) mean nothing any more since its engine was retired in January"
            " 2026."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.add_project()
        files = QgsProcessingParameterMultipleLayers(EXTRAS, tr("Files"), QgsProcessing.SourceType.TypeFile)
        self.addParameter(helped(files, tr("They keep their names.")))
        self.addOutput(QgsProcessingOutputString("FILE_KEYS", tr("Keys of the files in the storage")))
        self.addOutput(QgsProcessingOutputNumber("COUNT", tr("Number of files")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, "PROJECT")
        paths = self.files(parameters, context)
        if not paths:
            yield tr("Choose at least one file.")
        if any(path.suffix.lower() == ".p4d" for path in paths):
            yield tr("PIX4D does not process .p4d files any more. Leave them out.")
        yield from file_problems(paths, tuple({path.suffix.lower() for path in paths}))

    def files(self, parameters: dict[str, Any], context: QgsProcessingContext) -> list[Path]:
        """The files, each once."""
        named = named_files(self, parameters, EXTRAS, context)
        return [Path(one) for one in dict.fromkeys(named)]

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pix4d.flows import photo_upload

        project_id = self.text(parameters, "PROJECT", context)
        files = storage_names(self.files(parameters, context))
        keys = photo_upload.upload_extras(self.platform.api, self.platform.engine, project_id, files, work)
        return {"PROJECT_ID": project_id, "FILE_KEYS": ",".join(keys), "COUNT": len(keys)}
