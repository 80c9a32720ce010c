"""Visualizations: created, listed, their legends edited and computed again, drawn, told as SLD (section 11)."""

from __future__ import annotations

import re

from ...platform import Answer, Call
from .. import visualizing
from ..records import Aoi, Asset, Index, Json, Visualization
from ..refusals import bad, missing, refusal
from ..registry import operation
from ..work.index import bins, measured, png, sld
from ..world import World
from .aois import aoi_of, asset_of

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


@operation("createVisualization")
def create_visualization(world: World, call: Call) -> Answer:
    """Begin to render an index of an AOI; 409 when the AOI is not ready, or has that visualization (same sources)."""
    aoi, given = aoi_of(world, call), call.body
    index = world.found(world.state.indices, given["index_id"], "index")
    if index.satellite != aoi.satellite:
        raise bad("index_id", "the index is of another satellite")
    if given.get("resolution", 1) <= 0:
        raise bad("resolution", "must be above zero")
    ready = [one for one in aoi.assets if one.kind == "mosaic" and one.status == "success"]
    if given.get("src_asset_ids"):
        chosen = [asset_of(aoi, world.check_id(one, "src_asset_ids")) for one in dict.fromkeys(given["src_asset_ids"])]
        if any(one.kind != "mosaic" for one in chosen):
            raise bad("src_asset_ids", "must be scenes of the AOI")
    else:
        chosen = ready
    if not chosen or any(one.status != "success" for one in chosen):
        raise refusal(409, "the scenes of this AOI are not ready")
    sources, now = [one.id for one in chosen], world.now()
    if any(one.aoi == aoi.id and one.index == index.id and one.sources == sources and one.status != "failed"
           and one.resolution == given.get("resolution") for one in world.state.visualizations.values()):
        raise refusal(409, "this visualization exists already", None, "already_exists")
    made = Visualization(world.new_id(), aoi.id, index.id, given.get("resolution"), world.key(call).user, now, sources,
                         updated=now)
    world.state.visualizations[made.id] = made
    visualizing.begin(world, aoi, index, chosen, made)
    return Answer(201, visualizing.answer(world, aoi, made, call.host))


@operation("listVisualizations")
def list_visualizations(world: World, call: Call) -> Answer:
    """Those of an AOI, the newest first."""
    aoi, query = aoi_of(world, call), call.query
    found = [one for one in reversed(world.state.visualizations.values())
             if one.aoi == aoi.id and query.get("type") in (None, "custom")
             and query.get("user_id") in (None, one.user) and query.get("index_id") in (None, one.index)
             and query.get("visualization_id") in (None, one.id)
             and query.get("expression_type") in (None, world.state.indices[one.index].expression_type)]
    for one in found:
        if one.status == "creating":
            one.progress = max(one.progress, world.progress(one.created, world.settings.pixxel_aoi_seconds))
    rows, pages = world.page(query, found)
    return Answer(200, {"pagination": pages, "visualization": [visualizing.list_answer(world, one) for one in rows]})


@operation("updateLegend")
def update_legend(world: World, call: Call) -> Answer:
    """Replace the legend of one mode; the other stays."""
    aoi, one, index = _ready(world, call)
    mode, given = call.body["visualization_mode"], call.body["legend"]
    _check_mode(index, mode)
    count = call.body.get("dynamic_bins")
    if mode == "dynamic" and count is None:
        raise bad("dynamic_bins", "is needed in dynamic mode")
    made = {day: _legend(_asset(aoi, one, day), index, mode, rows, count or 0) for day, rows in given.items()}
    for day, rows in made.items():
        one.legend[day][mode] = rows
    one.updated = world.now()
    return Answer(200, {"legend": one.legend})


def _legend(asset: Asset, index: Index, mode: str, rows: list[Json], count: int) -> list[Json]:
    if not rows:
        raise bad("legend", "must have classes")
    for row in rows:
        if not _COLOUR.fullmatch(row.get("color") or ""):
            raise bad("legend", "colours are written #rrggbb")
    if mode == "dynamic":
        if len(rows) != count:
            raise bad("legend", f"must have as many classes as dynamic_bins says: {count}")
        equal = bins(*visualizing.extremes(asset), index.colormap, count)
        rows = [{**new, "label": row.get("label") or new["label"], "color": row["color"]}
                for row, new in zip(rows, equal)]
    for row in rows:
        if row.get("min") is None or row.get("max") is None or row["min"] >= row["max"]:
            raise bad("legend", "every class needs min below max")
    plain = [{"label": row.get("label") or f"{row['min']:.2f} to {row['max']:.2f}", "color": row["color"],
              "min": row["min"], "max": row["max"]} for row in rows]
    return measured(asset.file, plain) if asset.file is not None else plain


@operation("rollbackLegend")
def rollback_legend(world: World, call: Call) -> Answer:
    """Compute the legend of one mode again."""
    aoi, one, index = _ready(world, call)
    given = call.body
    _check_index(one, given["index_id"])
    _check_mode(index, given["visualization_mode"])
    assets = [_asset(aoi, one, day) for day in given["dates"]]
    for asset in assets:
        mode = given["visualization_mode"]
        one.legend[visualizing.key_of(asset)][mode] = visualizing.usual(asset, index, mode)
    one.updated = world.now()
    return Answer(200, visualizing.answer(world, aoi, one, call.host))


@operation("renderPng")
def render_png(world: World, call: Call) -> Answer:
    """A picture with the legend drawn in."""
    aoi, one, index = _ready(world, call)
    _check_index(one, call.body["index_id"])
    asset = _asset(aoi, one, call.body["date"])
    legend: list[Json] = []
    if index.expression_type == "index":
        _check_mode(index, call.body["visualization_mode"])
        legend = one.legend[call.body["date"]][call.body["visualization_mode"]]
    if asset.file is None:
        raise missing("asset")
    return Answer(200, png(asset.file, legend), media_type="image/png")


@operation("renderSld")
def render_sld(world: World, call: Call) -> Answer:
    """Styles by mode and date; pictures without a legend have the same style in every mode."""
    aoi, one, index = _ready(world, call)
    found: dict[str, dict[str, str]] = {}
    for mode in call.body["visualization_modes"]:
        if index.expression_type == "index":
            _check_mode(index, mode)
        for day in call.body["dates"]:
            asset = _asset(aoi, one, day)
            legend = one.legend[day].get(mode, [])
            found.setdefault(mode, {})[day] = sld(asset.name, legend, index.expression_type)
    return Answer(200, {"sld": found})


def _ready(world: World, call: Call) -> tuple[Aoi, Visualization, Index]:
    """AOI, visualization and index of a path; 400 while it is not rendered."""
    aoi = aoi_of(world, call)
    one = world.found(world.state.visualizations, call.path["visualization_id"], "visualization")
    if one.aoi != aoi.id:
        raise missing("visualization")
    if one.status != "success":
        raise refusal(400, f"the visualization is {one.status}")
    return aoi, one, world.state.indices[one.index]


def _check_index(one: Visualization, number: str) -> None:
    if number != one.index:
        raise bad("index_id", "is not the index of this visualization")


def _check_mode(index: Index, mode: str) -> None:
    if mode not in visualizing.modes(index):
        raise bad("visualization_mode", f"this visualization has no {mode} legend")


def _asset(aoi: Aoi, one: Visualization, day: str) -> Asset:
    for asset in visualizing.assets_of(aoi, one):
        if visualizing.key_of(asset) == day:
            return asset
    raise bad("date", f"there is no scene of {day}")
