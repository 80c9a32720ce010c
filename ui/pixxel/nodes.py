"""What Pixxel holds, as the Hub dock and the Browser show it.

The kinds are those of ``providers/pixxel/flows/browse.py``. An algorithm with a choice parameter of a kind is in the
menus of such entries by itself. What is named here: ``offers``, algorithms in the menu of a heading; ``first``, the
order; and, in ``CHANGES``, below which kinds an algorithm changes something.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ...core.moments import shown
from ...core.translation import tr
from ...providers.capabilities import Entry
from ...providers.work import Work
from ..nodes.description import Fact, NodeKind, Place
from . import changes, further

Words = Callable[[], str]
CHANGES = changes.CHANGES

_CREATED = Fact("created_at", lambda: tr("Created"), "moment")
_ORDERED = {
    "UNPAID": lambda: tr("not paid"),
    "PAYMENT_IN_PROGRESS": lambda: tr("being paid"),
    "PAID": lambda: tr("paid"),
    "REFUND": lambda: tr("refunded"),
}
_ITEM = {
    "DRAFT": lambda: tr("draft"),
    "SUBMITTED": lambda: tr("submitted"),
    "ACTIVE": lambda: tr("active"),
    "IN_PROGRESS": lambda: tr("under way"),
    "FULFILLED": lambda: tr("done"),
    "PARTIALLY_FULFILLED": lambda: tr("done in part"),
    "CANCELLED": lambda: tr("cancelled"),
    "EXPIRED": lambda: tr("expired"),
    "FAILED": lambda: tr("failed"),
}
_MADE = {
    "pending": lambda: tr("waiting"),
    "created": lambda: tr("waiting"),
    "started": lambda: tr("waiting"),
    "creating": lambda: tr("under way"),
    "running": lambda: tr("under way"),
    "updating": lambda: tr("being updated"),
    "success": lambda: tr("done"),
    "completed": lambda: tr("done"),
    "partial_success": lambda: tr("done in part"),
    "failed": lambda: tr("failed"),
}
_SENT = {
    "UNSPECIFIED": lambda: tr("not known"),
    "NOT_APPLICABLE": lambda: tr("none was asked for"),
    "CREATED": lambda: tr("waiting"),
    "PENDING": lambda: tr("waiting"),
    "IN_PROGRESS": lambda: tr("under way"),
    "SUCCESS": lambda: tr("done"),
    "SUCCESSFUL": lambda: tr("done"),
    "FAILED": lambda: tr("failed"),
}
_SORTS = {
    "TASKING": lambda: tr("Tasking"),
    "ARCHIVE": lambda: tr("Archive"),
    "RECURRING": lambda: tr("Tasking, again and again"),
    "mosaic": lambda: tr("Mosaic"),
    "stac_item": lambda: tr("Scene"),
    "visualization": lambda: tr("Visualization"),
    "composite": lambda: tr("Composite"),
    "index": lambda: tr("Index"),
    "grayscale": lambda: tr("Shades of grey"),
    "preset": lambda: tr("the platform"),
    "custom": lambda: tr("you or your workspace"),
    "insight": lambda: tr("Insight"),
    "workflow": lambda: tr("Workflow"),
}
_PAID = {
    "PAID": lambda: tr("paid"),
    "UNPAID": lambda: tr("not paid"),
    "REFUND": lambda: tr("refunded"),
    "PARTIAL-REFUND": lambda: tr("refunded in part"),
    "PARTIAL-MONTHLY": lambda: tr("paid month by month"),
}
_FEASIBLE = {
    "SUCCESS": lambda: tr("possible"),
    "WEAK_SUCCESS": lambda: tr("possible, with little room"),
    "FAILED": lambda: tr("not possible"),
    "NOT_APPLICABLE": lambda: tr("not asked for"),
    "UNSPECIFIED": lambda: tr("not known"),
}
_REPEATED = {
    "ONCE": lambda: tr("once"),
    "MONTHLY": lambda: tr("every month"),
    "BIMONTHLY": lambda: tr("every two months"),
    "QUARTERLY": lambda: tr("every three months"),
    "NOT_APPLICABLE": lambda: tr("not repeated"),
}
_IMAGES = {
    "VNIR": lambda: tr("visible and near infrared"),
    "SWIR": lambda: tr("short-wave infrared"),
    "VSWIR": lambda: tr("visible to short-wave infrared"),
}
_BUCKETS = {
    "S3": lambda: tr("Amazon S3"),
    "GCS": lambda: tr("Google Cloud Storage"),
    "AZBLOB": lambda: tr("Azure Blob Storage"),
}
_DONE = ("success", "completed", "FULFILLED", "SUCCESS", "SUCCESSFUL", "PAID", "released")
_BAD = ("failed", "FAILED", "EXPIRED", "CANCELLED", "partial_success", "PARTIALLY_FULFILLED")


def _said(words: dict[str, Words]) -> Callable[[str], str]:
    """A value of the platform in our words; its own where we have none."""
    return lambda value: words[value]() if value in words else value


def _waves(value: str) -> str:
    low, _, high = value.partition(" ")
    return tr("{low} to {high}").format(low=low, high=high)


def _logged(value: str) -> str:
    """Lines of a log, with the times that some begin with as people write them."""
    begun = (line.partition(" ") for line in value.splitlines())
    return "\n".join(f"{shown(first)}{space}{rest}" for first, space, rest in begun)


def _heading(kind: str, title: Words, icon: str, empty: Words, *offers: str) -> NodeKind:
    return NodeKind(kind, title, title, icon, group=True, offers=offers, empty=empty)


def _scene(kind: str, title: Words, plural: Words, *first: str, shown: bool = False) -> NodeKind:
    return NodeKind(
        kind, title, plural, "raster", leaf=True, date="datetime", page=True, first=first, pictured=True,
        imagery=shown, activate=first[0] if shown else "",
        facts=(
            Fact("datetime", lambda: tr("Captured"), "moment"),
            Fact("platform", lambda: tr("Satellite")),
            Fact("eo:cloud_cover", lambda: tr("Cloud cover"), "percent"),
            Fact("rd:product_level", lambda: tr("Level")),
            Fact("gsd", lambda: tr("Ground resolution (m)")),
            Fact("view:off_nadir", lambda: tr("Off-nadir angle (degrees)")),
            Fact("area", lambda: tr("Area (km²)")),
            Fact("delivery_status", lambda: tr("Delivery to a store"), words=_said(_SENT)),
            _CREATED,
        ),
    )


def _plain(
    kind: str, title: Words, plural: Words, icon: str, states: dict[str, Words], *facts: Fact, leaf: bool = True,
    first: tuple[str, ...] = (), delete: str = "", activate: str = "",
    named: Callable[[Entry], str] = lambda entry: entry.name, date: str = "created_at",
    asks: Callable[[Any, Place, Work], Mapping[str, str]] | None = None,
) -> NodeKind:
    return NodeKind(
        kind, title, plural, icon, leaf=leaf, page=True, date=date, states=states, bad=_BAD, usual=_DONE,
        facts=(*facts, _CREATED), first=first, delete=delete, activate=activate, empty=lambda: tr("Nothing here yet."),
        named=named, further=asks,
    )


_DESCRIPTION = Fact("description", lambda: tr("Description"))
_PROGRESS = Fact("progress", lambda: tr("Progress"), "percent")
_COST = Fact("cost", lambda: tr("Cost (tokens)"))
_SAYS = Fact("err_msg", lambda: tr("The platform says"))
_RESULTS = Fact("results", lambda: tr("Results"))

KINDS = (
    # ------------------------------------------------------------------ headings
    _heading("projects", lambda: tr("Projects"), "projects", lambda: tr("The key can see no project.")),
    _heading("aois", lambda: tr("Areas of interest"), "area", lambda: tr("No area of interest yet."),
             "pixxel_createaoi", "pixxel_createaois", "pixxel_listaois"),
    _heading("catalogs", lambda: tr("Catalog"), "collections", lambda: tr("Nothing was delivered yet."),
             "pixxel_searchcatalog"),
    _heading("orders", lambda: tr("Orders"), "processing", lambda: tr("Nothing was ordered yet."),
             "pixxel_ordertasking", "pixxel_orderarchive", "pixxel_listorders", "pixxel_listorderitems",
             "pixxel_orderreport"),
    _heading("order_items", lambda: tr("Order items"), "processing", lambda: tr("Nothing was ordered yet."),
             "pixxel_ordertasking", "pixxel_orderarchive", "pixxel_listorderitems"),
    _heading("workflows", lambda: tr("Workflows"), "jobs", lambda: tr("No workflow. They are made in the console.")),
    _heading("assets", lambda: tr("Assets"), "rasters", lambda: tr("No asset yet."), "pixxel_listassets",
             "pixxel_downloadassets"),
    _heading("visualizations", lambda: tr("Visualizations"), "results", lambda: tr("No visualization yet."),
             "pixxel_createvisualization", "pixxel_listvisualizations"),
    _heading("insights", lambda: tr("Insights"), "analysis", lambda: tr("No insight yet."),
             "pixxel_createinsight", "pixxel_listinsights"),
    _heading("archives", lambda: tr("Archive"), "archive", lambda: tr("No collection that this key can see."),
             "pixxel_searcharchive", "pixxel_listcollections"),
    _heading("satellites", lambda: tr("Satellites"), "searches", lambda: tr("No satellite."),
             "pixxel_searchscenes", "pixxel_listsatellites"),
    _heading("bandsets", lambda: tr("Sets of bands"), "items", lambda: tr("No set of bands."), "pixxel_listbandsets"),
    _heading("indices", lambda: tr("Indices"), "results", lambda: tr("No index."),
             "pixxel_createindex", "pixxel_listindices"),
    _heading("blocks", lambda: tr("Blocks"), "analysis", lambda: tr("No block."), "pixxel_listblocks"),
    _heading("stores", lambda: tr("Stores"), "drive", lambda: tr("No store yet."), "pixxel_createstore",
             "pixxel_liststores"),
    _heading("deliveries", lambda: tr("Deliveries"), "send_to", lambda: tr("Nothing was sent to a store yet."),
             "pixxel_deliver", "pixxel_listdeliveries"),
    # ------------------------------------------------------------------ entries
    NodeKind(
        "project", lambda: tr("Project"), lambda: tr("Projects"), "project", page=True, date="created_at",
        facts=(Fact("name", lambda: tr("Name")), Fact("members_count", lambda: tr("Members")), _CREATED),
        empty=lambda: "",
        first=("pixxel_createaoi", "pixxel_createaois", "pixxel_ordertasking", "pixxel_orderarchive",
               "pixxel_searchcatalog"),
    ),
    NodeKind(
        "aoi", lambda: tr("Area of interest"), lambda: tr("Areas of interest"), "area", page=True, date="created_at",
        states=_MADE, bad=_BAD, usual=_DONE, empty=lambda: "",
        first=("pixxel_createvisualization", "pixxel_createinsight", "pixxel_downloadassets", "pixxel_listassets"),
        facts=(
            _DESCRIPTION, _PROGRESS, Fact("area_in_sq_m", lambda: tr("Area (m²)")),
            Fact("satellite", lambda: tr("Satellite")), Fact("project", lambda: tr("Project")),
            _CREATED,
        ),
    ),
    _plain("asset", lambda: tr("Asset"), lambda: tr("Assets"), "raster", _MADE,
           Fact("asset_type", lambda: tr("Type"), words=_said(_SORTS)), Fact("date", lambda: tr("Captured"), "day"),
           Fact("resolution", lambda: tr("Resolution (m)")), _PROGRESS, _DESCRIPTION,
           first=("pixxel_downloadassets",), activate="pixxel_downloadassets"),
    _plain("visualization", lambda: tr("Visualization"), lambda: tr("Visualizations"), "results", _MADE,
           Fact("index", lambda: tr("Index")), _PROGRESS, Fact(further.DAY, lambda: tr("Legend of"), "day"),
           Fact(further.LEGENDS[0], lambda: tr("Dynamic legend"), "classes"),
           Fact(further.LEGENDS[1], lambda: tr("Theoretical legend"), "classes"),
           first=("pixxel_downloadpicture", "pixxel_downloadstyle", "pixxel_editlegend", "pixxel_resetlegend",
                  "pixxel_listlegend"), asks=further.of_visualization),
    _plain("insight", lambda: tr("Insight"), lambda: tr("Insights"), "analysis", _MADE, _PROGRESS, _RESULTS, _COST,
           _SAYS, first=("pixxel_downloadinsight", "pixxel_deleteinsight"), activate="pixxel_downloadinsight",
           delete="pixxel_deleteinsight"),
    _scene("catalog", lambda: tr("Catalog entry"), lambda: tr("Catalog entries"), "pixxel_downloadcatalog",
           "pixxel_deliver", shown=True),
    *(_scene(kind, lambda: tr("Scene"), lambda: tr("Scenes"), "pixxel_orderarchive", "pixxel_createaoi")
      for kind in ("scene", "found_scene")),
    _plain("archive", lambda: tr("Collection"), lambda: tr("Collections"), "archive", {}, _DESCRIPTION,
           Fact("license", lambda: tr("Licence")), leaf=False),
    _plain("order", lambda: tr("Order"), lambda: tr("Orders"), "processing", _ORDERED,
           Fact("total_amount", lambda: tr("Price (tokens)")), Fact("paid_at", lambda: tr("Paid"), "moment"),
           leaf=False),
    _plain("order_item", lambda: tr("Order item"), lambda: tr("Order items"), "processing", _ITEM,
           Fact("type", lambda: tr("Type"), words=_said(_SORTS)), Fact("usecase", lambda: tr("Use case")),
           Fact("payment_status", lambda: tr("Payment"), words=_said(_PAID)), Fact("area", lambda: tr("Area (km²)")),
           Fact("final_amount", lambda: tr("Price (tokens)")),
           Fact("feasibility_status", lambda: tr("Feasibility"), words=_said(_FEASIBLE)),
           Fact("last_feasibility_check", lambda: tr("Feasibility looked at"), "moment"),
           Fact("faults", lambda: tr("What is wrong with it")),
           Fact("recurrence", lambda: tr("Repeated"), words=_said(_REPEATED)),
           Fact("no_of_occurrences", lambda: tr("Times")), Fact("start_date", lambda: tr("From"), "day"),
           Fact("end_date", lambda: tr("Before"), "day"),
           Fact("cloud_cover", lambda: tr("Greatest cloud cover"), "percent"),
           Fact("off_nadir", lambda: tr("Greatest off-nadir angle (degrees)")),
           Fact("image_type", lambda: tr("Bands"), words=_said(_IMAGES)), leaf=False, asks=further.of_order_item),
    _plain("order_task", lambda: tr("Task"), lambda: tr("Tasks"), "processing", _ITEM,
           Fact("delivery_status", lambda: tr("Delivery to a store"), words=_said(_SENT)),
           Fact("start_date", lambda: tr("From"), "day"), Fact("end_date", lambda: tr("To"), "day"),
           Fact("number_of_strips", lambda: tr("Strips")), Fact("tokens_used", lambda: tr("Cost (tokens)")),
           named=lambda entry: _said(_SORTS)(entry.name)),
    _plain("workflow", lambda: tr("Workflow"), lambda: tr("Workflows"), "jobs", {}, _DESCRIPTION, leaf=False,
           first=("pixxel_runworkflow", "pixxel_getworkflow", "pixxel_listjobs")),
    _plain("job", lambda: tr("Job"), lambda: tr("Jobs"), "jobs", _MADE, _PROGRESS, _COST,
           Fact("time_taken", lambda: tr("Time taken")), leaf=False, first=("pixxel_downloadjob", "pixxel_getjob"),
           activate="pixxel_downloadjob", named=lambda entry: shown(entry.name), date=""),
    _plain("job_task", lambda: tr("Task"), lambda: tr("Tasks"), "jobs", _MADE,
           Fact("state_msg", lambda: tr("State"), words=_said(_MADE)), _PROGRESS, _RESULTS,
           Fact("disclaimer", lambda: tr("To be known")), _SAYS, Fact("logs", lambda: tr("Log"), words=_logged),
           Fact("time_taken", lambda: tr("Time taken")), first=("pixxel_downloadjob",),
           activate="pixxel_downloadjob"),
    _plain("satellite", lambda: tr("Satellite"), lambda: tr("Satellites"), "searches", {},
           Fact("bands", lambda: tr("Bands")), Fact("wavelengths", lambda: tr("Wavelengths (nm)"), words=_waves),
           Fact("collections", lambda: tr("Collections")), first=("pixxel_searchscenes", "pixxel_createaoi")),
    _plain("bandset", lambda: tr("Set of bands"), lambda: tr("Sets of bands"), "items", {}, _DESCRIPTION,
           Fact("captures", lambda: tr("Passes")), Fact("bands", lambda: tr("Bands")),
           Fact("wavelengths", lambda: tr("Wavelengths (nm)"))),
    _plain("index", lambda: tr("Index"), lambda: tr("Indices"), "results", {}, _DESCRIPTION,
           Fact("expression", lambda: tr("Expression")), Fact("satellite", lambda: tr("Satellite")),
           Fact("expression_type", lambda: tr("Type"), words=_said(_SORTS)),
           Fact("type", lambda: tr("Made by"), words=_said(_SORTS))),
    _plain("block", lambda: tr("Block"), lambda: tr("Blocks"), "analysis",
           {"released": lambda: tr("released")}, _DESCRIPTION, Fact("version", lambda: tr("Version")),
           Fact("price", lambda: tr("Price (tokens)"))),
    _plain("store", lambda: tr("Store"), lambda: tr("Stores"), "drive", {},
           Fact("type", lambda: tr("Type"), words=_said(_BUCKETS)), Fact("bucket", lambda: tr("Bucket")),
           Fact("region", lambda: tr("Region")), Fact("path_prefix", lambda: tr("Path")), delete="pixxel_deletestore"),
    _plain("delivery", lambda: tr("Delivery"), lambda: tr("Deliveries"), "send_to", _SENT,
           Fact("target_path", lambda: tr("Path"))),
)
