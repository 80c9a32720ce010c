"""The entries of “Send to” for one layer."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from typing import Any

from qgis.core import QgsMapLayer, QgsRasterLayer, QgsVectorLayer, QgsWkbTypes
from qgis.PyQt.QtWidgets import QMenu

from ...core import live_sources, messages
from ...core.layers import provenance
from ...core.layers.provenance import Provenance
from ...core.platforms import PLATFORMS
from ...core.problems import Problem
from ...core.translation import tr
from ...providers.capabilities import Entry
from .. import menus, operations
from ..icons import icon
from ..nodes.description import Place
from ..push import pushed, sources
from ..push.drops import show_sources
from ..push.plan import plan_of
from .sends import CONNECTION, Account, Send, accounts, for_entry, for_layer, for_raster, parameters

RASTER = "raster"


def fill(menu: QMenu, layer: QgsMapLayer | None, selected: Sequence[QgsMapLayer], desk: Any) -> None:
    """Add what can be done with a layer; a disabled entry says why where there is nothing."""
    known = accounts()
    if layer is None:
        return
    if not known:
        _refuse(menu, tr("Make a connection under Settings > Options > Imagery Hub first"))
    elif isinstance(layer, QgsRasterLayer):
        _fill_raster(menu, layer, [one for one in selected if isinstance(one, QgsRasterLayer)] or [layer], known, desk)
    elif isinstance(layer, QgsVectorLayer):
        _fill_vector(menu, layer, known, desk)


# ---------------------------------------------------------------------- rasters
def _fill_raster(
    menu: QMenu, layer: QgsRasterLayer, selected: Sequence[QgsRasterLayer], known: list[Account], desk: Any
) -> None:
    origin = origin_of(layer)
    here = pushed.origin_of(layer)
    found = [sources.of_layer(one) for one in selected]
    refused = found[0].problem if len(found) == 1 and found[0].problem and not found[0].writable else ""
    if refused and origin is None:
        _refuse(menu, refused)
        return
    for account, part in _parts(menu, known, origin or here):
        plan = plan_of(account.platform)
        becomes = for_raster(account.platform)
        if plan is None and not becomes:
            _refuse(part, _takes_no(account, tr("rasters")))
            continue
        if refused:
            _refuse(part, refused)
            becomes = []
        elif plan is not None:
            title = tr("Push {count} Rasters…").format(count=len(found)) if len(found) > 1 else tr("Push Raster…")
            _add(part, icon("push"), title, lambda one=account: show_sources(desk, one.platform, one.connection, found))
        for send in becomes:
            if len(selected) > 1:
                _refuse(part, tr("{what}: select one layer only").format(what=send.title().rstrip("…")))
            else:
                _add_algorithm(part, send, lambda one=send, there=account: _become(one, there, layer))
        places = [place for one in selected for place in [_place_of(one, account)] if place is not None]
        for send in for_entry(account.platform, RASTER):
            if len(places) == len(selected):
                _add_algorithm(part, send, lambda one=send, there=places: _send_on(one, there, desk))
            else:
                _refuse(part, tr("{what}: push it first").format(what=send.title().rstrip("…")))


def _place_of(layer: QgsRasterLayer, account: Account) -> Place | None:
    """What a layer is on the platform: where it came from, or what it became when it was pushed."""
    for origin in (origin_of(layer), pushed.origin_of(layer)):
        if origin is not None and _same(origin, account):
            return Place(origin.platform, origin.connection, Entry(RASTER, origin.ids[RASTER], layer.name()))
    return None


def _become(send: Send, account: Account, layer: QgsRasterLayer) -> None:
    told = {} if send.raster is None else send.raster(layer)
    operations.open_dialog(send.algorithm, {CONNECTION: account.connection, **told})


def _send_on(send: Send, places: list[Place], desk: Any) -> None:
    opener = send.found_opener()
    if opener is not None:
        opener(places, desk)
    else:
        operations.open_dialog(send.algorithm, menus.filled(send.algorithm, places))


def origin_of(layer: QgsMapLayer) -> Provenance | None:
    """Where a layer came from, by its provenance or, for a streamed one, by its reference."""
    found = provenance.read(layer)
    if found is None and isinstance(layer, QgsRasterLayer):
        reference = live_sources.registry().reference(layer.source())
        if reference is not None:
            found = provenance.made(
                reference.platform, reference.connection, reference.what, {reference.what: reference.id}
            )
    if isinstance(layer, QgsRasterLayer) and found is not None and not found.ids.get(RASTER):
        return None
    return found


# ---------------------------------------------------------------------- vector layers
def _fill_vector(menu: QMenu, layer: QgsVectorLayer, known: list[Account], desk: Any) -> None:
    if not layer.isValid():
        _refuse(menu, tr("QGIS cannot read the layer"))
        return
    if not layer.isSpatial():
        _refuse(menu, tr("The layer has no geometry"))
        return
    if layer.featureCount() == 0:
        _refuse(menu, tr("The layer is empty"))
        return
    origin = origin_of(layer)
    kind = QgsWkbTypes.geometryDisplayString(layer.geometryType())
    for account, part in _parts(menu, known, origin):
        found = for_layer(account.platform, layer)
        for send in found:
            _add_algorithm(part, send, lambda one=send, there=account: _send(one, there, layer, origin, desk))
        if not found:
            _refuse(part, _takes_no(account, tr("layers of the type {kind}").format(kind=kind)))


def _send(send: Send, account: Account, layer: QgsVectorLayer, origin: Provenance | None, desk: Any) -> None:
    opener = send.found_opener()
    if opener is not None:
        opener(layer, desk)
    else:
        operations.open_dialog(send.algorithm, parameters(send, account, layer, origin))


# ---------------------------------------------------------------------- the menu
def _parts(menu: QMenu, known: list[Account], origin: Provenance | None) -> list[tuple[Account, QMenu]]:
    """One submenu for each account, the one that the layer came from first; the menu itself where there is one only."""
    if len(known) == 1:
        return [(known[0], menu)]
    ordered = sorted(known, key=lambda one: origin is None or not _same(origin, one))
    titles = [one.title for one in ordered]
    parts = []
    for one in ordered:
        title = one.title
        if not one.connection and titles.count(title) > 1:
            title = tr("{platform} (environment)").format(platform=title)
        parts.append((one, menu.addMenu(icon("connection"), _plain(title))))
    return parts


def _same(origin: Provenance, account: Account) -> bool:
    return (origin.platform, origin.connection) == (account.platform, account.connection)


def _add_algorithm(menu: QMenu, send: Send, act: Callable[[], object]) -> None:
    algorithm = operations.algorithm(send.algorithm)
    _add(menu, algorithm.icon(), send.title(), act, algorithm.shortDescription() or algorithm.displayName())


def _add(menu: QMenu, picture: Any, title: str, act: Callable[[], object], tip: str = "") -> None:
    action = menu.addAction(picture, _plain(title))
    action.setToolTip(tip)
    action.triggered.connect(lambda: _guarded(act))


def _guarded(act: Callable[[], object]) -> None:
    from qgis.utils import iface

    try:
        act()
    except Problem as error:
        iface.messageBar().pushWarning(tr("Imagery Hub"), html.escape(messages.sentence(error)))


def _refuse(menu: QMenu, reason: str) -> None:
    menu.addAction(_plain(reason)).setEnabled(False)


def _takes_no(account: Account, what: str) -> str:
    return tr("{platform} takes no {what}").format(platform=PLATFORMS[account.platform].title, what=what)


def _plain(text: str) -> str:
    """Names made elsewhere have no shortcuts."""
    return text.replace("&", "&&")
