"""Share links as people use them: the public page, and the editor framed in a page of one's own."""

from __future__ import annotations

import html
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputBoolean,
    QgsProcessingOutputString,
    QgsProcessingParameterFileDestination,
)

from ...core import log
from ...core.translation import tr
from ...core.whole_file import write_whole
from ...providers.pix4d.records import LANGUAGES, THEMES, VIEWS
from ...providers.pix4d.web import frame_code
from ...providers.work import Work
from ..parameters.plain import advanced, choice, helped, string
from .common import PROJECT, SITE
from .sharing import SHARE, SharingAlgorithm

OUTPUT = "OUTPUT"
LOCAL_PAGE = "http://localhost:8000/"


class _Embedding(SharingAlgorithm):
    """A link, and how the editor is to look."""

    def declare_look(self) -> None:
        """Declare view, language and theme."""
        self.addParameter(choice("VIEW", tr("View"), tr("Empty: the platform chooses."), VIEWS))
        words = tr("Language of the editor. Empty: English.")
        self.addParameter(choice("LANGUAGE", tr("Language"), words, LANGUAGES))
        self.addParameter(choice("THEME", tr("Theme"), tr("Empty: dark."), THEMES))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.target_problems(parameters, context)
        yield from self.unknown(parameters, "VIEW", "LANGUAGE", "THEME")

    def look(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Any:
        """How the editor is to look (``flows.sharing.Look``)."""
        from ...providers.pix4d.flows import sharing

        return sharing.Look(*(self.chosen(parameters, name, context) for name in ("VIEW", "LANGUAGE", "THEME")))

    def link(self, parameters: dict[str, Any], context: QgsProcessingContext, work: Work) -> tuple[Any, str]:
        """What is shared and the token, which from now on passes into no text of ours. A project inside a site can be
        shown by the link of either."""
        from ...providers.errors import InputProblem
        from ...providers.pix4d.flows import sharing

        api = self.platform.api.during(work)
        handle, target = self.text(parameters, SHARE, context), self.target(parameters, context)
        site = self.text(parameters, SITE, context)
        try:
            found = sharing.link_of(api, target, handle)
        except InputProblem:
            if target.type != "Project" or not site:
                raise
            found = sharing.link_of(api, sharing.target_of("", site), handle)
        log.hide(found["token"])
        return target, found["token"]


class WriteShareLink(_Embedding):
    """The link itself, in a file."""

    called = "writesharelink"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Write share link")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Writes a page with a share link and, for a project, with the lines that frame the platform's editor in a"
            " web page of your own. Open the page to follow the link or to copy the lines; who has the file has the"
            " link. The vendor lets new customers frame the editor on “localhost” only; ask the vendor for other"
            " places."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.declare_target()
        self.declare_look()
        page = QgsProcessingParameterFileDestination(OUTPUT, tr("Page with the link"), tr("Web page (*.html)"))
        self.addParameter(helped(page, tr("The link is in this file only, not in the log or the history.")))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pix4d.flows import sharing

        api, look = self.platform.api, self.look(parameters, context)
        target, token = self.link(parameters, context, work)
        public = sharing.public_address(api, target, token, look.view)
        framed = ""
        if target.type == "Project":
            framed = sharing.embed_address(api, target.id, self.text(parameters, SITE, context), token, look)
        output = Path(self.parameterAsFileOutput(parameters, OUTPUT, context))
        write_whole(output, _page(public, framed))
        return {OUTPUT: str(output), SHARE: self.text(parameters, SHARE, context)}


class CheckEmbedding(_Embedding):
    """Whether the editor opens in a page."""

    called = "checkembedding"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Check framed editor")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Asks the platform whether its editor opens with a share link when a page at this address frames it. The"
            " vendor lets new customers frame it on “localhost” only."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.declare_target()
        self.declare_look()
        words = tr("Address of the page that is to frame the editor.")
        self.addParameter(advanced(string("PAGE", tr("Page"), words, LOCAL_PAGE)))
        self.addOutput(QgsProcessingOutputBoolean("ALLOWED", tr("Whether it opens")))
        self.addOutput(QgsProcessingOutputString("REASON", tr("Why it does not")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from super().problems(parameters, context)
        yield from self.required(parameters, context, PROJECT)
        page = self.text(parameters, "PAGE", context)
        if page and not page.startswith(("http://", "https://")):
            words = tr("“{page}” is no address of a web page. It has to begin with https:// or http://.")
            yield words.format(page=page)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...core.messages import sentence
        from ...providers.errors import Kind, PlatformError

        target, token = self.link(parameters, context, work)
        look, site = self.look(parameters, context), self.text(parameters, SITE, context)
        page = self.text(parameters, "PAGE", context) or LOCAL_PAGE
        found = {"ALLOWED": True, "REASON": "", SHARE: self.text(parameters, SHARE, context)}
        try:
            self.platform.api.embed.open(target.id, token, page, site, look.view, look.language, look.theme)
        except PlatformError as error:
            if error.kind not in (Kind.FORBIDDEN, Kind.NOT_FOUND):
                raise
            found |= {"ALLOWED": False, "REASON": sentence(error)}
            feedback.pushWarning(tr("The editor does not open there. {reason}").format(reason=found["REASON"]))
        return found


def _page(public: str, framed: str) -> str:
    """A page with the link, and what to put into another page."""
    parts = [f'<p><a href="{html.escape(public)}">{html.escape(tr("Open the project"))}</a></p>',
             f"<pre>{html.escape(public)}</pre>"]
    if framed:
        words = tr("These lines frame the editor in a web page:")
        parts += [f"<p>{html.escape(words)}</p>", f"<pre>{html.escape(frame_code(framed))}</pre>"]
    body = "\n".join(parts)
    head = '<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>PIX4D</title></head>'
    return f"{head}<body>\n{body}\n</body></html>\n"
