"""The signed addresses of what a detection found, for programs that fetch it themselves (notes 9.6, 9.8)."""

from __future__ import annotations

from ...errors import Kind, ServerFault
from ...work import Work
from ..client import PicterraClient
from . import results


def class_addresses(api: PicterraClient, operation_id: str, generation: str, work: Work) -> list[tuple[str, str]]:
    """Name and address of every class, in the platform's order; ``generation`` as for ``results.download_results``.

    By vector layers a job is started for each class, whose address holds a FeatureCollection; the older ones hold a
    bare MultiPolygon.
    """
    api = api.during(work)
    classes = results.classes_of(results.finished_results(api, operation_id))
    found: list[tuple[str, str]] = []
    for index, entry in enumerate(classes):
        result = entry.get("result") or {}
        layer_id = result.get("vector_layer_id") or ""
        part = work.part(f"class {index}", (index / len(classes), (index + 1) / len(classes)))
        if result.get("url") and generation != results.NEWEST:
            address = results.address_of(result.get("url"))
        elif layer_id and generation != results.SEED:
            address = results.layer_address(api, layer_id, part)
        else:
            raise ServerFault(Kind.BAD_ANSWER, facts={"reason": "missing_member", "member": "result"})
        found.append(((entry.get("class") or {}).get("name") or "", address))
    return found
