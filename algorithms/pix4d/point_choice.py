"""Choices of control points, tie points and marks, and what the lists of dialogs ask the platform for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from ...core.choices import Choice
from ...core.translation import tr
from ..parameters import choice_parameter
from .common import PLATFORM, PROJECT


def gcps(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """The GCPs of the project chosen beside it, by name."""
    if values.get(PROJECT):
        for one in platform.api.gcps.list(values[PROJECT]):
            if search.casefold() in one["name"].casefold():
                yield Choice(one["name"], one["name"], str(one.get("point_type") or ""))


def mtps(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """The manual tie points of the project chosen beside it, by number."""
    if values.get(PROJECT):
        for one in platform.api.mtps.list(values[PROJECT]):
            name = one.get("name") or str(one["id"])
            if search.casefold() in name.casefold():
                yield Choice(str(one["id"]), name, tr("check point") if one.get("is_checkpoint") else "")


def marks(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """The marks of the project chosen beside it, by number."""
    if values.get(PROJECT):
        for one in platform.api.marks.list(values[PROJECT]):
            photo = PurePosixPath(one.get("photo") or "").name
            label = tr("{point} on {photo}").format(point=one.get("gcp") or "?", photo=photo)
            if search.casefold() in label.casefold():
                yield Choice(str(one["id"]), label, f"{one.get('x')}, {one.get('y')}")


def gcp_parameter(name: str, title: str, several: bool = False) -> Any:
    """GCPs by name."""
    words = tr("Names, separated by commas.") if several else tr("Name of the control point.")
    return choice_parameter(
        name, title, gcps, platform=PLATFORM, kind="gcp", depends=(PROJECT,), several=several, help=words
    )


def mtp_parameter(name: str, title: str, several: bool = False) -> Any:
    """Manual tie points by number."""
    words = tr("Numbers, separated by commas.") if several else tr("Number of the tie point.")
    return choice_parameter(
        name, title, mtps, platform=PLATFORM, kind="mtp", depends=(PROJECT,), several=several, help=words
    )


def mark_parameter(name: str, title: str, several: bool = False) -> Any:
    """Marks by number."""
    words = tr("Numbers, separated by commas.") if several else tr("Number of the mark.")
    return choice_parameter(name, title, marks, platform=PLATFORM, depends=(PROJECT,), several=several, help=words)
