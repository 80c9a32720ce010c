"""Rasters: upload one or several, edit, delete."""

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
    QgsProcessingParameterBoolean,
    QgsProcessingParameterEnum,
    QgsProcessingParameterMultipleLayers,
    QgsProcessingParameterRasterLayer,
)

from ...core.translation import tr
from ...providers.work import Work
from ..imagery import file_of, named_file, raster_file, raster_problems, require_undamaged
from ..parameters import choice_parameter
from ..parameters.plain import advanced, confirm, given, helped, integer, moment, string
from . import bands, listers
from .common import PicterraAlgorithm
from .folders import folder_parameter

SUFFIXES = (".tif", ".tiff", ".png", ".jpg", ".jpeg", ".xpm")
"""What the vendor's own plugin offers (notes 9.1)."""

REMOVABLE = {"USER_TAG": "user_tag", "IDENTITY_KEY": "identity_key"}
"""Parameters and members that may be empty texts (contract, RasterEdit); the vendor's client never sends these. Names
may not be blank, and moments and numbers have no empty value."""


class _RasterDetails(PicterraAlgorithm):
    """What can be said of a raster besides its name."""

    def add_details(self, folded: bool) -> None:
        """Declare the parameters; ``folded`` puts those that few need among the advanced ones."""
        self.addParameter(moment("CAPTURED_AT", tr("Captured at")))
        for one in (
            string("IDENTITY_KEY", tr("Identity key"), tr("A name of your own by which you recognise the raster.")),
            integer("CLOUD_COVERAGE", tr("Cloud coverage (percent)"), tr("How much of it is clouded."), 0, 100),
            string("USER_TAG", tr("Tag"), tr("A tag to find it by.")),
        ):
            self.addParameter(advanced(one) if folded else one)

    def details(self, parameters: dict[str, Any], context: QgsProcessingContext) -> dict[str, Any]:
        """The members to send."""
        cloud = self.percent(parameters, "CLOUD_COVERAGE", context)
        return {
            "folder_id": self.text(parameters, "FOLDER", context),
            "captured_at": self.moment(parameters, "CAPTURED_AT", context),
            "identity_key": self.text(parameters, "IDENTITY_KEY", context),
            "cloud_coverage": None if cloud is None else round(cloud),
            "user_tag": self.text(parameters, "USER_TAG", context),
        }


class _Upload(_RasterDetails):
    """The parameters of both uploads."""

    kind = "rasters"
    journaled = True
    starts_again = True

    def words(self) -> str:
        return tr("push,send,image,geotiff")

    def add_upload_parameters(self) -> None:
        """Declare folder, details and the choice of bands."""
        self.addParameter(
            folder_parameter(True, tr("Where to put it. Empty: the folder “Picterra API Project” of the platform."))
        )
        self.add_details(folded=True)
        self.addParameter(
            advanced(
                helped(
                    QgsProcessingParameterBoolean("MULTISPECTRAL", tr("Keep all bands"), defaultValue=True),
                    tr("Keeps all bands and allows a band specification. Otherwise the image is taken as RGB."),
                )
            )
        )

    def upload(
        self, path: Path, name: str, parameters: dict[str, Any], context: QgsProcessingContext, work: Work
    ) -> str:
        """Upload one file and give the id."""
        from ...providers.picterra.flows import rasters

        keep_all = self.parameterAsBoolean(parameters, "MULTISPECTRAL", context)
        details = rasters.details_of(name=name, multispectral=keep_all, **self.details(parameters, context))
        return rasters.upload_raster(self.platform.api, self.platform.engine, path, details, work)


