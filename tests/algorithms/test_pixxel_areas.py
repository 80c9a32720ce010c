"""Areas of interest of Pixxel and what is computed there: indices, visualizations, insights; and workflows, stores."""

from __future__ import annotations

import itertools
import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from imagery_hub.core.jobs import State, job_store
from osgeo import gdal
from pixel_logins import logins
from pixxel_found import rounded_up
from qgis.core import QgsFeature, QgsGeometry, QgsRasterLayer, QgsVectorLayer
from sandbox_pixxel import PixxelCalls
from shapely import wkt
from shapely.geometry import mapping

TD2 = "0005c5bb-0bd2-4c80-9393-4a808341c54c"
WKT = "POLYGON((75.62 14.43, 75.64 14.43, 75.64 14.45, 75.62 14.45, 75.62 14.43))"
LARGE = "CRS=EPSG:4326;POLYGON((75.61 14.42, 75.74 14.42, 75.74 14.53, 75.61 14.53, 75.61 14.42))"
HERE = f"CRS=EPSG:4326;{WKT}"
TIME = {"START": "2024-01-01T00:00:00Z", "END": "2024-03-01T00:00:00Z"}
_number = itertools.count(1)


@pytest.fixture
def project(pixxel: PixxelCalls) -> str:
    return str(pixxel.get("v0/projects")["projects"][0]["id"])


def name(what: str) -> str:
    return f"{what} {next(_number)}"


@pytest.fixture
def aoi(run_pixxel: Any, project: str) -> str:
    made = run_pixxel("createaoi", PROJECT=project, NAME=name("Plots"), AREA_TEXT=HERE, SATELLITE=TD2, MOST_SCENES=1,
                      **TIME)
    assert made["STATUS"] == "success"
    return str(made["AOI_ID"])


def test_an_area_is_drawn_filled_with_scenes_and_listed(
    run_pixxel: Any, pixxel: PixxelCalls, project: str, aoi: str, tmp_path: Path
) -> None:
    told = pixxel.get(f"v0/aoi/{aoi}")
    assert told["geometry"]["type"] == "Polygon" and told["project_id"] == project
    listed = run_pixxel("listaois", PROJECTS=project, NAME=told["name"], OUTPUT="memory:")
    assert listed["AOI_IDS"] == aoi
    (shape,) = [one.geometry() for one in listed["OUTPUT"].getFeatures()]
    assert shape.symDifference(QgsGeometry.fromWkt(WKT)).area() < 1e-9
    kept = run_pixxel("listaois", PROJECTS=project, OUTPUT=str(tmp_path / "areas.gpkg"))
    styled = QgsVectorLayer(kept["OUTPUT"].partition("|")[0], "areas", "ogr")
    assert styled.renderer().symbol().symbolLayer(0).fillColor().alphaF() < 0.5, "outlines, which hide no imagery"
    assert "name" in styled.mapTipTemplate()
    got = run_pixxel("getaoi", AOI=aoi)
    assert (got["STATUS"], got["SATELLITE_ID"], got["PROGRESS"]) == ("success", TD2, 100)
    words = run_pixxel.fails("createaoi", PROJECT=project, NAME=told["name"], AREA_TEXT=HERE, SATELLITE=TD2, **TIME)
    assert f"aoi with the name {told['name']} exists already" in words


def test_scenes_are_brought_in_as_a_search_names_them(run_pixxel: Any, pixxel: PixxelCalls, project: str) -> None:
    """With their collection before them, as the menu of a hit gives them."""
    body = {"start_date": TIME["START"], "end_date": TIME["END"], "geometry": mapping(wkt.loads(WKT)), "limit": 2,
            "satellites": [{"collection_id": "pixxel-td-l2a", "satellite_id": TD2}]}
    items = pixxel.post("v0/search", body)["items"].values()
    assert len(items) == 2
    made = run_pixxel("createaoi", PROJECT=project, NAME=name("Plots"), AREA_TEXT=HERE, SATELLITE=TD2,
                      ITEMS=",".join(f"{one['collection']}/{one['id']}" for one in items))
    images = pixxel.get(f"v0/aoi/{made['AOI_ID']}")["images"]
    assert set(images) == {one["id"] for one in items}


