"""Uploads from the signed address to the image record (section 8)."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

from ..errors import invalid
from ..platform import Call
from .records import Image, Product, Result, Stored, Upload
from .removal import remove_files
from .rules import check_id, check_image, clean_image
from .work.intake import BandRule, Outcome, Task, take_in
from .world import KEYS, World

BUCKET = "dl-sandbox"
"""D12."""
ENDINGS = (".tif", ".tiff", ".jp2")
FAILURES = ("exception", "oom", "timeout", "internal", "unknown", "py_version_mismatch")


# ---------------------------------------------------------------------- announced
def open_upload(world: World, call: Call, product: Product) -> str:
    """Expect a file; answers the signed address for its PUT."""
    upload_id = check_id("upload_id", call.path["upload_id"])
    given = dict(call.body)
    controls = given.pop("process_controls")
    systems = {name: given.pop(name) for name in ("proj4", "wkt_srs") if name in given}
    if controls["upload_type"] == "ndarray":
        if len(systems) == 2:
            raise invalid("wkt_srs", "Only one of proj4 and wkt_srs can be given.")
        given.pop("geotrans", None)
        controls = {**controls, "geotrans": call.body.get("geotrans"), "system": next(iter(systems.values()), None)}
    elif "proj4" in systems:
        given["proj4"] = systems["proj4"]
    files, image = _names(upload_id, controls)
    check_image(clean_image(given))
    slot = world.services.blobs.open_slot(KEYS.rstrip("/"))
    world.state.uploads.append(Upload(next(world.state.numbers), product.id, upload_id, image, files, slot, given,
                                      controls, call.account))
    return world.services.blobs.address("PUT", slot.key, call.host, world.settings.descarteslabs_signed_seconds)


def _names(upload_id: str, controls: dict[str, Any]) -> tuple[tuple[str, ...], str]:
    """The names of the files of the image, and its id (D08, D10)."""
    several = controls.get("multi_file")
    if several is None:
        return (upload_id,), without_ending(upload_id)
    files = tuple(several["image_files"])
    if upload_id not in files or len(set(files)) < len(files):
        raise invalid("image_files", f"Must name {upload_id}, and every file once.")
    return files, check_id("image_id", without_ending(several["image_id"]))


def without_ending(name: str) -> str:
    """A name without the closing ``.tif`` or ``.jp2``."""
    for ending in ENDINGS:
        if name.lower().endswith(ending) and len(name) > len(ending):
            return name[:-len(ending)]
    return name


# ---------------------------------------------------------------------- arrived
def settle_uploads(world: World) -> None:
    """Begin to take in what has arrived: one file, or all files of an image. Of two with the same name the later one
    counts."""
    waiting = [one for one in world.state.uploads if one.job is None]
    for one in waiting:
        if one.job is not None or not one.slot.stored:
            continue
        arrived = [other for other in waiting if other.slot.stored and other.job is None and (
            other.product, other.image, other.files) == (one.product, one.image, one.files)]
        parts = {other.upload_id: other for other in arrived}
        if set(parts) == set(one.files):
            _start(world, [parts[name] for name in one.files])
            for other in arrived:
                if other.job is None:
                    _forget(world, other)
    world.state.uploads = [one for one in world.state.uploads if one.job is None or one.job.status == "running"]
    _settle_objects(world)


def _forget(world: World, one: Upload) -> None:
    """Drop a file that was sent again before the image was whole."""
    one.slot.path.unlink(missing_ok=True)
    world.state.uploads.remove(one)


def _settle_objects(world: World) -> None:
    """Keep the files that were sent to addresses of the storage service."""
    for entry in list(world.state.incoming):
        slot, kind, owner, key = entry
        if slot.stored:
            path = world.new_path("object")
            slot.path.replace(path)
            old = world.state.objects.get((kind, owner, key))
            world.state.objects[kind, owner, key] = Stored(path, owner)
            if old is not None:
                world.remove_file(old.path)
            world.state.incoming.remove(entry)


def _start(world: World, parts: list[Upload]) -> None:
    """Take in one image."""
    first, begun = parts[0], world.clock.now()
    folder = world.new_path("x").parent
    for number, one in enumerate(parts):
        one.path = folder / f"{number}.incoming"
        # The slot stays known: a second PUT to the same address is refused as one too many (D16).
        one.slot.path.replace(one.path)
    trouble = next((one for one in world.troubles if _hits(one, first.upload_id)), {})
    rules = tuple(BandRule(one.name, int(one.attributes["srcfile"]), int(one.attributes["srcband"]),
                           one.attributes["dtype"], one.attributes.get("nodata"))
                  for one in world.state.bands_of(first.product))
    task = Task(first.product, first.image, tuple(one.upload_id for one in parts),
                tuple(one.path for one in parts if one.path is not None), first.controls, rules)

    def finish(outcome: Outcome) -> dict[str, Any]:
        _note(world, parts, outcome, begun, trouble.get("failure_type"))
        product = world.state.products.get(first.product)
        if outcome.failed or trouble.get("failure_type") or product is None:
            world.remove_file(folder / "x")
        else:
            _become(world, product, first, outcome)
        return {}

    def fail(words: str) -> None:
        _note(world, parts, Outcome(exception_name="RuntimeError", stacktrace=words), begun, "internal")
        world.remove_file(folder / "x")

    seconds = float(trouble.get("seconds", world.settings.descarteslabs_upload_seconds))
    job = world.jobs.start("upload", first.account.name, {}, seconds, finish=finish, fail=fail, work=take_in,
                           arguments=(task,))
    for one in parts:
        one.job = job


def _hits(trouble: dict[str, Any], name: str) -> bool:
    """Whether it is this file's turn; a trouble with ``times`` is over after so many files."""
    if not fnmatchcase(name, trouble["names"]) or trouble["times"] <= 0:
        return False
    trouble["times"] -= 1
    return True


