"""What is to be known of a platform's annotations, and of one set of them.

Each platform that takes some has a table ``PLAN`` in ``ui/<platform key>/annotations.py``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from qgis.core import QgsGeometry, QgsMapLayer

from ...core import messages
from ...core.choices import Choice
from ...core.geometry import from_platform
from ...core.layers.provenance import PREFIX, Provenance
from ...core.platforms import PLATFORMS
from ...core.problems import Problem
from ...core.pushes import Key
from ...core.pushes.checks import Rules
from ...providers.capabilities import Entry
from ...providers.work import Work

if TYPE_CHECKING:
    from .exchange import Exchange

PROPERTY = PREFIX + "annotations"
#: The field of the class in layers of kinds that have classes.
CLASS_FIELD = "class_id"


@dataclass(frozen=True)
class AnnotationKind:
    """One kind of shapes, which has a layer of its own. ``key`` is the platform's word and the table's name,
    ``geometry`` one of ``point``, ``line``, ``polygon``, ``circle``.

    ``line`` is a pen style of QGIS (``solid``, ``dash``, ``dot``), so that kinds differ by more than their colour;
    ``fill`` is the share of the colour inside, ``width`` the line's in millimetres. ``classes``: each belongs to one.
    """

    key: str
    title: Callable[[], str]
    hint: Callable[[], str]
    color: str
    line: str
    fill: float = 0.0
    width: float = 0.5
    classes: bool = False
    geometry: str = "polygon"


@dataclass(frozen=True)
class AnnotationClass:
    """A class of objects as the platform tells it; ``color`` may be empty."""

    id: str
    name: str
    color: str = ""


@dataclass(frozen=True)
class ScopeChoice:
    """One of the things that annotations belong to (detector, raster), chosen from what the platform has. ``role`` is
    its name in provenance, ``parameter`` its name for listers and algorithms."""

    role: str
    parameter: str
    title: Callable[[], str]
    lister: Callable[[Any, str, Mapping[str, str]], Iterator[Choice]]
    depends: tuple[str, ...] = ()


@dataclass(frozen=True)
class Looked:
    """What the platform told. ``joined`` is False when the raster has to be put into the training set first.
    ``imagery`` is the way to the entry that belongs below the layers, where that is not the raster of the scope."""

    names: Mapping[str, str]
    classes: Sequence[AnnotationClass] = ()
    footprint: Mapping[str, Any] | None = None
    joined: bool = True
    imagery: tuple[Entry, ...] = ()


@dataclass(frozen=True)
class Subject:
    """To what a set of annotations belongs. ``ids`` and ``names`` are by role. Kept in each layer, without secrets."""

    platform: str
    connection: str
    ids: Mapping[str, str]
    names: Mapping[str, str] = field(default_factory=dict, compare=False)
    classes: Sequence[AnnotationClass] = field(default=(), compare=False)
    footprint: Mapping[str, Any] | None = field(default=None, compare=False)
    joined: bool = field(default=True, compare=False)

    def __hash__(self) -> int:
        return hash((self.platform, self.connection, tuple(sorted(self.ids.items()))))

    @property
    def plan(self) -> AnnotationPlan:
        """The platform's table."""
        found = plan_of(self.platform)
        if found is None:
            raise KeyError(self.platform)
        return found

    def name(self, role: str) -> str:
        """The name of one of the things that it belongs to; its id where the name is not known."""
        return self.names.get(role) or self.ids[role]

    def title(self) -> str:
        """The set in a line."""
        return self.plan.title(self)

    def key(self, kind: str, part: str = "") -> Key:
        """Under what pushes are remembered."""
        return Key(self.platform, self.connection, dict(self.ids), kind, part)

    def parts(self, kind: AnnotationKind) -> list[str]:
        """What is pushed by itself: each class, or the kind as a whole."""
        return [one.id for one in self.classes] if kind.classes and self.classes else [""]

    def part_title(self, kind: AnnotationKind, part: str) -> str:
        """The kind, and the class where there are several."""
        name = next((one.name or one.id for one in self.classes if one.id == part), "")
        return f"{kind.title()}: {name}" if name and len(self.classes) > 1 else kind.title()

    def place(self) -> QgsGeometry | None:
        """The footprint in longitude and latitude; None where it is not known."""
        if not self.footprint:
            return None
        try:
            return from_platform(dict(self.footprint))
        except Problem:
            return None

    def text(self) -> str:
        """As it is kept in layers."""
        return json.dumps({
            "platform": self.platform, "connection": self.connection, "ids": dict(self.ids), "names": dict(self.names),
            "classes": [[one.id, one.name, one.color] for one in self.classes], "footprint": self.footprint,
        }, sort_keys=True)