def test_no_scene_cloudier_than_asked_for_is_brought_in(
    run_pixxel: Any, pixxel: PixxelCalls, project: str
) -> None:
    satellite = next(one for one in pixxel.get("v0/satellites")["satellites"] if one["id"] == TD2)
    body = {"start_date": TIME["START"], "end_date": TIME["END"], "geometry": mapping(wkt.loads(WKT)), "limit": 10000,
            "satellites": [{"collection_id": one["id"], "satellite_id": TD2} for one in satellite["collections"]]}
    clouds = {key: one["properties"]["eo:cloud_cover"]
              for key, one in pixxel.post("v0/search", body)["items"].items()}
    just_above, most = rounded_up(clouds.values())
    made = run_pixxel("createaoi", PROJECT=project, NAME=name("Plots"), AREA_TEXT=HERE, SATELLITE=TD2, CLOUD=most,
                      MOST_SCENES=100, **TIME)
    brought = [clouds[one] for one in pixxel.get(f"v0/aoi/{made['AOI_ID']}")["images"]]
    assert brought and max(brought) <= most < just_above


def test_each_feature_becomes_an_area(run_pixxel: Any, pixxel: PixxelCalls, project: str) -> None:
    layer = QgsVectorLayer("Polygon?crs=EPSG:4326&field=plot:string", "plots", "memory")
    names = [name("Field"), name("Field")]
    for place, one in enumerate(names):
        feature = QgsFeature(layer.fields())
        feature.setAttributes([one])
        west = 75.62 + place * 0.02
        feature.setGeometry(QgsGeometry.fromWkt(
            f"POLYGON(({west} 14.43, {west + 0.01} 14.43, {west + 0.01} 14.44, {west} 14.44, {west} 14.43))"))
        layer.dataProvider().addFeature(feature)
    made = run_pixxel("createaois", PROJECT=project, INPUT=layer, NAME_FIELD="plot", SATELLITE=TD2, MOST_SCENES=1,
                      **TIME)
    assert made["COUNT"] == 2
    assert [pixxel.get(f"v0/aoi/{one}")["name"] for one in made["AOI_IDS"].split(",")] == names


def test_assets_are_listed_and_brought_as_a_layer(
    run_pixxel: Any, pixxel: PixxelCalls, aoi: str, tmp_path: Path
) -> None:
    told = pixxel.get(f"v0/aois/{aoi}/assets", limit=100)["assets"]
    listed = run_pixxel("listassets", AOI=aoi)
    assert set(listed["ASSET_IDS"].split(",")) == {one["id"] for one in told}
    only = run_pixxel("listassets", AOI=aoi, TYPE="mosaic")
    assert set(only["ASSET_IDS"].split(",")) == {one["id"] for one in told if one["asset_type"] == "mosaic"}
    got = run_pixxel("downloadassets", AOI=aoi, ASSETS=only["ASSET_IDS"], OUTPUT=str(tmp_path / "assets.zip"))
    assert zipfile.is_zipfile(got["OUTPUT"])
    for one in got["FILES"].split("\n"):
        assert gdal.Open(one).RasterCount > 3


def test_an_index_is_made_and_checked_before(run_pixxel: Any, pixxel: PixxelCalls) -> None:
    common = {"DESCRIPTION": "Greenness", "SATELLITE": TD2}
    made = run_pixxel("createindex", NAME=name("Green"), EXPRESSION="(B027-B015)/(B027+B015)", **common)
    assert made["INDEX_ID"] in run_pixxel("listindices", TYPE="custom")["INDEX_IDS"].split(",")
    (told,) = pixxel.get("v0/indices", index_id=made["INDEX_ID"])["indices"]
    assert (told["expression"], told["rescale"]) == ("(B027-B015)/(B027+B015)", [-1, 1])
    assert "no band B999" in run_pixxel.fails("createindex", NAME=name("Odd"), EXPRESSION="B999-B015", **common)
    assert "names no band" in run_pixxel.refused("createindex", NAME="Odd", EXPRESSION="1+1", **common)
    for wrong in ("(B001-B002", ")B001-B002("):
        assert "brackets" in run_pixxel.refused("createindex", NAME="Odd", EXPRESSION=wrong, **common)


