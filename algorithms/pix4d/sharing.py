"""Share links of projects and sites, and pages that show them.

Who has a link sees the project: a link is a secret of those that it was given to, and goes by a short code here. The
link itself is written into a file only, where the user asks for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
)

from ...core.jobs.answer import Answer
from ...core.translation import tr
from ...providers.work import Work
from ..parameters import choice_parameter
from ..parameters.plain import advanced, choice, confirm, given, helped
from ..tables import declare_table, write_table
from . import listers
from .common import (
    PLATFORM,
    PROJECT,
    SITE,
    Pix4dAlgorithm,
    organization_parameter,
    project_parameter,
    site_parameter,
)

YES_NO = ("yes", "no")
SHARE = "SHARE"


class SharingAlgorithm(Pix4dAlgorithm):
    """What all share: the project or site, and the link."""

    kind = "sharing"

    def words(self) -> str:
        return tr("share,link,public,token,embed,iframe")

    def declare_target(self, link: bool = True) -> None:
        """Declare project, site and, unless it is made only now, the link."""
        self.addParameter(project_parameter(True, tr("Number of the project that is shared.")))
        words = tr("Number of the site that is shared, when no project is given.")
        self.addParameter(site_parameter(True, words))
        if link:
            self.addParameter(
                choice_parameter(
                    SHARE, tr("Share link"), listers.share_links, platform=PLATFORM, depends=(PROJECT, SITE),
                    help=tr("Code of the link, as “List share links” gives it. The button lists the links."),
                )
            )
        self.addOutput(QgsProcessingOutputString(SHARE, tr("Code of the share link")))

    def target_problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        """What is missing."""
        if not self.text(parameters, PROJECT, context) and not self.text(parameters, SITE, context):
            yield tr("Give a project or a site.")
        if self.parameterDefinition(SHARE) is not None:
            yield from self.required(parameters, context, SHARE)

    def target(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Any:
        """What is shared (``flows.sharing.Target``)."""
        from ...providers.pix4d.flows import sharing

        return sharing.target_of(self.text(parameters, PROJECT, context), self.text(parameters, SITE, context))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.target_problems(parameters, context)


class CreateShareLink(SharingAlgorithm):
    """A new link."""

    called = "createsharelink"
    journaled = True
    answers = {"create": Answer(SHARE, shape="[0-9a-f]{12}")}

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Create share link")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Makes a link by which everybody who has it sees a project or a site without an account. It lets nobody"
            " change anything, unless you ask for that. The link itself is a secret of those you give it to:"
            " “Write share link” puts it into a file."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.declare_target(link=False)
        write = QgsProcessingParameterBoolean("WRITE", tr("Who has the link may change things"), defaultValue=False)
        words = tr("Annotations can be made, changed and deleted by everybody then.")
        self.addParameter(advanced(helped(write, words)))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pix4d.flows import sharing

        write = self.parameterAsBoolean(parameters, "WRITE", context)
        return {SHARE: sharing.create_link(self.platform.api, self.target(parameters, context), write, work)}


class ListShareLinks(SharingAlgorithm):
    """The links as a table, by their codes."""

    called = "listsharelinks"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List share links")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Lists the share links of a project, of a site, or of all that an organisation owns: whether they are"
            " switched on, and whether they let people change things. Links go by a short code here."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter(True, tr("Number of the project. Empty: of the site or organisation.")))
        self.addParameter(site_parameter(True, tr("Number of the site, when no project is given.")))
        self.addParameter(organization_parameter(tr("Uuid of the organisation, when no project and site are given.")))
        words = tr("Only those that are, or are not.")
        self.addParameter(advanced(choice("ENABLED", tr("Switched on"), words, YES_NO)))
        words = tr("Only those that let people change things, or that do not.")
        self.addParameter(advanced(choice("WRITE", tr("May change things"), words, YES_NO)))
        declare_table(self, "SHARES", tr("Codes of the share links"))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.unknown(parameters, "ENABLED", "WRITE")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pix4d.flows import drive, sharing
        from ...providers.steps import entries

        api = self.platform.api.during(work)
        project, site = self.text(parameters, PROJECT, context), self.text(parameters, SITE, context)
        filters: dict[str, Any] = {
            member: self.chosen(parameters, name, context) == "yes"
            for name, member in (("ENABLED", "enabled"), ("WRITE", "write"))
            if given(parameters, name)
        }
        if project or site:
            target = sharing.target_of(project, site)
            filters |= {"type": target.type, "type_id": target.id}
        else:
            owner = self.text(parameters, "ORGANIZATION", context) or drive.home(api, self.platform.organization)[1]
            filters["owner_uuid"] = owner
        records = ({**one, "id": sharing.handle_of(one), "share": sharing.handle_of(one)}
                   for one in entries(api.tokens.list(filters)))
        columns = [("share", "text"), ("type", "text"), ("type_id", "long"), ("enabled", "boolean"),
                   ("write", "boolean"), ("creation_date", "text")]
        return write_table(self, parameters, context, work, records, columns, "SHARES")


class EditShareLink(SharingAlgorithm):
    """Switch a link on or off."""

    called = "editsharelink"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Edit share link")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Switches a share link on or off, or says whether it lets people change things. What is left empty stays."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.declare_target()
        self.addParameter(choice("ENABLED", tr("Switched on"), tr("“no”: the link leads nowhere."), YES_NO))
        words = tr("“yes”: everybody who has the link can change annotations.")
        self.addParameter(choice("WRITE", tr("May change things"), words, YES_NO))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.target_problems(parameters, context)
        yield from self.unknown(parameters, "ENABLED", "WRITE")
        if not given(parameters, "ENABLED") and not given(parameters, "WRITE"):
            yield tr("Nothing is to be changed. Give at least one of the settings.")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pix4d.flows import sharing

        changes = {
            member: self.chosen(parameters, name, context) == "yes"
            for name, member in (("ENABLED", "enabled"), ("WRITE", "write"))
            if given(parameters, name)
        }
        handle = self.text(parameters, SHARE, context)
        sharing.change_link(self.platform.api, self.target(parameters, context), handle, changes, work)
        return {SHARE: handle}


class SwitchShareLinks(SharingAlgorithm):
    """All links of a project or site at once."""

    called = "switchsharelinks"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Switch all share links off or on")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Switches all share links of a project or site off, or on again. The links are kept.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.declare_target(link=False)
        box = QgsProcessingParameterBoolean("ENABLED", tr("Switched on"), defaultValue=False)
        self.addParameter(helped(box, tr("Unticked: nobody sees the project by a link any more.")))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pix4d.flows import sharing

        enabled = self.parameterAsBoolean(parameters, "ENABLED", context)
        sharing.change_all(self.platform.api, self.target(parameters, context), enabled, work)
        return {SHARE: ""}


class DeleteShareLink(SharingAlgorithm):
    """A link's end."""

    called = "deletesharelink"
    journaled = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Delete share link")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Deletes a share link for good. Those who have it see the project no more; a new link is another one."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.declare_target()
        words = tr("Those who have the link see the project no more.")
        self.addParameter(confirm(tr("Confirm: the share link is deleted"), words, destroys=True))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.target_problems(parameters, context)
        yield from self.unconfirmed(parameters, context, tr("The share link would be deleted for good."))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pix4d.flows import sharing

        handle = self.text(parameters, SHARE, context)
        sharing.delete_link(self.platform.api, self.target(parameters, context), handle, work)
        return {SHARE: handle}
