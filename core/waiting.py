"""Waiting without keeping a place in QGIS's thread pool, which map rendering shares."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QThread, QThreadPool

POOLED = "Thread (pooled)"


@contextmanager
def place_given_back() -> Iterator[None]:
    """While inside, the pool that runs the current thread may run one more. Nothing happens in other threads.

    Qt's own way for work that sleeps: ``releaseThread`` before, ``reserveThread`` after.
    """
    thread = QThread.currentThread()
    if thread is None or thread.objectName() != POOLED:
        yield
        return
    pool = task_pool()
    pool.releaseThread()
    try:
        yield
    finally:
        pool.reserveThread()


def task_pool() -> QThreadPool:
    """The pool that QgsTask uses: the global one, in newer versions one of the task manager's own."""
    manager = QgsApplication.taskManager()
    return manager.threadPool() if hasattr(manager, "threadPool") else QThreadPool.globalInstance()