@pytest.mark.parametrize(("kind", "expression", "words"), [
    ("composite", "B015,B008", "three parts"), ("composite", "(B015+B008)/B003", "three parts"),
    ("index", "B015,B008", "2 parts"), ("grayscale", "B015,B008,B003", "3 parts"),
    ("index", "B015-", "“B015-” is no formula"), ("composite", "B015,,B003", "“” is no formula"),
    ("index", "B015 B008", "is no formula"),
])
def test_the_parts_of_an_expression_are_checked_before(
    run_pixxel: Any, pixxel: PixxelCalls, kind: str, expression: str, words: str
) -> None:
    before = pixxel.sandbox.last_entry()
    wrong = {"NAME": "Odd", "DESCRIPTION": "d", "SATELLITE": TD2, "EXPRESSION": expression, "EXPRESSION_TYPE": kind}
    assert words in run_pixxel.refused("createindex", **wrong)
    assert pixxel.sandbox.log(operation="createIndex", after=before) == []


def test_composites_and_functions_go_through(run_pixxel: Any, pixxel: PixxelCalls) -> None:
    common = {"DESCRIPTION": "d", "SATELLITE": TD2, "MINIMUM": 0, "MAXIMUM_VALUE": 20000}
    for kind, expression in (("composite", "B015, B008, sqrt(B003)*2"), ("index", "abs(B015-B008)")):
        made = run_pixxel("createindex", NAME=name("Fine"), EXPRESSION=expression, EXPRESSION_TYPE=kind, **common)
        (told,) = pixxel.get("v0/indices", index_id=made["INDEX_ID"])["indices"]
        assert (told["expression"], told["expression_type"]) == (expression, kind)


def test_an_index_is_rendered_and_its_legend_changed(
    run_pixxel: Any, pixxel: PixxelCalls, aoi: str, tmp_path: Path
) -> None:
    presets = pixxel.get("v0/indices", satellite_id=TD2, type="preset", expression_type="index")["indices"]
    made = run_pixxel("createvisualization", AOI=aoi, INDEX=presets[0]["id"])
    assert made["STATUS"] == "success" and made["ASSET_IDS"]
    both = {"AOI": aoi, "VISUALIZATION": made["VISUALIZATION_ID"]}
    assert run_pixxel("listvisualizations", AOI=aoi)["VISUALIZATION_IDS"] == made["VISUALIZATION_ID"]
    picture = run_pixxel("downloadpicture", **both, OUTPUT=str(tmp_path / "ndvi.png"))
    assert gdal.Open(picture["OUTPUT"]).RasterXSize > 10
    changed = run_pixxel("editlegend", **both, MODE="theoretical",
                         LEGEND=["low", "#aa0000", "-1", "0", "high", "#00aa00", "0", "1"])
    assert changed["DAYS"] == picture["DAY"]
    style = f"v0/aois/{aoi}/visualizations/{made['VISUALIZATION_ID']}/sld"
    asked = {"dates": [picture["DAY"].replace("-", "_")], "visualization_modes": ["theoretical"]}
    assert "#00aa00" in str(pixxel.post(style, asked)["sld"]).lower()
    got = run_pixxel("downloadassets", AOI=aoi, ASSETS=made["ASSET_IDS"], OUTPUT=str(tmp_path / "v.zip"))
    layer = QgsRasterLayer(got["FILES"].split("\n")[0], "index")
    styled = run_pixxel("downloadstyle", **both, MODE="theoretical", LAYER=layer, FOLDER=str(tmp_path / "styles"))
    text = Path(styled["FILES"]).read_text("utf-8")
    assert styled["COUNT"] == 1 and "#00aa00" in text.lower()
    colors = {item.color.name() for item in layer.renderer().shader().rasterShaderFunction().colorRampItemList()}
    assert {"#aa0000", "#00aa00"} <= colors
    run_pixxel("resetlegend", **both, MODE="theoretical")
    assert "#00aa00" not in str(pixxel.post(style, asked)["sld"]).lower()
    again = run_pixxel("downloadstyle", **both, MODE="theoretical", FOLDER=str(tmp_path / "again"))
    assert Path(again["FILES"]).read_text("utf-8") != text
    assert "no day" in run_pixxel.refused("editlegend", **both, DATES="2024-01-17", LEGEND=["a", "#000000", "", ""])
    assert "no colour" in run_pixxel.refused("editlegend", **both, LEGEND=["a", "black", "", ""])
    assert "needs" in run_pixxel.refused("editlegend", **both, MODE="theoretical", LEGEND=["a", "#000000", "", ""])


