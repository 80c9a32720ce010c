"""Attachments: files that belong to a project, a data collection or an image."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterFolderDestination,
    QgsProcessingParameterMatrix,
    QgsProcessingParameterMultipleLayers,
)

from ...core.translation import tr
from ...providers.work import Work
from ..parameters import split_ids
from ..parameters.plain import choice, given, helped, named_files, typed_name
from ..tables import declare_table, write_table
from .owners import ATTACHMENT, ATTACHMENTS, NEW, OwnerAlgorithm, attachment_parameter

FILES, NAMES, FOLDER, STATUS = "FILES", "NAMES", "FOLDER", "STATUS"
STATES = ("Pending", "Completed")
COLUMNS = [
    ("id", "long"), ("name", "text"), ("description", "text"), ("status", "text"), ("resource_type", "text"),
    ("resource_id", "long"), ("downloadable", "boolean"), ("created_at", "text"),
]


class AddAttachments(OwnerAlgorithm):
    """Files become attachments."""

    called = "addattachments"
    journaled = True
    starts_again = True
    needs_role = "creator"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Add attachments")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return self.explained(tr(
            "Sends files of any kind, such as flight plans, reports or permits, and attaches them to a project, a data"
            " collection or an image. Each gets a name and a description: those of the table, in the order of the"
            " files, or else the name of the file and none. Taken up again after a stop, it sends only what is missing."
        ))

    def words(self) -> str:
        return tr("upload,push,document,pdf,report")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.declare_owner()
        files = QgsProcessingParameterMultipleLayers(FILES, tr("Files"), QgsProcessing.SourceType.TypeFile)
        self.addParameter(helped(files, tr("The files to attach.")))
        names = QgsProcessingParameterMatrix(
            NAMES, tr("Names and descriptions"), headers=[tr("Name"), tr("Description")], optional=True
        )
        words = tr("One row for each file, in the order of the files. An empty name: that of the file.")
        self.addParameter(helped(names, words))
        self.addOutput(QgsProcessingOutputString("OWNER", tr("What they belong to")))
        self.addOutput(QgsProcessingOutputString("ATTACHMENT_IDS", tr("Attachment ids")))
        self.addOutput(QgsProcessingOutputNumber("COUNT", tr("Number of attachments")))

    def files(self, parameters: dict[str, Any], context: QgsProcessingContext) -> list[tuple[Path, str, str]]:
        """Path, name and description of each."""
        paths = [Path(one) for one in named_files(self, parameters, FILES, context)]
        cells = self.cells(parameters, NAMES, context)
        rows = [cells[at:at + 2] for at in range(0, len(cells) - 1, 2)]
        rows += [["", ""]] * (len(paths) - len(rows))
        return [(path, row[0] or path.name, row[1]) for path, row in zip(paths, rows)]

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.owner_problems(parameters, context)
        files = self.files(parameters, context)
        if not files:
            yield tr("No file is given. Choose at least one.")
        for path, _, _ in files:
            if not path.is_file():
                yield tr("There is no file {file}. Choose one that is there.").format(file=path)
        names = [name for _, name, _ in files]
        for name in dict.fromkeys(one for one in names if names.count(one) > 1):
            yield tr("Two of the files are to be called “{name}”. Give each attachment a name of its own.").format(
                name=name
            )
        cells = self.cells(parameters, NAMES, context)
        if len(cells) > 2 * len(files):
            yield tr("There are {rows} rows of names for {files} files. Give one row for each file at most.").format(
                rows=len(cells) // 2, files=len(files)
            )

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixel.flows import attachments

        self.check_needs(work)
        owner = self.owner(parameters, context)
        files = [attachments.NewFile(*one) for one in self.files(parameters, context)]
        made = attachments.attach(self.platform.api, self.platform.engine, owner, files, work)
        return {
            "OWNER": str(owner),
            "ATTACHMENT_IDS": ",".join(str(one["id"]) for one in made),
            "COUNT": len(made),
        }


class ListAttachments(OwnerAlgorithm):
    """Attachments as a table."""

    called = "listattachments"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List attachments")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Lists the attachments of a project, a data collection or an image, of one state or of both. “Pending” are"
            " those whose file has not arrived."
        )

    def words(self) -> str:
        return tr("documents,files,pdf,report")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.declare_owner()
        self.addParameter(choice(STATUS, tr("State"), tr("Only attachments in this state. Empty: in both."), STATES))
        declare_table(self, "ATTACHMENT_IDS", tr("Attachment ids"))
        self.addOutput(QgsProcessingOutputString("OWNER", tr("What they belong to")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.owner_problems(parameters, context)
        yield from self.unknown(parameters, STATUS)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        owner = self.owner(parameters, context)
        status = self.parameterAsEnumString(parameters, STATUS, context) if given(parameters, STATUS) else ""
        found = self.platform.api.during(work).attachments.list(owner, status)
        # The address is signed: it goes into no layer.
        rows = ({**one, "downloadable": bool(one.get("download_url"))} for one in found)
        return {**write_table(self, parameters, context, work, rows, COLUMNS, "ATTACHMENT_IDS"), "OWNER": str(owner)}


class MoveAttachment(OwnerAlgorithm):
    """An attachment to another owner."""

    called = "moveattachment"
    journaled = True
    needs_role = "creator"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Move attachment")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return self.explained(tr("Moves an attachment to another project, data collection or image."))

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.declare_owner()
        self.addParameter(attachment_parameter())
        self.declare_owner(NEW)
        self.addOutput(QgsProcessingOutputString("OWNER", tr("What it belongs to")))
        self.addOutput(QgsProcessingOutputString("ATTACHMENT_ID", tr("Attachment id")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.owner_problems(parameters, context)
        yield from self.required(parameters, context, ATTACHMENT)
        yield from self.owner_problems(parameters, context, NEW)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixel.flows import attachments

        self.check_needs(work)
        owner, to = self.owner(parameters, context), self.owner(parameters, context, NEW)
        identity = self.text(parameters, ATTACHMENT, context)
        attachments.move(self.platform.api, owner, identity, to, work)
        return {"OWNER": str(to), "ATTACHMENT_ID": identity}


class DeleteAttachment(OwnerAlgorithm):
    """An attachment's end."""

    called = "deleteattachment"
    journaled = True
    needs_role = "creator"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Delete attachment")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return self.explained(tr("Deletes an attachment with its file for good."))

    def words(self) -> str:
        return tr("remove,document")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.declare_owner()
        self.addParameter(attachment_parameter())
        self.addParameter(typed_name(tr("The attachment and its file are deleted for good.")))
        self.addOutput(QgsProcessingOutputString("OWNER", tr("What it belonged to")))
        self.addOutput(QgsProcessingOutputString("ATTACHMENT_ID", tr("Attachment id")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.owner_problems(parameters, context)
        yield from self.required(parameters, context, ATTACHMENT, "CONFIRM")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixel.flows import attachments

        self.check_needs(work)
        owner, identity = self.owner(parameters, context), self.text(parameters, ATTACHMENT, context)
        attachments.delete(self.platform.api, owner, identity, self.text(parameters, "CONFIRM", context), work)
        return {"OWNER": str(owner), "ATTACHMENT_ID": identity}


class DownloadAttachments(OwnerAlgorithm):
    """Attachments as files of this computer."""

    called = "downloadattachments"
    journaled = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Download attachments")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Downloads attachments of a project, a data collection or an image into a folder, those that are chosen or"
            " all. Each keeps its name; one whose name is taken there gets its number too. Pixel does not document that"
            " it tells where their files are: those of which it does not are named, and can be fetched on its page."
        )

    def words(self) -> str:
        return tr("pull,fetch,documents,pdf,report")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.declare_owner()
        words = tr("Numbers, separated by commas. Empty: all whose file has arrived.")
        self.addParameter(attachment_parameter(True, words))
        folder = QgsProcessingParameterFolderDestination(FOLDER, tr("Folder"))
        self.addParameter(helped(folder, tr("Where to put the files. It is made when it is not there.")))
        self.addOutput(QgsProcessingOutputString("OWNER", tr("What they belong to")))
        self.addOutput(QgsProcessingOutputString("FILES", tr("Files, one to a line")))
        self.addOutput(QgsProcessingOutputNumber("COUNT", tr("Number of files")))
        self.addOutput(QgsProcessingOutputNumber("WITHOUT_ADDRESS", tr("Number of those without an address")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.owner_problems(parameters, context)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixel.flows import attachments

        owner = self.owner(parameters, context)
        folder = Path(self.parameterAsString(parameters, FOLDER, context))
        folder.mkdir(parents=True, exist_ok=True)
        wanted = split_ids(self.text(parameters, ATTACHMENTS, context))
        found = attachments.fetch(self.platform.api, self.platform.engine, owner, wanted, folder, work)
        for name in found.without:
            feedback.pushWarning(
                tr("Pixel does not tell where the file of “{name}” is. Fetch it on Pixel's page.").format(name=name)
            )
        return {
            FOLDER: str(folder), "OWNER": str(owner), "FILES": "\n".join(str(one) for one in found.files.values()),
            "COUNT": len(found.files), "WITHOUT_ADDRESS": len(found.without),
        }
