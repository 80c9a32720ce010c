"""File names from names that a server or a user made."""

from __future__ import annotations

import re
import unicodedata

LIMIT_BYTES = 180
"""File systems end at 255 bytes; ``.part`` and what a caller puts behind the name need room too."""
RESERVED = {"CON", "PRN", "AUX", "NUL", *(f"{device}{number}" for device in ("COM", "LPT") for number in range(1, 10))}


def safe_name(text: str, fallback: str) -> str:
    """A name without folders that every system takes, as close to ``text`` as may be, in any script.

    What separates folders, drives, markup or commands becomes ``_``; control, invisible and direction characters go;
    names that Windows reserves get ``_`` in front; long ones are cut before their extension. When nothing is left the
    answer is ``fallback``, which must be safe itself.
    """
    name = unicodedata.normalize("NFC", text)
    name = "".join(letter for letter in name if unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    name = re.sub(r'[\\/:*?"<>|\u2028\u2029]+', "_", name)
    name = re.sub(r"\s+", " ", name).strip(" .")
    name = re.sub(r"^[-~_. ]+(?=\w)", "", name)
    if not re.search(r"\w", name.replace("_", "")):
        return fallback
    if name.partition(".")[0].rstrip(" ").upper() in RESERVED:
        name = "_" + name
    return _cut(name)


def _cut(name: str) -> str:
    if len(name.encode()) <= LIMIT_BYTES:
        return name
    stem, dot, extension = name.rpartition(".")
    if not stem or len(extension.encode()) > 10:
        stem, dot, extension = name, "", ""
    room = LIMIT_BYTES - len((dot + extension).encode())
    return stem.encode()[:room].decode("utf-8", "ignore").rstrip(" .") + dot + extension
