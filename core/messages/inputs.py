"""Sentences for ``InputProblem``: what was given cannot be sent. Keys are ``facts["problem"]``; values have places
for the other facts. What only one platform knows is in that platform's module beside this one."""

from __future__ import annotations

from ..translation import tr


def inputs() -> dict[str, str]:
    """The sentences that all platforms share."""
    missing = tr("There is no file {file}. Choose one that is there.")
    cut = tr("The GeoJSON ends in the middle. Get the file again, or save it anew.")
    return {
        "no_address": tr("“{address}” is not an address. Give one that begins with https:// ."),
        "address_with_login": tr(
            "The address holds a user name or a password. Leave them out of it: addresses are kept where they can be"
            " read."
        ),
        "missing_file": missing,
        "file_missing": missing,
        "not_a_file": tr("{file} is not a file. Choose a file."),
        "file_unreadable": tr("{file} cannot be read. Look at its permissions."),
        "empty_file": tr("The file {file} is empty. Choose one that holds data."),
        "folder_missing": tr("There is no folder {file}. Make it, or choose another place."),
        "unknown_checksum": tr("Checksums of the kind {algorithm} are not known here. Use SHA-256 or MD5."),
        "unusable_header": tr(
            "The login holds a character that cannot be sent in the header {header}. Enter the key again, without"
            " spaces or line breaks."
        ),
        "no_name": tr(
            "The platform does not tell what it is called, so that its name cannot be compared. Nothing was deleted."
            " Delete it on the platform's own page."
        ),
        "other_name": tr(
            "It is called “{name}”, and “{given}” was typed. Nothing was deleted. Type the name as it is on the"
            " platform."
        ),
        "unusable_id": tr("“{id}” is not an id. Choose from the list, or give the id that the platform gave."),
        "not_json": tr("A value that is to be sent is not a number that JSON knows. Give a finite number."),
        "geojson_kind": tr("The GeoJSON holds “{kind}” where polygons are expected. Give polygons or multipolygons."),
        "geojson_cut": cut,
        "geojson_number": tr("The GeoJSON holds “{text}” where a coordinate is expected. Give finite numbers."),
        "geojson_broken": tr("The GeoJSON cannot be read at byte {byte}. Save it anew."),
        "geojson_large": tr("{file} is too large to be read at once. Load it as a layer and give the layer."),
        "wkt": tr("“{text}” is not well-known text of a geometry. Give one such as POLYGON ((0 0, 1 0, 1 1, 0 0))."),
        "invalid": tr("A polygon cannot be used as it is ({reason}). Correct it, then try again."),
        "empty_geometry": tr("A geometry is empty. Leave it out or draw it."),
        "ring_short": tr("A polygon has fewer than three corners. Draw it with at least three."),
        "one_polygon": tr("There are {count} polygons where one is expected. Give one."),
        "wrong_kind": tr("A geometry is a {kind} where a {wanted} is expected. Give a {wanted}."),
        "plane_index": tr("The plane of a polygon names a corner that is not there. Draw the polygon again."),
    }
