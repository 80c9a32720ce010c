"""What Pixel's forms look up, in the background: the fields of a search, those of a harvest service's source, and the
mapping that a service has. Listers as those of choice parameters."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ...core.choices import Choice


def searchable(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """What ``values["ON"]`` can be filtered by; the second line is the type where the platform tells it."""
    info = platform.api.search.info(values["ON"] or "images")
    types = {one.get("name"): str(one.get("type") or "") for one in info.get("out_fields") or ()}
    for name in info.get("filterable") or ():
        yield Choice(str(name), str(name), types.get(name, ""))


def of_source(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """The fields of the layer at ``SOURCE``, else of that which the service ``SERVICE`` reads; its geometry first."""
    from ...core import foreign_logins, main_thread
    from ...providers.pixel.field_mapping import GEOMETRY
    from ...providers.pixel.flows import harvest_source
    from ...providers.work import Work

    login = main_thread.call(lambda: foreign_logins.load(values["AUTH"])) if values["AUTH"] else None
    address = values["SOURCE"].strip() or _service(platform, values).get("url") or ""
    network = platform.api.http.network
    work = Work(cancelled=getattr(network, "cancelled", None))
    layer = harvest_source.Source(network, address, login, values["TOKENS"].strip(), work).layer()
    if layer.has_geometry:
        yield Choice(GEOMETRY, GEOMETRY, layer.geometry)
    for one in layer.fields:
        yield Choice(one.name, one.name, one.type)


def present_mapping(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """One choice, whose id is the mapping as JSON; none where the platform does not tell it (ASSUMED A24)."""
    mapping = _service(platform, values).get("field_mappings")
    if isinstance(mapping, dict):
        yield Choice(json.dumps(mapping), "")


def _service(platform: Any, values: Mapping[str, str]) -> Mapping[str, Any]:
    from ...providers.errors import InputProblem
    from ...providers.pixel.places import place_of

    if not values["SERVICE"].strip():
        raise InputProblem("pixel_no_source")
    found: Mapping[str, Any] = platform.api.harvest.get(place_of(values["COLLECTION"]), values["SERVICE"].strip())
    return found
