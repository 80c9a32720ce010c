"""What each role may do (A1): viewers read, creators also write, superusers also manage ArcGIS services and users."""

from __future__ import annotations

from ..contract import Operation
from ..errors import detail
from .records import ROLES, User

FOR_SUPERUSERS = ("users", "arcgis")
"""Tags of operations of which only superusers may do what changes something."""
READING = ("search",)
"""Operations that change nothing although they are no GET."""


def changes(operation: Operation) -> bool:
    """Whether an operation may change something that can be listed or searched."""
    return operation.method != "GET" and operation.id not in READING and bool(operation.keys)


def needed(operation: Operation) -> str:
    """The least role for an operation."""
    if not changes(operation):
        return ROLES[0]
    return ROLES[2] if set(FOR_SUPERUSERS) & set(operation.tags) else ROLES[1]


def require(operation: Operation, user: User) -> None:
    """403 when the user's role is too low."""
    role = needed(operation)
    if ROLES.index(user.role) < ROLES.index(role):
        raise detail(403, f"This operation needs the role {role}; yours is {user.role}")
