"""Several items in one order (notes, section 12.2; that kinds may be mixed is ASSUMED, P12): an item that was priced is
kept in a file, and a later order takes it along, once. What is in a file is what the platform is sent; no secret is in
it. A file is taken by its order before that is placed, so that nothing that happens on the way lets it be bought twice.
"""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterMultipleLayers,
)

from ...core.problems import Problem
from ...core.translation import tr
from ...core.whole_file import write_whole
from ...providers.work import NOT_THERE, Work
from ..parameters.plain import CONFIRM, advanced, given, helped, named_files
from ..platform_algorithm import PlatformAlgorithm

TOGETHER, KEPT = "WITH_ITEMS", "ITEM_FILE"
LARGEST = 64 << 20
ITEMS, TAKEN, ORDERED = "order_items", "taken_by", "order_id"
ORDER = "order"
"""The step that places the order (``flows.orders.place``)."""
NEEDED = {"project_id": str, "usecase": str, "geometry": dict}
_marking = threading.Lock()


def declare(algorithm: PlatformAlgorithm) -> None:
    """Declare the files of items that are ordered along, and the file that keeps this one."""
    files = QgsProcessingParameterMultipleLayers(
        TOGETHER, tr("Order together with"), QgsProcessing.SourceType.TypeFile, optional=True
    )
    words = tr(
        "Files of order items that “Order tasking” and “Order from archive” kept. They become one order with this item,"
        " at one price."
    )
    algorithm.addParameter(advanced(helped(files, words)))
    file = QgsProcessingParameterFileDestination(
        KEPT, tr("File that keeps the order item"), tr("JSON files (*.json)"), None, True, False
    )
    words = tr("For an order of several items: this one is priced and kept, and a later order takes it along.")
    algorithm.addParameter(advanced(helped(file, words)))


def problems(
    algorithm: PlatformAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext
) -> Iterator[str]:
    """What is wrong with the file that keeps the item."""
    if not given(parameters, KEPT):
        return
    if algorithm.parameterAsBoolean(parameters, CONFIRM, context):
        words = tr("An order item is kept for a later order, or ordered now. Leave out the file, or untick “{title}”.")
        yield words.format(title=algorithm.parameterDefinition(CONFIRM).description())
    target = Path(algorithm.parameterAsFileOutput(parameters, KEPT, context))
    if not target.parent.is_dir():
        yield tr("The folder of the file that keeps the order item is not there. Choose another one.")
    if target.resolve() in (one.resolve() for one in together(algorithm, parameters, context)):
        words = tr(
            "{file} holds an order item that is ordered along, and would be lost. Keep this one in another file."
        )
        yield words.format(file=target.name)


def together(
    algorithm: PlatformAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext
) -> list[Path]:
    """The files of items that are ordered along."""
    return [Path(one) for one in named_files(algorithm, parameters, TOGETHER, context)]


def with_others(
    algorithm: PlatformAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext, own: list[Any], work: Work
) -> list[Any]:
    """The items of this run, and those of the files after them. Raises :class:`Problem` for a file that holds none or
    is of another order, and for an item that would be bought twice, be it under another name."""
    found: list[Any] = []
    sources: list[tuple[str, list[Any]]] = [("", own)]
    sources += [(one.name, read(one, _name_of(work))) for one in together(algorithm, parameters, context)]
    for file, items in sources:
        for one in items:
            if _unnamed(one) in map(_unnamed, found):
                raise Problem(_twice(file))
            found.append(one)
    return found


def _unnamed(item: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name != "name"}


def _twice(file: str) -> str:
    if not file:
        return tr("Two features are alike, and would be paid twice. Remove one of them.")
    words = tr("The order item of {file} is there twice, and would be paid twice. Take it once.")
    return words.format(file=file)


def keep(
    algorithm: PlatformAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext, own: list[Any]
) -> dict[str, Any]:
    """Write the items of this run to the file that keeps them, where one is given; the output that names it."""
    if not given(parameters, KEPT):
        return {}
    target = algorithm.parameterAsFileOutput(parameters, KEPT, context)
    _write(Path(target), {ITEMS: own})
    return {KEPT: target}


