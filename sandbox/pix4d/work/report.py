"""What processing found: one set of facts as JSON, XML and PDF, the report on control points, and the log."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import numpy as np
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Image, Paragraph, SimpleDocTemplate, Spacer, Table

from .block import Block
from .control import Residual
from .mosaic import Mosaic
from .records import Description
from .shelf import Shelf
from .surface import Surface


def facts(description: Description, block: Block, surface: Surface, mosaic: Mosaic | None,
          residuals: Sequence[Residual]) -> dict[str, Any]:
    """Everything that the reports tell. Lengths in metres unless they are in the output system."""
    covered = float(surface.covered.sum()) * (surface.grid.cell * block.unit) ** 2
    found: dict[str, Any] = {
        "project": description.name, "images": len(description.photos), "calibrated_images": len(block.views),
        "left_out": sorted({photo.key for photo in description.photos} - {view.photo.key for view in block.views}),
        "output_system": block.system.opf(), "heights": block.system.heights,
        "ground_sampling_distance_m": round(surface.spacing * block.unit, 4), "covered_area_m2": round(covered, 1),
        "surface": "matched" if surface.alike is not None else "registered terrain",
        "control_points": [_row(residual) for residual in residuals],
    }
    if mosaic is not None:
        found["images_per_place"] = round(float(mosaic.number[mosaic.seen].mean()), 2) if mosaic.seen.any() else 0.0
    if surface.alike is not None:
        found["mean_correlation"] = round(float(np.nanmean(surface.alike[surface.covered])), 3)
    errors = np.array([residual.error for residual in residuals if residual.error is not None])
    if len(errors):
        found["control_point_rms"] = [round(float(value), 4) for value in np.sqrt((errors**2).mean(axis=0))]
    return found


def _row(residual: Residual) -> dict[str, Any]:
    return {"name": residual.name, "type": residual.kind, "marks": residual.marks,
            "computed": [round(value, 4) for value in residual.seen],
            "error": None if residual.error is None else [round(value, 4) for value in residual.error],
            "reprojection_error_px": round(residual.pixels, 3)}


def write_reports(shelf: Shelf, found: dict[str, Any]) -> None:
    """The quality report in its three forms."""
    base = f"results/report/{shelf.stem}_report"
    shelf.place(f"{base}.json").write_text(json.dumps(found, indent=1), encoding="utf-8")
    shelf.place(f"{base}.xml").write_bytes(ElementTree.tostring(_xml("quality_report", found), "utf-8",
                                                                xml_declaration=True))
    _pdf(shelf, f"{base}.pdf", found)
    for output_type, ending in (("quality_report", "pdf"), ("xml_quality_report", "xml"),
                                ("json_quality_report", "json")):
        shelf.add(output_type, output_type, f"{base}.{ending}")


def write_gcp_report(shelf: Shelf, found: dict[str, Any], detected: dict[str, int]) -> None:
    """What AutoGCP found. ``detected``: photos in which each point's target was found."""
    relative = f"results/report/{shelf.stem}_gcp_quality_report.json"
    report = {"project": found["project"], "detected": detected, "control_points": found["control_points"]}
    shelf.place(relative).write_text(json.dumps(report, indent=1), encoding="utf-8")
    shelf.add("gcp_quality_report", "gcp_quality_report", relative)


def write_log(shelf: Shelf, lines: Sequence[str]) -> None:
    """The log, and its archive."""
    relative = f"results/log/{shelf.stem}.log"
    shelf.place(relative).write_text("\n".join(lines) + "\n", encoding="utf-8")
    shelf.add("mapper_log", "mapper_log", relative)
    shelf.bundle("log_file_bundle", "log_file_bundle", f"results/log/{shelf.stem}_log.zip", [relative])


def _xml(name: str, value: Any) -> ElementTree.Element:
    node = ElementTree.Element(name)
    if isinstance(value, dict):
        for key, inner in value.items():
            node.append(_xml(key, inner))
    elif isinstance(value, (list, tuple)):
        for inner in value:
            node.append(_xml("item", inner))
    elif value is not None:
        node.text = str(value)
    return node


def _pdf(shelf: Shelf, relative: str, found: dict[str, Any]) -> None:
    styles = getSampleStyleSheet()
    story: list[Any] = [Paragraph(escape(f"Quality report: {found['project']}"), styles["Title"])]
    rows = [[key.replace("_", " "), Paragraph(escape(_text(value)), styles["BodyText"])]
            for key, value in found.items() if key not in ("control_points", "left_out", "project")]
    story.append(Table(rows, colWidths=(150, 300)))
    for name, picture in (("Orthomosaic", "post_processing/ortho/ortho_thumb.png"),
                          ("Surface model", "post_processing/dsm/dsm_thumb.png")):
        path = shelf.folder / picture
        if path.is_file():
            story += [Paragraph(name, styles["Heading2"]), Image(str(path), 300, 220, kind="proportional")]
    if found["control_points"]:
        story += [Paragraph("Control points", styles["Heading2"]), Table(
            [["Name", "Type", "Marks", "Error"],
             *([row["name"], row["type"], row["marks"], _text(row["error"])] for row in found["control_points"])])]
    if found["left_out"]:
        story += [Spacer(1, 12), Paragraph("Images left out", styles["Heading2"])]
        story += [Paragraph(escape(key), styles["BodyText"]) for key in found["left_out"]]
    SimpleDocTemplate(str(shelf.place(relative)), pagesize=A4, title="Quality report").build(story)


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {inner}" for key, inner in value.items() if inner is not None)
    if isinstance(value, (list, tuple)):
        return ", ".join(str(inner) for inner in value)
    return "" if value is None else str(value)
