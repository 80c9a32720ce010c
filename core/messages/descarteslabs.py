"""Sentences that only the flows of the Descartes Labs catalog need. Templates; facts stand in braces."""

from __future__ import annotations

from ...providers.errors import Kind
from ..translation import tr


def inputs() -> dict[str, str]:
    """``InputProblem``: ``facts["problem"]`` to a sentence that says what is wrong and what would be right."""
    return {
        "no_token_file": tr(
            "{file} is not a token file of Descartes Labs. Choose the one that holds client id and refresh token, such"
            " as .descarteslabs/token_info.json in your home folder."
        ),
        "not_inside_a_product": tr(
            "“{text}” does not say which product it is in. Choose from the list, or give the whole id as in"
            " acme:harvest:red."
        ),
        "unusable_catalog_id": tr(
            "“{text}” cannot be an id. Use letters, digits and the signs _ - . : only, at most 2048 of them."
        ),
        "wrong_property": tr("“{given}” does not fit “{property}”. Give it as in {allowed} ."),
        "out_of_data_type": tr(
            "“{property}” is beyond what {dtype} can hold. Give values from {low} to {high}, or another data type."
        ),
        "unit_missing": tr("“{property}” is missing. Give one of {allowed} ."),
        "wrong_color": tr("The colour “{color}” does not go with it. Give {wanted} as the colour."),
        "color_missing": tr("The catalog takes it only with its colour. Give {wanted} as the colour."),
        "not_as_many": tr("There are {allowed} files, and “{property}” has {given} members. Give one for each file."),
        "remote_has_no_files": tr(
            "An image that is stored elsewhere has no {property}. Leave that out, or let its state be “available”."
        ),
        "no_band_list": tr("The bands are no list of objects of JSON. Give them in the form of the output “Bands”."),
        "no_bands": tr("There is no band. Give at least one, or leave the bands empty for those of the layer."),
        "band_without_name": tr("A band has no name. Give one."),
        "band_lacks": tr("“{property}” is missing. Give it."),
        "same_band_name": tr("Two bands are called “{name}”. Give one of them another name."),
        "unknown_band_property": tr("The catalog knows no property “{property}” of bands. Leave it out."),
        "no_such_band": tr("The layer has no band {number}, only {count}. Give the number of one that it has."),
        "other_data_type": tr(
            "Band {number} of the layer is of the type {dtype}. Give that, or the catalog will refuse the file."
        ),
        "ends_before_begin": tr("It ends on {end}, before it begins on {begin}. Exchange the two."),
        "same_upload_name": tr("Two files are called {file}. Rename one: an upload is known by the name of its file."),
        "odd_upload_name": tr(
            "“{file}” cannot be sent under its name. Rename it with letters, digits and the signs _ - . only, or give"
            " an id for the image where there is one file."
        ),
        "product_without_bands": tr(
            "The product {product} has no bands, without which the catalog reads no file. Add those of the file first."
        ),
        "too_few_bands": tr(
            "{file} has {count} bands, and the product {product} needs {needed}. Choose another product."
        ),
        "image_there": tr(
            "The image {image} is there already, and what is sent replaces it. Agree to that, or choose another"
            " product."
        ),
        "array_dtype": tr("Arrays of the type {dtype} are not taken. Convert the layer to one of {allowed}."),
        "no_pixels": tr("The layer has no pixels that can be read. Choose another one."),
        "blosc_missing": tr(
            "The server sent packed pixels that this QGIS cannot unpack. Choose “whole files” as the way to ask."
        ),
    }


def reasons() -> dict[tuple[Kind, str], str]:
    """By kind and ``facts["reason"]``."""
    return {
        (Kind.JOB_FAILED, "no_result"): tr(
            "The catalog told nothing of {file} for two hours. Look at “List uploads” later."
        ),
        (Kind.JOB_FAILED, "still_removing"): tr(
            "The catalog is still removing after two hours, and goes on with it. Look later with “Follow removal” (task"
            " {task})."
        ),
        (Kind.JOB_FAILED, "pixels"): tr(
            "The raster service stopped in the middle. Try again with a smaller area or a coarser resolution."
        ),
        (Kind.BAD_ANSWER, "broken_pixels"): tr(
            "{host} sent pixels that cannot be read. Try again, or choose another way to ask."
        ),
    }


def progress() -> dict[str, str]:
    """What a running flow is doing, by the message key that it gives to ``work.progress``."""
    return {
        "descarteslabs_reading": tr("The catalog reads {done} of {total} files"),
        "descarteslabs_removing": tr("{done} of {total} bands and images are removed"),
        "descarteslabs_pixels": tr("Fetching pixels"),
        "descarteslabs_bands": tr("Adding band {done} of {total}"),
    }
