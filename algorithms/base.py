"""The base of all algorithms. The form of one::

    class RunDetector(ImageryAlgorithm):
        platform_key = "picterra"       # a key of core.platforms; "" for one that is of no platform
        connected = True                # False when the platform is not asked: no connection is needed
        journaled = True                # can be taken up again: gets a hidden JOB parameter and a job record
        hidden = False                  # True keeps it out of the toolbox; models and scripts still see it
        goes_on = False                 # True: the platform cannot stop its part; to cancel is to stop following
        starts_again = True             # storage takes its file as a whole: said of what was cut in the list of jobs
        answers = {"create": Answer("FOLDER_ID")}   # steps in doubt, also "part */create", that a user can look up

        def name(self): return "picterra_rundetector"
        def displayName(self): return tr("Run detector")
        def group(self): return tr("Picterra: detectors")
        def groupId(self): return "picterra_detectors"
        def tags(self): return tr("detection,inference").split(",")    # and shortHelpString
        def initAlgorithm(self, configuration=None):
            super().initAlgorithm(configuration)      # adds CONNECTION, and JOB where journaled
            self.addParameter(choice_parameter("DETECTOR", tr("Detector"), listers.detectors, platform="picterra"))
            self.addOutput(QgsProcessingOutputString("DETECTOR_ID", tr("Detector id")))
        def problems(self, parameters, context):      # one validator; yields whole sentences; no network
            if ...: yield tr("...")
        def operate(self, parameters, context, feedback, work):   # a worker thread; self.platform is connected
            from ...providers.picterra.flows import detection    # requests comes with it: never at the top
            ...
            return {"DETECTOR_ID": ...}

``self.platform`` is what ``connect`` of the provider gave; ``work`` is bound to the feedback and, where journaled, to
the job's journal. Failures are raised and become one clear sentence; after ``NotBegun`` no job is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any, ClassVar

from qgis.core import (
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
)

from ..core import compat, connections
from ..core.changes import changes
from ..core.feedback import work_for
from ..core.jobs.answer import Answer
from ..core.jobs.run import JOB, JobRun
from ..core.jobs.store import job_store
from ..core.tidying import Handover, beside_the_main_thread, handover
from ..core.waiting import place_given_back
from ..providers.work import Work
from .failures import worded, words_only
from .help import help_address
from .parameters.connection import CONNECTION, connection_parameter
from .parameters.job import job_parameter


class ImageryAlgorithm(QgsProcessingAlgorithm):
    """One thing that a user would ask a platform for."""

    platform_key: ClassVar[str] = ""
    connected: ClassVar[bool] = True
    journaled: ClassVar[bool] = False
    hidden: ClassVar[bool] = False
    goes_on: ClassVar[bool] = False
    starts_again: ClassVar[bool] = False
    answers: ClassVar[Mapping[str, Answer]] = {}

    def __init__(self) -> None:
        super().__init__()
        self.platform: Any = None
        self._credentials: connections.Credentials | None = None
        self._run: JobRun | None = None
        self._handover: Handover | None = None
        self.refusal: Exception | None = None  # why it could not be prepared: QGIS keeps the words only

    @property
    def job(self) -> str:
        """The id of the job that this run is, once prepared; empty where nothing is journaled."""
        return "" if self._run is None else self._run.job

    def createInstance(self) -> ImageryAlgorithm:  # noqa: N802 - QGIS's name
        return type(self)()

    def starts_again_with(self, parameters: dict[str, Any]) -> bool:
        """Whether a file that was cut starts again from its beginning when a job of these parameters is continued."""
        return self.starts_again

    def flags(self) -> QgsProcessingAlgorithm.Flags:
        """QGIS's usual flags, hidden from the toolbox when the class says so."""
        return compat.hide_from_toolbox(super().flags()) if self.hidden else super().flags()

    def helpUrl(self) -> str:  # noqa: N802
        return help_address(self.name())

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802
        """Declare the parameters that all have."""
        if self.platform_key and self.connected:
            self.addParameter(connection_parameter(self.platform_key))
        if self.journaled:
            self.addParameter(job_parameter())

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        """What is wrong with the parameters, as whole sentences. Cheap, and without network."""
        return iter(())

    def has_begun(self, step: str, parameters: dict[str, Any], context: QgsProcessingContext) -> bool:
        """Whether a job is continued that has begun this step, such as the one that is paid for."""
        job = self.parameterAsString(parameters, JOB, context)
        if not job:
            return False
        with closing(job_store().journal(job)) as journal:
            return journal.read(step) is not None

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        """Do it and give the outputs."""
        raise NotImplementedError

    def checkParameterValues(  # noqa: N802
        self, parameters: dict[str, Any], context: QgsProcessingContext
    ) -> tuple[bool, str]:
        fine, words = super().checkParameterValues(parameters, context)
        words = self._found(parameters, context) if fine else words
        return fine and not words, words

    def _found(self, parameters: dict[str, Any], context: QgsProcessingContext) -> str:
        try:
            return "\n".join(self.problems(parameters, context))
        except Exception as error:
            return str(worded(error))

    @words_only
    def prepareAlgorithm(  # noqa: N802
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> bool:
        """Validate again, since children of a model skip the check, load the secret and note the job."""
        found = self._found(parameters, context)
        if found:
            raise QgsProcessingException(found)
        try:
            self.log_in(parameters, context)
            self.gather(parameters, context)
            if self.journaled:
                self._run = JobRun.begin(self, parameters, context)
        except Exception as error:
            self.refusal = error
            raise
        self._handover = handover()
        return True

    def log_in(self, parameters: dict[str, Any], context: QgsProcessingContext) -> None:
        """Gather what opening the connection takes, on the main thread."""
        if self.platform_key and self.connected:
            name = self.parameterAsString(parameters, CONNECTION, context)
            self._credentials = connections.credentials(self.platform_key, name)

    def gather(self, parameters: dict[str, Any], context: QgsProcessingContext) -> None:
        """Read what is of the main thread, such as layers and secrets, for :meth:`operate`."""

    def steer(self, platform: Any) -> None:
        """Let a pause hold the transfers of this platform from now on."""
        if self._run is not None:
            self._run.steer(platform)

    @words_only
    def processAlgorithm(  # noqa: N802
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        with beside_the_main_thread, place_given_back():
            self._handover = None
            if self._run is None:
                return self._operate(parameters, context, feedback, work_for(feedback))
            with self._run.telling(feedback) as run:
                return run.results(self._operate(parameters, context, run.feedback, run.work))

    def _operate(self, parameters: Any, context: Any, feedback: Any, work: Work) -> dict[str, Any]:
        """With the platform, whose connections and threads are given back before the journal is closed."""
        if self._credentials is None:
            return self.operate(parameters, context, feedback, work)
        with closing(self._credentials.connect()) as self.platform:
            self.steer(self.platform)
            found = self.operate(parameters, context, feedback, work)
        changes.made.emit(self.platform_key, self._credentials.name, self.name())
        return found