def test_an_insight_is_priced_made_fetched_and_deleted(
    run_pixxel: Any, pixxel: PixxelCalls, project: str, aoi: str, tmp_path: Path
) -> None:
    (mosaic, *_) = run_pixxel("listassets", AOI=aoi, TYPE="mosaic")["ASSET_IDS"].split(",")
    assert "kmeans/1.1.0" in run_pixxel("listblocks", MODE="insight", NAME="kmeans")["BLOCKS"].split(",")
    assert run_pixxel("listblocks", MODE="workflow", NAME="scene")["BLOCKS"] == "scene/1.0.0"
    for narrowed in ({}, {"MODE": "insight"}, {"NAME": "kmeans"}, {"MODE": "insight", "NAME": "kmeans"}):
        found = run_pixxel("listblocks", VERSION="1.1.0", **narrowed)["BLOCKS"].split(",")
        assert "kmeans/1.1.0" in found and all(one.endswith("/1.1.0") for one in found)
    assert run_pixxel("listblocks", VERSION="9.9.9")["COUNT"] == 0
    assert run_pixxel("listblocks")["COUNT"] == len(pixxel.get("v0/blocks")["blocks"])
    assert run_pixxel("listblockversions", NAME="kmeans")["COUNT"] == 2
    assert run_pixxel("getblock", BLOCK="kmeans/1.1.0")["NAMES"].startswith("input_image,classes")
    common = {"PROJECT": project, "AOI": aoi, "BLOCK": "kmeans/1.1.0", "NAME": "Classes",
              "INPUT_VALUES": ["input_image", mosaic, "classes", "3"]}
    priced = run_pixxel("createinsight", **common)
    assert priced["TOKENS"] > 0 and priced["INSIGHT_ID"] == ""
    assert pixxel.get(f"v0/aoi/{aoi}/insights")["insights"] == []
    assert "Missing: classes" in run_pixxel.fails("createinsight", **{**common, "INPUT_VALUES": ["input_image", "a"]})
    made = run_pixxel("createinsight", **common, CONFIRM=True, GREATEST_PRICE=priced["TOKENS"])
    assert made["STATUS"] == "completed"
    assert run_pixxel("listinsights", AOI=aoi, STATUS="completed")["INSIGHT_IDS"] == made["INSIGHT_ID"]
    one = {"AOI": aoi, "INSIGHT": made["INSIGHT_ID"]}
    got = run_pixxel("downloadinsight", **one, OUTPUTS="classes_image", OUTPUT=str(tmp_path / "insight.zip"))
    classes = gdal.Open(got["FILES"]).ReadAsArray()
    assert set(classes[classes > 0].flatten()) <= {1, 2, 3} and classes.max() > 1
    assert "is empty" in run_pixxel.refused("deleteinsight", PROJECT=project, **one)
    assert "It is called “Classes”" in run_pixxel.fails("deleteinsight", PROJECT=project, **one, CONFIRM="classes")
    assert [each["id"] for each in pixxel.get(f"v0/aoi/{aoi}/insights")["insights"]] == [made["INSIGHT_ID"]]
    run_pixxel("deleteinsight", PROJECT=project, **one, CONFIRM="Classes")
    assert pixxel.get(f"v0/aoi/{aoi}/insights")["insights"] == []


