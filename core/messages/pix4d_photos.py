"""Sentences about photos that are sent to PIX4D. Templates; facts stand in braces."""

from __future__ import annotations

from ...providers.errors import Kind
from ..translation import tr


def inputs() -> dict[str, str]:
    """``InputProblem``: ``facts["problem"]`` to a sentence that says what is wrong and what would be right."""
    return {
        "inputs_frozen": tr(
            "The processing of the project “{name}” was started already; from then on PIX4D takes no more photos or"
            " other inputs. Make a new project for them."
        ),
        "too_many_photos": tr(
            "The project “{name}” would have {count} photos, and PIX4D processes at most {most} in one. Send fewer, or"
            " make several projects. Nothing was sent."
        ),
        "photo_names_taken": tr(
            "The project has other photos of these names: {names}. Nothing was sent, since they would be overwritten."
            " Give a subfolder in the storage, or rename the files."
        ),
        "file_names_taken": tr(
            "The project has other files of these names: {names}. Nothing was sent, since they would be overwritten."
            " Rename the files."
        ),
    }


def reasons() -> dict[tuple[Kind, str], str]:
    """By kind and ``facts["reason"]``: why files could not be sent."""
    return {
        (Kind.FORBIDDEN, "storage_read_only"): tr(
            "The project can only be read with this connection: its storage takes no files. Ask who manages the project"
            " for the role of an editor."
        ),
    }


def progress() -> dict[str, str]:
    """What a running flow is doing, by the message key that it gives to ``work.progress``."""
    return {
        "registering": tr("Registering {done} of {total}"),
        "reading_photos": tr("Reading {done} of {total} photos"),
        "packing": tr("Packing"),
        "photos": tr("{done} of {total} photos"),
        "archive": tr("Waiting for the archive, which the platform makes"),
    }
