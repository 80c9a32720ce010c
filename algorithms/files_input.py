"""Files on this computer as the input of an upload: a folder, single files or layers, or both."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFile,
    QgsProcessingParameterMultipleLayers,
)

from ..core.photos.files import file_problems, found_below, photos_below, within_a_moment
from ..core.translation import tr
from ..providers.work import Work
from .imagery import file_of, named_file
from .parameters.plain import given, helped

FOLDER, SUBFOLDERS, FILES = "FOLDER", "SUBFOLDERS", "FILES"
Single = Sequence[tuple[str, "Path | None"]]
RASTER_SUFFIXES = (".tif", ".tiff", ".jpg", ".jpeg", ".png", ".webp", ".mrf", ".pdf", ".vrt", ".asc", ".img", ".jp2")
"""What is looked for in folders; single files may be anything that GDAL reads."""


def declare_files(algorithm: QgsProcessingAlgorithm, title: str, words: str, rasters: bool = False) -> None:
    """Declare folder, subfolders and files. ``rasters``: layers may be given in place of files."""
    folder = QgsProcessingParameterFile(
        FOLDER, tr("Folder"), QgsProcessingParameterFile.Behavior.Folder, optional=True
    )
    algorithm.addParameter(helped(folder, words))
    below = QgsProcessingParameterBoolean(SUBFOLDERS, tr("Also files in subfolders"), defaultValue=True)
    algorithm.addParameter(helped(below, tr("Files of the same name in different folders are kept apart.")))
    sort = QgsProcessing.SourceType.TypeRaster if rasters else QgsProcessing.SourceType.TypeFile
    files = QgsProcessingParameterMultipleLayers(FILES, title, sort, optional=True)
    algorithm.addParameter(helped(files, tr("Beside those of the folder, or in its place.")))


def chosen(
    algorithm: QgsProcessingAlgorithm,
    parameters: dict[str, Any],
    context: QgsProcessingContext,
    suffixes: Sequence[str],
    single: Single,
) -> list[Path]:
    """The files, each once, those of the folder by name. Files come as they are named, whether they are there or not.
    A layer without a file is left out; :func:`problems` tells of it. ``single``: what :func:`named` gave."""
    folder = algorithm.parameterAsFile(parameters, FOLDER, context).strip()
    found: list[Path] = []
    if folder and Path(folder).is_dir():
        found = photos_below(Path(folder), algorithm.parameterAsBoolean(parameters, SUBFOLDERS, context), suffixes)
    found += [path for _, path in single if path is not None]
    return list(dict.fromkeys(found))


def named(
    algorithm: QgsProcessingAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext
) -> Single:
    """Name and file of each single input; None for a layer that has no file. Layers belong to the main thread: to be
    called while the algorithm is prepared."""
    if not given(parameters, FILES):
        return []
    value = parameters[FILES]
    wanted = value if isinstance(value, (list, tuple)) else [value]
    if all(isinstance(one, str) for one in wanted):  # QGIS would leave out those that it cannot open
        return [(one, named_file(one, context)) for one in wanted if one.strip()]
    return [(layer.name(), file_of(layer)) for layer in algorithm.parameterAsLayerList(parameters, FILES, context)]


def checked_by_qgis(
    algorithm: QgsProcessingAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext
) -> tuple[bool, str]:
    """QGIS's own check of the parameters, which would open every raster that is named, on the main thread, and refuse
    them all for one that it cannot open: files by name are left to :func:`problems` and to the check of each."""
    value = parameters.get(FILES)
    by_name = isinstance(value, (list, tuple)) and all(isinstance(one, str) for one in value)
    given_to_qgis = {**parameters, FILES: None} if by_name else parameters
    return QgsProcessingAlgorithm.checkParameterValues(algorithm, given_to_qgis, context)


def problems(
    algorithm: Any,
    parameters: dict[str, Any],
    context: QgsProcessingContext,
    suffixes: Sequence[str],
    strict: bool = True,
) -> Iterator[str]:
    """What is wrong with the choice, as sentences. It is asked on the main thread, so it looks at names and sizes only,
    and at no more files than a moment allows: the work itself looks at each. ``strict``: files with other endings than
    these are refused."""
    text = algorithm.parameterAsFile(parameters, FOLDER, context).strip()
    if text and not Path(text).is_dir():
        yield tr("There is no folder {folder}. Choose one that is there.").format(folder=text)
        return
    single = named(algorithm, parameters, context)
    for name, path in single:
        if path is None:
            words = tr("“{name}” is not a file on this computer. Save it as a file first (Export > Save As).")
            yield words.format(name=Path(name).name)
    with_subfolders = algorithm.parameterAsBoolean(parameters, SUBFOLDERS, context)
    below = found_below(Path(text), with_subfolders, suffixes) if text else ()
    paths = list(within_a_moment(chain((path for _, path in single if path is not None), below)))
    if not paths and not single:
        if text:
            yield tr("There are no such files in {folder}. Looked for were {kinds}.").format(
                folder=text, kinds=", ".join(suffixes)
            )
        else:
            yield tr("Choose a folder, or single files.")
    yield from file_problems(paths, suffixes if strict else {path.suffix.lower() for path in paths})


def counting(work: Work, total: int) -> Callable[[int], None]:
    """What is told the number of each file that is looked at; raises when the work is to stop."""

    def looked(number: int) -> None:
        work.check_cancelled()
        if number % 20 == 0:
            work.progress(number / max(total, 1), "looking", done=str(number), total=str(total))

    return looked