def test_inputs_that_are_given_as_text_are_sent_as_they_are_written(
    run_pixxel: Any, pixxel: PixxelCalls, project: str, aoi: str
) -> None:
    """As qgis_process hands a table over. QGIS by itself would make 3.0 of the number of classes."""
    (mosaic, *_) = run_pixxel("listassets", AOI=aoi, TYPE="mosaic")["ASSET_IDS"].split(",")
    made = run_pixxel("createinsight", PROJECT=project, AOI=aoi, BLOCK="kmeans/1.1.0", CONFIRM=True, NAME="By text",
                      INPUT_VALUES=f"input_image,{mosaic}, classes, 3")["INSIGHT_ID"]
    (told,) = pixxel.get(f"v0/aoi/{aoi}/insights", id=made)["insights"]
    sent = {one["name"]: one for one in told["input"]}
    assert sent["input_image"]["asset_source"]["id"] == mosaic and sent["classes"]["value"] == "3"


def test_an_insight_that_is_too_dear_is_not_started(
    run_pixxel: Any, pixxel: PixxelCalls, project: str, aoi: str
) -> None:
    (mosaic, *_) = run_pixxel("listassets", AOI=aoi, TYPE="mosaic")["ASSET_IDS"].split(",")
    asked = {"PROJECT": project, "AOI": aoi, "BLOCK": "kmeans/1.1.0",
             "INPUT_VALUES": ["input_image", mosaic, "classes", "3"]}
    price = run_pixxel("createinsight", **asked)["TOKENS"]
    words = run_pixxel.fails("createinsight", **asked, CONFIRM=True, GREATEST_PRICE=price - 0.5)
    assert f"The price is {price:g} tokens, more than the {price - 0.5:g} that you gave. Nothing was started." in words
    assert pixxel.get(f"v0/aoi/{aoi}/insights")["insights"] == []


def test_an_insight_that_was_begun_is_followed_whatever_became_of_its_block(
    run_pixxel: Any, project: str, aoi: str
) -> None:
    """The job stopped while it waited; the version of the block was withdrawn since."""
    (mosaic, *_) = run_pixxel("listassets", AOI=aoi, TYPE="mosaic")["ASSET_IDS"].split(",")
    asked = {"PROJECT": project, "AOI": aoi, "BLOCK": "kmeans/1.1.0", "CONFIRM": True,
             "INPUT_VALUES": ["input_image", mosaic, "classes", "2"]}
    made = run_pixxel("createinsight", **asked, WAIT=False)["INSIGHT_ID"]
    job = job_store().create("imageryhub:pixxel_createinsight", "Create insight", {}, "", "")
    assert job_store().claim(job)
    with closing(job_store().journal(job)) as journal:
        journal.finish("insight", made)
    job_store().end(job, State.STOPPED, "stopped")
    again = run_pixxel("createinsight", **{**asked, "BLOCK": "kmeans/9.9.9"}, JOB=job)
    assert (again["INSIGHT_ID"], again["STATUS"]) == (made, "completed")


def test_an_insight_without_a_name_is_deleted_by_its_id(
    run_pixxel: Any, pixxel: PixxelCalls, project: str, aoi: str
) -> None:
    (mosaic, *_) = run_pixxel("listassets", AOI=aoi, TYPE="mosaic")["ASSET_IDS"].split(",")
    made = run_pixxel("createinsight", PROJECT=project, AOI=aoi, BLOCK="kmeans/1.1.0", CONFIRM=True,
                      INPUT_VALUES=["input_image", mosaic, "classes", "2"])["INSIGHT_ID"]
    pixxel.sandbox.control("POST", "pixxel/states", {"table": "insights", "id": made, "name": ""})
    run_pixxel("deleteinsight", PROJECT=project, AOI=aoi, INSIGHT=made, CONFIRM=made)
    assert pixxel.get(f"v0/aoi/{aoi}/insights")["insights"] == []


