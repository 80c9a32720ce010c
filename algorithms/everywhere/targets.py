"""Where an item goes: each place takes it by its platform's own flow, which waits until the platform has read it.

A raster that is a file of its platform (Picterra, PIX4D, Pixel) passes through to where one is taken as it comes
(Picterra, PIX4D, the Descartes Labs catalog). The others lie on this computer for a while. Pixel wants the digest of
each part announced first, and the raster's own pixels, system and cells are looked at before. A bundle of Pixxel is an
archive, of which one image is sent. What the raster service of the Descartes Labs catalog makes has no length before
its end, and a signed PUT wants one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ...core.problems import Problem
from ...core.translation import tr
from ...providers.work import NOT_THERE, Work
from .items import Item, plain_stem

TAGS = "tags"


@dataclass(frozen=True)
class Wish:
    """How it is to arrive: the ``kind`` of output of PIX4D, and whether what is there may be replaced (``replace``)."""

    kind: str
    replace: bool = False


Fits = Callable[..., object]
Send = Callable[[Any, str, Item, Wish, Work], str]


def _always(platform: Any, place: str, item: Item, wish: Wish, work: Work) -> None:
    """What arrives there stands beside what is there."""


@dataclass(frozen=True)
class Target:
    """``look`` raises for a place that will not take a raster, before anything is asked of the other platform.

    ``fits(platform, place, item, wish, work)`` raises where this item will not be taken or would replace what is
    there, before it is fetched; its work is
    what ``send`` will be given, so that what an earlier run of the same job has sent is no obstacle.
    ``lister`` lists the places, as ``module:function`` below ``algorithms``; ``like`` is the algorithm that sends
    there, which changes the same; ``passes``: whether it takes a file that passes through; ``single``: it has one item
    of a kind, so that several cannot be sent together."""

    platform: str
    look: Callable[[Any, str, Work], object]
    send: Send
    lister: str
    like: str
    optional: bool = False
    passes: bool = True
    single: bool = False
    fits: Fits = _always


# ---------------------------------------------------------------------- Picterra
def _look_at_folder(platform: Any, place: str, work: Work) -> object:
    return platform.api.during(work).folders.get(place) if place else None


def _into_folder(platform: Any, place: str, item: Item, wish: Wish, work: Work) -> str:
    from ...providers.picterra.flows import rasters

    details = rasters.details_of(
        name=item.name, folder_id=place, captured_at=item.captured, user_tag=",".join(item.tags),
        cloud_coverage=None if item.cloud is None else round(item.cloud),
    )
    return rasters.upload_raster(platform.api, platform.engine, item.source, details, work)


# ---------------------------------------------------------------------- Pixel
def _look_at_collection(platform: Any, place: str, work: Work) -> Any:
    from ...providers.pixel.flows.upload_target import find_target
    from ...providers.pixel.places import place_of

    return find_target(platform.api, place_of(place), "raster", work)


def _into_collection(platform: Any, place: str, item: Item, wish: Wish, work: Work) -> str:
    from ...core.rasters import check
    from ...providers.pixel.flows import items, uploads
    from ...providers.pixel.flows.imagery import CLOUD_COVER
    from ...providers.pixel.flows.upload_plan import UploadFile
    from ..pixel.upload_checks import area_of, look_at_rasters
    from ..pixel.upload_results import reason_of

    target = _look_at_collection(platform, place, work)
    rules = check.rules_of(target.type, target.rules)
    (look,) = look_at_rasters([item.path], rules, area_of(target.area), work.part("check", (0.0, 0.05)))
    if look.refused:
        words = tr("Nothing was sent, since the data collection “{place}” would refuse “{name}”. {reasons}")
        raise Problem(words.format(
            place=target.name, name=item.name, reasons=" ".join(one.words for one in look.refused)))
    fields = {"name": item.name, **({"capture_date": item.captured} if item.captured else {})}
    further = {**item.further, **({} if item.cloud is None else {CLOUD_COVER: item.cloud})}
    file = UploadFile(item.path, "raster", look.support, fields, further)
    (outcome,) = uploads.upload_files(platform.api, platform.engine, target.place, [file], work.part("upload"))
    if outcome.failed:
        words = tr("The data collection did not take “{name}”. {reason}")
        raise Problem(words.format(name=item.name, reason=reason_of(outcome)))
    if item.tags:
        changes: Any = {"add_tags": list(item.tags)}
        items.update(platform.api, "raster", target.place, [outcome.made], changes, work.part("tags"))
    return outcome.made


# ---------------------------------------------------------------------- PIX4D
def _look_at_project(platform: Any, place: str, work: Work) -> object:
    return platform.api.during(work).projects.get(place)


def _fits_project(platform: Any, place: str, item: Item, wish: Wish, work: Work) -> None:
    from ...providers.pix4d.flows.outputs import refuse_replacing

    if not wish.replace:
        refuse_replacing(platform.api, place, [wish.kind], work)


def _into_project(platform: Any, place: str, item: Item, wish: Wish, work: Work) -> str:
    from ...providers.pix4d.flows.outputs import date, identity, is_undated, register

    # An output has no date of its own, and a project has one for all that is in it.
    dates = work.once("dates", lambda: bool(item.captured) and is_undated(platform.api, place, work), lambda: NOT_THERE)
    made = register(platform.api, platform.engine, place, {item.source: wish.kind}, work, wish.replace)
    if dates:
        work.once("dated", lambda: date(platform.api, place, item.captured, work), lambda: NOT_THERE)
    return identity(place, made[0].output_id or made[0].type.name) if made else identity(place, wish.kind)


# ---------------------------------------------------------------------- Descartes Labs
def _look_at_product(platform: Any, place: str, work: Work) -> object:
    return platform.api.during(work).products.get(place)


def _fits_product(platform: Any, place: str, item: Item, wish: Wish, work: Work) -> None:
    from ...core.rasters.facts import read_facts
    from ...providers.descarteslabs.flows import uploads

    facts = read_facts(item.path) if item.bands is None and item.path.is_absolute() else None
    bands = item.bands if facts is None else facts.num_bands
    (one,) = _sendings(place, item, {})
    uploads.refuse_unfit(platform.api, place, one, _files(work), bands, wish.replace)


def _sendings(place: str, item: Item, request: Any) -> Any:
    from ...providers.descarteslabs.flows import uploads

    return uploads.of_files(place, [item.source], request, f"{plain_stem(item.path)}{item.path.suffix}")


def _files(work: Work) -> Work:
    return work.part("files", (0.0, 0.8))


def _into_product(platform: Any, place: str, item: Item, wish: Wish, work: Work) -> str:
    from ...providers.descarteslabs.flows import uploads

    _fits_product(platform, place, item, wish, work)  # once more: its bands can be counted now
    request: Any = {}
    if item.captured:
        request["acquired"] = item.captured
    if item.cloud is not None:
        request["cloud_fraction"] = min(1.0, max(0.0, item.cloud / 100))
    extra = {**item.further, **({TAGS: ",".join(item.tags)} if item.tags else {})}
    if extra:
        request["extra_properties"] = extra
    sending, sender = _sendings(place, item, request), _files(work)
    uploads.send(platform.api, platform.engine, place, sending, sender)
    (result,) = uploads.follow(platform.api, place, sending, work.part("read", (0.8, 1.0)), sender)
    reason = uploads.words(result)
    if reason:
        words = tr("The catalog could not read “{name}”: {reason}. Are the product's bands those of the file?")
        raise Problem(words.format(name=item.name, reason=reason))
    return sending[0].image


#: By the names in the parameter, which are those of scripts too and therefore not translated.
TARGETS: dict[str, Target] = {
    "Picterra folder": Target("picterra", _look_at_folder, _into_folder, "picterra.listers:folders",
                              "picterra_uploadraster", optional=True),
    "Pixel data collection": Target("pixel", _look_at_collection, _into_collection, "pixel.listers:raster_collections",
                                    "pixel_uploadrasters", passes=False),
    "PIX4D project": Target("pix4d", _look_at_project, _into_project, "pix4d.listers:projects",
                            "pix4d_registeroutput", single=True, fits=_fits_project),
    "Descartes Labs product": Target("descarteslabs", _look_at_product, _into_product, "descarteslabs.listers:products",
                                     "descarteslabs_uploadimages", fits=_fits_product),
}
