"""Rasters, images and point clouds into data collections."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsProcessingParameterEnum

from ...core.problems import NotBegun
from ...core.translation import tr
from ...providers.work import Work
from .. import files_input
from ..parameters.plain import advanced, given, helped, integer
from . import upload_metadata
from .common import COLLECTION, PixelAlgorithm, collection_parameter
from .image_checks import GIVEN_FIRST, declare_positions
from .upload_checks import area_of, look_at_rasters, tell_unknown
from .upload_results import IDS, declare_results, written

if TYPE_CHECKING:  # QGIS starts without what only a running algorithm needs
    from ...core.rasters.check import Finding
    from ...core.uploads.metadata import Said
    from ...providers.pixel.flows.upload_plan import Parts, UploadFile
    from ...providers.pixel.flows.upload_target import Target

    Looked = Iterator[tuple[UploadFile, list[Finding]]]

CHECK, PART_SIZE, PARTS_FROM = "CHECK", "PART_SIZE", "PARTS_FROM"
LEAVE_OUT, ALL_OR_NOTHING, UNCHECKED = range(3)
NAMED = 5


class Upload(PixelAlgorithm):
    """What the uploads share. ``sort`` is the kind of the files."""

    kind = "uploads"
    journaled = True
    starts_again = True  # also in parts: their addresses are given once
    sort: ClassVar[str] = ""

    def words(self) -> str:
        return tr("push,send,import,storage")

    def suffixes(self) -> Sequence[str]:
        """The endings of files that are looked for in folders."""
        raise NotImplementedError

    def titles(self) -> tuple[str, str]:
        """What single files are called, and what is said of the folder."""
        raise NotImplementedError

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(collection_parameter(self.sort))
        files_input.declare_files(self, *self.titles(), rasters=self.sort == "raster")
        upload_metadata.declare_metadata(self, self.sort)
        if self.sort == "image":
            declare_positions(self)
        choices = [
            tr("Leave out files that would be refused, and list them"),
            tr("Send nothing when a file would be refused"),
            tr("Send all files as they are"),
        ]
        check = QgsProcessingParameterEnum(CHECK, tr("Check before upload"), choices, False, LEAVE_OUT)
        words = tr("Each file is looked at here first, as the platform would do after it was sent.")
        self.addParameter(helped(check, words))
        declare_parts(self)
        declare_results(self, self.sort)

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, COLLECTION)
        if given(parameters, COLLECTION):
            self.place(parameters, context)
        strict = self.sort != "raster"
        yield from files_input.problems(self, parameters, context, self.suffixes(), strict)
        yield from upload_metadata.metadata_problems(self, parameters, context)

    def gather(self, parameters: dict[str, Any], context: QgsProcessingContext) -> None:
        self._single = files_input.named(self, parameters, context)

    def checkParameterValues(  # noqa: N802 - QGIS's name
        self, parameters: dict[str, Any], context: QgsProcessingContext
    ) -> tuple[bool, str]:
        found = self._found(parameters, context)
        return (False, found) if found else files_input.checked_by_qgis(self, parameters, context)

    def looked(
        self, parameters: dict[str, Any], context: QgsProcessingContext, said: dict[Path, Said], target: Target,
        area: Any, work: Work,
    ) -> Looked:
        """Each file with what is said of it, and why it would be refused."""
        raise NotImplementedError

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixel.flows.upload_target import find_target
        from ...providers.pixel.flows.uploads import upload_files

        target = find_target(self.platform.api, self.place(parameters, context), self.sort, work)
        paths = files_input.chosen(self, parameters, context, self.suffixes(), self._single)
        said = upload_metadata.said_of(self, parameters, context, feedback, paths, self.sort)
        area, check = area_of(target.area), self.parameterAsEnum(parameters, CHECK, context)
        if check != UNCHECKED:
            tell_unknown(target, area, feedback)
        files, left_out = [], []
        for file, findings in self.looked(parameters, context, said, target, area, work.part("check", (0.0, 0.05))):
            if findings and check != UNCHECKED:
                left_out.append((file, " ".join(one.words for one in findings)))
            else:
                files.append(file)
        if left_out and check == ALL_OR_NOTHING:
            raise NotBegun(_refusal(left_out, len(paths)))
        outcomes = upload_files(
            self.platform.api, self.platform.engine, target.place, files, work.part("upload", (0.05, 1.0)),
            parts_of(self, parameters, context),
        )
        return written(self, parameters, context, feedback, outcomes, left_out, IDS[self.sort])


def declare_parts(algorithm: PixelAlgorithm) -> None:
    """Declare how large files are cut."""
    words = tr("Megabytes. Larger files are sent in parts, of which several are under way at once.")
    algorithm.addParameter(advanced(integer(PARTS_FROM, tr("Files in parts from"), words, 5, 5000, 64)))
    words = tr("Megabytes. A part that is cut off is sent again, not the whole file.")
    algorithm.addParameter(advanced(integer(PART_SIZE, tr("Size of the parts"), words, 5, 5000, 32)))


def parts_of(algorithm: PixelAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext) -> Parts:
    """How large files are cut."""
    from ...providers.pixel.flows.upload_plan import MEBIBYTE, Parts

    above, size = (algorithm.parameterAsInt(parameters, name, context) for name in (PARTS_FROM, PART_SIZE))
    return Parts(above * MEBIBYTE, size * MEBIBYTE)


def _refusal(left_out: Sequence[tuple[UploadFile, str]], count: int) -> str:
    words = tr("Nothing was sent, since {number} of {count} files would be refused.")
    named = [f"{file.path.name}: {reason}" for file, reason in left_out[:NAMED]]
    return "\n".join([words.format(number=len(left_out), count=count), *named])


class UploadRasters(Upload):
    """Rasters."""

    called = "uploadrasters"
    sort = "raster"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Upload rasters")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Sends rasters into a data collection, several at once, with their world files, projections and GDAL's"
            " side files, and waits until the platform has looked at them. Each is held against the rules of the"
            " collection and the area of the project first. A file that fails does not stop the others; “Retry failed"
            " uploads” sends those alone again. Taken up again after a stop, it goes on with what is missing."
        )

    def suffixes(self) -> Sequence[str]:
        return files_input.RASTER_SUFFIXES

    def titles(self) -> tuple[str, str]:
        return tr("Single rasters"), tr("All rasters in it are taken.")

    def looked(
        self, parameters: dict[str, Any], context: QgsProcessingContext, said: dict[Path, Said], target: Target,
        area: Any, work: Work,
    ) -> Looked:
        from ...core.rasters import check
        from ...providers.pixel.flows.upload_plan import UploadFile

        rules = check.rules_of(target.type, target.rules)
        for look in look_at_rasters(list(said), rules, area, work):
            about = said[look.path]
            yield UploadFile(look.path, "raster", look.support, about.fields, about.further), look.refused


class UploadImages(Upload):
    """Images."""

    called = "uploadimages"
    sort = "image"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Upload images")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Sends images into a data collection, several at once, and waits until the platform has looked at them."
            " Images without a position take that of a table or layer; those outside the area of the project would be"
            " refused. A file that fails does not stop the others; “Retry failed uploads” sends those alone again."
            " Taken up again after a stop, it goes on with what is missing."
        )

    def words(self) -> str:
        return super().words() + "," + tr("photos,pictures,exif,drone")

    def suffixes(self) -> Sequence[str]:
        from ...core.uploads.images import SUFFIXES

        return SUFFIXES

    def titles(self) -> tuple[str, str]:
        return tr("Single images"), tr("All JPEG, PNG, TIFF and WebP files in it are taken.")

    def looked(
        self, parameters: dict[str, Any], context: QgsProcessingContext, said: dict[Path, Said], target: Target,
        area: Any, work: Work,
    ) -> Looked:
        from ...core.uploads.images import look
        from ...core.uploads.support_files import SupportFiles
        from ...providers.pixel.flows.upload_plan import UploadFile

        first, beside = self.parameterAsBoolean(parameters, GIVEN_FIRST, context), SupportFiles()
        for one in look(list(said), said, area, first, files_input.counting(work, len(said))):
            fields = dict(said[one.path].fields)
            if one.given and one.place is not None:
                fields["location"] = {"type": "Point", "coordinates": [round(part, 9) for part in one.place]}
            support = tuple(beside.of(one.path))
            yield UploadFile(one.path, "image", support, fields, said[one.path].further), one.findings


class UploadPointClouds(Upload):
    """Point clouds."""

    called = "uploadpointclouds"
    sort = "point_cloud"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Upload point clouds")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Sends point clouds (LAS, LAZ) into a data collection, several at once, and waits until the platform has"
            " looked at them. A file that fails does not stop the others; “Retry failed uploads” sends those alone"
            " again. Taken up again after a stop, it goes on with what is missing."
        )

    def words(self) -> str:
        return super().words() + "," + tr("lidar,las,laz")

    def suffixes(self) -> Sequence[str]:
        from ...core.uploads.point_clouds import SUFFIXES

        return SUFFIXES

    def titles(self) -> tuple[str, str]:
        return tr("Single point clouds"), tr("All LAS and LAZ files in it are taken.")

    def looked(
        self, parameters: dict[str, Any], context: QgsProcessingContext, said: dict[Path, Said], target: Target,
        area: Any, work: Work,
    ) -> Looked:
        from ...core.uploads.point_clouds import check
        from ...core.uploads.support_files import SupportFiles
        from ...providers.pixel.flows.upload_plan import UploadFile

        beside, looked = SupportFiles(), files_input.counting(work, len(said))
        for number, path in enumerate(list(said)):
            looked(number)
            about, support = said[path], tuple(beside.of(path))
            yield UploadFile(path, "point_cloud", support, about.fields, about.further), check(path)
