"""Temporary credentials for the object storage, of three kinds (section 6)."""

from __future__ import annotations

from typing import Any

from ...errors import Refusal, detail, invalid, not_found
from ...platform import Answer, Call
from ..records import Group, Project
from ..registry import operation
from ..state import GROUP_BUCKET, REGION
from ..world import World

MOST = 10
"""Projects and sites in one call (A15)."""


@operation("getProjectS3Credentials")
def of_project(world: World, call: Call) -> Answer:
    """Good for the project's prefix, for writing where the caller may write."""
    project = world.project(call)
    record = _issue(world, [(project.bucket, project.base)], not world.may_change(call, project))
    record |= {"bucket": project.bucket, "key": project.base, "region": REGION}
    if world.settings.pix4d_endpoint_override:
        record |= {"is_bucket_accelerated": False, "endpoint_override": world.services.storage.service.split("://")[1]}
    return Answer(200, record)


@operation("getProjectGroupS3Credentials")
def of_group(world: World, call: Call) -> Answer:
    """Good for the site's own prefix, which lies in a bucket of its own."""
    group = world.group(call)
    key = group_base(group)
    record = _issue(world, [(GROUP_BUCKET, key)], not world.may(call.account, group.place, change=True))
    if world.settings.pix4d_integer_expiration:
        record["expiration"] = int(world.settings.pix4d_credential_seconds)
    return Answer(200, {**record, "bucket": GROUP_BUCKET, "key": key, "region": REGION})


@operation("getSeveralS3Credentials")
def of_several(world: World, call: Call) -> Answer:
    """For reading several prefixes. 403 for one that is another's, 404 for one that is not there."""
    numbers, sites = call.body.get("project_ids", []), call.body.get("project_group_ids", [])
    if not numbers and not sites:
        raise invalid("non_field_errors", "Give project_ids or project_group_ids.")
    if len(numbers) + len(sites) > MOST:
        raise Refusal(400, {"error_code": "TOO_MANY_PROJECTS", "detail": f"Not more than {MOST}."})
    found: list[Project | Group | None] = [world.state.projects.get(one) for one in numbers]
    found += [world.state.groups.get(one) for one in sites]
    places = []
    for one in found:
        if one is None:
            raise not_found("Not found.")
        if not world.may(call.account, one.place):
            raise detail(403, "You do not have permission to perform this action.")
        places.append((one.bucket, one.base) if isinstance(one, Project) else (GROUP_BUCKET, group_base(one)))
    return Answer(200, _issue(world, places, read_only=True))


def group_base(group: Group) -> str:
    """The prefix of a site."""
    return f"user-{group.owner}/project_group-{group.id}"


def _issue(world: World, places: list[tuple[str, str]], read_only: bool) -> dict[str, Any]:
    """New ones, that end by the sandbox's clock."""
    issued = world.services.storage.issue([f"{bucket}/{key}/" for bucket, key in places],
                                          world.settings.pix4d_credential_seconds, read_only)
    for secret in (issued.SecretAccessKey, issued.SessionToken):
        world.services.issued.note(secret)
    return {"access_key": issued.AccessKeyId, "secret_key": issued.SecretAccessKey,
            "session_token": issued.SessionToken, "expiration": world.clock.moment(issued.Expiration.timestamp()),
            "server_time": world.clock.moment()}
