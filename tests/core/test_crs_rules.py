"""What PIX4D takes as a coordinate reference system; pyproj is the witness for what systems are."""

from __future__ import annotations

import pytest
from imagery_hub.core import crs_rules
from imagery_hub.core.problems import Problem
from pyproj import CRS
from qgis.core import QgsCoordinateReferenceSystem

pytestmark = pytest.mark.usefixtures("qgis_app")


def _crs(name: str) -> QgsCoordinateReferenceSystem:
    return QgsCoordinateReferenceSystem(name)


def own_system() -> QgsCoordinateReferenceSystem:
    """One that has no code."""
    made = QgsCoordinateReferenceSystem()
    assert made.createFromProj("+proj=tmerc +lat_0=0 +lon_0=9.3 +k=1 +x_0=0 +y_0=0 +ellps=GRS80 +units=m")
    return made


@pytest.mark.parametrize("definition", [
    "EPSG:32632", "EPSG:21781", "EPSG:2056+5728", "EPSG:2056+EPSG:5728", "EPSG:2263", "EPSG:2263+6360", "EPSG:6677",
    "EPSG:2053", "ARBITRARY_METERS", "ARBITRARY_FEET", "ARBITRARY_US_FEET", 'LOCAL_CS["site",UNIT["metre",1]]',
    CRS("EPSG:2056+5728").to_wkt("WKT2_2019"), CRS("EPSG:25832").to_wkt("WKT1_GDAL"),
    'BOUNDCRS[SOURCECRS[' + CRS("EPSG:31467").to_wkt() + '],TARGETCRS[' + CRS("EPSG:4326").to_wkt() + '],'
    'ABRIDGEDTRANSFORMATION["x",METHOD["Geocentric translations (geog2D domain)",ID["EPSG",9603]],'
    'PARAMETER["X-axis translation",598.1],PARAMETER["Y-axis translation",73.7],'
    'PARAMETER["Z-axis translation",418.2]]]',
], ids=lambda text: text[:24])
def test_what_is_projected_and_isometric_or_arbitrary_is_taken(definition: str) -> None:
    assert crs_rules.refusal(definition) == ""


@pytest.mark.parametrize(("definition", "words"), [
    ("EPSG:4326", "WGS 84) counts in degrees"),
    ("EPSG:4979", "counts in degrees"),
    ("EPSG:4326+5773", "counts in degrees"),
    (CRS("EPSG:4258").to_wkt(), "ETRS89 counts in degrees"),
    ("EPSG:4978", "no plane"),
    ("EPSG:5773", "no plane"),
    ("EPSG:2263+5773", "different units (US survey foot and metre)"),
    (CRS("EPSG:2056+8228").to_wkt(), "different units (metre and foot)"),
    ("EPSG:999999", "cannot be read"),
    ("Mordor", "cannot be read"),
    ("ARBITRARY_YARDS", "cannot be read"),
    ("/etc/passwd", "cannot be read"),
    ("https://127.0.0.1/crs", "cannot be read"),
    ("PROJCS[", "cannot be read"),
    ("", "cannot be read"),
])
def test_what_is_refused_is_explained(definition: str, words: str) -> None:
    assert words in crs_rules.refusal(definition)


@pytest.mark.parametrize(("name", "vertical", "text"), [
    ("EPSG:32632", "", "EPSG:32632"),
    ("EPSG:2056", "5728", "EPSG:2056+5728"),
    ("EPSG:2056", " epsg:5728 ", "EPSG:2056+5728"),
    ("ESRI:102113", "5773", "ESRI:102113+EPSG:5773"),
])
def test_systems_are_told_by_their_codes(name: str, vertical: str, text: str) -> None:
    assert crs_rules.definition_of(_crs(name), vertical) == text


def test_a_system_without_a_code_is_told_as_well_known_text() -> None:
    plain = crs_rules.definition_of(own_system())
    assert CRS(plain).is_projected and plain.startswith("PROJCRS[")
    with_height = CRS(crs_rules.definition_of(own_system(), "5773"))
    assert [part.is_projected for part in with_height.sub_crs_list] == [True, False]
    assert with_height.sub_crs_list[1] == CRS("EPSG:5773")
    assert crs_rules.refusal(with_height.to_wkt()) == ""
    assert crs_rules.definition_of(QgsCoordinateReferenceSystem()) == ""


@pytest.mark.parametrize("vertical", ["2056", "EPSG:4326", "EPSG:2056+5728", "sea level", "999999"])
def test_what_is_no_vertical_system_is_refused(vertical: str) -> None:
    with pytest.raises(Problem, match="not a vertical"):
        crs_rules.definition_of(_crs("EPSG:2056"), vertical)


def test_geoids_need_a_vertical_part_and_only_one_of_them_is_given() -> None:
    assert list(crs_rules.geoid_problems("EPSG:2056+5728", 1.5)) == []
    assert list(crs_rules.geoid_problems("EPSG:2056", None)) == []
    (words,) = crs_rules.geoid_problems("EPSG:2056", 0.0)
    assert "no vertical part" in words
    (words,) = crs_rules.geoid_problems("EPSG:2056+5728", 0.0, "CHGeo2004")
    assert "one of them" in words
    (words,) = crs_rules.geoid_problems("", 1.0)
    assert "without a coordinate reference system" in words


@pytest.mark.parametrize(("given", "words"), [
    ((None, None), None), ((2056, None), None), ((2056, 5728, "CHGeo2004"), None), ((2056, 5728, "", 49.5), None),
    ((None, 5728), "without an output"), ((None, None, "EGM96"), "without an output"),
    ((2056, 5728), "needs a geoid"), ((2056, 5728, "EGM96", 1.0), "one of them"),
    ((2056, None, "", 1.0), "no vertical part"), ((4326, None), "degrees"), ((2263, 5773, "", 1.0), "different units"),
    ((102113, None), "from 1024 to 32767"), ((2056, 12), "from 1024 to 32767"),
])
def test_output_systems_of_the_options(given: tuple, words: str | None) -> None:
    found = list(crs_rules.output_problems(*given))
    assert found == [] if words is None else words in found[0]


def test_projects_are_shown_in_the_horizontal_part_of_their_system() -> None:
    for definition in ("EPSG:2056", "EPSG:2056+5728", "EPSG:2056+EPSG:5728", CRS("EPSG:2056+5728").to_wkt()):
        assert crs_rules.map_crs(definition).authid() == "EPSG:2056"
    assert not crs_rules.map_crs("ARBITRARY_METERS").isValid()
    assert not crs_rules.map_crs("").isValid()
    assert crs_rules.metres_of("EPSG:2263") == pytest.approx(1200 / 3937, rel=1e-12)
    assert crs_rules.metres_of("ARBITRARY_FEET") == 0.3048
    assert crs_rules.metres_of("EPSG:2056+5728") == 1


@pytest.mark.parametrize(("name", "metres"), [("ARBITRARY_METERS", 1.0), ("ARBITRARY_FEET", 0.3048),
                                              ("ARBITRARY_US_FEET", 1200 / 3937)])
def test_a_layer_of_an_arbitrary_system_has_its_unit_and_no_place(name: str, metres: float) -> None:
    crs = crs_rules.layer_crs(name)
    assert crs.isValid() and not crs.isGeographic() and not crs.authid()
    assert CRS(crs.toWkt(QgsCoordinateReferenceSystem.WktVariant.WKT_PREFERRED)).axis_info[
        0].unit_conversion_factor == pytest.approx(metres, rel=1e-12)
    assert crs_rules.layer_crs("EPSG:2263+6360").authid() == "EPSG:2263"
