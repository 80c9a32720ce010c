"""Photos of a project: listed, left out of processing, deleted, read, and all inputs downloaded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFileDestination,
)

from ...core.translation import tr
from ...providers.work import Work
from ..parameters import choice_parameter, split_ids
from ..parameters.plain import confirm, helped
from ..tables import declare_table, write_table
from . import photo_listers
from .common import Pix4dAlgorithm, project_parameter

PHOTOS, EXCLUDED, ARCHIVE = "PHOTOS", "EXCLUDED", "ARCHIVE"
COLUMNS = [
    ("id", "text"), ("name", "text"), ("excluded", "boolean"), ("width", "integer"), ("height", "integer"),
    ("s3_key", "text"), ("s3_bucket", "text"),
]
TAG_COLUMNS = [("id", "text"), ("photo", "text"), ("kind", "text"), ("tag", "text"), ("value", "text")]


def photos_parameter(optional: bool = False, words: str = "") -> Any:
    """The choice of photos of the project, by their ids."""
    return choice_parameter(
        PHOTOS, tr("Photos"), photo_listers.photos, platform="pix4d", depends=("PROJECT",), optional=optional,
        several=True, kind="photo",
        help=words or tr("Ids of photos, separated by commas. The button lists the photos of the project."),
    )


class PhotosAlgorithm(Pix4dAlgorithm):
    """Something with photos of a project."""

    kind = "photos"

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, "PROJECT")
        definition = self.parameterDefinition(PHOTOS)
        if definition is not None:
            ids = self.ids(parameters, context)
            if not ids and not _optional(definition):
                yield tr("No photo is chosen. Choose at least one.")
            yield from wrong_ids(ids)

    def ids(self, parameters: dict[str, Any], context: QgsProcessingContext) -> list[str]:
        """The chosen photos."""
        return split_ids(self.text(parameters, PHOTOS, context))

    def project(self, parameters: dict[str, Any], context: QgsProcessingContext) -> str:
        """The project's number."""
        return self.text(parameters, "PROJECT", context)


def _optional(definition: Any) -> bool:
    from ...core.compat import is_optional

    return is_optional(definition)


def wrong_ids(ids: list[str]) -> Iterator[str]:
    """What is no id of a photo; they are numbers."""
    wrong = next((one for one in ids if not one.isascii() or not one.isdigit()), None)
    if wrong is not None:
        yield tr("“{id}” is no id of a photo. Ids are numbers; “List photos” gives them.").format(id=wrong)


class ListPhotos(PhotosAlgorithm):
    """The photos of a project as a table."""

    called = "listphotos"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List photos")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Lists the photos of a project with their size, their key in the storage, and whether they are left out of"
            " processing. Photos of an archive are listed once processing has opened it."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter())
        choices = [tr("all"), tr("those that are processed"), tr("those that are left out")]
        which = QgsProcessingParameterEnum("WHICH", tr("Photos"), choices, False, 0)
        self.addParameter(helped(which, tr("Which photos are listed.")))
        declare_table(self, "PHOTO_IDS", tr("Photo ids"))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pix4d.flows import photos

        which = self.parameterAsEnum(parameters, "WHICH", context)
        found = (
            row_of(one) for one in photos.all_photos(self.platform.api, self.project(parameters, context), work)
            if which == 0 or bool(one.get("excluded_from_mapper")) == (which == 2)
        )
        return write_table(self, parameters, context, work, found, COLUMNS, "PHOTO_IDS")


def row_of(photo: Mapping[str, Any]) -> dict[str, Any]:
    """A photo as a row of the table."""
    excluded = bool(photo.get("excluded_from_mapper"))
    return {**photo, "name": photo_listers.name_of(photo), "excluded": excluded}


class GetPhoto(PhotosAlgorithm):
    """One photo."""

    called = "getphoto"
    hidden = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Get photo")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Gives the name, the size and the key of a photo, and whether it is left out of processing.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter())
        self.addParameter(photos_parameter(words=tr("Id of the photo.")))
        for name, title in (("PHOTO_ID", tr("Photo id")), ("NAME", tr("Name")), ("S3_KEY", tr("Key in the storage"))):
            self.addOutput(QgsProcessingOutputString(name, title))
        for name, title in (
            ("WIDTH", tr("Width in pixels")), ("HEIGHT", tr("Height in pixels")), ("EXCLUDED", tr("Left out (1 or 0)")),
        ):
            self.addOutput(QgsProcessingOutputNumber(name, title))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from super().problems(parameters, context)
        if len(self.ids(parameters, context)) > 1:
            yield tr("Give one photo.")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        photo_id = self.ids(parameters, context)[0]
        photo = self.platform.api.during(work).photos.get(self.project(parameters, context), photo_id)
        row = row_of(photo)
        return {
            "PHOTO_ID": photo_id, "NAME": row["name"], "S3_KEY": photo.get("s3_key") or "",
            "WIDTH": photo.get("width"), "HEIGHT": photo.get("height"), "EXCLUDED": int(row["excluded"]),
        }


