"""Sentences that only PIX4D's flows need. Templates; facts stand in braces."""

from __future__ import annotations

from ...providers.errors import Kind
from ..translation import tr
from . import pix4d_control, pix4d_drive, pix4d_photos, pix4d_results


def inputs() -> dict[str, str]:
    """``InputProblem``: ``facts["problem"]`` to a sentence that says what is wrong and what would be right."""
    return {
        **pix4d_control.inputs(),
        **pix4d_drive.inputs(),
        **pix4d_photos.inputs(),
        **pix4d_results.inputs(),
        "points_definition": tr(
            "An archive takes control points only in a system of the EPSG authority, such as EPSG:32632 or"
            " EPSG:2056+5728, and not in {definition}. Give the points in such a system."
        ),
        "point_twice": tr("The control point “{name}” stands twice. Give each point a name of its own."),
        "point_number": tr("A coordinate or accuracy of “{name}” is not a finite number. Correct it."),
        "point_accuracy": tr("An accuracy of “{name}” is not greater than 0. Correct it, or leave it empty."),
        "mark_without_point": tr(
            "Marks name points that are not given: {names}. Add the points or leave the marks out."
        ),
        "mark_without_photo": tr(
            "A mark of “{name}” is on the photo {photo}, which is not among the photos that are sent. Add the photo or"
            " leave the mark out."
        ),
        "mark_twice": tr("“{name}” is marked twice on the photo {photo}. Keep one of the two marks."),
    }


def progress() -> dict[str, str]:
    """What a running flow is doing, by the message key that it gives to ``work.progress``."""
    return {
        "pix4d_not_dated": tr("The project keeps its own date, since this login may not set it to {date}."),
        **pix4d_control.progress(),
        **pix4d_photos.progress(),
        **pix4d_results.progress(),
        "annotations": tr("{count} of {total} annotations"),
    }


def reasons() -> dict[tuple[Kind, str], str]:
    """Why processing failed, by the platform's code (its notes, section 11), and what helps against it."""
    again = tr("Try again; if it fails again, ask the platform's support.")
    less = tr(
        "Process less: fewer photos or outputs, a region of interest, or the tag “half-scale” or “quarter-scale”."
    )
    photos = tr(
        "Look at the photos: sharp ones with much overlap (75 % and more) can be oriented. Leave blurred ones out, or"
        " add photos where there are few."
    )
    log = tr("Its processing log, among the results of the project, says more.")
    failed = tr("PIX4D could not process the project (code {code}).")
    means = {
        "10001": again,
        "10002": tr("It took longer than is allowed.") + " " + less,
        "10003": tr("It needed more memory or disk than is allowed.") + " " + less,
        "10101": tr("No cameras could be made of the photos. Look whether the photos are whole and of one of the"
                    " formats that PIX4D reads.") + " " + log,
        "10201": tr("Too few of the photos could be oriented.") + " " + photos,
        "10402": tr("No point cloud could be made.") + " " + photos,
        "10410": log,
        "10411": tr("The point cloud could not be made denser, mostly as the photos are oriented badly.") + " "
        + photos,
        "10501": tr("No mesh could be made. The dense point cloud has to be one block: fill the gaps between the"
                    " photos, or limit the region of interest to one block, or process without a mesh."),
        "10601": tr("What was sent is not valid. Look at the manifest of an archive, its control points, and whether"
                    " every file that they name is in it."),
        "10611": tr("The axes of the output system have different units. Choose one with the same unit for all, the"
                    " heights included."),
        "10612": tr("The output system is neither projected nor arbitrary. Choose such a one, for example the UTM zone"
                    " of the place."),
        "10613": tr("The output system has no horizontal part. Give one."),
        "10614": tr("A geoid is given, but the output system has no vertical part. Leave the geoid out, or give the"
                    " vertical system that it belongs to."),
        "10615": tr("A geoid model and a geoid height are given. Give one of them only."),
    }
    found = {(Kind.JOB_FAILED, f"pix4d_{code}"): f"{failed} {words}" for code, words in means.items()}
    found |= {**pix4d_results.reasons(), **pix4d_photos.reasons()}
    found[Kind.JOB_FAILED, "pix4d"] = tr("PIX4D could not process the project.") + " " + log
    return found
