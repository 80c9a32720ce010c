"""Who may use an organization, a folder, a site or a project."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterEnum,
)

from ...core.translation import tr
from ...providers.pix4d.records import ROLES
from ...providers.work import Work
from ..parameters import choice_parameter, split_ids
from ..parameters.plain import advanced, choice, confirm, helped, string
from ..tables import declare_table, write_table
from . import listers
from .common import (
    PLATFORM,
    Pix4dAlgorithm,
    folder_parameter,
    organization_parameter,
    project_parameter,
    site_parameter,
)

MOST_INVITED = 500


class AccessAlgorithm(Pix4dAlgorithm):
    """What all share: of what it is about."""

    kind = "sharing"

    def words(self) -> str:
        return tr("access,members,roles,permissions,invite,users,team")

    def declare_place(self, required: bool = False) -> None:
        """Declare project, site, folder and organization; the nearest that is given counts. ``required``: one of them
        has to be given (:meth:`no_place`)."""
        words = tr("Number of the project. Empty: it is about a site, a folder or the organisation.")
        self.addParameter(project_parameter(True, words))
        self.addParameter(site_parameter(True, tr("Number of the site, when no project is given.")))
        self.addParameter(folder_parameter(True, tr("Uuid of the folder, when no project and site are given.")))
        words = tr("Uuid of the organisation, when nothing else is given.")
        if not required:
            words += " " + tr("Empty: that of the connection or account.")
        self.addParameter(organization_parameter(words))

    def no_place(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        """A problem when it is not said what it is about: what was forgotten must not mean the whole organization."""
        from ...providers.pix4d.flows import access

        if not any(self.text(parameters, name, context) for name, _ in access.PLACES):
            yield tr("Say what it is about: give a project, a site, a folder or an organisation.")

    def place(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Any:
        """What it is about, as the drive knows it (``flows.drive.Node``). Asks the platform."""
        from ...providers.pix4d.flows import access, drive

        for name, kind in access.PLACES:
            identity = self.text(parameters, name, context)
            if identity:
                return drive.node_of(self.platform.api, kind, identity)
        return drive.Node(*drive.home(self.platform.api, self.platform.organization))


class ListAccess(AccessAlgorithm):
    """Members and pending invitations as a table."""

    called = "listaccess"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List access")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Lists who may use an organisation, a folder, a site or a project, in which role and by what: by belonging"
            " to the organisation, from a folder above, or directly. Invitations that nobody answered yet are listed"
            " too."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.declare_place()
        words = tr("Only those with this text in their e-mail or name.")
        self.addParameter(string("SEARCH", tr("Search"), words))
        roles = QgsProcessingParameterEnum(
            "ROLES", tr("Roles"), list(ROLES), allowMultiple=True, optional=True, usesStaticStrings=True
        )
        self.addParameter(helped(roles, tr("Only those with these roles. None: with any.")))
        invited = QgsProcessingParameterBoolean("INVITATIONS", tr("Pending invitations too"), defaultValue=True)
        self.addParameter(helped(invited, tr("Whether to list who was invited and did not answer yet.")))
        declare_table(self, "EMAILS", tr("E-mails"))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.unknown(parameters, "ROLES")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        api, node = self.platform.api.during(work), self.place(parameters, context)
        search = self.text(parameters, "SEARCH", context)
        roles = self.parameterAsEnumStrings(parameters, "ROLES", context)
        invited = self.parameterAsBoolean(parameters, "INVITATIONS", context)
        columns = [("email", "text"), ("first_name", "text"), ("last_name", "text"), ("role", "text"),
                   ("access_type", "text"), ("invitation_status", "text"), ("expires_on", "text"),
                   ("accessrole_uuid", "text")]
        rows = _rows(api, node, search, roles, invited)
        return write_table(self, parameters, context, work, rows, columns, "EMAILS")


def _rows(api: Any, node: Any, search: str, roles: list[str], invited: bool) -> Iterator[dict[str, Any]]:
    from ...providers.steps import entries

    for one in entries(api.access.members(node.type, node.uuid, search, roles)):
        yield {**one, "id": one.get("email")}
    if invited:
        for one in entries(api.access.invitations(node.type, node.uuid, search, roles)):
            yield {**one, "id": one.get("email")}


class GetAccess(AccessAlgorithm):
    """One's own access, for models."""

    called = "getaccess"
    hidden = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Get my access")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Gives the role that the connection has there, by what it has it, and the roles that it can give.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.declare_place()
        words = tr("Uuid of a user: only roles that this user can be given.")
        self.addParameter(advanced(string("ASSIGNEE", tr("For the user"), words)))
        for name, title in (
            ("ROLE", tr("Role")), ("ACCESS_TYPE", tr("Kind of access")), ("ASSIGNABLE", tr("Roles that can be given"))
        ):
            self.addOutput(QgsProcessingOutputString(name, title))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pix4d.flows import access

        api, node = self.platform.api.during(work), self.place(parameters, context)
        mine = api.access.details(node.type, node.uuid)
        roles = access.assignable(api, node, self.text(parameters, "ASSIGNEE", context))
        return {
            "ROLE": mine.get("role") or "", "ACCESS_TYPE": mine.get("access_type") or "", "ASSIGNABLE": ",".join(roles)
        }


