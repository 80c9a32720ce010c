"""Blocks and insights (notes, section 16)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from ...errors import Kind, ServerFault
from ...http.answers import record
from ...http.operation import Repeat
from ...http.session import HttpSession
from ..paths import PATHS
from ..work_records import Block, Bundle, CreatedInsight, Insight, InsightFilters, NewInsight
from .answers import array, listed, query_of, told

Listed = list[Block]


class Blocks:
    """Operations on blocks: the ready-made steps of insights and workflows."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def list(self, mode: str = "") -> Listed:
        """``listBlocks``: all, or those for ``insight`` or ``workflow``."""
        return _blocks(self._http.json(PATHS["listBlocks"], query=query_of({"mode": mode})))

    def for_insights(self, name: str = "", version: str = "") -> Listed:
        """``listInsightBlocks`` (ASSUMED P19)."""
        query = query_of({"name": name, "version": version})
        return _blocks(self._http.json(PATHS["listInsightBlocks"], query=query))

    def for_workflows(self, name: str = "", version: str = "") -> Listed:
        """``listWorkflowBlocks`` (ASSUMED P19)."""
        query = query_of({"name": name, "version": version})
        return _blocks(self._http.json(PATHS["listWorkflowBlocks"], query=query))

    def versions(self, name: str) -> Listed:
        """``listBlockVersions``."""
        return _blocks(self._http.json(PATHS["listBlockVersions"], name=name))

    def version(self, name: str, version: str) -> Block:
        """``getBlockVersion``."""
        return record(self._http.json(PATHS["getBlockVersion"], name=name, version=version), Block)


def _blocks(answer: object) -> Listed:
    """Those whose name is known: they are found by nothing else."""
    return [
        cast(Block, one) for one in array(answer, "blocks")
        if isinstance(one, dict) and isinstance(one.get("spec"), dict) and one["spec"].get("name")
    ]


class Insights:
    """Operations on insights of an area."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def price(self, aoi_id: str, details: NewInsight) -> float:
        """``createInsight`` as an estimate: tokens. Spends nothing, so it may be repeated."""
        operation = replace(PATHS["createInsight"], repeat=Repeat.SAFE)
        answer = self._http.json(operation, body={**told(details), "estimate": True}, aoi_id=aoi_id)
        price = answer.get("estimate") if isinstance(answer, dict) else None
        if not isinstance(price, (int, float)) or isinstance(price, bool):
            raise ServerFault(Kind.BAD_ANSWER, facts={"reason": "missing_member", "member": "estimate"})
        return float(price)

    def create(self, aoi_id: str, details: NewInsight) -> CreatedInsight:
        """``createInsight``: spends tokens."""
        body = {**told(details), "estimate": False}
        return record(self._http.json(PATHS["createInsight"], body=body, aoi_id=aoi_id), CreatedInsight, "id")

    def list(self, aoi_id: str, filters: InsightFilters | None = None) -> list[Insight]:
        """``listInsights``: all at once; there is no call for one."""
        answer = self._http.json(PATHS["listInsights"], query=query_of(filters or {}), aoi_id=aoi_id)
        return listed(answer, Insight, "insights")

    def bundle(
        self, aoi_id: str, insight_id: str, inputs: Sequence[str] = (), outputs: Sequence[str] = ()
    ) -> Bundle:
        """``downloadInsight``: asked for again until its address is filled. Everything where nothing is named
        (ASSUMED P21)."""
        body = {"inputs": list(inputs), "outputs": list(outputs)} if inputs or outputs else None
        answer = self._http.json(PATHS["downloadInsight"], body=body, aoi_id=aoi_id, insight_id=insight_id)
        return record(answer, Bundle)

    def delete(self, aoi_id: str, insight_id: str, project_id: str) -> None:
        """``deleteInsight``."""
        query = query_of({"project_id": project_id})
        self._http.json(PATHS["deleteInsight"], query=query, aoi_id=aoi_id, insight_id=insight_id)
