"""Where files of projects and sites are, and until when one may read and write there."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsProcessingOutputNumber, QgsProcessingOutputString

from ...core import log
from ...core.translation import tr
from ...providers.work import Work
from ..parameters import split_ids
from .common import Pix4dAlgorithm, project_parameter, site_parameter

MOST_TOGETHER = 10


class CheckStorage(Pix4dAlgorithm):
    """Ask for credentials, and tell all but them."""

    called = "checkstorage"
    kind = "drive"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Check storage access")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Tells where the platform stores the files of a project or of a site, and for how long one may read and"
            " write there before the access is renewed. For several projects and sites together it tells whether the"
            " connection may read all of them. The credentials themselves are not told."
        )

    def words(self) -> str:
        return tr("s3,bucket,credentials,amazon")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter(True, several=True, name="PROJECTS"))
        self.addParameter(site_parameter(True, several=True, name="SITES"))
        for name, title in (("BUCKET", tr("Bucket")), ("FOLDER", tr("Folder")), ("REGION", tr("Region"))):
            self.addOutput(QgsProcessingOutputString(name, title))
        self.addOutput(QgsProcessingOutputNumber("SECONDS", tr("Seconds that the access lasts")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        count = sum(len(split_ids(self.text(parameters, name, context))) for name in ("PROJECTS", "SITES"))
        if not count:
            yield tr("Give a project or a site.")
        elif count > MOST_TOGETHER:
            yield tr("{count} projects and sites are given; the platform takes about {most} at once.").format(
                count=count, most=MOST_TOGETHER
            )

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pix4d.flows.storage import credentials_of

        projects = split_ids(self.text(parameters, "PROJECTS", context))
        sites = split_ids(self.text(parameters, "SITES", context))
        storage = self.platform.api.during(work).storage
        if len(projects) + len(sites) > 1:
            answer = storage.of_several(projects, sites)
        else:
            answer = storage.of_project(projects[0]) if projects else storage.of_site(sites[0])
        for name in ("secret_key", "session_token"):
            log.hide(answer[name])
        expires = credentials_of(answer).expires
        seconds = 0 if expires is None else max(0, round(expires.timestamp() - time.time()))
        found = {"BUCKET": answer.get("bucket") or "", "FOLDER": answer.get("key") or "",
                 "REGION": answer.get("region") or "", "SECONDS": seconds}
        if found["BUCKET"]:
            feedback.pushInfo(tr("Bucket {bucket}, folder {folder}.").format(
                bucket=found["BUCKET"], folder=found["FOLDER"]))
        return found
