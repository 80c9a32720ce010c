"""A job's state, progress and origin in words."""

from __future__ import annotations

from functools import lru_cache

from qgis.core import QgsProcessingAlgorithm
from qgis.PyQt.QtCore import QLocale
from qgis.PyQt.QtGui import QIcon

from ...core.jobs import JobRecord, State
from ...core.jobs.heartbeat import heartbeat
from ...core.jobs.owner import me
from ...core.jobs.progress import Shown
from ...core.messages import progress_text
from ...core.own_algorithms import registered
from ...core.translation import tr
from ..choices import memory
from ..icons import icon

CONNECTION = "CONNECTION"
SIDE = 16


def algorithm_of(record: JobRecord) -> QgsProcessingAlgorithm | None:
    """The algorithm of a job; None when this QGIS does not have it."""
    return registered(record.algorithm)


def picture(record: JobRecord) -> QIcon:
    """The icon of the job's algorithm."""
    return _picture(record.algorithm)


@lru_cache(maxsize=200)
def _picture(algorithm_id: str) -> QIcon:
    """The same in selected rows, where a style would colour it over."""
    algorithm = registered(algorithm_id)
    image = (icon("jobs") if algorithm is None else algorithm.icon()).pixmap(SIDE, SIDE)
    found = QIcon(image)
    found.addPixmap(image, QIcon.Mode.Selected)
    return found


def connection(record: JobRecord) -> str:
    """The name of the job's connection."""
    if CONNECTION not in record.parameters and not _has_connection(record):
        return ""
    return str(record.parameters.get(CONNECTION) or "") or tr("environment variables")


def _has_connection(record: JobRecord) -> bool:
    algorithm = algorithm_of(record)
    return algorithm is not None and algorithm.parameterDefinition(CONNECTION) is not None


def about(record: JobRecord) -> str:
    """What the job works on; ids are shown by the names under which they were chosen here."""
    known = chosen_names()
    parts = (part.strip() for part in record.about.split(","))
    return ", ".join(known.get(part, part) for part in parts)


@lru_cache(maxsize=1)
def chosen_names() -> dict[str, str]:
    """Read from the settings once for each refreshing of the list (``cache_clear``)."""
    return memory.names()


def name(record: JobRecord) -> str:
    """What is done, and with what."""
    worked_on = about(record)
    return f"{record.title}: {worked_on}" if worked_on else record.title


def state(record: JobRecord, shown: Shown) -> str:
    """Where the job stands."""
    if record.state is State.RUNNING:
        words = progress_text(shown.message, shown.counts) if shown.message else ""
        words = tr("Paused") if shown.paused else words or tr("Running")
        return words if is_here(record) else tr("{state} (elsewhere)").format(state=words)
    if record.question:
        return tr("Needs your answer")
    return {
        State.WAITING: tr("Waiting for its turn"),
        State.PAUSED: tr("Interrupted"),
        State.STOPPED: tr("Stopped"),
        State.FAILED: tr("Failed"),
        State.DONE: tr("Done"),
    }[record.state]


def is_here(record: JobRecord) -> bool:
    """Whether this QGIS worked on the job last."""
    return record.owner == me() or heartbeat.pulse(record.id) is not None


def progress(shown: Shown, short: bool = False) -> str:
    """Bytes, speed and time left, as far as they are known; ``short`` leaves the bytes out where there is a share."""
    parts = []
    if shown.fraction is not None and (short or not shown.total):
        parts.append(f"{100 * shown.fraction:.0f} %")
    elif shown.total:
        parts.append(tr("{done} of {total}").format(done=size(shown.done), total=size(shown.total)))
    if shown.speed and not shown.paused:
        parts.append(tr("{size}/s").format(size=size(shown.speed)))
    if shown.seconds_left is not None:
        parts.append(left(shown.seconds_left))
    return ", ".join(parts)


def size(count: float) -> str:
    """Bytes, with a unit."""
    return str(QLocale().formattedDataSize(int(count), 1, QLocale.DataSizeFormat.DataSizeSIFormat))


def left(seconds: float) -> str:
    """How long it will take."""
    if seconds < 60:
        return tr("{count} s left").format(count=max(1, round(seconds)))
    if seconds < 3600:
        return tr("{count} min left").format(count=round(seconds / 60))
    return tr("{hours} h {minutes} min left").format(hours=int(seconds // 3600), minutes=int(seconds % 3600 // 60))
