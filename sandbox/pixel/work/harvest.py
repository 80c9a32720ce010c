"""Reading an ArcGIS feature layer over HTTP, as a harvest service does: token, fields, rows and photos (section 16.1).

Runs in a worker process. Only layers on this machine are asked: the sandbox sends nothing anywhere else.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import ProxyHandler, build_opener

from ...jobs import WorkFailed
from .records import Accepted, Rejected, Sent, Task
from .validate import validate

LOOPBACK = ("127.0.0.1", "localhost", "::1")
SECONDS = 30.0
LARGEST_PHOTO = 200 * 1024 * 1024
PAGE = 1000


@dataclass(frozen=True)
class Source:
    """A layer, and how its server lets us in: ``auth`` as the service was given it."""

    url: str
    auth: dict[str, Any] = field(repr=False, default_factory=dict)


@dataclass(frozen=True)
class Row:
    """A feature: the text of its id, its fields, and longitude and latitude."""

    external_id: str
    attributes: dict[str, Any]
    place: tuple[float, float] | None


@dataclass(frozen=True)
class Listed:
    """The rows that fit a where clause, with the token to fetch their photos with, and the kinds of fields."""

    rows: list[Row]
    kinds: dict[str, str]


def list_rows(source: Source, where: str, wanted: tuple[str, ...]) -> Listed:
    """All rows. Raises :class:`WorkFailed` when the server refuses, or a wanted field is not there."""
    token = _token(source)
    page = _ask(source.url, {"f": "json", **token})
    kinds = {one["name"]: one["type"] for one in page.get("fields", ())}
    missing = [one for one in wanted if one not in kinds and one != "geometry"]
    if missing:
        raise WorkFailed(f"The source has no field {', '.join(missing)}")
    key = page.get("objectIdField", "OBJECTID")
    rows: list[Row] = []
    more = True
    while more:
        found = _ask(source.url + "/query", {"f": "json", "where": where or "1=1", "outFields": "*", "outSR": "4326",
                                             "resultOffset": str(len(rows)), "resultRecordCount": str(PAGE), **token})
        features = found.get("features", [])
        rows += [Row(str(one["attributes"][key]), one["attributes"], _place(one.get("geometry"))) for one in features]
        more = bool(found.get("exceededTransferLimit")) and bool(features)
    return Listed(rows, kinds)


def fetch_photo(source: Source, external_id: str, target: Path) -> tuple[Path, str]:
    """The first attachment of a feature as a file, and the name that it had. Raises :class:`WorkFailed`."""
    token = _token(source)
    there = _ask(f"{source.url}/{external_id}/attachments", {"f": "json", **token}).get("attachmentInfos", [])
    if not there:
        raise WorkFailed(f"Feature {external_id} has no attachment")
    content = _get(f"{source.url}/{external_id}/attachments/{there[0]['id']}", token)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    return target, str(there[0].get("name") or target.name)


def take(source: Source, external_id: str, task: Task) -> tuple[Accepted, str]:
    """The photo of a feature, held against the rules of an upload; ``task`` lacks its file only. Raises
    :class:`WorkFailed`."""
    waiting, name = fetch_photo(source, external_id, task.folder.with_name(task.folder.name + ".part"))
    try:
        return validate(replace(task, main=Sent(Path(name).name, waiting))), name
    except Rejected as error:
        raise WorkFailed(str(error)) from None
    finally:
        waiting.unlink(missing_ok=True)


def _place(geometry: dict[str, Any] | None) -> tuple[float, float] | None:
    return (float(geometry["x"]), float(geometry["y"])) if geometry and "x" in geometry else None


def _token(source: Source) -> dict[str, str]:
    """What lets us in, as members of a query."""
    if "api_key" in source.auth:
        return {"token": source.auth["api_key"]["api_key"]}
    given = source.auth["credentials"]
    address = given.get("token_url") or _told(source)
    form = {"username": given["username"], "password": given["password"], "client": "requestip", "f": "json"}
    return {"token": str(_ask(address, form, post=True)["token"])}


def _told(source: Source) -> str:
    """Where the layer's own server says that tokens are made."""
    root = source.url.partition("/rest/services")[0]
    return str(_ask(root + "/rest/info", {"f": "json"}).get("authInfo", {}).get("tokenServicesUrl", ""))


def _ask(address: str, members: dict[str, str], post: bool = False) -> dict[str, Any]:
    raw = _get(address, members, post)
    try:
        answer = json.loads(raw)
    except ValueError:
        raise WorkFailed("The source does not answer as an ArcGIS server does") from None
    if not isinstance(answer, dict) or "error" in answer:
        problem = answer.get("error") if isinstance(answer, dict) else None
        words = problem.get("message", "") if isinstance(problem, dict) else ""
        raise WorkFailed(f"The source refused the request: {words or 'no reason was given'}")
    return answer


def _get(address: str, members: dict[str, str], post: bool = False) -> bytes:
    parts = urlsplit(address)
    if parts.scheme != "http" or parts.hostname not in LOOPBACK:
        raise WorkFailed("The sandbox harvests from this machine only")
    body = urlencode(members)
    try:
        opener = build_opener(ProxyHandler({}))
        if post:
            answer = opener.open(address, body.encode("ascii"), timeout=SECONDS)
        else:
            answer = opener.open(f"{address}?{body}", timeout=SECONDS)
        with answer:
            return bytes(answer.read(LARGEST_PHOTO))
    except (URLError, OSError) as error:
        raise WorkFailed(f"The source cannot be reached: {type(error).__name__}") from None
