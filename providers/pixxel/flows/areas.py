"""Areas of interest, visualizations, insights and jobs: made once, and followed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...errors import InputProblem, Kind, ServerFault
from ...steps import create, entries
from ...work import Work
from ..client import PixxelClient
from ..records import BAD, GOOD, Aoi, Asset, Index, NewAoi, NewIndex, NewVisualization, Satellite, Visualization
from ..work_records import ENDED_BADLY, ENDED_WELL, Insight, Job, NewInsight
from .following import MINUTES, costly, failed, told_of, until, word_of


def satellite_named(api: PixxelClient, satellite_id: str, work: Work) -> Satellite:
    """A satellite by its id. Raises :class:`InputProblem` (``no_satellite``)."""
    found = next((one for one in api.during(work).satellites.list() if one["id"] == satellite_id), None)
    if found is None:
        raise InputProblem("no_satellite", id=satellite_id)
    return found


def provider_of(satellite: Satellite) -> str:
    """Whose imagery a satellite's is: an area that says another one is refused (ASSUMED P24)."""
    given = (str(one.get("provider") or "") for one in satellite.get("collections") or ())
    return next(filter(None, given), "pixxel")


def create_aoi(api: PixxelClient, details: NewAoi, work: Work) -> str:
    """Make an area and give its id; its scenes are brought in afterwards. The name is unique in the workspace."""
    asked, name = api.during(work), details["name"]

    def ids() -> set[str]:
        listed = entries(asked.aois.list({"aoi_name": name}))
        return {one["aoi_id"] for one in listed if one.get("name") == name}

    making = api.during(work, to_the_end=True)
    return create(work, "create", lambda: making.aois.create(details)["aoi_id"], ids)


def follow_aoi(api: PixxelClient, aoi_id: str, work: Work, minutes: float = MINUTES) -> Aoi:
    """Wait until an area's scenes are in it."""
    asked = api.during(work)

    def read() -> Aoi:
        found = asked.aois.get(aoi_id)
        told_of(work, found.get("progress"))
        return found

    found = until(work, read, lambda one: word_of(one) in (*GOOD, *BAD), minutes)
    if word_of(found) in BAD:
        raise failed("aoi")
    return found


def create_index(api: PixxelClient, details: NewIndex, work: Work) -> str:
    """Make an index and give its id; the name is unique."""
    asked = api.during(work)

    def ids() -> set[str]:
        listed = entries(asked.indices.list({"satellite_id": details["satellite_id"]}))
        return {one["id"] for one in listed if one.get("name") == details["name"]}

    making = api.during(work, to_the_end=True)
    return create(work, "create", lambda: making.indices.create(details)["id"], ids)


def create_visualization(api: PixxelClient, aoi_id: str, details: NewVisualization, work: Work) -> str:
    """Have an index rendered over an area, and give the visualization's id."""
    asked, index = api.during(work), details["index_id"]

    def ids() -> set[str]:
        return {one["id"] for one in entries(asked.visualizations.list(aoi_id, {"index_id": index}))}

    making = api.during(work, to_the_end=True)
    return create(work, "create", lambda: making.visualizations.create(aoi_id, details)["id"], ids)


def visualization(api: PixxelClient, aoi_id: str, visualization_id: str, work: Work) -> Visualization:
    """One of them, as lists have it. Raises :class:`InputProblem` (``not_in_aoi``)."""
    listed = entries(api.during(work).visualizations.list(aoi_id, {"visualization_id": visualization_id}))
    found = next((one for one in listed if one["id"] == visualization_id), None)
    if found is None:
        raise InputProblem("not_in_aoi", id=visualization_id)
    return found


def follow_visualization(
    api: PixxelClient, aoi_id: str, visualization_id: str, work: Work, minutes: float = MINUTES
) -> Visualization:
    """Wait until it is rendered."""

    def read() -> Visualization:
        found = visualization(api, aoi_id, visualization_id, work)
        told_of(work, found.get("progress"))
        return found

    found = until(work, read, lambda one: word_of(one) in (*GOOD, *BAD), minutes)
    if word_of(found) in BAD:
        raise failed("visualization")
    return found


def index_named(api: PixxelClient, index_id: str, work: Work) -> Index:
    """An index by its id. Raises :class:`InputProblem` (``no_index``)."""
    listed = entries(api.during(work).indices.list({"index_id": index_id}))
    found = next((one for one in listed if one["id"] == index_id), None)
    if found is None:
        raise InputProblem("no_index", id=index_id)
    return found


