"""The tree of the Descartes Labs catalog: what it lists, and that what its menus name is there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from analytic_images import write_image
from imagery_hub.providers.capabilities import Branch, Entry
from imagery_hub.providers.descarteslabs.provider import connect
from imagery_hub.providers.http.network import EnvironmentNetwork
from imagery_hub.providers.work import Work
from imagery_hub.ui.descarteslabs.nodes import CHANGES, KINDS
from imagery_hub.ui.nodes.description import Place
from qgis.core import QgsProcessingProvider
from sandbox_descarteslabs import CatalogCalls


def test_what_menus_name_is_there(imagery_hub: QgsProcessingProvider) -> None:
    there = {one.name() for one in imagery_hub.algorithms()}
    kinds = {one.kind for one in KINDS}
    for one in KINDS:
        named = {*one.offers, *one.first, one.activate, one.edit, one.delete}
        if one.takes is not None:
            named.add(one.takes.algorithm)
        assert named - {""} <= there, one.kind
    for algorithm, below in CHANGES.items():
        assert algorithm in there and set(below) <= kinds, algorithm


def test_everything_is_listed_below_its_product(
    run_descarteslabs: Any, catalog: CatalogCalls, tmp_path: Path
) -> None:
    product = catalog.product("tree")
    catalog.band(product, "red")
    file = write_image(tmp_path / "june.tif", np.ones((9, 9, 1), "uint16"))
    # What the catalog finds out of a file by itself is assumed; what is said of it is told.
    shape = "POLYGON ((10 59, 10.1 59, 10.1 59.1, 10 59))"
    run_descarteslabs("uploadimages", PRODUCT=product, FILES=[str(file)], GEOMETRY=shape)
    ready = catalog.ready
    secrets = {"client_id": ready["client_id"], "refresh_token": ready["refresh_token"]}
    platform = connect(ready["root"].rstrip("/") + "/", secrets, {}, EnvironmentNetwork())
    kinds = {one.kind for one in KINDS}

    def below(entry: Entry, search: str = "") -> list[Entry]:
        found = list(platform.children(Branch(entry, (), search), "", Work()).entries)
        assert {one.kind for one in found} <= kinds
        return found

    try:
        own, every, stored = platform.roots()
        kind = next(one for one in KINDS if one.kind == own.kind)
        told = kind.further(platform, Place("descarteslabs", "", own), Work())
        assert (told["namespace"], told["user_namespace"]) == (ready["namespace"], ready["user"])
        assert set(told) == {one.member for one in kind.facts}
        found = next(one for one in below(own) if one.id == product)
        assert found.name == "Tree" and found.id in {one.id for one in below(every, "Tree")}
        headings = {one.kind: one for one in below(found)}
        assert [one.id for one in below(headings["images"])] == [f"{product}:june"]
        assert below(headings["images"])[0].footprint is not None
        assert f"{product}:red" in {one.id for one in below(headings["bands"])}
        ended, = below(headings["uploads"])
        assert (ended.id, ended.state) == (f"{product}/june.tif", "done")
        products = next(one for one in below(stored) if one.id == "products")
        assert f"products/{product}/june.tif" in {one.id for one in below(products, product)}
    finally:
        platform.close()
