"""Sentences for ``InputProblem``: what was given cannot be sent. Keys are ``facts["problem"]``; values have places
for the other facts. What only one platform knows is in that platform's module beside this one."""

from __future__ import annotations

from ..translation import tr


def inputs() -> dict[str, str]:
    """The sentences that all platforms share."""
    return {
        "no_address": tr("“{address}” is not an address. Give one that begins with https:// ."),
        "missing_file": tr("There is no file {file}."),
        "empty_file": tr("The file {file} is empty."),
    }
