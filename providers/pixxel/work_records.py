"""Blocks, insights, workflows and jobs (notes, sections 15 to 17)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

BLOCK_MODES = ("insight", "workflow")
ENDED_WELL = ("completed", "success", "succeeded")
"""``completed`` is seen; the others are what the platform calls the same elsewhere."""
ENDED_BADLY = ("failed", "error", "cancelled", "canceled")


class AssetSource(TypedDict, total=False):
    id: str
    type: str


class DataType(TypedDict, total=False):
    """An input or output of a block, with its value in what is sent and answered. ``value`` is always text; a raster of
    an asset is given by ``stac_url`` and ``asset_source``, one of another insight by ``value`` (section 15)."""

    name: str
    format: str
    type: str
    description: str
    properties: Mapping[str, Any]
    value: str
    stac_url: str
    asset_source: AssetSource


class BlockSpec(TypedDict, total=False):
    kind: str
    status: int
    type: str
    id: str
    version_id: str
    name: str
    title: str
    version: str
    description: str
    inputs: list[DataType]
    outputs: list[DataType]
    catalog_content_url: str
    supported_collections_id: list[str]


class Block(TypedDict, total=False):
    """Named by the name and version of its ``spec``."""

    id: str
    block_status: str
    spec: BlockSpec
    created_at: str
    err: str
    price: float
    info: list[Any]


class BlockChoice(TypedDict, total=False):
    """``version`` is mandatory."""

    name: str
    version: str


class NewInsight(TypedDict, total=False):
    """``block`` and ``input`` are mandatory; with ``estimate`` it is only priced."""

    name: str
    project_id: str
    block: BlockChoice
    input: Sequence[DataType]
    metadata: Mapping[str, Any]
    estimate: bool


class CreatedInsight(TypedDict, total=False):
    id: str
    message: str


class Insight(TypedDict, total=False):
    """``status`` is open text (ASSUMED P20); ``cost`` is in tokens."""

    id: str
    aoi_id: str
    name: str
    status: str
    progress: float
    cost: float
    input: Any
    output: Any
    metadata: Mapping[str, Any]
    estimated_time_in_min: float
    err_msg: str
    created_by: str
    created_at: str
    deleted_at: str | None


class InsightFilters(TypedDict, total=False):
    id: str
    status: str
    created_by: str
    created_on: str


class Bundle(TypedDict, total=False):
    """Of an insight, a job or a task: asked for again until ``signed_url`` is filled (ASSUMED P21)."""

    id: str
    status: str
    signed_url: str


class Fault(TypedDict, total=False):
    """Why a graph cannot be run; ``from`` and ``to`` are beside these."""

    err: str
    reason: str
    component_name: str


class Workflow(TypedDict, total=False):
    """``estimated_cost``, ``spec`` and ``val_errors`` of a single one only."""

    id: str
    project_id: str
    name: str
    description: str
    estimated_cost: float
    spec: Any
    val_errors: list[Fault]
    created_by: str
    created_at: str
    updated_at: str


class WorkflowFilters(TypedDict, total=False):
    project_id: str
    id: str
    name: str
    created_by: str
    created_on: str
    updated_at: str


class JobTask(TypedDict, total=False):
    id: str
    name: str
    status: str
    state_msg: str
    progress: float
    inputs: Any
    result: Any
    info_logs: Any
    depends_on: list[str]
    block_info: Mapping[str, str]
    disclaimer: list[str]
    err_msg: str
    failure_type: str
    time_taken: str
    created_at: str
    updated_at: str
    finished_at: str


class Job(TypedDict, total=False):
    """``progress`` is text; ``tasks``, ``val_errors`` and ``spec`` of a single one only."""

    id: str
    workflow_id: str
    status: str
    progress: str
    cost: float
    estimated_duration: float
    time_taken: str
    tasks: list[JobTask]
    val_errors: list[Fault]
    spec: Any
    created_by: str
    created_at: str
    updated_at: str
    finished_at: str
