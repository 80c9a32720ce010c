"""What Picterra calls annotations: four kinds of polygons, of a detector on a raster of its training set (9.5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...algorithms.picterra import listers
from ...core.pushes.checks import Apart, Filled, Rules, Within
from ...core.translation import tr
from ...providers.work import Work
from ..annotations.plan import AnnotationClass, AnnotationKind, AnnotationPlan, Looked, ScopeChoice, Subject

TRAINING, OUTLINE, VALIDATION, TESTING = "training_area", "outline", "validation_area", "testing_area"

KINDS = (
    AnnotationKind(
        TRAINING,
        lambda: tr("Training areas"),
        lambda: tr("Windows that the detector learns from. Inside them every object has to be outlined."),
        "#f0e442",
        "solid",
        width=0.8,
    ),
    AnnotationKind(
        OUTLINE,
        lambda: tr("Outlines"),
        lambda: tr("The objects themselves, each outlined and with its class."),
        "#ff7f2a",
        "solid",
        fill=0.1,
        width=0.5,
        classes=True,
    ),
    AnnotationKind(
        VALIDATION,
        lambda: tr("Validation areas"),
        lambda: tr("Windows from which the score is computed. Outline every object in them too."),
        "#56b4e9",
        "dash",
        width=0.8,
    ),
    AnnotationKind(
        TESTING,
        lambda: tr("Testing areas"),
        lambda: tr("Windows in which the platform shows what the detector finds; only for looking."),
        "#ffffff",
        "dot",
        width=0.8,
    ),
)

RULES = Rules(
    within=(
        Within(
            OUTLINE,
            (TRAINING, VALIDATION),
            lambda: tr("It lies in no training or validation area, so the detector makes no use of it."),
        ),
    ),
    filled=(
        Filled(
            TRAINING,
            OUTLINE,
            lambda: tr("No outline lies in it. That is right only if there is no object in it."),
        ),
    ),
    apart=(
        Apart(TRAINING, TRAINING, lambda: tr("Two training areas overlap here.")),
        Apart(
            TRAINING,
            VALIDATION,
            lambda: tr("A training area and a validation area overlap here, which makes the score too good."),
        ),
        Apart(VALIDATION, VALIDATION, lambda: tr("Two validation areas overlap here.")),
    ),
)


def look(platform: Any, ids: Mapping[str, str], work: Work) -> Looked:
    """Detector, raster, and whether the raster is in the training set. In the background."""
    api = platform.api.during(work)
    detector = api.detectors.get(ids["detector"])
    raster = api.rasters.get(ids["raster"])
    classes = [
        AnnotationClass(one["id"], one.get("name") or one["id"], one.get("color") or "")
        for one in detector.get("classes") or []
        if one.get("id")
    ]
    pages = api.detectors.rasters(ids["detector"])
    joined = any(one["id"] == ids["raster"] for page in pages for one in page.records)
    names = {"detector": detector.get("name") or "", "raster": raster.get("name") or ""}
    footprint = raster.get("footprint")
    return Looked(names, classes, footprint if isinstance(footprint, dict) else None, joined)


def parameters(subject: Subject, kind: str, part: str, file: str) -> dict[str, Any]:
    """Of “Set annotations”; the plan that the user confirmed stands for the tick."""
    return {
        "CONNECTION": subject.connection,
        "DETECTOR": subject.ids["detector"],
        "RASTER": subject.ids["raster"],
        "KIND": kind,
        "CLASS": part,
        "INPUT": file,
        "EMPTY": True,
        "CONFIRM": True,
    }


def join(subject: Subject) -> tuple[str, dict[str, Any]]:
    """“Add rasters to detector”."""
    return "picterra_addrasterstodetector", {
        "CONNECTION": subject.connection,
        "DETECTOR": subject.ids["detector"],
        "RASTERS": subject.ids["raster"],
    }


PLAN = AnnotationPlan(
    platform="picterra",
    kinds=KINDS,
    scope=(
        ScopeChoice("detector", "DETECTOR", lambda: tr("Detector"), listers.detectors),
        ScopeChoice("raster", "RASTER", lambda: tr("Raster"), listers.rasters_to_annotate, ("DETECTOR",)),
    ),
    rules=RULES,
    algorithm="picterra_setannotations",
    parameters=parameters,
    look=look,
    join=join,
    join_title=lambda: tr("Add to Training Set"),
    not_joined=lambda: tr(
        "The raster is not in the training set of the detector yet. It takes annotations once it is."
    ),
    title=lambda subject: tr("Annotations: {detector} on {raster}").format(
        detector=subject.name("detector"), raster=subject.name("raster")
    ),
    unseen=lambda: tr(
        "Picterra does not hand annotations out. Changes made elsewhere, as in the web application, cannot be seen here"
        " and will be replaced."
    ),
    explain=lambda: tr(
        "Training areas, outlines, validation and testing areas of a detector on a raster, as layers to draw in."
    ),
    from_results=OUTLINE,
)
