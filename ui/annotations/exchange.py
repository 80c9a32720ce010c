"""What a platform that hands annotations out tells of them: how they are fetched, looked at, compared and pushed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import QgsFeature, QgsGeometry, QgsSymbol, QgsVectorLayer

from ...core.pushes.checks import Trouble
from ...core.pushes.reading import Snapshot
from ...providers.work import Work

if TYPE_CHECKING:
    from .plan import Subject

LEAVE, MINE, THEIRS = "leave", "mine", "theirs"


@dataclass(frozen=True)
class Choices:
    """What the user wants of a push: what was deleted in the layers removed, what both sides changed decided for one
    of them, what was changed elsewhere brought into the layers."""

    remove: bool = True
    conflicts: str = LEAVE
    update: bool = True


@dataclass(frozen=True)
class Comparison:
    """What a push would do, in whole sentences: ``here`` on the platform, ``elsewhere`` what others did meanwhile,
    ``conflicts`` what both sides changed. ``sends`` counts what would be sent, ``removes`` what would be removed."""

    here: str
    sends: int
    removes: int
    elsewhere: str = ""
    conflicts: Sequence[str] = ()
    problems: Sequence[str] = ()


@dataclass(frozen=True)
class Restoration:
    """What makes a layer's rows those of an earlier time: by row, cells by column number and shapes."""

    cells: dict[int, dict[int, Any]] = field(default_factory=dict)
    shapes: dict[int, QgsGeometry] = field(default_factory=dict)
    gone: list[int] = field(default_factory=list)
    back: list[QgsFeature] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many rows differ."""
        return len({*self.cells, *self.shapes}) + len(self.gone) + len(self.back)


@dataclass(frozen=True)
class Exchange:
    """How annotations come and go. A set is one GeoPackage with a table for each kind; its layers' edits are saved
    before it is compared.

    ``make(platform, subject, path, work)`` writes the file, ``compare(platform, subject, path, work)`` and
    ``troubles(subject, kind, snapshot, stopped)`` read it, ``restore(now, earlier, kind)`` compares two of them; all of
    that in the background. ``dress(layer, kind)`` gives a layer its look, ``symbol(kind)`` is for the dock.
    ``algorithm`` with ``parameters(subject, path, choices)`` pushes, and writes into the file what the platform has.
    """

    make: Callable[[Any, Subject, Path, Work], Path]
    dress: Callable[[QgsVectorLayer, str], None]
    symbol: Callable[[str], QgsSymbol]
    troubles: Callable[[Subject, str, Snapshot, Callable[[], bool]], Iterator[Trouble]]
    compare: Callable[[Any, Subject, Path, Work], Comparison]
    algorithm: str
    parameters: Callable[[Subject, Path, Choices], dict[str, Any]]
    restore: Callable[[Path, Path, str], Restoration]
