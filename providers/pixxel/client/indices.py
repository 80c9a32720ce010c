"""Indices and visualizations (notes, sections 10 and 11)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ...http.answers import Page, record
from ...http.session import HttpSession
from ..paths import PATHS
from ..records import (
    Index,
    IndexFilters,
    LegendChange,
    Legends,
    NewIndex,
    NewVisualization,
    Visualization,
    VisualizationFilters,
)
from .answers import PAGE_SIZE, after, pages, queried, told


class Indices:
    """Operations on indices, which cannot be changed or deleted."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def list(
        self, filters: IndexFilters | None = None, offset: int = 0, size: int = PAGE_SIZE
    ) -> Iterator[Page[Index]]:
        """``listIndices``: presets and own ones, from an offset on."""
        return pages(queried(self._http, PATHS["listIndices"], filters), Index, "indices", offset=offset, size=size)

    def create(self, details: NewIndex) -> Index:
        """``createIndex``: always a custom one."""
        return record(self._http.json(PATHS["createIndex"], body=details), Index, "id")


class Visualizations:
    """Operations on visualizations of an area."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def list(
        self, aoi_id: str, filters: VisualizationFilters | None = None, offset: int = 0, size: int = PAGE_SIZE
    ) -> Iterator[Page[Visualization]]:
        """``listVisualizations``: the short form, from an offset on. The member is in the singular."""
        ask = queried(self._http, PATHS["listVisualizations"], filters, aoi_id=aoi_id)
        return pages(ask, Visualization, "visualization", offset=offset, size=size)

    def create(self, aoi_id: str, details: NewVisualization) -> Visualization:
        """``createVisualization``: rendered afterwards."""
        answer = self._http.json(PATHS["createVisualization"], body=told(details), aoi_id=aoi_id)
        return record(answer, Visualization, "id")

    def update_legend(self, aoi_id: str, visualization_id: str, change: LegendChange) -> Legends:
        """``updateLegend``: replaces the legend of one mode and gives the legends of both, with the areas of their
        classes."""
        answer = self._http.json(PATHS["updateLegend"], body=change, aoi_id=aoi_id, visualization_id=visualization_id)
        legend = answer.get("legend") if isinstance(answer, dict) else None
        return legend if isinstance(legend, dict) else {}

    def rollback_legend(
        self, aoi_id: str, visualization_id: str, index_id: str, dates: Sequence[str], mode: str
    ) -> Visualization:
        """``rollbackLegend``: computes the legend of one mode again from the data."""
        body = {"index_id": index_id, "dates": list(dates), "visualization_mode": mode}
        answer = self._http.json(
            PATHS["rollbackLegend"], body=body, aoi_id=aoi_id, visualization_id=visualization_id
        )
        return after(answer, Visualization)

    def png(self, aoi_id: str, visualization_id: str, index_id: str, date: str, mode: str) -> bytes:
        """``renderPng``: a picture with its legend. ``date`` as ``2024_01_17``."""
        body = {"index_id": index_id, "date": date, "visualization_mode": mode}
        return self._http.content(PATHS["renderPng"], body=body, aoi_id=aoi_id, visualization_id=visualization_id)

    def sld(
        self, aoi_id: str, visualization_id: str, dates: Sequence[str], modes: Sequence[str]
    ) -> Mapping[str, Mapping[str, str]]:
        """``renderSld``: styles by mode and date."""
        body = {"dates": list(dates), "visualization_modes": list(modes)}
        answer = self._http.json(PATHS["renderSld"], body=body, aoi_id=aoi_id, visualization_id=visualization_id)
        found = answer.get("sld") if isinstance(answer, dict) else None
        if not isinstance(found, dict):
            return {}
        return {
            mode: {str(date): str(text) for date, text in styles.items()}
            for mode, styles in found.items() if isinstance(styles, dict)
        }