class ExcludePhotos(PhotosAlgorithm):
    """Leave photos out of processing, or take them in again."""

    called = "excludephotos"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Exclude photos from processing")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Keeps photos in the project but leaves them out when it is processed, for example blurred ones; or takes"
            " photos in again that were left out."
        )

    def words(self) -> str:
        return tr("include,leave out,mapper")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter())
        self.addParameter(photos_parameter())
        left_out = QgsProcessingParameterBoolean(EXCLUDED, tr("Leave them out"), defaultValue=True)
        self.addParameter(helped(left_out, tr("Not ticked: they are processed again.")))
        self.addOutput(QgsProcessingOutputString("PHOTO_IDS", tr("Photo ids")))
        self.addOutput(QgsProcessingOutputNumber("COUNT", tr("Number of photos")))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pix4d.flows import photos

        ids, excluded = self.ids(parameters, context), self.parameterAsBoolean(parameters, EXCLUDED, context)
        photos.set_excluded(self.platform.api, self.project(parameters, context), ids, excluded, work)
        return {"PHOTO_IDS": ",".join(ids), "COUNT": len(ids)}


class DeletePhotos(PhotosAlgorithm):
    """Take photos out of a project with their files."""

    called = "deletephotos"
    journaled = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Delete photos")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Takes photos out of a project and deletes their files in the storage, for good. To keep a photo but not"
            " process it, use “Exclude photos from processing”."
        )

    def words(self) -> str:
        return tr("remove,inputs")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter())
        self.addParameter(photos_parameter())
        words = tr("The photos and their files are deleted on the platform for good.")
        self.addParameter(confirm(tr("Confirm: the photos are deleted for good"), words, destroys=True))
        self.addOutput(QgsProcessingOutputString("PHOTO_IDS", tr("Ids of the deleted photos")))
        self.addOutput(QgsProcessingOutputNumber("COUNT", tr("Number of photos")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from super().problems(parameters, context)
        words = tr("The photos and their files would be deleted on the platform for good.")
        yield from self.unconfirmed(parameters, context, words)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pix4d.flows import photos

        ids = self.ids(parameters, context)
        photos.delete_photos(self.platform.api, self.project(parameters, context), ids, work)
        return {"PHOTO_IDS": ",".join(ids), "COUNT": len(ids)}


class PhotoTags(PhotosAlgorithm):
    """EXIF and XMP as the platform has read them."""

    called = "phototags"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("EXIF and XMP of photos")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Lists what the platform has read of photos: their EXIF tags, and the angles of the camera (yaw, pitch,"
            " roll in degrees) of their XMP, one row for each. Two requests are sent for each photo."
        )

    def words(self) -> str:
        return tr("metadata,yaw,pitch,roll,camera,orientation")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter())
        self.addParameter(photos_parameter(True, tr("Ids of photos, separated by commas. Empty: all of the project.")))
        declare_table(self, "PHOTO_IDS", tr("Photo ids, one for each row"))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pix4d.flows import photos

        project_id, ids = self.project(parameters, context), self.ids(parameters, context)
        api = self.platform.api.during(work)

        def rows() -> Iterator[dict[str, Any]]:
            for photo in photos.all_photos(self.platform.api, project_id, work, ids):
                for kind, tags in (
                    ("EXIF", api.photos.exif(project_id, str(photo["id"]))),
                    ("XMP", api.photos.xmp(project_id, str(photo["id"]))),
                ):
                    for tag, value in tags.items():
                        yield {"id": photo["id"], "photo": photo_listers.name_of(photo), "kind": kind, "tag": tag,
                               "value": tag_text(value)}

        return write_table(self, parameters, context, work, rows(), TAG_COLUMNS, "PHOTO_IDS")


def tag_text(value: Any) -> str:
    """The value of a tag as text; several numbers beside each other."""
    return " ".join(str(one) for one in value) if isinstance(value, list) else str(value)


class DownloadInputs(PhotosAlgorithm):
    """All inputs of a project as a ZIP."""

    called = "downloadinputs"
    journaled = True
    goes_on = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Download inputs")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Downloads all inputs of a project, photos and others, as one ZIP. The platform makes it first, which can"
            " take long, and sends an e-mail then; this waits for it."
        )

    def words(self) -> str:
        return tr("archive,zip,photos")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter())
        target = QgsProcessingParameterFileDestination(ARCHIVE, tr("Archive"), tr("ZIP files (*.zip)"))
        self.addParameter(helped(target, tr("Where to write the ZIP.")))
        self.addOutput(QgsProcessingOutputString("PROJECT_ID", tr("Project id")))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pix4d.flows import photos

        project_id = self.project(parameters, context)
        target = Path(self.parameterAsFileOutput(parameters, ARCHIVE, context))
        photos.download_inputs(self.platform.api, self.platform.engine, project_id, target, work)
        return {ARCHIVE: str(target), "PROJECT_ID": project_id}
