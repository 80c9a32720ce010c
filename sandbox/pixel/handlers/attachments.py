"""Attachments of projects, data collections and images: registered, completed, listed, moved, deleted (section 15)."""

from __future__ import annotations

import mimetypes
from typing import Any

from ...errors import detail, not_found
from ...located import unprocessable
from ...platform import Answer, Call
from .. import answers
from ..records import Attachment
from ..registry import operation
from ..world import World

PENDING, COMPLETED = "Pending", "Completed"


def shown(world: World, one: Attachment, host: str) -> dict[str, Any]:
    """An attachment (A22); a pending one with the form that takes its file."""
    target = None
    if one.status == PENDING:
        url, fields = world.form(one.deposit, host)
        target = {"url": url, "fields": fields}
    kind = mimetypes.guess_type(one.name)[0] or "application/octet-stream"
    return {"id": one.id, "name": one.name, "description": one.description, "status": one.status,
            "upload_file_params": target, "resource_type": one.resource_type, "resource_id": one.resource_id,
            "download_url": world.address(one.file, host, kind), "created_at": answers.moment(world, one.created)}


def _owner(world: World, kind: str, number: int) -> tuple[str, int]:
    """What attachments belong to; 404 when it is not there."""
    if kind == "project":
        return kind, world.live_project(number).id
    if kind == "data_collection":
        return kind, world.live_collection(number).id
    image = world.state.images.get(number)
    if image is None or not world.state.live(world.state.collections[image.collection]):
        raise not_found(f"Image {number} was not found")
    return kind, number


def _named(world: World, call: Call) -> Attachment:
    """The attachment of a query; 404 when its owner has none of that id."""
    owner = _owner(world, call.query["resource_type"], call.query["resource_id"])
    one = world.state.attachments.get(call.query["attachment_id"])
    if one is None or (one.resource_type, one.resource_id) != owner:
        raise not_found(f"Attachment {call.query['attachment_id']} was not found in {owner[0]} {owner[1]}")
    return one


@operation("listAttachments")
def list_attachments(world: World, call: Call) -> Answer:
    """All of an owner by id, of one status or of both."""
    owner = _owner(world, call.query["resource_type"], call.query["resource_id"])
    status = call.query.get("status")
    found = [one for one in world.state.attachments.values()
             if (one.resource_type, one.resource_id) == owner and status in (None, one.status)]
    return Answer(200, [shown(world, one, call.host) for one in sorted(found, key=lambda one: one.id)])


@operation("createAttachments")
def create_attachments(world: World, call: Call) -> Answer:
    """A form for each file."""
    owner = _owner(world, call.query["resource_type"], call.query["resource_id"])
    names = [one["name"] for one in call.body["files"]]
    if len(set(names)) < len(names):
        raise unprocessable("Names of attachments must differ within one call", "files")
    made = []
    for one in call.body["files"]:
        attachment = Attachment(world.new_id(), *owner, one["name"], one["description"],
                                world.presigned.open(one["md5"]), world.clock.now())
        world.state.attachments[attachment.id] = attachment
        made.append(attachment)
    return Answer(200, [shown(world, one, call.host) for one in made])


@operation("updateAttachment")
def update_attachment(world: World, call: Call) -> Answer:
    """Its file is there; 409 when it is not, and for one that is to be pending again."""
    one, status = _named(world, call), call.query["status"]
    if status != one.status:
        if status == PENDING:
            raise detail(409, f"Attachment {one.id} is completed")
        if not one.deposit.stored:
            raise detail(409, f"The file of attachment {one.id} has not arrived")
        one.file = world.keep(one.deposit)
        one.status = COMPLETED
    return Answer(200, shown(world, one, call.host))


@operation("moveAttachment")
def move_attachment(world: World, call: Call) -> Answer:
    """Give it to another owner."""
    one = _named(world, call)
    one.resource_type, one.resource_id = _owner(world, call.query["new_resource_type"], call.query["new_resource_id"])
    return Answer(200, shown(world, one, call.host))


@operation("deleteAttachment")
def delete_attachment(world: World, call: Call) -> Answer:
    """For good, with its file."""
    one = _named(world, call)
    world.presigned.close(one.deposit)
    one.deposit.discard()
    world.remove_file(one.file)
    del world.state.attachments[one.id]
    return Answer(200, answers.deleted(one.id))
