"""The menu of entries of a platform, made from the algorithms' own parameters.

An algorithm is offered for an entry when it has a choice parameter of the entry's kind
(``choice_parameter(kind=...)``). It is opened or run with that parameter, those of the kinds above the entry, and
CONNECTION filled in. What was used most comes first, what destroys last, behind a line.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from qgis.core import (
    QgsProcessingAlgorithm,
    QgsProcessingParameterDefinition,
    QgsSettings,
)
from qgis.PyQt.QtWidgets import QDialog, QMenu
from qgis.utils import iface

from ..core import messages
from ..core.choices import Choice
from ..core.compat import QAction, hide_from_toolbox, is_hidden
from ..core.own_algorithms import own_algorithms
from ..core.problems import Problem
from ..core.translation import tr
from . import entry_windows, filling
from .choices import memory
from .icons import icon
from .nodes.description import Place, is_of
from .operations import algorithm, open_dialog, perform

CONNECTION = "CONNECTION"
USED = "imagery_hub/menus/used"


@dataclass(frozen=True)
class Offer:
    """An algorithm with what is known of its parameters. ``destroys``: it takes something away for good. ``place``:
    where it comes among those used as often."""

    algorithm: QgsProcessingAlgorithm
    parameters: dict[str, Any] = field(compare=False)
    destroys: bool
    place: int


#: The place of what a kind does not name among its first.
LAST = 1000


def offers(places: Sequence[Place]) -> list[Offer]:
    """What can be done with these entries of one connection and kind, in the order of the menu."""
    if not places or len({(one.platform, one.connection, one.entry.kind) for one in places}) != 1:
        return []
    found = [offer for one in _algorithms() for offer in [_offer(one, places)] if offer is not None]
    more = (algorithm(one) for one in places[0].kind.offers)
    found += [Offer(one, _known(one, places), _destroys(one), 0) for one in more]
    uses = {offer.algorithm.id(): _uses(offer.algorithm.id()) for offer in found}
    return sorted(found, key=lambda offer: (offer.destroys, -uses[offer.algorithm.id()], offer.place))


def filled(algorithm_id: str, places: Sequence[Place]) -> dict[str, Any]:
    """The parameters of an algorithm as far as these entries tell them; :class:`Problem` when it is not there."""
    found = _offer(algorithm(algorithm_id), places)
    return {} if found is None else found.parameters


def fill(menu: QMenu, places: Sequence[Place]) -> list[QAction]:
    """Add what can be done with these entries to a menu; what was added."""
    added: list[QAction] = []
    windows = entry_windows.fitting(places)
    for window in windows:
        action = menu.addAction(icon(window.icon), window.title())
        action.setObjectName(window.name)
        action.setToolTip(window.tip())
        action.triggered.connect(lambda _=False, one=window: one.open(places))
        added.append(action)
    run_by_windows = {name for window in windows for name in window.instead_of}
    found = [one for one in offers(places) if one.algorithm.name() not in run_by_windows]
    seldom = [one for one in found if one.place == LAST and not _uses(one.algorithm.id())] if _has_first(places) else []
    often = [one for one in found if one not in seldom]
    added += [_add(menu, one, places) for one in often if not one.destroys]
    if seldom:
        more = menu.addMenu(tr("More"))
        more.setToolTipsVisible(True)
        added += [_add(more, one, places) for one in seldom]
    destroying = [one for one in often if one.destroys]
    if destroying and added:
        menu.addSeparator()
    return added + [_add(menu, one, places) for one in destroying]


def _has_first(places: Sequence[Place]) -> bool:
    return bool(places) and bool(places[0].kind.first)


def _add(menu: QMenu, offer: Offer, places: Sequence[Place]) -> QAction:
    title = offer.algorithm.displayName()
    asks = leaves_to_ask(offer.algorithm, offer.parameters)
    action: QAction = menu.addAction(offer.algorithm.icon(), title + "…" if asks else title)
    action.setToolTip(offer.algorithm.shortDescription() or title)
    action.triggered.connect(lambda: carry_out(offer.algorithm.id(), offer.parameters, places))
    return action


def leaves_to_ask(found: QgsProcessingAlgorithm, parameters: Mapping[str, Any]) -> bool:
    """Whether the user could say more than these parameters do, or has to agree."""
    return any(one.name() not in parameters and not is_hidden(one) for one in found.parameterDefinitions())


def carry_out(algorithm_id: str, parameters: Mapping[str, Any], places: Sequence[Place] = ()) -> str:
    """Open it, or run it where there is nothing more to say, and count it as used; the job's id, empty when it was
    opened or could not be started. ``places`` tell the names of the ids in the parameters, which the dialog shows."""
    found = algorithm(algorithm_id)
    _note_use(found, parameters, places)
    if leaves_to_ask(found, parameters):
        filling.open_as_it_is(found, dict(parameters), places, lambda values: open_dialog(algorithm_id, values))
        return ""
    try:
        return perform(algorithm_id, dict(parameters))
    except Problem as error:
        iface.messageBar().pushWarning(tr("Imagery Hub"), html.escape(messages.sentence(error)))
        return ""


def open_filled(algorithm_id: str, parameters: Mapping[str, Any], places: Sequence[Place] = ()) -> QDialog:
    """Open it with these parameters, and count it as used; the rest as for :func:`carry_out`."""
    _note_use(algorithm(algorithm_id), parameters, places)
    return open_dialog(algorithm_id, dict(parameters))


def _note_use(found: QgsProcessingAlgorithm, parameters: Mapping[str, Any], places: Sequence[Place]) -> None:
    key = found.id()
    _remember_names(found, parameters, places)
    QgsSettings().setValue(f"{USED}/{key.replace(':', '_')}", _uses(key) + 1)


def _remember_names(
    found: QgsProcessingAlgorithm, parameters: Mapping[str, Any], places: Sequence[Place]
) -> None:
    known = {(one.kind.partition(".")[0], one.id): one.name for place in places for one in place.way}
    for parameter in found.parameterDefinitions():
        entry, value = _entry_of(parameter), str(parameters.get(parameter.name()) or "")
        taken = [str(one).partition(".")[0] for one in (entry.get("kind"), *entry.get("also", ()))]
        name = next((known[one, value] for one in taken if (one, value) in known), "")
        if name:
            lister = parameter.metadata()["widget_wrapper"]["lister"]
            memory.remember(memory.key(places[0].platform, places[0].connection, lister), Choice(value, name))


def _uses(algorithm_id: str) -> int:
    return int(QgsSettings().value(f"{USED}/{algorithm_id.replace(':', '_')}", 0, type=int))


def _algorithms() -> Iterator[QgsProcessingAlgorithm]:
    # those that are hidden from the toolbox are for models and scripts
    yield from (one for one in own_algorithms() if hide_from_toolbox(one.flags()) != one.flags())


def _offer(found: QgsProcessingAlgorithm, places: Sequence[Place]) -> Offer | None:
    first = places[0]
    choices = _choices(found, first)
    wanted = [one for one, entry in choices if _takes(entry, first) and _fits(entry, places)]
    if not wanted:
        return None
    parameters = {wanted[0].name(): ",".join(place.entry.id for place in places), **_known(found, places)}
    first_ones = first.kind.first
    return Offer(
        found, parameters, _destroys(found), first_ones.index(found.name()) if found.name() in first_ones else LAST
    )


def _known(found: QgsProcessingAlgorithm, places: Sequence[Place]) -> dict[str, Any]:
    """The connection, and what is above all of the entries."""
    first = places[0]
    parameters: dict[str, Any] = {}
    for one, entry in _choices(found, first):
        above = None if _takes(entry, first) else first.nearest(entry["kind"])
        fits = above is not None and (not entry["states"] or above.state in ("", *entry["states"]))
        if fits and all(place.nearest(entry["kind"]) == above for place in places):
            parameters[one.name()] = above.id
    if found.parameterDefinition(CONNECTION) is not None:
        parameters[CONNECTION] = first.connection
    return parameters


def _choices(
    found: QgsProcessingAlgorithm, place: Place
) -> list[tuple[QgsProcessingParameterDefinition, Mapping[str, Any]]]:
    """Its parameters that choose something of this platform."""
    takes = [(one, _entry_of(one)) for one in found.parameterDefinitions()]
    return [(one, entry) for one, entry in takes if entry and entry["platform"] == place.platform]


def _entry_of(parameter: QgsProcessingParameterDefinition) -> Mapping[str, Any]:
    return dict(parameter.metadata().get("entry") or {})


def _takes(entry: Mapping[str, Any], place: Place) -> bool:
    """Whether the choice is one of such entries."""
    return any(is_of(place.entry, kind) for kind in (entry["kind"], *entry["also"]))


def _fits(entry: Mapping[str, Any], places: Sequence[Place]) -> bool:
    states = entry["states"]
    fine = all(not states or not place.entry.state or place.entry.state in states for place in places)
    return fine and (len(places) == 1 or bool(entry["several"]))


def _destroys(found: QgsProcessingAlgorithm) -> bool:
    confirm = found.parameterDefinition("CONFIRM")
    return confirm is not None and bool(confirm.metadata().get("destroys"))
