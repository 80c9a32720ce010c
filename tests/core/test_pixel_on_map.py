"""Which of Pixel's entries come onto the map, and how."""

from __future__ import annotations

from typing import Any

import pytest
from imagery_hub.providers.capabilities import Entry
from imagery_hub.providers.pixel.flows.streaming import parts_of
from imagery_hub.providers.pixel.places import Place as Home
from imagery_hub.providers.search import Query
from imagery_hub.ui.add_to_map import can_add
from imagery_hub.ui.add_to_map.ways import ways_of
from imagery_hub.ui.layer_menu.sends import sends_of
from imagery_hub.ui.nodes.description import Place, kind_of
from imagery_hub.ui.pixel import search
from imagery_hub.ui.search.filters import module_of

PROJECT = Entry("project", "10", "Ring road")


def place(entry: Entry, collection: str = "collection.raster.RGB") -> Place:
    """An entry in a data collection of that kind."""
    above = (PROJECT, Entry(collection, "10/6", "Orthophotos May"), Entry("rasters", "10/6", ""))
    return Place("pixel", "Work", entry, above)


def test_a_raster_is_read_from_where_it_is() -> None:
    raster = place(Entry("raster", "456", "ortho_07"))
    way, = ways_of(raster)
    assert (way.algorithm, way.streams) == ("pixel_addraster", "cog")
    assert way.parameters(raster) == {"CONNECTION": "Work", "COLLECTION": "10/6", "RASTER": "456"}
    assert parts_of(way.target(raster)) == (Home("10", "6"), "456")
    assert way.title(raster) == "ortho_07"
    assert ways_of(Place("pixel", "Work", raster.entry)) == [], "of no known data collection"


@pytest.mark.parametrize(("entry", "algorithm", "title"), [
    (Entry("collection.image", "10/5", "Spring flight"), "pixel_imagestolayer", "Spring flight: Images"),
    (Entry("images", "10/6", ""), "pixel_imagestolayer", "Orthophotos May: Images"),
    (Entry("collection.raster.DTM", "10/7", "Terrain"), "pixel_rasterstolayer", "Terrain: Rasters"),
    (Entry("rasters", "10/6", ""), "pixel_rasterstolayer", "Orthophotos May: Rasters"),
])
def test_collections_become_layers(entry: Entry, algorithm: str, title: str) -> None:
    way, = ways_of(place(entry))
    assert (way.algorithm, way.suffix, way.vector) == (algorithm, ".gpkg", True)
    assert way.parameters(place(entry)) == {"CONNECTION": "Work", "COLLECTION": entry.id}
    assert way.title(place(entry)) == title


@pytest.mark.parametrize("kind", ["project", "attachment", "point_cloud", "collection.point_cloud"])
def test_others_do_not(kind: str) -> None:
    assert not can_add(place(Entry(kind, "1", "x")))


def test_images_have_pictures() -> None:
    described: Any = kind_of("pixel", "image")
    assert described.pictured


def test_what_a_search_found_comes_onto_the_map() -> None:
    raster = Place("pixel", "Work", Entry("found.raster", "10/6/456", "ortho_07"))
    way, = ways_of(raster)
    assert way.parameters(raster) == {"CONNECTION": "Work", "COLLECTION": "10/6", "RASTER": "456"}
    assert parts_of(way.target(raster)) == (Home("10", "6"), "456")
    image = Place("pixel", "Work", Entry("found.image", "10/5/123", "pier"))
    way, = ways_of(image)
    assert way.parameters(image) == {"CONNECTION": "Work", "COLLECTION": "10/5", "IMAGES": "123"}


def test_the_search_dock_opens_the_algorithm_with_what_was_looked_for() -> None:
    query = Query(captured_after="2025-05-01T00:00:00Z", text="pier", tag="crack", further={"on": "images"})
    assert search.listing(query, "POLYGON((1 2))") == {
        "ON": "images", "TEXT": "pier", "TAGS": "crack", "AREA_TEXT": "CRS=EPSG:4326;POLYGON((1 2))",
        "FILTER": '{">=": [{"var": "capture_date"}, "2025-05-01T00:00:00Z"]}'}
    assert search.listing(Query(), "") == {"ON": "rasters"}
    assert module_of("pixel") is search


def test_edited_layers_are_sent_back_from_the_layer_menu() -> None:
    assert [one.algorithm for one in sends_of("pixel")][0] == "pixel_pushmetadata"
