"""The control points of a project: GCPs, manual tie points and marks (section 13); it knows nothing of HTTP.

Bulk creation is all or nothing. Names are unique over GCPs and tie points together (A40), marks follow a point that is
renamed and go with one that is deleted (A38).
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

Record = dict[str, Any]
GCP = ("name", "point_type", "x", "y", "z", "xy_accuracy", "z_accuracy")
MTP = ("name", "is_checkpoint", "x", "y", "z")


class NamesTaken(Exception):
    """Names that are there already, or stand twice in one call; nothing was registered (A37)."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = list(dict.fromkeys(names))
        super().__init__(str(self.names))


class Unknown(Exception):
    """Marks name photos or points that the project does not have; nothing was registered."""

    def __init__(self, photos: Iterable[str], points: Iterable[str]) -> None:
        self.photos = list(dict.fromkeys(photos))
        self.points = list(dict.fromkeys(points))
        super().__init__(f"{self.photos} {self.points}")


class MarksThere(Exception):
    """Pairs of photo and point that are marked already, or stand twice in one call; nothing was registered."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self.pairs = [list(pair) for pair in dict.fromkeys(pairs)]
        super().__init__(str(self.pairs))


class ControlPoints:
    """Those of one project, each kind in the order of its creation. ``numbers`` gives ids that nothing else has."""

    def __init__(self, project: int, numbers: itertools.count[int]) -> None:
        self._project = project
        self._numbers = numbers
        self._gcps: dict[int, Record] = {}
        self._mtps: dict[int, Record] = {}
        self._marks: dict[int, Record] = {}

    # ------------------------------------------------------------------ reading
    def gcps(self) -> list[Record]:
        """As the API shows them."""
        return [dict(one) for one in self._gcps.values()]

    def mtps(self) -> list[Record]:
        """As the API shows them."""
        return [dict(one) for one in self._mtps.values()]

    def marks(self) -> list[Record]:
        """As the API shows them: with the present name of the point."""
        return [self._shown(one) for one in self._marks.values()]

    # ------------------------------------------------------------------ points
    def register_gcps(self, items: Sequence[Mapping[str, Any]]) -> list[Record]:
        """Keep all of them, or raise :class:`NamesTaken`. A type that is not given is GCP (A39)."""
        empty = {"point_type": "GCP", "xy_accuracy": None, "z_accuracy": None}
        return self._register(self._gcps, items, empty, GCP)

    def register_mtps(self, items: Sequence[Mapping[str, Any]]) -> list[Record]:
        """Keep all of them, or raise :class:`NamesTaken`."""
        return self._register(self._mtps, items, {"is_checkpoint": False, "x": None, "y": None, "z": None}, MTP)

    def update_gcp(self, name: str, changes: Mapping[str, Any]) -> Record:
        """``KeyError`` for a name that is not there, :class:`NamesTaken` for a new one that is."""
        return self._update(self._gcp(name), changes, GCP)

    def update_mtp(self, identity: int, changes: Mapping[str, Any]) -> Record:
        """The same by number."""
        return self._update(self._mtps[identity], changes, MTP)

    def delete_gcp(self, name: str) -> None:
        """With its marks; ``KeyError`` when it is not there."""
        self._delete(self._gcps, self._gcp(name)["id"])

    def delete_mtp(self, identity: int) -> None:
        """With its marks; ``KeyError`` when it is not there."""
        self._delete(self._mtps, identity)

    # ------------------------------------------------------------------ marks
    def register_marks(self, items: Sequence[Mapping[str, Any]], photos: Collection[str]) -> list[Record]:
        """Keep all of them. Raises :class:`Unknown`, which wins (A42), or :class:`MarksThere`."""
        points = self._by_name()
        unknown = [one["photo"] for one in items if one["photo"] not in photos]
        nameless = [one["gcp"] for one in items if one["gcp"] not in points]
        if unknown or nameless:
            raise Unknown(unknown, nameless)
        there = {(one["photo"], one["point"]) for one in self._marks.values()}
        wanted = Counter((one["photo"], points[one["gcp"]]) for one in items)
        again = [(one["photo"], one["gcp"]) for one in items
                 if (one["photo"], points[one["gcp"]]) in there or wanted[one["photo"], points[one["gcp"]]] > 1]
        if again:
            raise MarksThere(again)
        made = []
        for one in items:
            record = {"id": next(self._numbers), "photo": one["photo"], "point": points[one["gcp"]],
                      "x": float(one["x"]), "y": float(one["y"])}
            self._marks[record["id"]] = record
            made.append(self._shown(record))
        return made

    def move_mark(self, identity: int, changes: Mapping[str, Any]) -> Record:
        """Photo and point are ignored silently; ``KeyError`` when it is not there."""
        record = self._marks[identity]
        record.update({axis: float(changes[axis]) for axis in ("x", "y") if axis in changes})
        return self._shown(record)

    def delete_mark(self, identity: int) -> None:
        """``KeyError`` when it is not there."""
        del self._marks[identity]

    def forget_photo(self, photo: str) -> None:
        """A photo was taken out of the project: its marks go too."""
        self._marks = {number: one for number, one in self._marks.items() if one["photo"] != photo}

    # ------------------------------------------------------------------ steps
    def _register(self, kept: dict[int, Record], items: Sequence[Mapping[str, Any]], empty: Record,
                  members: tuple[str, ...]) -> list[Record]:
        there, counts = self._by_name(), Counter(one["name"] for one in items)
        taken = [one["name"] for one in items if one["name"] in there or counts[one["name"]] > 1]
        if taken:
            raise NamesTaken(taken)
        made = []
        for one in items:
            given = {name: one[name] for name in members if one.get(name) is not None}
            record = {"id": next(self._numbers), "project": self._project, **empty, **given}
            kept[record["id"]] = record
            made.append(dict(record))
        return made

    def _update(self, record: Record, changes: Mapping[str, Any], members: tuple[str, ...]) -> Record:
        name = changes.get("name", record["name"])
        if name != record["name"] and name in self._by_name():
            raise NamesTaken([name])
        record.update({member: changes[member] for member in members if member in changes})
        return dict(record)

    def _delete(self, kept: dict[int, Record], identity: int) -> None:
        del kept[identity]
        self._marks = {number: one for number, one in self._marks.items() if one["point"] != identity}

    def _by_name(self) -> dict[str, int]:
        return {one["name"]: one["id"] for one in (*self._gcps.values(), *self._mtps.values())}

    def _gcp(self, name: str) -> Record:
        for one in self._gcps.values():
            if one["name"] == name:
                return one
        raise KeyError(name)

    def _shown(self, mark: Record) -> Record:
        point = self._gcps.get(mark["point"]) or self._mtps[mark["point"]]
        return {"id": mark["id"], "photo": mark["photo"], "gcp": point["name"], "gcp_id": point["id"],
                "x": mark["x"], "y": mark["y"]}
