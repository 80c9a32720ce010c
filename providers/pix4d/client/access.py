"""Who may use an organization, folder, site or project (notes, section 22; all paths ASSUMED A64)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...http.answers import Page, record
from ...http.session import HttpSession
from ..paths import PATHS
from ..records import AccessDetail, Invitation, Member
from .answers import listed, pages


class Access:
    """Operations on access. An unknown resource answers 403, not 404 (section 5.2)."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def members(
        self, resource_type: str, resource_uuid: str, name: str = "", roles: Sequence[str] = (), page: int = 1
    ) -> Iterator[Page[Member]]:
        """``listMembers``, from a page on; ``name`` is part of an e-mail, first or last name."""
        filters = {"name": name, "role": list(roles)}
        return pages(
            self._http, PATHS["listMembers"], Member, filters, page, "email",
            resource_type=resource_type, resource_uuid=resource_uuid,
        )

    def assignable_roles(self, resource_type: str, resource_uuid: str, assignee_uuid: str = "") -> list[str]:
        """``listAssignableRoles``; ``assignee_uuid`` narrows it to one person (ASSUMED A65)."""
        query = {"assignee_uuid": assignee_uuid} if assignee_uuid else None
        answer = self._http.json(
            PATHS["listAssignableRoles"], query=query, resource_type=resource_type, resource_uuid=resource_uuid
        )
        roles = record(answer, dict).get("roles")
        return [str(role) for role in roles] if isinstance(roles, list) else []

    def details(self, resource_type: str, resource_uuid: str) -> AccessDetail:
        """``getAccessDetail``: the caller's own access."""
        answer = self._http.json(
            PATHS["getAccessDetail"], resource_type=resource_type, resource_uuid=resource_uuid
        )
        return record(answer, AccessDetail)

    def invitations(
        self, resource_type: str, resource_uuid: str, name: str = "", roles: Sequence[str] = (), page: int = 1
    ) -> Iterator[Page[Invitation]]:
        """``listInvitations``, from a page on: those that were not answered yet."""
        filters = {"name": name, "role": list(roles)}
        return pages(
            self._http, PATHS["listInvitations"], Invitation, filters, page, "email",
            resource_type=resource_type, resource_uuid=resource_uuid,
        )

    def invite(
        self,
        resource_type: str,
        resource_uuid: str,
        emails: Sequence[str],
        role: str,
        resource_name: str = "",
        redirect_url: str = "",
    ) -> list[Invitation]:
        """``invite``: 1 to 500 e-mails; who has access already gets the new role. The answer mixes members and
        invitations; an e-mail goes out."""
        body: dict[str, object] = {"invitees": list(emails), "role": role}
        body |= {"resource_name": resource_name} if resource_name else {}
        body |= {"redirect_url": redirect_url} if redirect_url else {}
        answer = self._http.json(
            PATHS["invite"], body=body, resource_type=resource_type, resource_uuid=resource_uuid
        )
        return listed(answer, "invitations", Invitation)

    def remove(self, resource_type: str, resource_uuid: str, accessrole_uuid: str) -> None:
        """``removeMembership``: of an organization it takes all access of that user, elsewhere only at that node."""
        self._http.json(
            PATHS["removeMembership"],
            resource_type=resource_type, resource_uuid=resource_uuid, accessrole_uuid=accessrole_uuid,
        )
