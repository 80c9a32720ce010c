"""Who works on a job: this process, as the other processes that share the store see it."""

from __future__ import annotations

import os
import socket
import time
import uuid

BEAT_SECONDS = 2.0
STALE_SECONDS = 30.0

_me = ""
_my_process = 0


def me() -> str:
    """The name of this process: machine, process number, and a part that no other process has."""
    global _me, _my_process
    if _my_process != os.getpid():
        _my_process = os.getpid()
        _me = f"{socket.gethostname()}|{_my_process}|{uuid.uuid4().hex[:12]}"
    return _me


def is_gone(owner: str, beat: float, now: float | None = None) -> bool:
    """Whether the process of that name has certainly ended, or has not been heard of for too long."""
    if owner == me():
        return False
    if not owner:
        return True
    if (time.time() if now is None else now) - beat > STALE_SECONDS:
        return True
    machine, _, rest = owner.partition("|")
    number = rest.partition("|")[0]
    if machine != socket.gethostname() or os.name != "posix" or not number.isdigit():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
