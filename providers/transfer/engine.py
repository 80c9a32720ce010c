"""The engine under all transfers of an open platform: threads, pause, stop, progress."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import TypeVar

from ..errors import Cancelled
from ..http.network import EnvironmentNetwork, Network
from ..http.retry import RetryPolicy
from ..http.routing import RoutedSession
from ..work import Work
from .control import Control, Gate, Meter, NotRepeated
from .wire import Wire

Result = TypeVar("Result")

TICK_SECONDS = 0.05
REPORT_SECONDS = 0.25
FAREWELL_SECONDS = 0.1


class TransferEngine:
    """Moves bytes with at most ``parallel`` requests at a time, for one platform that is open: each run of an
    algorithm opens its own.

    ``stall_seconds``: how long storage may neither take nor give a byte. ``answer_seconds``: how long it may think
    after the last byte of an upload. ``range_bytes``: the size of the pieces of a download;
    ``flush_seconds``: how often what a download wrote is made to survive a power cut, and noted. Memory does not grow
    with the size of files: each thread holds one block.
    Methods may be called from any thread.
    """

    def __init__(
        self,
        network: Network | None = None,
        parallel: int = 4,
        retry: RetryPolicy | None = None,
        stall_seconds: float = 60.0,
        answer_seconds: float = 300.0,
        range_bytes: int = 16 << 20,
        flush_seconds: float = 2.0,
    ) -> None:
        self.range_bytes = range_bytes
        self.flush_seconds = flush_seconds
        self.parallel = parallel
        self.retry = retry or RetryPolicy()
        self.stall_seconds = stall_seconds
        self.answer_seconds = answer_seconds
        self._session = RoutedSession(network if network is not None else EnvironmentNetwork())
        self._gate = Gate()
        self._pool = ThreadPoolExecutor(parallel, thread_name_prefix="imagery-hub-transfer")
        self._lock = threading.Lock()
        self._running: set[Control] = set()
        self._closed = False

    def __enter__(self) -> TransferEngine:
        return self

    def __exit__(self, *problem: object) -> None:
        self.close()

    @property
    def paused(self) -> bool:
        """Whether transfers stand still by the user's wish."""
        return self._gate.closed

    def pause(self) -> None:
        """Let all transfers stand still after the block under way. What storage cuts meanwhile is taken up again."""
        self._gate.close()

    def resume(self) -> None:
        """Let them go on."""
        self._gate.open()

    def close(self) -> None:
        """Stop all transfers (their callers get :class:`Cancelled`) and wait for the threads."""
        with self._lock:
            self._closed = True
            running = list(self._running)
        for control in running:
            control.stop()
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._session.close()

    def run(
        self,
        tasks: Iterable[Callable[[Wire], Result]],
        work: Work,
        meter: Meter,
        message: str,
        finished: Callable[[Result], object] = lambda result: None,
    ) -> None:
        """Do the tasks in the pool, a few at a time, while this thread reports, watches for a stop and takes results.

        ``finished`` is called here, in the calling thread. The first failure stops the other tasks and is raised.
        """
        waiting: set[Future[Result]] = set()
        remaining = iter(tasks)
        reported = 0.0
        with self._controlled() as control:
            wire = self.wire(control)
            try:
                while self._submit(remaining, waiting, wire):
                    done, waiting = wait(waiting, TICK_SECONDS, FIRST_COMPLETED)
                    for future in done:
                        finished(future.result())
                    work.check_cancelled()
                    if control.stopped:
                        raise Cancelled
                    if time.monotonic() - reported >= REPORT_SECONDS:
                        reported = time.monotonic()
                        self.report(work, meter, message)
            except BaseException as problem:
                control.stop()
                wait(waiting, FAREWELL_SECONDS)
                if isinstance(problem, NotRepeated):
                    raise problem.error from None
                if isinstance(problem, Cancelled) and waiting:
                    raise Cancelled(unsent=False) from None
                raise

    def wire(self, control: Control) -> Wire:
        """What somebody sends with who is stopped by ``control``."""
        return Wire(self._session, control, self)

    def run_one(self, task: Callable[[Wire], Result], work: Work, meter: Meter, message: str) -> Result:
        """Do one task in the pool, so that this thread can be stopped while it waits; give its result."""
        results: list[Result] = []
        self.run([task], work, meter, message, results.append)
        return results[0]

    def report(self, work: Work, meter: Meter, message: str) -> None:
        """Tell the state of a transfer."""
        shown = "paused" if self.paused else message
        facts = {"bytes_per_second": str(int(meter.speed())), **meter.facts}
        work.progress(meter.fraction, shown, bytes_done=meter.done, bytes_total=max(0, meter.total), **facts)

    def _submit(
        self, remaining: Iterator[Callable[[Wire], Result]], waiting: set[Future[Result]], wire: Wire
    ) -> bool:
        """Keep the pool busy without queueing up what has its turn much later. False when nothing is left."""
        while len(waiting) < self.parallel:
            task = next(remaining, None)
            if task is None:
                break
            try:
                waiting.add(self._pool.submit(task, wire))
            except RuntimeError:  # the pool was shut down meanwhile
                raise Cancelled from None
        return bool(waiting)

    @contextmanager
    def _controlled(self) -> Iterator[Control]:
        control = Control(self._gate)
        with self._lock:
            if self._closed:
                raise Cancelled
            self._running.add(control)
        try:
            yield control
        finally:
            with self._lock:
                self._running.discard(control)
