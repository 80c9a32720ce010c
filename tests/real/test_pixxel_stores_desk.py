"""Buckets of one's own and the order report of Pixxel in the real program: made known, delivered to, forgotten."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import hands
import pixxel_desk as desk
import pytest
from algorithm_hands import AlgorithmHands
from hub_dock import HubDockHands
from pixel_logins import logins
from pixxel_desk import NAME, ROOTS
from pixxel_hands import program
from qgis.core import QgsApplication, QgsAuthMethodConfig, QgsRectangle
from qgis.PyQt.QtCore import Qt
from sandbox_pixxel import CROPS, ITEM, PixxelCalls
from sandbox_process import SandboxProcess

SECRET = "marker-secret-of-a-store"
HERE = QgsRectangle(75.60, 14.41, 75.66, 14.46)


@pytest.fixture
def calls(sandbox: SandboxProcess) -> PixxelCalls:
    return PixxelCalls(sandbox)


@pytest.fixture
def hub(sandbox: SandboxProcess) -> Iterator[HubDockHands]:
    """A connection, and the bucket's secret in an authentication configuration."""
    with logins(desk.MASTER) as keep, program(sandbox, HERE):
        keep("Basic", username="AKIAEXAMPLE", password=SECRET)
        found = HubDockHands()
        found.unfold(NAME)
        found.wait(ROOTS, NAME)
        yield found


def test_a_store_is_made_delivered_to_and_forgotten(
    hub: HubDockHands, calls: PixxelCalls, sandbox: SandboxProcess
) -> None:
    (entry,) = desk.delivered(sandbox)
    hub.unfold(NAME, "Stores")
    hub.wait(["No store yet."], NAME, "Stores")
    hub.menu("Create store…", NAME, "Stores")
    dialog = AlgorithmHands("Create store")
    dialog.write("NAME", "Plots")
    dialog.write("BUCKET", "plots-of-mine")
    dialog.write("REGION", "eu-central-1")
    dialog.choose("AUTH_CONFIG", "GDO user")
    dialog.keep_picture("pixxel_create_store")
    dialog.run()
    assert SECRET not in dialog.log()
    dialog.close()
    hub.wait(["Plots"], NAME, "Stores")
    hub.click(NAME, "Stores", "Plots")
    assert (hub.facts()["Bucket"], hub.facts()["Region"]) == ("plots-of-mine", "eu-central-1")
    (told,) = calls.get("v0/stores")["stores"]
    (scene,) = hub.below(1, NAME, "Catalog")
    hub.unfold(NAME, "Deliveries")
    hub.menu("Deliver to store…", NAME, "Catalog", scene)
    dialog = AlgorithmHands("Deliver to store")
    assert dialog.value("CATALOGS") == entry
    dialog.look_up("STORE", "Plots")
    dialog.write("PATH", "2026/november")
    dialog.run()
    dialog.close()
    (sent,) = calls.get("v0/catalogs/deliveries")["deliveries"]
    assert (sent["catalog_id"], sent["cloud_delivery"]) == (entry, {"config": told["id"], "path": "2026/november"})
    hands.wait_for(lambda: hub.texts(NAME, "Deliveries") == [scene], "the delivery in the tree")
    hub.click(NAME, "Deliveries", scene)
    assert hub.facts()["Path"] == sent["target_path"]
    assert hub.label("imageryHubDetailsState") == "Delivery · done"
    hands.keep_picture("pixxel_delivery", hub.dock)
    hub.click(NAME, "Stores", "Plots")
    hub.key(Qt.Key.Key_Delete)
    dialog = AlgorithmHands("Delete store")
    dialog.write("CONFIRM", "plot")
    dialog.run()
    assert "It is called “Plots”" in dialog.log() and calls.get("v0/stores")["stores"]
    dialog.change()
    dialog.write("CONFIRM", "Plots")
    dialog.run()
    dialog.close()
    hub.wait(["No store yet."], NAME, "Stores")
    assert calls.get("v0/stores")["stores"] == []


WORDS = {"S3": "Amazon S3", "AZBLOB": "Azure Blob Storage", "GCS": "Google Cloud Storage"}
GOOGLE = json.dumps({"type": "service_account", "project_id": "plots-of-mine", "private_key": SECRET})


@pytest.mark.parametrize(("kind", "login", "more", "secrets"), [
    ("S3", "GDO user", {}, {"access_key_id": "AKIAEXAMPLE", "secret_access_key": SECRET}),
    ("AZBLOB", "GDO user", {"ACCOUNT": "plotaccount", "TENANT": "tenant-of-plots"},
     {"account_name": "plotaccount", "tenant_id": "tenant-of-plots", "client_id": "AKIAEXAMPLE",
      "client_secret": SECRET}),
    ("GCS", "Google", {}, {"project_id": "plots-of-mine", "service_account_credentials": GOOGLE}),
])
def test_each_type_of_bucket_is_made_known_with_its_secrets(
    hub: HubDockHands, calls: PixxelCalls, kind: str, login: str, more: dict[str, str], secrets: dict[str, str]
) -> None:
    google = QgsAuthMethodConfig("Basic")
    google.setName("Google")
    google.setConfig("password", GOOGLE)
    QgsApplication.authManager().storeAuthenticationConfig(google)
    hub.menu("Create store…", NAME, "Stores")
    dialog = AlgorithmHands("Create store")
    dialog.write("NAME", "Plots")
    dialog.choose("TYPE", kind)
    dialog.write("BUCKET", "plots-of-mine")
    dialog.write("REGION", "westeurope")
    dialog.choose("AUTH_CONFIG", login)
    for name, text in more.items():
        dialog.write(name, text)
    dialog.keep_picture(f"pixxel_create_store_{kind.lower()}")
    dialog.run()
    assert SECRET not in dialog.log()
    dialog.close()
    (told,) = calls.get("v0/stores")["stores"]
    assert (told["name"], told["type"]) == ("Plots", kind)
    assert calls.sandbox.control("GET", f"pixxel/stores/{told['id']}")["secrets"] == secrets
    hub.unfold(NAME, "Stores")
    hub.wait(["Plots"], NAME, "Stores")
    hub.click(NAME, "Stores", "Plots")
    assert hub.facts()["Type"] == WORDS[kind]


def test_the_report_of_all_orders_is_saved(hub: HubDockHands, calls: PixxelCalls, tmp_path: Path) -> None:
    item = {"project_id": CROPS, "name": "Plot scan", "usecase": "agriculture", "item_ids": [ITEM], "geometry": {
        "type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": desk.PLOT}]}}
    order = calls.post("v0/orders", {"dry_run": False, "order_items": [item]})
    hub.menu("Download order report…", NAME, "Orders")
    dialog = AlgorithmHands("Download order report")
    dialog.write("OUTPUT", str(tmp_path / "report.csv"))
    dialog.run()
    dialog.close()
    with (tmp_path / "report.csv").open(encoding="utf-8", newline="") as report:
        (row,) = csv.DictReader(report)
    assert row["order_id"] == order["id"] and float(row["total_amount"]) == order["total_amount"]
