"""Sentences that only Geodata Pixel's flows need. Templates; facts stand in braces.

One module per part (``pixel_<part>.py``) with ``inputs()``, ``reasons()`` and ``progress()`` as far as it has any;
import it here and put it into the lists below.
"""

from __future__ import annotations

from ...providers.errors import Kind
from ..translation import tr
from . import pixel_forms, pixel_harvest, pixel_items, pixel_optimised, pixel_services, pixel_uploads


def inputs() -> dict[str, str]:
    """``InputProblem``: ``facts["problem"]`` to a sentence that says what is wrong and what would be right."""
    return {
        **pixel_forms.inputs(),
        **pixel_harvest.inputs(),
        **pixel_items.inputs(),
        **pixel_optimised.inputs(),
        **pixel_uploads.inputs(),
        **pixel_services.inputs(),
        "no_tenant": tr("The connection does not say which tenant it leads to. Give its name, such as fjordkart."),
        "not_a_place": tr(
            "“{text}” is not a data collection. Choose from the list, or give project and collection as in 10/6."
        ),
        "not_a_pair": tr("“{text}” does not say what is meant. Choose from the list, or give it as in {allowed}."),
        "needs_role": tr(
            "This needs the role “{role}”, and you have the role “{found}”. Ask a superuser of the tenant for it."
        ),
        "needs_plugin": tr(
            "This needs the plugin “{plugin}”, which is not switched on for the tenant. The platform's support can"
            " switch it on."
        ),
    }


def reasons() -> dict[tuple[Kind, str], str]:
    """By kind and ``facts["reason"]``."""
    return {**pixel_optimised.reasons(), **pixel_services.reasons()}


def progress() -> dict[str, str]:
    """What a running flow is doing, by the message key that it gives to ``work.progress``."""
    return {
        **pixel_harvest.progress(),
        **pixel_items.progress(),
        **pixel_optimised.progress(),
        **pixel_services.progress(),
        **pixel_uploads.progress(),
    }