class InviteUsers(AccessAlgorithm):
    """Give people access."""

    called = "inviteusers"
    journaled = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Invite users")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Invites people by e-mail to an organisation, a folder, a site or a project. Who has access already gets"
            " the new role."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.declare_place(required=True)
        words = tr("E-mail addresses, separated by commas; at most 500.")
        self.addParameter(string("EMAILS", tr("E-mails"), words, optional=False))
        words = tr("What they may do: a reader looks, an editor changes, a manager invites others.")
        self.addParameter(choice("ROLE", tr("Role"), words, ROLES, "READER"))
        words = tr("What the invitation calls it. Empty: as it is called on the platform.")
        self.addParameter(advanced(string("NAME", tr("Name in the invitation"), words)))
        words = tr("The platform sends an e-mail to each of them.")
        self.addParameter(confirm(tr("Confirm: the platform sends e-mails"), words))
        self.addOutput(QgsProcessingOutputNumber("COUNT", tr("Number of people")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, "EMAILS")
        yield from self.no_place(parameters, context)
        yield from self.unknown(parameters, "ROLE")
        emails = split_ids(self.text(parameters, "EMAILS", context))
        if len(emails) > MOST_INVITED:
            words = tr("{count} e-mails are given; at most {most} can be invited at once.")
            yield words.format(count=len(emails), most=MOST_INVITED)
        for one in emails:
            before, at, behind = one.partition("@")
            if not (before and at and "." in behind) or " " in one:
                yield tr("“{email}” is no e-mail address.").format(email=one)
        yield from self.unconfirmed(parameters, context, tr("The platform would send e-mails."))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pix4d.flows import access

        emails, role = split_ids(self.text(parameters, "EMAILS", context)), self.chosen(parameters, "ROLE", context)
        name, node = self.text(parameters, "NAME", context), self.place(parameters, context)
        return {"COUNT": access.invite(self.platform.api, node, emails, role or "READER", name, work)}


class RemoveAccess(AccessAlgorithm):
    """Take access away."""

    called = "removeaccess"
    journaled = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Remove access")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Takes somebody's access away: from a folder, site or project that which was given there, from an"
            " organisation all that this user has in it. Nobody can remove himself."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.declare_place(required=True)
        self.addParameter(
            choice_parameter(
                "MEMBER", tr("Who"), listers.members, platform=PLATFORM,
                depends=("PROJECT", "SITE", "FOLDER", "ORGANIZATION"),
                help=tr("E-mail of the user. The button lists who has access."),
            )
        )
        words = tr("The user loses access; to come back needs a new invitation.")
        self.addParameter(confirm(tr("Confirm: the user loses access"), words, destroys=True))
        self.addOutput(QgsProcessingOutputString("ACCESS_ID", tr("Uuid of the access")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, "MEMBER")
        yield from self.no_place(parameters, context)
        yield from self.unconfirmed(parameters, context, tr("The user would lose access."))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pix4d.flows import access

        node, member = self.place(parameters, context), self.text(parameters, "MEMBER", context)
        return {"ACCESS_ID": access.remove(self.platform.api, node, member, work)}
