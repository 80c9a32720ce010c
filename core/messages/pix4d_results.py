"""Sentences about results of PIX4D: outputs, downloads and volumes. Templates; facts stand in braces."""

from __future__ import annotations

from ...providers.errors import Kind
from ..translation import tr


def inputs() -> dict[str, str]:
    """``InputProblem``: ``facts["problem"]`` to a sentence that says what is wrong and what would be right."""
    return {
        "no_output": tr("The project has no output “{output}”. Look at “List outputs” and choose one that it has."),
        "output_not_ready": tr(
            "The output “{output}” cannot be fetched: the platform says that it is “{state}”. Choose another one, or"
            " try again when it is ready."
        ),
        "output_type_unknown": tr("“{output}” is no type of output that PIX4D knows. Choose one from the list."),
        "output_type_twice": tr(
            "Two files are to become the output “{output}”, of which a project has one. Leave one of them out."
        ),
        "output_type_underivable": tr(
            "The platform cannot tell by the name what kind of output this is: {files}. Say the type of the output."
        ),
        "archive_too_large": tr(
            "The outputs of the project are too large for an archive of the platform. “Download results” fetches them"
            " file by file."
        ),
        "output_there": tr(
            "The project has these outputs already, and registering replaces them: {outputs}. Agree to that, or choose"
            " another type."
        ),
        "no_surface": tr(
            "The project has no surface model (DSM), on which volumes are measured. Process it, or register a surface"
            " model as its output “dsm”."
        ),
    }


def progress() -> dict[str, str]:
    """What a running flow is doing, by the message key that it gives to ``work.progress``."""
    return {
        "deleting": tr("Deleting"),
        "registering_outputs": tr("Registering"),
        "surface": tr("The platform prepares the surface model"),
        "measuring": tr("{done} of {total} polygons measured"),
    }


def reasons() -> dict[tuple[Kind, str], str]:
    """Failures whose reason says more than their kind."""
    return {
        (Kind.DAMAGED, "not_an_index"): tr(
            "{file} should say which files belong to it, and cannot be read. Make the result anew on the platform."
        ),
        (Kind.REFUSED, "pix4d_no_surface"): tr(
            "The platform has not made the cloud-optimised surface model yet, on which it measures. Try again in some"
            " minutes."
        ),
        (Kind.REFUSED, "pix4d_outside"): tr(
            "The polygon lies outside the surface model. Draw it where the project has heights."
        ),
        (Kind.REFUSED, "pix4d_no_heights"): tr(
            "The platform finds no height inside the polygon: it lies in a gap of the surface model, crosses itself, or"
            " is too small. Draw it anew."
        ),
        (Kind.REFUSED, "pix4d_too_large"): tr(
            "The polygon is larger than the platform can measure at once. Divide it into smaller ones."
        ),
        (Kind.REFUSED, "pix4d_too_slow"): tr(
            "The platform gave up after its 29 seconds. Give the polygon fewer corners (“Simplify” does it), or divide"
            " it."
        ),
        (Kind.DAMAGED, "too_many_files"): tr(
            "{file} names more files than can be right. Make the result anew on the platform."
        ),
    }
