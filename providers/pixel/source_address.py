"""Addresses of the layers that harvest services read, and of where their tokens are made (notes, section 16.1): what is
wrong with them, known without asking anybody."""

from __future__ import annotations

from urllib.parse import urlsplit

from ..errors import InputProblem


def problem_of_tokens(address: str) -> InputProblem | None:
    """What is wrong with an address where tokens are made; None when nothing is. Asks nobody."""
    try:
        parts = urlsplit(address.strip())
        known = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        known = False
    return None if known else InputProblem("pixel_source_token_address")


def problem_of(address: str) -> InputProblem | None:
    """What is wrong with an address as that of a layer; None when nothing is. Asks nobody."""
    try:
        parts = urlsplit(address.strip())
        known = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        known = False
    if not known:
        return InputProblem("pixel_source_address", address=address)
    if parts.query or parts.fragment or "@" in parts.netloc:
        return InputProblem("pixel_source_plain", host=parts.hostname or "")
    before, _, number = parts.path.rstrip("/").rpartition("/")
    if not number.isdigit() or not before.endswith(("/FeatureServer", "/MapServer")):
        return InputProblem("pixel_source_layer", path=parts.path)
    return None
