"""Changes and replacements in the Descartes Labs catalog that begin with what is there: filled forms, and properties
that are emptied. Read back by plain HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from qgis.core import QgsApplication, QgsProcessingContext
from qgis.gui import QgsGui, QgsProcessingGui
from sandbox_descarteslabs import CatalogCalls

PRODUCT = {"sensor": "RX-4", "notes": "dry", "read": ["org:acme"], "start_datetime": "2021-06-01T10:20:30.518Z",
           "native_bands": ["blue", "red"], "spectral_bands": 2}
BAND = {"nodata": 0, "default_range": [10, 4000], "color": "Palette", "colormap": [[0, 0, 0, 255], [255, 0, 10, 128]],
        "resolution": 8.983152841195215e-05, "resolution_unit": "degrees", "wavelength_center": 660.5,
        "wavelength_unit": "nm", "description": "a band, of reds", "name_common": "red"}
IMAGE = {"storage_state": "available", "files": ["a.tif", "b.tif"], "bucket": "x",
         "acquired": "2021-06-14T10:11:12.345Z", "cloud_fraction": 0.12345678901234567, "sat_id": "RX-4",
         "extra_properties": {"crop": "maize", "height": 1.5},
         "geometry": {"type": "Polygon", "coordinates": [[[10, 59], [10.5, 59], [10.5, 59.5], [10, 59]]]},
         "geotrans": [404000.0, 0.1, 0, 3285000.0, 0, -0.1], "raster_size": [8, 9], "pass": "ascending"}


class Entries:
    """One of each kind: its whole id, where it is read, and how its algorithms are called."""

    def __init__(self, catalog: CatalogCalls) -> None:
        self.catalog = catalog
        product = catalog.product("changes", **PRODUCT)
        catalog.band(product, "red", **BAND)
        catalog.sent("POST", f"metadata/v1/catalog/products/{product}/images", json={"id": "june", **IMAGE})
        self.ids = {"product": product, "band": f"{product}:red", "image": f"{product}:june"}
        self.paths = {"product": f"products/{product}", "band": f"products/{product}/bands/red",
                      "image": f"products/{product}/images/june"}

    def found(self, kind: str) -> dict[str, Any]:
        return self.catalog.catalog(self.paths[kind])

    def form(self, called: str, kind: str) -> dict[str, Any]:
        """What the form of an algorithm is filled with."""
        from imagery_hub.core import connections
        from imagery_hub.providers.work import Work

        algorithm = QgsApplication.processingRegistry().createAlgorithmById(f"imageryhub:descarteslabs_{called}{kind}")
        platform = connections.credentials("descarteslabs", "").connect()
        try:
            filled = algorithm.as_it_is(platform, self.ids[kind], Work())
        finally:
            platform.close()
        assert set(filled) <= {one.name() for one in algorithm.parameterDefinitions()}
        return {**filled, algorithm.changes: self.ids[kind]}


@pytest.fixture
def entries(run_descarteslabs: Any, catalog: CatalogCalls) -> Entries:
    return Entries(catalog)


def through_fields(called: str, form: dict[str, Any]) -> dict[str, Any]:
    """As QGIS's own fields for numbers give them back."""
    algorithm = QgsApplication.processingRegistry().createAlgorithmById(f"imageryhub:descarteslabs_{called}")
    given, context = dict(form), QgsProcessingContext()
    for name in form:
        if algorithm.parameterDefinition(name).type() == "number":
            wrapper = QgsGui.processingGuiRegistry().createParameterWidgetWrapper(
                algorithm.parameterDefinition(name), QgsProcessingGui.WidgetType.Standard)
            widget = wrapper.createWrappedWidget(context)
            wrapper.setParameterValue(form[name], context)
            given[name] = wrapper.parameterValue()
            widget.deleteLater()
    return given


@pytest.mark.parametrize("kind", ["product", "band", "image"])
def test_a_filled_form_that_nobody_touched_changes_nothing(
    run_descarteslabs: Any, entries: Entries, kind: str
) -> None:
    before, entry = entries.found(kind), run_descarteslabs.sandbox.last_entry()
    whole = entries.form("change", kind)
    form = through_fields(f"change{kind}", whole)
    assert (form != whole) == (kind != "product"), "a field shows less than the catalog has"
    assert len(form) >= 7
    run_descarteslabs(f"change{kind}", **form)
    assert any("Nothing was sent" in one for one in run_descarteslabs.messages)
    assert not run_descarteslabs.sandbox.log(operation=f"change{kind.title()}", after=entry)
    run_descarteslabs(f"replace{kind}", **through_fields(f"replace{kind}", entries.form("replace", kind)))
    assert run_descarteslabs.sandbox.log(operation=f"replace{kind.title()}", after=entry)
    assert entries.found(kind) == before


@pytest.mark.parametrize(("kind", "given", "member", "value"), [
    ("product", {"NOTES": "wet"}, "notes", "wet"),
    ("band", {"DESCRIPTION": "other"}, "description", "other"),
    ("image", {"SAT_ID": "RX-5"}, "sat_id", "RX-5"),
])
def test_of_a_filled_form_only_what_is_new_is_sent(
    run_descarteslabs: Any, entries: Entries, kind: str, given: dict[str, Any], member: str, value: str
) -> None:
    before = entries.found(kind)
    form = entries.form("change", kind)
    other = {"product": {"sensor": "RX-9"}, "band": {"name_common": "rosso"}, "image": {"pass": "descending"}}[kind]
    entries.catalog.sent("PATCH", f"metadata/v1/catalog/{entries.paths[kind]}", json=other)
    run_descarteslabs(f"change{kind}", **{**form, **given})
    sent = entries.found(kind)
    assert sent[member] == value
    assert {name: one for name, one in sent.items() if name not in (member, *other)} == {
        name: one for name, one in before.items() if name not in (member, *other)}


@pytest.mark.parametrize(("kind", "empty", "left"), [
    ("product", ["read", "notes", "native_bands"], {"read": [], "notes": "", "native_bands": []}),
    ("band", "nodata,description", {"nodata": None, "description": ""}),
    ("image", ["extra_properties", "sat_id"], {"extra_properties": {}, "sat_id": ""}),
])
def test_properties_are_emptied_whatever_the_form_says(
    run_descarteslabs: Any, entries: Entries, kind: str, empty: Any, left: dict[str, Any]
) -> None:
    before = entries.found(kind)
    run_descarteslabs(f"change{kind}", **{**entries.form("change", kind), "EMPTY": empty})
    found = entries.found(kind)
    assert {name: found.get(name) for name in left} == left
    assert {**found, **left} == {**before, **left}
    alone = {"product": "PRODUCT", "band": "BAND", "image": "IMAGE"}[kind]
    assert "Nothing is to be changed" in run_descarteslabs.refused(f"change{kind}", **{alone: entries.ids[kind]})
    from imagery_hub.algorithms.parameters import lister_of

    algorithm = QgsApplication.processingRegistry().createAlgorithmById(f"imageryhub:descarteslabs_change{kind}")
    offered = lister_of(algorithm.parameterDefinition("EMPTY"))
    assert set(left) <= {one.id for one in offered(None, "", {})}
    assert [one.id for one in offered(None, next(iter(left)), {})][0] == next(iter(left))
    wrong = {alone: entries.ids[kind], "EMPTY": ["title"]}
    assert "“title” does not fit" in run_descarteslabs.refused(f"change{kind}", **wrong)
