"""Below which kinds of entries an algorithm of Pixxel changes something: the tree is read anew there."""

from __future__ import annotations

_ORDERED = ("orders", "order_items", "catalogs")

CHANGES: dict[str, tuple[str, ...]] = {
    "pixxel_ordertasking": _ORDERED,
    "pixxel_orderarchive": _ORDERED,
    "pixxel_deliver": ("deliveries",),
    "pixxel_createstore": ("stores",),
    "pixxel_deletestore": ("stores",),
    "pixxel_createaoi": ("aois",),
    "pixxel_createaois": ("aois",),
    "pixxel_createindex": ("indices",),
    "pixxel_createvisualization": ("visualizations", "assets"),
    "pixxel_editlegend": ("visualizations",),
    "pixxel_resetlegend": ("visualizations",),
    "pixxel_createinsight": ("insights",),
    "pixxel_deleteinsight": ("insights",),
    "pixxel_runworkflow": ("workflow",),
}
