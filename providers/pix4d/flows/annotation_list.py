"""All annotations of a project in a file, so that tens of thousands need no more memory than a few.

One JSON object to a line, in the platform's order. In memory there are only their ids, their places in the file, and a
digest of where each lies, by which what was sent is found again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from ...work import Work
from ..client import Pix4dClient
from ..project_records import Annotation

Member = tuple[str, ...]
SERVERS_OWN = ("id", "created", "modified", "entity_type", "entity_id")
DECIMALS = 9
"""To which coordinates are compared when something sent is looked for: a nanometre or 0.1 mm."""
DEFAULTS: Mapping[Member, Any] = {("version",): "1.0"}
"""What a member counts as that is missing; any other one counts as empty."""


class AnnotationList:
    """The annotations in a file that :func:`fetch` wrote. ``ids`` are in the platform's order."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._places: dict[str, int] = {}
        self._shapes: dict[str, list[str]] = {}
        with file.open("rb") as lines:
            place = 0
            for line in lines:
                one = json.loads(line)
                self._places[one["id"]] = place
                self._shapes.setdefault(shape_digest(one), []).append(one["id"])
                place += len(line)

    @property
    def ids(self) -> list[str]:
        """All of them."""
        return list(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, identity: object) -> bool:
        return identity in self._places

    def get(self, identity: str) -> Annotation | None:
        """One of them, read from the file."""
        if identity not in self._places:
            return None
        with self.file.open("rb") as lines:
            lines.seek(self._places[identity])
            found: Annotation = json.loads(lines.readline())
            return found

    def records(self) -> Iterator[Annotation]:
        """All of them, one after the other, read from the file."""
        with self.file.open("rb") as lines:
            for line in lines:
                found: Annotation = json.loads(line)
                yield found

    def alike(self, sent: Annotation) -> Iterator[str]:
        """The ids of those that lie where ``sent`` lies and hold all that it says."""
        for identity in self._shapes.get(shape_digest(sent), ()):
            found = self.get(identity)
            if found is not None and holds(found, sent):
                yield identity


def fetch(api: Pix4dClient, project_id: str, target: Path, work: Work) -> AnnotationList:
    """List all annotations of a project into a file, which appears whole or not at all."""
    part = target.with_name(target.name + ".part")
    seen: set[str] = set()
    try:
        with part.open("wb") as file:
            for page in api.annotations.pages(project_id):
                work.check_cancelled()
                for one in page.records:
                    if one["id"] not in seen:  # a list that changes while it is read can give one twice
                        seen.add(one["id"])
                        file.write(json.dumps(one).encode() + b"\n")
                work.progress(None, "listing", count=str(len(seen)))
        part.replace(target)
    finally:
        with suppress(FileNotFoundError):
            part.unlink()
    return AnnotationList(target)


def members(annotation: Annotation) -> dict[Member, Any]:
    """What an annotation says, member by member, those of ``properties`` each by itself; empty ones left out."""
    found: dict[Member, Any] = {}
    for name, value in annotation.items():
        if name in SERVERS_OWN:
            continue
        if name == "properties" and isinstance(value, dict):
            found.update({("properties", inner): one for inner, one in value.items()})
        else:
            found[(name,)] = value
    return {name: value for name, value in found.items() if not _empty(name, value)}


def _empty(name: Member, value: Any) -> bool:
    return value is None or value == DEFAULTS.get(name) or (isinstance(value, (str, list, dict)) and not value)


def digest(annotation: Annotation) -> str:
    """The same text for annotations that say the same."""
    said = {"/".join(name): value for name, value in members(annotation).items()}
    return hashlib.sha1(json.dumps(said, sort_keys=True).encode(), usedforsecurity=False).hexdigest()


def holds(found: Annotation, sent: Annotation) -> bool:
    """Whether an annotation of the platform says all that was sent; more than that is the platform's own."""
    there, wanted = members(found), members(sent)
    where: Member = ("geometry",)
    return all(name == where or there.get(name) == value for name, value in wanted.items()) and (
        shape_digest(found) == shape_digest(sent)
    )


def shape_digest(annotation: Annotation) -> str:
    """The same text for the same place, whatever number of digits the platform gives back."""
    geometry: Mapping[str, Any] = annotation.get("geometry") or {}
    value = [geometry.get("type"), _rounded(geometry.get("coordinates")), _rounded(geometry.get("radius"))]
    return hashlib.sha1(json.dumps(value).encode(), usedforsecurity=False).hexdigest()


def _rounded(value: Any) -> Any:
    if isinstance(value, list):
        return [_rounded(one) for one in value]
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return round(float(value), DECIMALS) + 0.0  # no negative zero
    return value
