"""The journal of an algorithm that can be taken up again."""

from __future__ import annotations

from qgis.core import QgsProcessingParameterString

from ...core import compat
from ...core.jobs.run import JOB
from ...core.translation import tr


def job_parameter() -> QgsProcessingParameterString:
    """A hidden string parameter ``JOB``: the id of a stopped job that is to be continued; empty for a new one."""
    parameter = QgsProcessingParameterString(JOB, tr("Job to continue"), optional=True)
    compat.hide_parameter(parameter)
    return parameter