def test_a_workflow_is_priced_run_and_its_results_fetched(
    run_pixxel: Any, pixxel: PixxelCalls, project: str, tmp_path: Path
) -> None:
    flows = pixxel.get("v0/workflows", project_id=project)["workflows"]
    assert run_pixxel("listworkflows", PROJECT=project)["COUNT"] == len(flows)
    details = [pixxel.get(f"v0/workflows/{one['id']}", project_id=project) for one in flows]
    good = next(one for one in details if not one["val_errors"])
    both = {"PROJECT": project, "WORKFLOW": good["id"]}
    price = run_pixxel("getworkflow", **both)["TOKENS"]
    assert price == good["estimated_cost"]
    assert run_pixxel("runworkflow", **both)["JOB_ID"] == ""
    made = run_pixxel("runworkflow", **both, CONFIRM=True, GREATEST_PRICE=price)
    assert made["STATUS"] == "completed"
    assert made["JOB_ID"] in run_pixxel("listjobs", WORKFLOW=good["id"])["JOB_IDS"].split(",")
    job = {"WORKFLOW": good["id"], "JOB_ID": made["JOB_ID"]}
    assert run_pixxel("getjob", **job)["TASK_IDS"] == made["TASK_IDS"]
    whole = run_pixxel("downloadjob", **job, OUTPUT=str(tmp_path / "job.zip"))
    assert zipfile.is_zipfile(whole["OUTPUT"])
    task = made["TASK_IDS"].split(",")[0]
    part = run_pixxel("downloadjob", **job, TASK=task, LOAD=False, OUTPUT=str(tmp_path / "task.zip"))
    assert zipfile.is_zipfile(part["OUTPUT"])
    for bad in [one for one in details if one["val_errors"]]:
        words = run_pixxel.fails("runworkflow", PROJECT=project, WORKFLOW=bad["id"], CONFIRM=True)
        assert "cannot be run" in words


def test_a_workflow_that_is_too_dear_is_not_run(run_pixxel: Any, pixxel: PixxelCalls, project: str) -> None:
    details = [pixxel.get(f"v0/workflows/{one['id']}", project_id=project)
               for one in pixxel.get("v0/workflows", project_id=project)["workflows"]]
    good = next(one for one in details if not one["val_errors"])
    price, jobs = good["estimated_cost"], f"v0/workflows/{good['id']}/jobs"
    before = pixxel.get(jobs)["jobs"]
    words = run_pixxel.fails("runworkflow", PROJECT=project, WORKFLOW=good["id"], CONFIRM=True,
                             GREATEST_PRICE=price - 0.5)
    assert f"The price is {price:g} tokens, more than the {price - 0.5:g} that you gave. Nothing was started." in words
    assert pixxel.get(jobs)["jobs"] == before


@pytest.fixture
def keep() -> Iterator[Callable[..., str]]:
    with logins() as keep:
        yield keep


@pytest.fixture
def store(run_pixxel: Any, keep: Any) -> tuple[str, str]:
    called = name("Bucket")
    login = keep("Basic", username="AKIAEXAMPLE", password="marker-secret-of-a-store")
    made = run_pixxel("createstore", NAME=called, TYPE="S3", BUCKET="plots", REGION="eu-central-1", PATH_PREFIX="in",
                      AUTH_CONFIG=login, LABELS="team=plots")
    return str(made["STORE_ID"]), called


