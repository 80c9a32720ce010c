"""Sentences about Pixel's ArcGIS services and about bringing them onto the map. Templates; facts stand in braces."""

from __future__ import annotations

from ...providers.errors import Kind
from ..translation import tr


def inputs() -> dict[str, str]:
    """``InputProblem``: ``facts["problem"]`` to a sentence that says what is wrong and what would be right."""
    return {
        "pixel_service_type": tr(
            "The data collection {collection} is of the type “{type}”, and this kind of service shows {allowed}. Choose"
            " others."
        ),
        "pixel_service_mixed": tr(
            "The data collections are of different types ({types}), and a service shows one type. Leave some out."
        ),
        "pixel_not_optimised": tr(
            "The rasters of the data collection {collection} have no optimised copies with the profile “{profile}”."
            " Make them by “Optimise rasters” first."
        ),
        "pixel_service_not_started": tr(
            "The service “{name}” does not run, so there is nothing to show. Start it by “Start service” first."
        ),
        "pixel_service_login": tr(
            "The service “{name}” is open to GDO users only ({users}). Choose an authentication configuration with name"
            " and password of one of them."
        ),
        "pixel_service_address": tr(
            "The platform gave an address of the service that cannot be used. Try again; if it stays, tell the"
            " platform's support."
        ),
        "pixel_service_elsewhere": tr(
            "The service is at {host}, and the connection's ArcGIS server is {own}. No login was sent there. Look at"
            " “ArcGIS services” in the settings of the connection."
        ),
        "pixel_service_refused": tr(
            "{host} did not let the GDO user see the service: {words}. Look whether it is one of the service's users,"
            " and whether its password is right."
        ),
        "pixel_service_password": tr(
            "{host} gave no token to the GDO user: {words} Look whether name and password in the authentication"
            " configuration are right."
        ),
        "pixel_service_silent": tr(
            "{host} does not serve it: {words}. Look whether the service runs; “Refresh service” publishes it anew."
        ),
        "pixel_no_wms": tr(
            "The service “{name}” has no WMS, and terrain functions are layers of it. Switch the WMS on by “Edit image"
            " service”, or leave the functions out."
        ),
        "pixel_no_function": tr(
            "The service “{name}” has no layer for {missing}. Its WMS has: {there}. Only services on terrain and"
            " surface models have terrain functions."
        ),
    }


def reasons() -> dict[tuple[Kind, str], str]:
    """By kind and ``facts["reason"]``."""
    return {
        (Kind.JOB_FAILED, "pixel_service_start"): tr(
            "The platform could not start the service. Look whether its data are still there and optimised."
        ),
        (Kind.JOB_FAILED, "pixel_service_stop"): tr("The platform could not stop the service. Try again."),
        (Kind.JOB_FAILED, "pixel_service_refresh"): tr(
            "The platform could not refresh the service. Look whether its data are still there and optimised."
        ),
    }


def progress() -> dict[str, str]:
    """What a running flow is doing, by the message key that it gives to ``work.progress``."""
    return {
        "pixel_service_start": tr("The platform is starting the service"),
        "pixel_service_stop": tr("The platform is stopping the service"),
        "pixel_service_refresh": tr("The platform is refreshing the service"),
        "pixel_service_reading": tr("Reading what the service offers"),
    }