class UploadRaster(_Upload):
    """One file or layer."""

    called = "uploadraster"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Upload raster")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Uploads a raster file or the file behind a raster layer, waits until the platform has processed it and"
            " gives its id. A georeferenced GeoTIFF with 8 bit is best. An image without georeference is placed at"
            " longitude 0, latitude 0. An upload that was cut starts again, and makes one finished raster. Where the"
            " platform's answer was lost just when the upload began, it may keep an entry without a file beside it."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(
            helped(QgsProcessingParameterRasterLayer("INPUT", tr("Raster")), tr("A raster file, or a layer of one."))
        )
        self.addParameter(
            string("NAME", tr("Name"), tr("Name on the platform. Empty: the name of the file without its ending."))
        )
        self.add_upload_parameters()
        self.addOutput(QgsProcessingOutputString("RASTER_ID", tr("Raster id")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from raster_problems(raster_file(self, parameters, "INPUT", context), SUFFIXES)
        yield from self.unreadable(parameters, context, "CAPTURED_AT")

    def gather(self, parameters: dict[str, Any], context: QgsProcessingContext) -> None:
        self._path = raster_file(self, parameters, "INPUT", context)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        path = self._path or Path()
        require_undamaged([path], work)
        name = self.text(parameters, "NAME", context) or path.stem
        return {"RASTER_ID": self.upload(path, name, parameters, context, work)}


class UploadRasters(_Upload):
    """Several files or layers, one raster each."""

    called = "uploadrasters"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Upload several rasters")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Uploads several raster files with the same folder, date and tag, each under the name of its file. Taken up"
            " again after a stop, it goes on with the first file that is not complete."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(
            helped(
                QgsProcessingParameterMultipleLayers("INPUTS", tr("Rasters"), QgsProcessing.SourceType.TypeRaster),
                tr("Raster files or layers made of files."),
            )
        )
        self.add_upload_parameters()
        self.addOutput(QgsProcessingOutputString("RASTER_IDS", tr("Raster ids")))
        self.addOutput(QgsProcessingOutputNumber("COUNT", tr("Number of rasters")))

    def files(self, parameters: dict[str, Any], context: QgsProcessingContext) -> list[Path | None]:
        """The files behind the inputs, in order."""
        value = parameters.get("INPUTS")
        wanted = value if isinstance(value, list) else [value]
        if all(isinstance(one, str) for one in wanted):  # QGIS would leave out those that it cannot open
            return [named_file(one, context) for one in wanted]
        return [file_of(layer) for layer in self.parameterAsLayerList(parameters, "INPUTS", context)]

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        for path in self.files(parameters, context):
            yield from raster_problems(path, SUFFIXES)
        yield from self.unreadable(parameters, context, "CAPTURED_AT")

    def gather(self, parameters: dict[str, Any], context: QgsProcessingContext) -> None:
        self._paths = [path for path in self.files(parameters, context) if path is not None]

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        require_undamaged(self._paths, work)
        ids = []
        for index, path in enumerate(self._paths):
            share = (index / len(self._paths), (index + 1) / len(self._paths))
            ids.append(self.upload(path, path.stem, parameters, context, work.part(f"raster {index}", share)))
        return {"RASTER_IDS": ",".join(ids), "COUNT": len(ids)}


class EditRaster(_RasterDetails):
    """Change what is said of a raster."""

    called = "editraster"
    kind = "rasters"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Edit raster")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Changes the name, folder, date, identity key, cloud coverage, tag or band specification of a raster. What"
            " is left empty stays as it is. Tag and identity key can be removed; the platform knows no way to remove"
            " the others."
        )

    def words(self) -> str:
        return tr("rename,move,bands,metadata")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(raster_parameter())
        self.addParameter(string("NAME", tr("New name"), tr("Empty: the name stays as it is.")))
        self.addParameter(folder_parameter(True, tr("The folder to move it to. Empty: it stays where it is.")))
        self.add_details(folded=False)
        titles = [self.parameterDefinition(name).description() for name in REMOVABLE]
        clear = QgsProcessingParameterEnum("CLEAR", tr("Remove"), titles, True, None, True)
        self.addParameter(advanced(helped(clear, tr("What the raster is no longer to have."))))
        bands.declare(self)
        self.addOutput(QgsProcessingOutputString("RASTER_ID", tr("Raster id")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, "RASTER")
        yield from self.unreadable(parameters, context, "CAPTURED_AT")
        yield from bands.problems(self, parameters, context)
        changes = ("NAME", "FOLDER", "CAPTURED_AT", "CLOUD_COVERAGE", *REMOVABLE, "CLEAR", bands.RANGES, bands.SHOWN)
        yield from self.nothing_to_change(parameters, *changes)
        for name in self._removed(parameters, context):
            if given(parameters, name):
                title = self.parameterDefinition(name).description()
                yield tr("“{parameter}” is to be both changed and removed. Choose one of them.").format(parameter=title)

    def _removed(self, parameters: dict[str, Any], context: QgsProcessingContext) -> list[str]:
        return [tuple(REMOVABLE)[place] for place in self.several(parameters, "CLEAR", context)]

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        raster_id = self.text(parameters, "RASTER", context)
        changes = {"name": self.text(parameters, "NAME", context), **self.details(parameters, context)}
        changes = {name: value for name, value in changes.items() if value not in (None, "")}
        changes.update({REMOVABLE[name]: "" for name in self._removed(parameters, context)})
        specification = bands.specification(self, parameters, context)
        if specification:
            changes["multispectral_band_specification"] = specification
        self.platform.api.during(work).rasters.edit(raster_id, changes)
        return {"RASTER_ID": raster_id}


class DeleteRaster(PicterraAlgorithm):
    """Remove a raster from the platform."""

    called = "deleteraster"
    kind = "rasters"
    journaled = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Delete raster")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Deletes a raster from the platform, with layers, markers and annotations on it, for good.")

    def words(self) -> str:
        return tr("remove")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(raster_parameter())
        words = tr("The raster and what hangs on it are deleted on the platform for good.")
        self.addParameter(confirm(tr("Confirm: the raster is deleted for good"), words, destroys=True))
        self.addOutput(QgsProcessingOutputString("RASTER_ID", tr("Id of the deleted raster")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, "RASTER")
        yield from self.unconfirmed(
            parameters, context, tr("The raster and what hangs on it would be deleted on the platform for good.")
        )

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.picterra.flows import rasters

        raster_id = self.text(parameters, "RASTER", context)
        rasters.delete_raster(self.platform.api, raster_id, work)
        return {"RASTER_ID": raster_id}


def raster_parameter(name: str = "RASTER", title: str = "", optional: bool = False, words: str = "") -> Any:
    """The choice of a raster of the platform."""
    return choice_parameter(
        name,
        title or tr("Raster"),
        listers.rasters,
        platform="picterra",
        kind="raster",
        optional=optional,
        help=words or tr("Id of the raster. The button lists the rasters of the connection."),
    )
