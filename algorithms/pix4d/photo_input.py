"""Photos on this computer as the input of an algorithm: a folder, single files, or both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFile,
    QgsProcessingParameterMultipleLayers,
)

from ...core.photos.files import (
    LONGEST_KEY,
    MOST_PHOTOS,
    PHOTO_SUFFIXES,
    Count,
    count_findings,
    file_problems,
    photos_below,
    storage_names,
)
from ...core.translation import tr
from ...providers.work import Work
from ..parameters.plain import advanced, helped, named_files, string

if TYPE_CHECKING:  # QGIS starts without what only a running algorithm needs
    from ...core.photos.reading import Photo

FOLDER, SUBFOLDERS, FILES = "PHOTO_FOLDER", "SUBFOLDERS", "PHOTO_FILES"
STORAGE_FOLDER, BEYOND_LIMIT = "STORAGE_FOLDER", "BEYOND_LIMIT"
#: Named, not imported: without a window nothing of it is loaded.
WIDGET = f"{__name__.split('.algorithms.')[0]}.ui.photos.folder_widget.PhotoFolderWidget"
LONGEST_NAME = LONGEST_KEY - 100
"""Characters of a name below the project's folder, whose own name is shorter than the rest."""


@dataclass(frozen=True)
class Chosen:
    """The photos that were chosen: their files by the names that they have in storage."""

    files: dict[str, Path]

    def below(self, folder: str) -> dict[str, Path]:
        """The same in a subfolder of the storage; empty for none."""
        return {f"{folder}/{name}" if folder else name: path for name, path in self.files.items()}


def declare_photos(algorithm: QgsProcessingAlgorithm, optional: bool = False) -> None:
    """Declare folder, subfolders and files. At least one of folder and files is to be given unless ``optional``."""
    folder = QgsProcessingParameterFile(
        FOLDER, tr("Folder with photos"), QgsProcessingParameterFile.Behavior.Folder, optional=True
    )
    folder.setMetadata({"widget_wrapper": {"class": WIDGET}})
    words = tr("All JPEG and TIFF files in it are taken. Photos without position are taken as well.")
    algorithm.addParameter(helped(folder, words))
    below = QgsProcessingParameterBoolean(SUBFOLDERS, tr("Also photos in subfolders"), defaultValue=True)
    algorithm.addParameter(helped(below, tr("Cameras begin a new folder after some hundred photos.")))
    files = QgsProcessingParameterMultipleLayers(
        FILES, tr("Single photos"), QgsProcessing.SourceType.TypeFile, optional=True
    )
    algorithm.addParameter(helped(files, tr("Photos beside those of the folder, or in its place.")))


def declare_sending(algorithm: QgsProcessingAlgorithm) -> None:
    """Declare where in the storage the photos go, and what of the limit."""
    words = tr(
        "A folder below the project's own in the storage. Give one when photos of the same names are in the project"
        " already, for example of the second flight."
    )
    algorithm.addParameter(advanced(string(STORAGE_FOLDER, tr("Subfolder in the storage"), words)))
    beyond = QgsProcessingParameterBoolean(BEYOND_LIMIT, tr("Send more photos than PIX4D processes"), False)
    words = tr("PIX4D's support pages name {most} photos as the most that are processed in one project. Tick this if"
               " your licence allows more.").format(most=MOST_PHOTOS)
    algorithm.addParameter(advanced(helped(beyond, words)))


def chosen(algorithm: QgsProcessingAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext) -> Chosen:
    """What was chosen, each file once. Files come as they are named, whether they are there or not."""
    text = algorithm.parameterAsFile(parameters, FOLDER, context).strip()
    folder = Path(text) if text else None
    found: list[Path] = []
    if folder is not None and folder.is_dir():
        found = photos_below(folder, algorithm.parameterAsBoolean(parameters, SUBFOLDERS, context))
    found += [Path(one) for one in named_files(algorithm, parameters, FILES, context)]
    return Chosen(storage_names(list(dict.fromkeys(found)), folder))


def photo_problems(
    algorithm: Any,
    parameters: dict[str, Any],
    context: QgsProcessingContext,
    optional: bool = False,
    sending: bool = False,
) -> Iterator[str]:
    """What is wrong with the choice, as sentences; looks at names and sizes only, and once, since it is asked on the
    main thread. ``sending``: also what PIX4D would not take of it."""
    text = algorithm.parameterAsFile(parameters, FOLDER, context).strip()
    if text and not Path(text).is_dir():
        yield tr("There is no folder {folder}. Choose one that is there.").format(folder=text)
        return
    files = chosen(algorithm, parameters, context).files
    if not files:
        if text:
            yield tr("There are no photos (JPEG or TIFF) in {folder}.").format(folder=text)
        elif not optional:
            yield tr("Choose a folder with photos, or single photos.")
    yield from file_problems(files.values(), PHOTO_SUFFIXES)
    if sending:
        yield from _sending_problems(algorithm, parameters, context, files)


def _sending_problems(
    algorithm: Any, parameters: dict[str, Any], context: QgsProcessingContext, files: dict[str, Path]
) -> Iterator[str]:
    """Too many photos, a subfolder or a name that cannot be."""
    count = len(files)
    if count > MOST_PHOTOS and not algorithm.parameterAsBoolean(parameters, BEYOND_LIMIT, context):
        yield next(count_findings(Count(count, count)))
    folder = storage_folder(algorithm, parameters, context)
    if any(part in ("", ".", "..") for part in folder.split("/")) and folder:
        yield tr("“{folder}” is no subfolder. Give names separated by single slashes.").format(folder=folder)
    longest = max((len(name) + len(folder) for name in files), default=0)
    if longest > LONGEST_NAME:
        yield tr("The path of a photo is too long for the storage. Choose a folder further down.")


def storage_folder(algorithm: Any, parameters: dict[str, Any], context: QgsProcessingContext) -> str:
    """The subfolder in the storage without slashes at its ends."""
    return str(algorithm.text(parameters, STORAGE_FOLDER, context)).replace("\\", "/").strip("/")


def read_photos(files: dict[str, Path], work: Work) -> Iterator[tuple[str, Photo | None]]:
    """What each photo says of itself; None for a file that cannot be read as a photo. Tells how many are read."""
    from ...core.photos.reading import read

    for number, (name, path) in enumerate(files.items()):
        work.check_cancelled()
        if number % 20 == 0:
            work.progress(number / len(files), "reading_photos", done=str(number), total=str(len(files)))
        yield name, read(path)


def tell_counts(files: dict[str, Path], work: Work, feedback: QgsProcessingFeedback) -> None:
    """Say how many photos there are, and what may keep PIX4D from processing them."""
    located = unreadable = 0
    for _, photo in read_photos(files, work):
        unreadable += photo is None
        located += photo is not None and photo.located
    words = tr("{count} photos, {located} of them with a position.")
    feedback.pushInfo(words.format(count=len(files), located=located))
    for words in count_findings(Count(len(files), located)):
        feedback.pushWarning(words)
    if unreadable:
        feedback.pushWarning(tr("{count} files cannot be read as photos here.").format(count=unreadable))
