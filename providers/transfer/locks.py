"""A lock on an open file, by the system: it ends with the process that holds it, however that ends."""

from __future__ import annotations

import errno
import os
import sys

HELD = (errno.EACCES, errno.EAGAIN, errno.EDEADLK)


def lock(number: int) -> bool:
    """Take the file for this opening of it; False when another one has it, of this process or any other.

    It is given back when the file is closed. Where the file system knows no locks the answer is True.
    """
    try:
        _lock(number)
    except OSError as error:
        return error.errno not in HELD
    return True


if sys.platform == "win32":
    import msvcrt

    BEHIND_EVERY_END = 1 << 62
    """Windows keeps others from reading and writing what is locked, so that a byte is locked that no file has."""

    def _lock(number: int) -> None:
        os.lseek(number, BEHIND_EVERY_END, os.SEEK_SET)
        msvcrt.locking(number, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(number: int) -> None:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