def dates_of(api: PixxelClient, aoi_id: str, visualization_id: str, work: Work) -> list[str]:
    """The dates of a visualization as legends name them, ``2024_01_17``: from the rasters that came of it, else from
    all scenes of the area."""
    assets = list(entries(api.during(work).assets.list(aoi_id)))
    own = [one for one in assets if one.get("visualization_id") == visualization_id]
    days = {day_of(str(one.get("date") or "")) for one in own or assets}
    return sorted(filter(None, days))


def day_of(moment: str) -> str:
    """A moment's day as legends are keyed (section 3.4); empty for what is none."""
    day = moment.strip()[:10].replace("-", "_")
    return day if len(day) == 10 and day.replace("_", "").isdigit() else ""


def start_insight(api: PixxelClient, aoi_id: str, details: NewInsight, work: Work) -> str:
    """Have a block work on an area and give the insight's id. Spends tokens."""
    asked, making = api.during(work), api.during(work, to_the_end=True)
    return costly(
        work, "insight", lambda: making.insights.create(aoi_id, details)["id"],
        lambda: {one["id"] for one in asked.insights.list(aoi_id)},
    )


def insight(api: PixxelClient, aoi_id: str, insight_id: str, work: Work) -> Insight:
    """One of them. Raises :class:`InputProblem` (``not_in_aoi``)."""
    listed = api.during(work).insights.list(aoi_id, {"id": insight_id})
    found = next((one for one in listed if one["id"] == insight_id), None)
    if found is None:
        raise InputProblem("not_in_aoi", id=insight_id)
    return found


def follow_insight(
    api: PixxelClient, aoi_id: str, insight_id: str, work: Work, minutes: float = MINUTES
) -> Insight:
    """Wait until it has ended; its states are ASSUMED (P20)."""

    def read() -> Insight:
        found = insight(api, aoi_id, insight_id, work)
        told_of(work, found.get("progress"))
        return found

    found = until(work, read, lambda one: word_of(one) in (*ENDED_WELL, *ENDED_BADLY), minutes)
    if word_of(found) in ENDED_BADLY:
        raise failed("insight", found.get("err_msg"))
    return found


def start_job(api: PixxelClient, workflow_id: str, project_id: str, work: Work) -> str:
    """Run a workflow and give the job's id. Spends tokens. A graph that cannot be run is told with its reasons."""
    asked, making = api.during(work), api.during(work, to_the_end=True)

    def do() -> str:
        job = making.jobs.create(workflow_id, project_id)
        if not job.get("id"):
            raise ServerFault(Kind.BAD_ANSWER, facts={"reason": "missing_member", "member": "id"})
        return job["id"]

    faults = faults_of(asked.workflows.get(workflow_id, project_id)) if work.noted("job") is None else ""
    if faults:
        raise InputProblem("workflow_faults", faults=faults)
    return costly(work, "job", do, lambda: {one["id"] for one in asked.jobs.list(workflow_id)})


def follow_job(api: PixxelClient, workflow_id: str, job_id: str, work: Work, minutes: float = MINUTES) -> Job:
    """Wait until a job has ended."""
    asked = api.during(work)

    def read() -> Job:
        found = asked.jobs.get(workflow_id, job_id)
        told_of(work, found.get("progress"))
        return found

    found = until(work, read, lambda one: word_of(one) in (*ENDED_WELL, *ENDED_BADLY), minutes)
    if word_of(found) in ENDED_BADLY:
        wrong = [str(one.get("err_msg")) for one in found.get("tasks") or () if one.get("err_msg")]
        raise failed("job", "; ".join(wrong) or faults_of(found))
    return found


def faults_of(one: Mapping[str, Any]) -> str:
    """Why a graph cannot be run, as one line (``val_errors``, section 17); empty where nothing is wrong."""
    faults: Sequence[Any] = one.get("val_errors") or ()
    lines = []
    for fault in faults:
        if isinstance(fault, Mapping):
            words = ": ".join(str(fault[name]) for name in ("component_name", "reason", "err") if fault.get(name))
            lines.append(words)
    return "; ".join(filter(None, lines))


def assets_of(api: PixxelClient, aoi_id: str, work: Work) -> list[Asset]:
    """All assets of an area."""
    return list(entries(api.during(work).assets.list(aoi_id)))
