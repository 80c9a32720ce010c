"""How Picterra's entries come onto the map."""

from __future__ import annotations

from ..add_to_map.ways import Way

WAYS = (
    Way("raster", "picterra_streamraster", "RASTER", "raster", "raster", "raster", streams="tiles"),
    Way("raster", "picterra_downloadraster", "RASTER", "raster", "raster", "raster", suffix=".tif"),
    Way("vector_layer", "picterra_downloadvectorlayer", "VECTOR_LAYER", "vector_layer", "vector_layer", "layer",
        suffix=".gpkg", vector=True),
    # One marker alone makes no layer: all of its raster come.
    Way("marker", "picterra_listmarkers", "RASTER", "raster", "markers", "raster", suffix=".gpkg", vector=True,
        label="text"),
)
