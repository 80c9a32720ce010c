"""Waiting without keeping a place in QGIS's thread pool, which map rendering shares."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QThread, QThreadPool

POOLED = "Thread (pooled)"


class _Given(threading.local):
    """Whether this thread gave its place back already: an algorithm can run another one."""

    back = False


_given = _Given()


@contextmanager
def place_given_back() -> Iterator[None]:
    """While inside, the pool that runs the current thread may run one more. Nothing happens in other threads.

    Qt's own way for work that sleeps: ``releaseThread`` before, ``reserveThread`` after.
    """
    thread = QThread.currentThread()
    if _given.back or thread is None or thread.objectName() != POOLED:
        yield
        return
    pool = task_pool()
    pool.releaseThread()
    _given.back = True
    try:
        yield
    finally:
        _given.back = False
        pool.reserveThread()


def task_pool() -> QThreadPool:
    """The pool that QgsTask uses: the global one, in newer versions one of the task manager's own."""
    manager = QgsApplication.taskManager()
    return manager.threadPool() if hasattr(manager, "threadPool") else QThreadPool.globalInstance()
