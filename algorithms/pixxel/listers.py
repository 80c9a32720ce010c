"""What the dialogs' choice widgets ask the platform for; run in the background. Each takes the platform's object, what
is searched for, and the values of other parameters, and gives choices lazily."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...core.choices import Choice
from ...core.moments import shown
from ...core.translation import tr


def fits(search: str, *texts: object) -> bool:
    """Whether what is searched for is in one of the texts; the platform searches few of its lists itself."""
    return any(search.casefold() in str(one or "").casefold() for one in texts)


def projects(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """Projects by title."""
    for page in platform.api.projects.list():
        for one in page.records:
            if fits(search, one.get("title"), one.get("name")):
                yield Choice(one["id"], one.get("title") or one.get("name") or one["id"], one.get("name") or "")


def satellites(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """Satellites by name."""
    for one in platform.api.satellites.list():
        if fits(search, one.get("name")):
            collections = ", ".join(str(two.get("name") or two.get("id")) for two in one.get("collections") or ())
            yield Choice(one["id"], one.get("name") or one["id"], collections)


def satellite_collections(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """Collections of satellites, by their ids; those of the chosen satellite where one is."""
    for one in platform.api.satellites.list():
        if values.get("SATELLITE", "") in ("", one["id"]):
            for two in one.get("collections") or ():
                if two.get("id") and fits(search, two.get("id"), two.get("name"), one.get("name")):
                    yield Choice(str(two["id"]), str(two.get("name") or two["id"]), str(one.get("name") or ""))


def archive_collections(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """Collections of the archive."""
    for one in platform.api.archives.collections():
        if fits(search, one["id"], one.get("title")):
            yield Choice(one["id"], one.get("title") or one["id"], one.get("description") or "")


def scenes(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """Scenes of the archive, the newest first, named with their collection."""
    newest: Any = {"sortby": [{"field": "properties->>'datetime'", "direction": "desc"}]}
    for page in platform.api.archives.search(newest):
        for one in page.records:
            if fits(search, one["id"]):
                moment = shown(str((one.get("properties") or {}).get("datetime") or ""))
                yield Choice(f"{one.get('collection') or ''}/{one['id']}", one["id"], moment)


def aois(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """Areas of interest by name, of the chosen project where one is."""
    for page in platform.api.aois.list({"project_ids": values.get("PROJECT", "")}):
        for one in page.records:
            if fits(search, one.get("name")):
                about = ", ".join(filter(None, (one.get("status"), shown(one.get("created_at") or ""))))
                yield Choice(one["aoi_id"], one.get("name") or one["aoi_id"], about)


def assets(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """Assets of the chosen area."""
    if values.get("AOI"):
        for page in platform.api.assets.list(values["AOI"]):
            for one in page.records:
                if fits(search, one.get("name"), one.get("date")):
                    about = ", ".join(filter(None, (one.get("asset_type"), one.get("date"))))
                    yield Choice(one["id"], one.get("name") or one["id"], about)


def block_rasters(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """What a block can be given in the chosen area: its assets, and the rasters that insights made there."""
    from ...providers.pixxel.flows.insight_inputs import raster_id
    from ...providers.pixxel.results import rasters_of

    yield from assets(platform, search, values)
    for one in platform.api.insights.list(values["AOI"]) if values.get("AOI") else ():
        for name in rasters_of(one.get("output")):
            label = f"{one.get('name') or one['id']}: {name}"
            if fits(search, label):
                yield Choice(raster_id(one["id"], name), label, tr("insight"))


def indices(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """Indices by name, of the chosen satellite where one is, else of that of the chosen area."""
    satellite = values.get("SATELLITE", "")
    if not satellite and values.get("AOI"):
        satellite = str(platform.api.aois.get(values["AOI"]).get("satellite_id") or "")
    for page in platform.api.indices.list({"satellite_id": satellite}):
        for one in page.records:
            if fits(search, one.get("name"), one.get("expression")):
                yield Choice(one["id"], one.get("name") or one["id"], one.get("expression") or "")


def visualizations(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """Visualizations of the chosen area, by the names of their indices."""
    if values.get("AOI"):
        names = {one["id"]: one.get("name") or "" for page in platform.api.indices.list() for one in page.records}
        for page in platform.api.visualizations.list(values["AOI"]):
            for one in page.records:
                name = names.get(one.get("index_id") or "") or one["id"]
                if fits(search, name):
                    yield Choice(one["id"], name, one.get("status") or "")


def bandsets(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """Sets of bands by name."""
    for one in platform.api.bandsets.list():
        if fits(search, one.get("name")):
            yield Choice(one["id"], one.get("name") or one["id"], one.get("description") or "")


def orders(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """Orders by the names of their items."""
    for page in platform.api.orders.list():
        for one in page.records:
            name = ", ".join(str(two.get("name") or "") for two in one.get("order_items") or ()) or one["id"]
            if fits(search, name, one["id"]):
                about = ", ".join(filter(None, (one.get("status"), shown(one.get("created_at") or ""))))
                yield Choice(one["id"], name, about)


def order_items(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """Items of orders by name."""
    for page in platform.api.order_items.list({"project_ids": values.get("PROJECT", "")}):
        for one in page.records:
            if fits(search, one.get("name"), one["id"]):
                about = ", ".join(filter(None, (one.get("type"), one.get("status"))))
                yield Choice(one["id"], one.get("name") or one["id"], about)


def catalogs(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """Entries of the catalog by their STAC ids."""
    for page in platform.api.catalogs.search():
        for one in page.records:
            item = one.get("details") or {}
            name = str(item.get("id") or one["id"])
            if fits(search, name, one["id"]):
                yield Choice(one["id"], name, shown(str((item.get("properties") or {}).get("datetime") or "")))


def catalog_scenes(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """Scenes of which something is in the catalog, each once."""
    seen = set()
    for page in platform.api.catalogs.search():
        for one in page.records:
            item = one.get("details") or {}
            name = str(item.get("id") or "")
            if name and name not in seen and fits(search, name):
                seen.add(name)
                yield Choice(name, name, shown(str((item.get("properties") or {}).get("datetime") or "")))


def stores(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """Stores by name."""
    for one in platform.api.stores.list():
        if fits(search, one.get("name")):
            bucket = str((one.get("configs") or {}).get("bucket") or "")
            yield Choice(one["id"], one.get("name") or one["id"], ", ".join(filter(None, (one.get("type"), bucket))))


def insight_blocks(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """Blocks for insights, each version."""
    return _blocks(platform, search, "insight")


def all_blocks(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """All blocks, each version."""
    return _blocks(platform, search, "")


def _blocks(platform: Any, search: str, mode: str) -> Iterator[Choice]:
    for one in platform.api.blocks.list(mode):
        spec = one["spec"]
        name, version = str(spec["name"]), str(spec.get("version") or "")
        if fits(search, name, spec.get("title")):
            yield Choice(f"{name}/{version}", str(spec.get("title") or name), version)


def block_inputs(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """Inputs of the chosen block: by their names, with their descriptions and formats."""
    from ...providers.pixxel.flows.blocks import inputs_of

    for name, one in inputs_of(platform.api, values["BLOCK"]).items():
        yield Choice(name, str(one.get("description") or ""), str(one.get("format") or ""))


def insights(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """Insights of the chosen area."""
    if values.get("AOI"):
        for one in platform.api.insights.list(values["AOI"]):
            if fits(search, one.get("name")):
                yield Choice(one["id"], one.get("name") or one["id"], one.get("status") or "")


def workflows(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """Workflows of the chosen project."""
    for page in platform.api.workflows.list({"project_id": values.get("PROJECT", "")}):
        for one in page.records:
            if fits(search, one.get("name")):
                yield Choice(one["id"], one.get("name") or one["id"], one.get("description") or "")


def jobs(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """Jobs of the chosen workflow."""
    if values.get("WORKFLOW"):
        for one in platform.api.jobs.list(values["WORKFLOW"]):
            name = shown(one.get("created_at") or "") or one["id"]
            if fits(search, name, one["id"]):
                yield Choice(one["id"], name, one.get("status") or "")


def job_tasks(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """Tasks of the chosen job."""
    if values.get("WORKFLOW") and values.get("JOB_ID"):
        for one in platform.api.jobs.get(values["WORKFLOW"], values["JOB_ID"]).get("tasks") or ():
            if one.get("id") and fits(search, one.get("name")):
                yield Choice(one["id"], one.get("name") or one["id"], one.get("status") or "")
