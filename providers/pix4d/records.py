"""Answers of the platform. Every member may be missing; those marked ASSUMED have no source (notes, section 27).

Members that the reference types as text although its examples hold objects or numbers (section 3) are ``object`` here.
What is about photos, control points, processing and results is in :mod:`.project_records`.
"""

from __future__ import annotations

from typing import Literal, TypedDict

PublicStatus = Literal["CREATED", "UPLOADED", "PROCESSING", "DONE", "ERROR"]
STATUSES: tuple[PublicStatus, ...] = ("CREATED", "UPLOADED", "PROCESSING", "DONE", "ERROR")
PROJECT_TYPES = ("pro", "bim", "ag", "model", "inspection")
BILLING_MODELS = ("CLOUD_STANDARD", "ENGINE_CLOUD", "CRANE", "INSPECT")
ORDERINGS = ("name", "-name", "date", "-date")
ROLES = ("OWNER", "MANAGER", "EDITOR", "READER")
VIEWS = ("map", "model")
LANGUAGES = ("en-US", "ja", "ko", "it", "es", "fr")
"""Section 21: the list is without ``fr``, the example has it."""
THEMES = ("dark", "light")


class Crs(TypedDict, total=False):
    """Section 12: INFERRED to be an OPF CRS object."""

    definition: str | None
    geoid_height: float | None
    extensions: object


class Project(TypedDict, total=False):
    """Section 9: members of the detailed form; the simple one has those up to ``display_detailed_status`` (A28).

    The answer to a creation has ``parent_*`` and ``owner_type`` besides (A17). ``outputs`` is opaque.
    """

    id: int
    uuid: str
    name: str
    display_name: str
    public_status: str
    project_type: str
    project_group_id: int | None
    is_demo: bool
    is_geolocalized: bool
    image_count: int
    create_date: str
    acquisition_date: str
    bucket_name: str
    s3_base_path: str
    detail_url: str
    project_thumb: str | None
    user_display_name: str
    public_url: str | None
    front_end_public_url: str | None
    front_end_public_group_url: str | None
    display_detailed_status: str
    embed_urls: object
    crs: Crs | None
    outputs: object
    error_code: int | None
    error_reason: str
    last_datetime_processing_started: str | None
    last_datetime_processing_ended: str | None
    s3_bucket_region: str
    never_delete: bool
    under_trial: bool
    source: str
    owner_uuid: str | None
    owner_type: str | None
    credits: float
    public_share_token: str | None
    coordinate_system: str | None
    proj_pipeline: str
    parent_uuid: str | None
    parent_type: str | None


class NewProject(TypedDict, total=False):
    """What can be said when a project is created; only ``name`` is mandatory. Members left out are not sent.

    ``processing_email_notification`` is true on the platform when it is left out.
    """

    name: str
    project_type: str
    acquisition_date: str
    project_group_id: int
    billing_model: str
    parent_type: str
    parent_uuid: str
    owner_uuid: str
    processing_email_notification: bool
    coordinate_system: str
    coordinate_system_geoid_height: float
    coordinate_system_extensions: object


class ProjectChanges(TypedDict, total=False):
    """What can be changed afterwards. ``name`` cannot: ``display_name`` is what people read (section 9)."""

    display_name: str
    acquisition_date: str
    is_geolocalized: bool
    never_delete: bool
    owner_uuid: str
    s3_base_path: str
    public_share_token: str | None
    coordinate_system: str | None
    coordinate_system_geoid_height: float | None
    coordinate_system_extensions: object
    min_zoom: int
    max_zoom: int


class ProjectFilters(TypedDict, total=False):
    """Section 9, "List filters". Lists are sent as repeated parameters; ``project_group_id`` is ASSUMED (A30)."""

    public_status: list[str]
    public_status_exclude: list[str]
    id: list[str]
    id_exclude: list[str]
    name: list[str]
    name_exclude: list[str]
    display_name: list[str]
    display_name_exclude: list[str]
    is_demo: bool
    project_group_id: str
    serializer: str
    page_size: int


class Site(TypedDict, total=False):
    """Section 18: a project group. ``project_list_url`` is the only documented way to its projects."""

    id: int
    uuid: str
    name: str
    project_group_type: str
    is_aligned: bool
    is_demo: bool
    project_list_url: str
    latest_project_date: str | None
    latest_project_url: str | None
    latest_project_id: int | None
    latitude: float | None
    longitude: float | None
    project_group_thumb: str | None
    project_count: object
    project_status_count: object
    public_share_token: str | None
    owner_uuid: str | None
    owner_type: str | None
    parent_uuid: str | None
    parent_type: str | None
    coordinate_system: str | None
    crs: Crs | None


class SiteDetails(TypedDict, total=False):
    """What can be said of a site when it is created (``name``, ``project_group_type`` mandatory) or changed."""

    name: str
    project_group_type: str
    parent_type: str
    parent_uuid: str
    owner_uuid: str
    coordinate_system: str | None
    coordinate_system_geoid_height: float | None
    coordinate_system_extensions: object


class DriveNode(TypedDict, total=False):
    """Section 19: ``type`` folder, project or project_group; ``legacy_id`` is the number of the latter two."""

    legacy_id: int
    uuid: str
    type: str
    date: str
    name: str
    metadata: dict[str, object] | None


class DriveReference(TypedDict, total=False):
    """A node or its owner in a path."""

    uuid: str
    type: str
    name: str


class DrivePath(TypedDict, total=False):
    """From the node itself upwards: ``path[0]`` is the node."""

    path: list[DriveReference]
    owner: DriveReference
    more_ancestors: bool


class Folder(TypedDict, total=False):
    uuid: str
    name: str


class UserAccount(TypedDict, total=False):
    """Section 23: the members that anybody needs; there are many flags besides."""

    uuid: str
    first_name: str
    last_name: str
    email: str
    preferred_units: str
    solution: str
    license_per_solution_summary: object
    default_organization: str | None
    preferred_language: str
    preferred_theme: str
    country: str


class PermissionToken(TypedDict, total=False):
    """Section 21: a share token; it is its own id and a secret of those it was given to."""

    token: str
    enabled: bool
    write: bool
    type: str
    type_id: int
    creation_date: str
    created_by: str


class TokenFilters(TypedDict, total=False):
    """Inside an organization either ``owner_uuid`` or ``type`` with ``type_id`` is required."""

    enabled: bool
    write: bool
    type: str
    type_id: str
    owner_uuid: str


class Member(TypedDict, total=False):
    """Section 22. ``access_type``: ORGANIZATION, INHERITED, DIRECT."""

    email: str
    access_type: str
    first_name: str
    last_name: str
    role: str
    accessrole_uuid: str
    accessor_uuid: str


class Invitation(TypedDict, total=False):
    email: str
    uuid: str
    expires_on: str
    invitation_status: str
    role: str


class AccessDetail(TypedDict, total=False):
    """How the caller himself comes to a resource."""

    access_type: str
    uuid: str
    role: str
    resource_uuid: str
    resource_type: str
