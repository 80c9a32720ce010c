"""Ways to pull and push annotations: ``python -m benchmarks.annotation_ways WAY COUNT PROJECT FOLDER``.

The connection is in the environment. What a way is made of is imported before the clock starts.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import qgis_process
from .measure import report, timed

EAST, NORTH, HEIGHT = 412633.4, 5231871.0, 512.3
"""Where they lie, in EPSG:32632."""
BATCH = 100


def pull(count: int, project: str, folder: Path) -> Callable[[], object]:
    """The plugin's algorithm, into a GeoPackage."""
    qgis_process.start()

    def job() -> None:
        target = Path(tempfile.mkdtemp(dir=folder)) / "points.gpkg"
        found = qgis_process.run("pix4d_getannotations", PROJECT=project, POINTS=str(target))
        _expect(found["COUNT"], count)

    return job


def push(count: int, project: str, folder: Path) -> Callable[[], object]:
    """The plugin's algorithm, out of a layer that the user drew."""
    qgis_process.start()
    from qgis.core import QgsFeature, QgsField, QgsGeometry, QgsPointXY, QgsVectorLayer
    from qgis.PyQt.QtCore import QVariant

    layer = QgsVectorLayer("Point?crs=EPSG:32632", "points", "memory")
    layer.dataProvider().addAttributes([QgsField("name", QVariant.String)])
    layer.updateFields()
    features = []
    for number in range(count):
        one = QgsFeature(layer.fields())
        one.setGeometry(QgsGeometry.fromPointXY(QgsPointXY(EAST + number % 100, NORTH + number // 100)))
        one.setAttributes([f"point {number}"])
        features.append(one)
    layer.dataProvider().addFeatures(features)

    def job() -> None:
        found = qgis_process.run("pix4d_pushannotations", PROJECT=project, POINTS=layer, CONFIRM=True, REMOVE=False)
        _expect(found["ADDED"], count)

    return job


def requests_pull(count: int, project: str, folder: Path) -> Callable[[], object]:
    """Page after page by key."""
    session, root = _session()

    def job() -> None:
        query = {"entity_type": "Project", "entity_id": project, "page_size": str(BATCH)}
        answer = session.get(root, params=query, timeout=120).json()
        found = len(answer["results"])
        while answer.get("next"):
            key = answer["next"]
            following = {"url": key} if "://" in key else {"url": root, "params": {**query, "last_key": key}}
            answer = session.get(timeout=120, **following).json()
            found += len(answer["results"])
        _expect(found, count)

    return job


def requests_push(count: int, project: str, folder: Path) -> Callable[[], object]:
    """Batch after batch."""
    session, root = _session()
    whole = [
        {"entity_type": "Project", "entity_id": int(project), "properties": {"name": f"point {number}"},
         "geometry": {"type": "Point", "coordinates": [EAST + number % 100, NORTH + number // 100, HEIGHT]}}
        for number in range(count)
    ]

    def job() -> None:
        for start in range(0, count, BATCH):
            answer = session.post(root, json={"annotations": whole[start : start + BATCH]}, timeout=120)
            answer.raise_for_status()

    return job


def _session() -> tuple[Any, str]:
    import requests

    session = requests.Session()
    session.trust_env = False
    main = os.environ["PIX4D_BASE_URL"]
    form = {"grant_type": "client_credentials", "client_id": os.environ["PIX4D_CLIENT_ID"],
            "client_secret": os.environ["PIX4D_CLIENT_SECRET"], "token_format": "jwt"}
    token = session.post(f"{main}oauth2/token/", data=form, timeout=60).json()["access_token"]
    session.headers["Authorization"] = f"Bearer {token}"
    return session, os.environ["PIX4D_WEBGIS_URL"] + "v1/annotations/"


def _expect(found: object, count: int) -> None:
    if found != count:
        raise RuntimeError(f"{found} annotations instead of {count}.")


if __name__ == "__main__":
    ways = {"pull": pull, "push": push, "requests-pull": requests_pull, "requests-push": requests_push}
    way = sys.argv[1]
    job = ways[way](int(sys.argv[2]), sys.argv[3], Path(sys.argv[4]))
    report(timed(job))
    if not way.startswith("requests"):
        qgis_process.leave()
