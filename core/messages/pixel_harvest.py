"""Sentences about Pixel's harvest services and the layers that they read. Templates; facts stand in braces."""

from __future__ import annotations

from ..translation import tr


def inputs() -> dict[str, str]:
    """``InputProblem``: ``facts["problem"]`` to a sentence that says what is wrong and what would be right."""
    return {
        "pixel_harvest_type": tr(
            "The data collection {collection} is of the type “{type}”, and harvest services bring images. Choose a"
            " collection of the type “image”."
        ),
        "pixel_no_source": tr("Neither the address of a source nor a harvest service is given. Give one of them."),
        "pixel_auth_token_url": tr(
            "An address for tokens belongs to a login by name and password, and the authentication configuration"
            " holds a key. Leave the address empty, or choose another configuration."
        ),
        "pixel_auth_item": tr(
            "An item id belongs to a key, and the authentication configuration holds a name and a password. Leave the"
            " item id empty, or choose another configuration."
        ),
        "pixel_source_address": tr(
            "“{address}” is not the address of a layer. Give it as in"
            " https://portal.example/server/rest/services/Photos/FeatureServer/0."
        ),
        "pixel_source_token_address": tr(
            "What is given as the address for tokens is no address. Give it as in"
            " https://portal.example/portal/sharing/rest/generateToken."
        ),
        "pixel_source_plain": tr(
            "The address of the source at {host} holds more than the layer: a login, or something after a question"
            " mark. Give the address up to the layer's number; the login belongs into an authentication configuration."
        ),
        "pixel_source_layer": tr(
            "“{path}” does not end in a layer. Give the address with the layer's number, as in …/FeatureServer/0."
        ),
        "pixel_source_unreachable": tr(
            "{host} cannot be reached from this computer, so that nothing can be compared with the source. Try again,"
            " or go on without the check against the source: the platform may reach it all the same."
        ),
        "pixel_source_refused": tr(
            "{host} did not accept the login of the source. It says: “{words}”. Correct the authentication"
            " configuration, or the address for tokens."
        ),
        "pixel_source_refused_silently": tr(
            "{host} did not accept the login of the source. Correct the authentication configuration, or the address"
            " for tokens."
        ),
        "pixel_source_silent": tr(
            "{host} did not tell what the source is like, nor why it does not. Look at the address of the layer, and"
            " try again."
        ),
        "pixel_source_error": tr(
            "{host} did not tell what the source is like. It says: “{words}”. Look at the address of the layer."
        ),
        "pixel_source_no_layer": tr(
            "What is at the given address of {host} is not a layer with fields. Give the address of a feature layer."
        ),
        "pixel_source_no_tokens": tr(
            "{host} does not make its tokens itself. Give the address where they are made, or go on without the check"
            " against the source."
        ),
        "pixel_source_where": tr(
            "{host} does not understand the where clause “{where}”. It says: “{words}”. Correct it."
        ),
    }


def progress() -> dict[str, str]:
    """What a running flow is doing, by the message key that it gives to ``work.progress``."""
    return {
        "pixel_harvesting": tr("{done} of {total} tasks have ended"),
    }