@contextmanager
def held(
    algorithm: PlatformAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext, work: Work
) -> Iterator[Held]:
    """The files of items that are ordered along, for an order that is placed inside. Where it was surely not placed,
    they are given back at the end; where nobody knows, they stay taken."""
    files = Held(together(algorithm, parameters, context), _name_of(work))
    try:
        yield files
    finally:
        if work.noted(ORDER) is None:
            files.give_back()


class Held:
    """Files that one job takes for its order, and ``name`` of the job, the same in all its runs."""

    def __init__(self, files: list[Path], name: str) -> None:
        self._files = files
        self._name = name

    def take(self) -> None:
        """Note in the files that this job orders their items. Raises :class:`Problem` for a file that another one took,
        or that cannot be written: then nothing may be ordered. Two jobs of this QGIS cannot take the same file."""
        with _marking:
            for path in self._files:
                try:
                    _write(path, {ITEMS: read(path, self._name), TAKEN: self._name})
                except OSError:
                    words = tr(
                        "Nothing was ordered, since {file} cannot be written: it is noted there that its item was"
                        " ordered, so that it is not paid twice. Copy the file to a folder that can be written, and"
                        " choose it there."
                    )
                    raise Problem(words.format(file=path.name)) from None

    def give_back(self) -> None:
        """Let other orders have what this job took."""
        for path, items in self._taken():
            with suppress(OSError):
                _write(path, {ITEMS: items})

    def mark(self, order_id: str) -> None:
        """Note by which order the items came. A file that cannot be written any more stays taken, which is as good."""
        for path, items in self._taken():
            with suppress(OSError):
                _write(path, {ITEMS: items, ORDERED: order_id})

    def _taken(self) -> Iterator[tuple[Path, list[Any]]]:
        """Those that are still this job's: what was priced anew into a file is another item."""
        for path in self._files:
            with suppress(Problem):
                content = _content(path)
                if content.get(TAKEN) == self._name:
                    yield path, content[ITEMS]


def _name_of(work: Work) -> str:
    return str(work.once("name of the order", lambda: uuid.uuid4().hex, lambda: NOT_THERE))


def _write(path: Path, content: dict[str, Any]) -> None:
    write_whole(path, json.dumps(content, indent=2, ensure_ascii=False))


def read(path: Path, name: str) -> list[dict[str, Any]]:
    """The order items of a file that is of no other order than the one of that name. Raises :class:`Problem`."""
    content = _content(path)
    if content.get(ORDERED):
        words = tr("The order item of {file} was ordered before, as {order}. Price it anew to order it once more.")
        raise Problem(words.format(file=path.name, order=content[ORDERED]))
    if content.get(TAKEN) not in (None, name):
        words = tr(
            "The order item of {file} is in an order of which it is not known yet whether it was placed. Look at that"
            " order in the list of jobs and on the platform. Price the item anew to order it once more."
        )
        raise Problem(words.format(file=path.name))
    found: list[dict[str, Any]] = content[ITEMS]
    return found


def _content(path: Path) -> dict[str, Any]:
    """What is in a file of order items. Raises :class:`Problem` where none are."""
    try:
        if path.stat().st_size > LARGEST:
            raise ValueError
        content = json.loads(path.read_text("utf-8"))
        found = content[ITEMS] = list(content[ITEMS])
        if not found or not all(isinstance(one[name], kind) for one in found for name, kind in NEEDED.items()):
            raise ValueError
    except OSError:
        raise Problem(tr("There is no file {file} with an order item that can be read.").format(file=path.name)
                      ) from None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        words = tr(
            "{file} holds no order item. Choose files that “Order tasking” or “Order from archive” wrote under"
            " “{title}”."
        )
        raise Problem(words.format(file=path.name, title=tr("File that keeps the order item"))) from None
    return content
