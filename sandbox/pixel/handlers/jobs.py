"""Background jobs and groups of them (section 9.5)."""

from __future__ import annotations

from ...errors import not_found
from ...platform import Answer, Call
from .. import answers
from ..registry import operation
from ..world import World


@operation("getJob")
def get_job(world: World, call: Call) -> Answer:
    """One job."""
    one = world.state.jobs.get(int(call.path["job_id"]))
    if one is None:
        raise not_found(f"Job {call.path['job_id']} was not found")
    return Answer(200, answers.job(world, one))


@operation("getJobGroup")
def get_job_group(world: World, call: Call) -> Answer:
    """A group. The first answer shows it as it was submitted: the vendor's client fails on one that is complete at the
    first look (section 17)."""
    one = world.state.groups.get(int(call.path["group_id"]))
    if one is None:
        raise not_found(f"Job group {call.path['group_id']} was not found")
    one.asked += 1
    return Answer(200, answers.group_ref(one) if one.asked == 1 else answers.group(one))
