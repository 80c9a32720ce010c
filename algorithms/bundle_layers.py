"""Bundles of imagery: unpacked, and their images onto the map with bands named by wavelength."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from qgis.core import QgsProcessingContext

from ..providers.work import Work

if TYPE_CHECKING:
    from ..core.layers.provenance import Provenance


def folder_of(archive: Path) -> Path:
    """Where a bundle is unpacked to when nothing else is said: beside it, in a folder of its name."""
    return archive.with_suffix("") if archive.suffix else archive.with_name(f"{archive.name}_files")


def open_bundle(
    archive: Path, folder: Path, origin: Provenance | None, context: QgsProcessingContext, work: Work,
    captures: Mapping[str, str] | None = None, of_scenes: bool = True,
) -> list[Path]:
    """Unpack a bundle and let QGIS open its images when the algorithm is done; gives their files. ``captures``: what
    the platform says of when they were captured, see :func:`..core.layers.bundle.capture_of`. ``of_scenes`` as for
    :func:`..core.layers.bundle.sort`.

    Raises :class:`..core.problems.Problem` for what is no bundle, is damaged, or holds no image.
    """
    from ..core.layers import bundle, provenance

    def report(done: int, total: int) -> None:
        work.check_cancelled()
        work.progress(done / max(1, total), "pixxel_unpacking")

    unpacked = bundle.unpack(archive, folder, report, of_scenes)
    for number, layer in enumerate(bundle.layers(unpacked, captures=captures)):
        if origin is not None:
            provenance.write_layer(layer, origin)
        context.temporaryLayerStore().addMapLayer(layer)
        if context.project() is not None:
            details = QgsProcessingContext.LayerDetails(layer.name(), context.project(), f"OUTPUT{number:05d}")
            details.forceName = True  # else QGIS calls it after its file
            context.addLayerToLoadOnCompletion(layer.id(), details)
    return list(unpacked.images)
