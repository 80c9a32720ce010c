"""Several items in one order (notes, section 12.2; that kinds may be mixed is ASSUMED, P12): an item that was priced is
kept in a file, and a later order takes it along. What is in a file is what the platform is sent; no secret is in it.
"""

from __future__ import annotations

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
from ..parameters.plain import CONFIRM, advanced, given, helped
from ..platform_algorithm import PlatformAlgorithm

TOGETHER, KEPT = "WITH_ITEMS", "ITEM_FILE"
LARGEST = 64 << 20
ITEMS = "order_items"
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
    if not Path(algorithm.parameterAsFileOutput(parameters, KEPT, context)).parent.is_dir():
        yield tr("The folder of the file that keeps the order item is not there. Choose another one.")


def with_others(
    algorithm: PlatformAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext, own: list[Any]
) -> list[Any]:
    """The items of this run, and those of the files after them. Raises :class:`Problem` for a file that holds none, and
    for an item that would be bought twice."""
    found = list(own)
    names = algorithm.parameterAsFileList(parameters, TOGETHER, context) if given(parameters, TOGETHER) else []
    for path in map(Path, names):
        for one in read(path):
            if one in found:
                words = tr("The order item of {file} is there twice, and would be paid twice. Take it once.")
                raise Problem(words.format(file=path.name))
            found.append(one)
    return found


def keep(
    algorithm: PlatformAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext, own: list[Any]
) -> dict[str, Any]:
    """Write the items of this run to the file that keeps them, where one is given; the output that names it."""
    if not given(parameters, KEPT):
        return {}
    target = algorithm.parameterAsFileOutput(parameters, KEPT, context)
    Path(target).write_text(json.dumps({ITEMS: own}, indent=2, ensure_ascii=False), "utf-8")
    return {KEPT: target}


def read(path: Path) -> list[dict[str, Any]]:
    """The order items of a file. Raises :class:`Problem`."""
    try:
        if path.stat().st_size > LARGEST:
            raise ValueError
        found = json.loads(path.read_text("utf-8"))[ITEMS]
        if not found or not all(isinstance(one[name], kind) for one in found for name, kind in NEEDED.items()):
            raise ValueError
    except OSError:
        raise Problem(tr("There is no file {file} with an order item that can be read.").format(file=path.name)
                      ) from None
    except (ValueError, TypeError, KeyError, RecursionError):
        words = tr(
            "{file} holds no order item. Choose files that “Order tasking” or “Order from archive” wrote under"
            " “{title}”."
        )
        raise Problem(words.format(file=path.name, title=tr("File that keeps the order item"))) from None
    return list(found)