def _nothing() -> str:
    return ""


def is_raster(subject: Subject, origin: Provenance) -> bool:
    """Whether a layer comes from the raster of the scope."""
    role = subject.plan.raster
    return origin.kind == role and origin.ids.get(role) == subject.ids[role]


@dataclass(frozen=True)
class AnnotationPlan:
    """The annotations of a platform.

    ``look(platform, ids, work)`` runs in the background. ``raster`` is the role of the imagery; ``is_imagery`` tells
    whether a layer of this origin is that of a set. How they get to the platform is either of two:

    - A platform that hands annotations out has ``exchange``: they are fetched, compared with the platform's, pushed.
    - Else ``algorithm`` replaces all of one kind (of one class) by a layer; ``parameters(subject, kind, part, file)``
      fills it in, confirmed. ``unseen`` says that changes made elsewhere cannot be seen and will be replaced.
      ``join`` is the algorithm, and its parameters, that puts the raster into the training set. ``from_results`` is
      the kind that results become.
    """

    platform: str
    kinds: tuple[AnnotationKind, ...]
    scope: tuple[ScopeChoice, ...]
    look: Callable[[Any, Mapping[str, str], Work], Looked]
    title: Callable[[Subject], str]
    explain: Callable[[], str]
    rules: Rules = Rules()
    raster: str = "raster"
    is_imagery: Callable[[Subject, Provenance], bool] = is_raster
    exchange: Exchange | None = None
    algorithm: str = ""
    parameters: Callable[[Subject, str, str, str], dict[str, Any]] | None = None
    unseen: Callable[[], str] = _nothing
    join: Callable[[Subject], tuple[str, dict[str, Any]]] | None = None
    join_title: Callable[[], str] = _nothing
    not_joined: Callable[[], str] = _nothing
    from_results: str = ""

    def kind(self, key: str) -> AnnotationKind:
        """A kind by its key."""
        return next(one for one in self.kinds if one.key == key)


@cache
def plan_of(platform_key: str) -> AnnotationPlan | None:
    """The table of a platform; None for one that takes no annotations."""
    name = f"..{platform_key}.annotations"
    if platform_key not in PLATFORMS or find_spec(f"..{platform_key}", __package__) is None:
        return None
    if find_spec(name, __package__) is None:
        return None
    found: AnnotationPlan = import_module(name, __package__).PLAN
    return found


def plans() -> list[AnnotationPlan]:
    """Of all platforms that take annotations."""
    return [plan for plan in (plan_of(key) for key in PLATFORMS) if plan is not None]


def told(subject: Subject, looked: Looked) -> Subject:
    """The subject with what the platform told of it."""
    names = {role: messages.clean(name) for role, name in looked.names.items()}
    return replace(
        subject, names=names, classes=tuple(looked.classes), footprint=looked.footprint, joined=looked.joined
    )


def subject_of(layer: QgsMapLayer | None) -> Subject | None:
    """The subject that a layer was made for; None for any other layer, also one that a stranger wrote."""
    text = "" if layer is None else str(layer.customProperty(PROPERTY, ""))
    try:
        value = json.loads(text) if text else None
        if not isinstance(value, dict) or plan_of(str(value["platform"])) is None:
            return None
        found = Subject(
            str(value["platform"]),
            str(value["connection"]),
            {str(role): str(one) for role, one in value["ids"].items()},
            {str(role): str(one) for role, one in value["names"].items()},
            tuple(AnnotationClass(str(one[0]), str(one[1]), str(one[2])) for one in value["classes"]),
            value["footprint"] if isinstance(value["footprint"], dict) else None,
        )
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        return None
    return found if set(found.ids) == {one.role for one in found.plan.scope} else None