# ---------------------------------------------------------------------- ended
def _note(world: World, parts: list[Upload], outcome: Outcome, begun: float, failure: str | None) -> None:
    """Keep how an upload ended, for each of its files (D10); only the latest of a name is kept."""
    now = world.clock.now()
    failed = outcome.failed or failure is not None
    kind = failure or ("exception" if outcome.failed else None)
    name = outcome.exception_name if outcome.failed else ("MemoryError" if failure == "oom" else None)
    for one in parts:
        if one.product not in world.state.products:
            continue
        shown = one.upload_id
        if one.controls["upload_type"] == "ndarray" and not shown.endswith(".tif"):
            shown += ".tif"
        world.state.results[one.product, shown] = Result(
            next(world.state.numbers), one.product, shown, begun, now, "FAILURE" if failed else "SUCCESS",
            outcome.runtime, outcome.peak_memory, outcome.logs, kind, name, outcome.stacktrace)


def _become(world: World, product: Product, one: Upload, outcome: Outcome) -> None:
    """Make the record from what was found and what was given, which comes first (D17, D23)."""
    now = world.clock.moment()
    attributes: dict[str, Any] = {
        "acquired": now, "processed": now, "published": now, "storage_state": "available",
        "bucket": [BUCKET] * len(outcome.paths), "directory": [product.id] * len(outcome.paths),
        "files": [path.name for path in outcome.paths], **outcome.facts, **clean_image(one.given)}
    filled = frozenset(attributes) - set(one.given) - {"storage_state"}
    old = world.state.images.get((product.id, one.image))
    if old is not None:
        remove_files(world, old)
    world.state.images[product.id, one.image] = Image(
        product.id, one.image, attributes, product.access.copy(), world.clock.now(), list(outcome.paths), product.core,
        filled)
    for path in outcome.paths:
        world.state.objects["products", "", f"{product.id}/{path.name}"] = Stored(path, product.id, product.id)
