"""Sentences that PIX4D's control points and processing need. Templates; facts stand in braces."""

from __future__ import annotations

from ..translation import tr


def inputs() -> dict[str, str]:
    """``InputProblem``: ``facts["problem"]`` to a sentence."""
    return {
        "gcp_needs_system": tr(
            "The project has no coordinate reference system, which control points need. Set the system of the project"
            " first."
        ),
        "gcp_names_taken": tr(
            "The platform has control points of these names already: {names}. Nothing was registered. Rename or leave"
            " out these rows, or edit the points that are there."
        ),
        "gcp_names_unknown": tr(
            "The project has no control points of these names: {names}. Nothing was changed. Register them first, or"
            " leave out these rows."
        ),
        "rows_refused": tr("The platform refused these rows, and registered nothing: {numbers}."),
        "marks_unknown": tr(
            "The platform does not know some of what the marks name, and registered nothing. Photos: {photos}. Points:"
            " {points}. Correct or leave out these rows."
        ),
        "marks_there": tr(
            "These marks are on the platform already, and nothing was registered: {marks}. Leave these rows out, or"
            " edit the marks that are there."
        ),
        "points_unknown": tr(
            "The platform does not have all of what is to be deleted, and nothing was deleted. Not there: {names}."
            " Refresh the list and choose again."
        ),
        "tags_contradict": tr("The tags {tags} exclude each other. Choose one of them."),
        "flat_alone": tr("The tag “flat” only goes together with “nadir” or “3d-maps”. Choose one of these, too."),
        "processing_already": tr(
            "The project is being processed already. Wait for its end, or follow it; it was not started again."
        ),
        "not_processing": tr("The project has not been processed yet. Start its processing first."),
        "no_region": tr("The project has no region of interest: all of it is processed."),
        "plane_broken": tr("The region of interest that the platform gave cannot be read. Set it anew."),
    }


def progress() -> dict[str, str]:
    """What a running flow is doing."""
    return {"processing_project": tr("PIX4D is working: {status}")}


def rows() -> dict[str, str]:
    """What is wrong with one row of a bulk registration. ``words`` are the platform's, or what it does not know."""
    return {
        "name_taken": tr("The platform has a point of this name already, or the name stands twice."),
        "photo_unknown": tr("The project has no photo {words}."),
        "point_unknown": tr("The project has no GCP or tie point {words}."),
        "mark_there": tr("This point is marked on this photo already."),
        "refused": tr("The platform says: “{words}”"),
    }
