"""Sentences about images and rasters of Pixel, and about searching. Templates; facts stand in braces."""

from __future__ import annotations

from ..translation import tr


def inputs() -> dict[str, str]:
    """``InputProblem``: ``facts["problem"]`` to a sentence that says what is wrong and what would be right."""
    return {
        "no_download": tr(
            "The platform gives no address for the file of “{name}” any more. Show it through a published service, or"
            " try again later."
        ),
        "pixel_not_streamed": tr(
            "The platform gives no address for the file of “{name}”, so it cannot be shown from there. Show it through"
            " a published ArcGIS service."
        ),
        "no_spatial_search": tr(
            "The platform cannot look for {on} in an area. Leave the area empty, or look for something else."
        ),
        "no_text_search": tr(
            "The platform cannot look for a text in {on}. Leave the text empty and use a filter."
        ),
        "unknown_search_fields": tr(
            "The platform cannot search {on} by {fields}. It knows: {known}."
        ),
    }


def progress() -> dict[str, str]:
    """What a running flow is doing, by the message key that it gives to ``work.progress``."""
    return {
        "items": tr("{done} of {total}"),
        "comparing": tr("Compared {done} of {total}"),
        "small_pictures": tr("Small pictures: {done} of {total}"),
    }
