"""Every documented property of products, bands and images: it has its parameter, is sent, and the catalog has it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from imagery_hub.providers.descarteslabs.properties import AS_ASKED, RULES
from sandbox_descarteslabs import CatalogCalls

CONTRACT = Path(__file__).resolve().parents[2] / "sandbox" / "contract" / "descarteslabs.openapi.yaml"
SCHEMAS = {"product": "ProductCreate", "band": "BandCreate", "image": "ImageCreate"}
ELSEWHERE = {
    "product": {"id"},  # a name, with a parameter of its own
    "band": {"name"},  # the same
    "image": {"id", "storage_state"},  # the same; a state, which stands beside the properties in each form
}
SHAPE = {"type": "Polygon", "coordinates": [[[10, 59], [10.5, 59], [10.5, 59.5], [10, 59]]]}
PRODUCT: dict[str, Any] = {
    "title": "Whole", "description": "All of it", "read": ["org:acme", "group:growers"],
    "writers": ["email:a@b.example"], "owners": ["org:acme"], "start_datetime": "2021-06-01T10:20:30Z",
    "end_datetime": "2021-07-01T00:00:00Z", "resolution": "3 m", "sensor": "RX-4", "revisit": "2 days",
    "swath": "20 km", "orbit": "sun-synchronous", "processing_level": "L2", "notes": "dry", "spectral_bands": 4,
    "native_bands": ["blue", "red"],
}
BAND: dict[str, Any] = {
    "srcband": 2, "dtype": "UInt16", "data_range": [1, 10000], "type": "class", "nodata": 7,
    "default_range": [10, 4000], "physical_range": [0, 1.5], "color": "Palette", "colormap_name": "viridis",
    "colormap": [[0, 0, 0, 255], [255, 0, 10, 128]], "resolution": 0.00008983, "resolution_unit": "degrees",
    "wavelength_center": 660.5, "wavelength_fwhm": 30.25, "wavelength_min": 640, "wavelength_max": 680.75,
    "wavelength_unit": "nm", "description": "reds", "data_description": "reflectance", "data_unit": "%",
    "data_unit_description": "per cent", "name_common": "red", "name_vendor": "B04", "vendor_order": 3,
    "processing_level": "surface", "res_factor": 2.5, "srcfile": 1, "jpx_layer": 4,
}
IMAGE: dict[str, Any] = {
    "acquired": "2021-06-14T10:11:12Z", "sat_id": "RX-5", "cloud_fraction": 0.1, "cloud_fraction_0": 0.2,
    "fill_fraction": 0.9, "geometry": SHAPE, "extra_properties": {"crop": "maize", "height": 1.5},
    "absolute_orbit": 11, "archived": "2021-06-15T00:00:00Z", "area": 12.5, "azimuth_angle": -12.25,
    "bits_per_pixel": [8, 1.5], "bright_fraction": 0.3, "bucket": ["one", "two"], "cirrus_fraction": 0.4,
    "cs_code": "EPSG:32643", "datastrip_id": "strip", "degraded_fraction_0": 0.5, "descartes_version": "v1",
    "directory": ["x", "y"], "duration": 2.5, "earth_sun_distance": 1.01, "files": ["a.tif", "b.tif"],
    "file_md5s": ["0a", "0b"], "file_sizes": [7, 8], "geotrans": [404000, 0.1, 0, 3285000, 0, -0.1],
    "identifier": "an-identifier", "incidence_angle": 4.5, "pass": "ascending", "processed": "2021-06-16T00:00:00Z",
    "proj4": "+proj=utm +zone=43", "projcs": "WGS 84 / UTM zone 43N", "published": "2021-06-17T00:00:00Z",
    "raster_size": [8, 9], "reflectance_scale": [0.5, 0.25], "relative_orbit": 12, "roll_angle": 1.25,
    "safe_id": "a-safe", "scan_gap_interpolation": 1.5,
}
VALUES = {"product": PRODUCT, "band": BAND, "image": IMAGE}


@pytest.mark.parametrize("kind", list(SCHEMAS))
def test_the_properties_are_those_of_the_contract(kind: str) -> None:
    documented = yaml.safe_load(CONTRACT.read_text("utf-8"))["components"]["schemas"][SCHEMAS[kind]]["properties"]
    assert set(RULES[kind]) == set(documented) - ELSEWHERE[kind] and ELSEWHERE[kind] <= set(documented)


@pytest.mark.parametrize("kind", list(SCHEMAS))
def test_every_property_is_sent_and_kept(run_descarteslabs: Any, catalog: CatalogCalls, kind: str) -> None:
    assert set(VALUES[kind]) == set(RULES[kind])
    made = catalog.product("every")
    owner = next(one for one in catalog.catalog(f"products/{made}")["owners"] if one.startswith("user:"))
    values = {**VALUES[kind], **({"owners": [owner, "org:acme"]} if kind == "product" else {})}
    named, path = {
        "product": ({"ID": "whole"}, f"products/{made.split(':')[0]}:whole"),
        "band": ({"PRODUCT": made, "NAME": "red"}, f"products/{made}/bands/red"),
        "image": ({"PRODUCT": made, "ID": "june", "STORAGE_STATE": "available"}, f"products/{made}/images/june"),
    }[kind]
    run_descarteslabs(f"add{kind}", **named, **{name.upper(): _typed(name, value) for name, value in values.items()})
    found = catalog.catalog(path)
    shown = {name: told for told, name in AS_ASKED.items()}
    assert {name: found.get(shown.get(name, name)) for name in values} == values


def _typed(name: str, value: Any) -> Any:
    """As people type it."""
    if name == "colormap":
        return "; ".join(" ".join(map(str, row)) for row in value)
    return ", ".join(map(str, value)) if isinstance(value, list) else value
