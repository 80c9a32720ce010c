"""Several items in one order (notes, section 12.2; that kinds may be mixed is ASSUMED, P12): an item that was priced is
kept in a file, and a later order takes it along, once. What is in a file is what the platform is sent; no secret is in
it.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
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
from ..parameters.plain import CONFIRM, advanced, given, helped, named_files
from ..platform_algorithm import PlatformAlgorithm

TOGETHER, KEPT = "WITH_ITEMS", "ITEM_FILE"
LARGEST = 64 << 20
ITEMS, ORDERED = "order_items", "order_id"
NEEDED = {"project_id": str, "usecase": str, "geometry": dict}


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
    algorithm: PlatformAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext, own: list[Any]
) -> list[Any]:
    """The items of this run, and those of the files after them. Raises :class:`Problem` for a file that holds none or
    was ordered before, and for an item that would be bought twice, be it under another name."""
    found: list[Any] = []
    sources: list[tuple[str, list[Any]]] = [("", own)]
    sources += [(one.name, read(one)) for one in together(algorithm, parameters, context)]
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


def mark(
    algorithm: PlatformAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext, order_id: str
) -> None:
    """Note in the files of items that were ordered along by which order: no other run buys them again. One that cannot
    be read or written any more is left as it is, as the order stands."""
    for path in together(algorithm, parameters, context):
        with contextlib.suppress(Problem, OSError):
            _write(path, {ITEMS: read(path), ORDERED: order_id})


def _write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False), "utf-8")


def read(path: Path) -> list[dict[str, Any]]:
    """The order items of a file. Raises :class:`Problem`."""
    try:
        if path.stat().st_size > LARGEST:
            raise ValueError
        content = json.loads(path.read_text("utf-8"))
        found, ordered = list(content[ITEMS]), content.get(ORDERED)
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
    if ordered:
        words = tr("The order item of {file} was ordered before, as {order}. Price it anew to order it once more.")
        raise Problem(words.format(file=path.name, order=ordered))
    return found
