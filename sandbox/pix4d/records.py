"""What the sandbox's PIX4D cloud keeps about each resource. Times are seconds since 1970 on the sandbox's clock.

What a project holds has modules of its own that know nothing of HTTP: ``Project.inputs`` (:mod:`.inputs`),
``Project.control`` (:mod:`.control_points`), ``Project.options`` (:mod:`.options`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ..jobs import Job
from .control_points import ControlPoints
from .inputs import Inputs
from .options import DEFAULTS, Options

ROLES = ("OWNER", "MANAGER", "EDITOR", "READER")
"""From the one that may most to the one that may least."""
WRITING = ROLES[:3]
ADMINISTRATING = ROLES[:2]


class Place(NamedTuple):
    """Something in the drive: ``kind`` is organization, user, folder, project_group or project."""

    kind: str
    uuid: str


@dataclass
class Organization:
    """A customer."""

    uuid: str
    name: str


@dataclass
class User:
    """A person, with the account flags that section 23 names."""

    uuid: str
    email: str
    first_name: str
    last_name: str
    organization: str | None = None
    units: str = "metric"


@dataclass
class Share:
    """A permission token (section 21). ``type`` is Project or ProjectGroup, ``type_id`` its number."""

    token: str
    type: str
    type_id: int
    enabled: bool
    write: bool
    created: float
    created_by: str


@dataclass
class Account:
    """Who asks: a pair of client id and secret of a user in an organization, or somebody with only a share token.

    ``billing_models``: those that the licence allows. ``credits``: processing is paid with them (the start is answered
    with 202). ``photos``: the most that the licence lets process, 0 for any number.
    """

    name: str
    secret: str
    user: User
    organization: str
    billing_models: tuple[str, ...] = ("CLOUD_STANDARD", "ENGINE_CLOUD")
    credits: bool = False
    photos: int = 0
    cloud_content: bool = True
    revoked: bool = False
    share: Share | None = None


@dataclass
class Bearer:
    """A token that was given out; refused from ``ends`` on."""

    account: str
    ends: float


@dataclass
class Folder:
    """A folder of the drive. ``owner`` is the uuid of its organization or user, ``number`` its ``legacy_id``."""

    number: int
    uuid: str
    name: str
    parent: Place
    owner: str
    created: float

    @property
    def place(self) -> Place:
        """Itself as a place."""
        return Place("folder", self.uuid)


@dataclass
class Crs:
    """A coordinate system as it was given (section 12); ``definition`` "" when it was not."""

    definition: str = ""
    geoid_height: float | None = None
    extensions: Any = None

    def as_json(self) -> dict[str, Any] | None:
        """An OPF CRS object."""
        if not self.definition:
            return None
        return {"definition": self.definition, "geoid_height": self.geoid_height, "extensions": self.extensions}


@dataclass
class Group:
    """A site."""

    id: int
    uuid: str
    name: str
    type: str
    parent: Place
    owner: str
    created: float
    crs: Crs = field(default_factory=Crs)

    @property
    def place(self) -> Place:
        """Itself as a place."""
        return Place("project_group", self.uuid)


@dataclass
class Output:
    """One entry of the list of outputs (section 17). ``key`` is None while there is no file; then ``availability`` is
    one of ``in_progress``, ``requestable``, ``not available``. ``registered``: by the user, not by processing."""

    id: int
    result_type: str
    output_type: str
    key: str | None = None
    availability: str = "done"
    registered: bool = False


@dataclass
class Project:
    """A dataset. ``base`` is its prefix in ``bucket``, without a slash at its end (``s3_base_path``).

    ``status`` is the public status; ``error_code`` None when there is none (A26). ``triggered`` stays True from the
    first start on: inputs are frozen then (A24). ``job`` is the processing under way. ``terrain`` and ``failure`` are
    set by the control interface: a raster for :class:`~sandbox.pix4d.work.records.Description`, an error code that the
    next processing ends with. ``archives``: when an archive asked for (``inputs``, ``outputs``) is ready. ``bounds``:
    west, south, east, north in degrees after processing.
    """

    id: int
    uuid: str
    name: str
    display_name: str
    type: str
    parent: Place
    owner: str
    bucket: str
    base: str
    inputs: Inputs
    control: ControlPoints
    created: float
    acquired: str
    creator: str
    crs: Crs = field(default_factory=Crs)
    options: Options = field(default_factory=lambda: dict(DEFAULTS))
    status: str = "CREATED"
    detailed_status: str = "Created"
    error_code: int | None = None
    error_reason: str = ""
    started: float | None = None
    ended: float | None = None
    triggered: bool = False
    job: Job | None = None
    outputs: list[Output] = field(default_factory=list)
    archives: dict[str, float] = field(default_factory=dict)
    billing_model: str = "CLOUD_STANDARD"
    email: bool = True
    geolocalized: bool = False
    never_delete: bool = False
    public_share_token: str | None = None
    zoom: tuple[int, int] = (-1, -1)
    credits: float = 0.0
    demo: bool = False
    terrain: str | None = None
    failure: int | None = None
    bounds: tuple[float, float, float, float] | None = None
    notes: dict[str, Any] = field(default_factory=dict)

    @property
    def place(self) -> Place:
        """Itself as a place."""
        return Place("project", self.uuid)


@dataclass
class AccessRole:
    """That a user may do something with a resource and all below it."""

    uuid: str
    user: str
    place: Place
    role: str


@dataclass
class Invitation:
    """That somebody without an account was asked in."""

    uuid: str
    email: str
    place: Place
    role: str
    expires: float