def test_a_store_is_made_known_used_and_forgotten(
    run_pixxel: Any, pixxel: PixxelCalls, project: str, store: tuple[str, str]
) -> None:
    identity, called = store
    (told,) = [one for one in pixxel.get("v0/stores")["stores"] if one["id"] == identity]
    assert (told["configs"]["path_prefix"], told["labels"]) == ("in", {"team": "plots"})
    assert identity in run_pixxel("liststores")["STORE_IDS"].split(",")
    bought = {"PROJECT": project, "AREA_TEXT": LARGE, "USECASE": "agriculture", "ITEMS": pixxel.covering()}
    entry = run_pixxel("orderarchive", **bought, CONFIRM=True, WAIT=True)["CATALOG_IDS"]
    sent = run_pixxel("deliver", CATALOGS=entry, STORE=identity, PATH="plots")
    assert set(sent["STATUSES"].split(",")) == {"SUCCESS"}
    assert run_pixxel("listdeliveries", CATALOG=entry)["DELIVERY_IDS"] == sent["DELIVERY_IDS"]
    assert called in run_pixxel.fails("deletestore", STORE=identity, CONFIRM="another")
    run_pixxel("deletestore", STORE=identity, CONFIRM=called)
    assert identity not in run_pixxel("liststores")["STORE_IDS"].split(",")
    assert identity not in {one["id"] for one in pixxel.get("v0/stores")["stores"]}


GOOGLE = json.dumps(
    {"type": "service_account", "project_id": "plots-of-mine", "private_key": "marker-secret\n"}, indent=1
)
SECRET = "marker-secret-of-a-store"


@pytest.mark.parametrize(("kind", "login", "more", "secrets"), [
    ("S3", {"username": "AKIAEXAMPLE", "password": SECRET}, {},
     {"access_key_id": "AKIAEXAMPLE", "secret_access_key": SECRET}),
    ("AZBLOB", {"username": "client-1", "password": SECRET}, {"ACCOUNT": "plots", "TENANT": "tenant-1"},
     {"account_name": "plots", "tenant_id": "tenant-1", "client_id": "client-1", "client_secret": SECRET}),
    ("GCS", {"username": "another-project", "password": GOOGLE}, {},
     {"project_id": "another-project", "service_account_credentials": GOOGLE}),
    ("GCS", {"password": GOOGLE}, {}, {"project_id": "plots-of-mine", "service_account_credentials": GOOGLE}),
])
def test_each_type_of_bucket_is_given_its_own_secrets(
    run_pixxel: Any, pixxel: PixxelCalls, keep: Any, kind: str, login: dict[str, str], more: dict[str, str],
    secrets: dict[str, str],
) -> None:
    made = run_pixxel("createstore", NAME=name("Bucket"), TYPE=kind, BUCKET="plots", REGION="westeurope",
                      AUTH_CONFIG=keep("Basic", **login), **more)["STORE_ID"]
    (told,) = [one for one in pixxel.get("v0/stores")["stores"] if one["id"] == made]
    assert told["type"] == kind and "secrets" not in told
    assert pixxel.sandbox.control("GET", f"pixxel/stores/{made}")["secrets"] == secrets
    assert not any("marker-secret" in one for one in run_pixxel.messages)


@pytest.mark.parametrize(("kind", "words"), [("S3", "has no user name"), ("AZBLOB", "has no user name"),
                                             ("GCS", "no JSON with a project id")])
def test_a_login_without_an_id_is_refused(
    run_pixxel: Any, pixxel: PixxelCalls, keep: Any, kind: str, words: str
) -> None:
    azure = {"ACCOUNT": "plots", "TENANT": "tenant-1"} if kind == "AZBLOB" else {}
    told = run_pixxel.fails("createstore", NAME=name("Bucket"), TYPE=kind, BUCKET="plots", REGION="westeurope",
                            AUTH_CONFIG=keep("Basic", password=SECRET), **azure)
    assert words in told and "marker-secret" not in told and pixxel.get("v0/stores")["stores"] == []


def test_what_a_store_needs_is_said_before(run_pixxel: Any) -> None:
    common = {"NAME": "b", "BUCKET": "b", "REGION": "r", "AUTH_CONFIG": "abcdefg"}
    assert "Azure needs" in run_pixxel.refused("createstore", TYPE="AZBLOB", ACCOUNT="plots", **common)
    assert "Azure needs" in run_pixxel.refused("createstore", TYPE="AZBLOB", TENANT="tenant-1", **common)
    assert "for Azure only" in run_pixxel.refused("createstore", TYPE="GCS", ACCOUNT="plots", **common)
    assert "is no label" in run_pixxel.refused("createstore", TYPE="S3", LABELS="team", **common)
