"""Rasters: list, read, edit, delete, download (section 9.2)."""

from __future__ import annotations

from ...errors import invalid
from ...platform import Answer, Call
from .. import answers, removal
from ..records import Raster
from ..world import World
from .registry import operation

TRUE = ("True", "true", "1")
EDITABLE = ("name", "identity_key", "cloud_coverage", "user_tag")


@operation("listRasters")
def list_rasters(world: World, call: Call) -> Answer:
    """A page of rasters, newest first."""
    return world.pages.answer(call, world.services.settings.page_size, world.state.version,
                              lambda: _search(world, call), lambda one: answers.raster(world, one, call.host))


def _search(world: World, call: Call) -> list[Raster]:
    """Filters: the name by substring without case, the tag exactly (A9); bounds inclusive, rasters without the value
    left out (A9b)."""
    state, query = world.state, call.query
    found = [one for one in reversed(state.rasters.values()) if one.listed and state.role(call.account, one)]
    if "search" in query:
        found = [one for one in found if query["search"].lower() in one.name.lower()]
    if "folder" in query:
        found = [one for one in found if one.folder_id == query["folder"]]
    if "user_tag" in query:
        found = [one for one in found if one.user_tag == query["user_tag"]]
    if "max_cloud_coverage" in query:
        found = [one for one in found
                 if one.cloud_coverage is not None and one.cloud_coverage <= query["max_cloud_coverage"]]
    if "captured_before" in query:
        bound = answers.moment(query["captured_before"]) or ""
        found = [one for one in found if one.captured_at is not None and one.captured_at <= bound]
    if "captured_after" in query:
        bound = answers.moment(query["captured_after"]) or ""
        found = [one for one in found if one.captured_at is not None and one.captured_at >= bound]
    if "has_vector_layers" in query:
        wanted = query["has_vector_layers"] in TRUE
        with_layers = {layer.raster_id for layer in state.layers.values()}
        found = [one for one in found if (one.id in with_layers) == wanted]
    return found


@operation("getRaster")
def get_raster(world: World, call: Call) -> Answer:
    """One raster; ``processing`` before its commit (A14)."""
    return Answer(200, answers.raster(world, world.state.raster(call.account, call.path["raster_id"]), call.host))


@operation("editRaster")
def edit_raster(world: World, call: Call) -> Answer:
    """Change the fields that are sent."""
    one = world.state.raster(call.account, call.path["raster_id"], change=True)
    body = call.body
    if "name" in body and not body["name"].strip():
        raise invalid("name", "This field may not be blank.")
    if "folder_id" in body:
        folder = world.state.folders.get(body["folder_id"])
        if folder is None or world.state.role(call.account, folder) in (None, "viewer"):
            raise invalid("folder_id", "There is no such folder.")
    if "multispectral_band_specification" in body:
        _check_bands(one, body["multispectral_band_specification"])
        one.band_specification = body["multispectral_band_specification"]
    if "folder_id" in body:
        one.folder_id = body["folder_id"]
    if "captured_at" in body:
        one.captured_at = answers.moment(body["captured_at"])
    for name in EDITABLE:
        if name in body:
            setattr(one, name, body[name])
    return Answer(204)


def _check_bands(one: Raster, wanted: dict[str, object]) -> None:
    """One range per band, band numbers from 0 (section 9.2); only for rasters that keep all bands."""
    field = "multispectral_band_specification"
    if not one.multispectral:
        raise invalid(field, "This raster is not multispectral.")
    if one.report is None:
        raise invalid(field, "This raster is not ready.")
    bands = one.report.bands
    ranges = wanted["ranges"]
    if not isinstance(ranges, list) or len(ranges) != bands:
        raise invalid(field, f"One range per band is needed: {bands}.")
    if any(low >= high for low, high in ranges):
        raise invalid(field, "Each range needs its minimum below its maximum.")
    shown = list(wanted.get("vizbands") or [])  # type: ignore[call-overload]
    for display in wanted.get("display_bands") or []:  # type: ignore[attr-defined]
        shown += display.get("bands", [])
    if any(not 0 <= number < bands for number in shown):
        raise invalid(field, f"Bands are numbered from 0 to {bands - 1}.")


@operation("deleteRaster")
def delete_raster(world: World, call: Call) -> Answer:
    """Delete a raster with its layers, markers, areas and annotations (A32)."""
    removal.remove_raster(world, world.state.raster(call.account, call.path["raster_id"], change=True))
    return Answer(204)


@operation("getRasterDownloadUrl")
def download_raster(world: World, call: Call) -> Answer:
    """A signed address of the file as it was uploaded."""
    one = world.state.raster(call.account, call.path["raster_id"])
    key = f"rasters/{one.id}.tif"
    if world.blobs.content(key) is None:
        raise invalid("non_field_errors", "This raster has no file that can be downloaded.")
    return Answer(200, {"download_url": world.blobs.address("GET", key, call.host)})
