"""One sentence for each kind of failure."""

from __future__ import annotations

import html
import os
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from ...providers.errors import FULL, Kind, PlatformError
from .. import log
from ..problems import Problem
from ..translation import tr
from . import descarteslabs, picterra, pix4d, pixel, pixxel
from .inputs import inputs
from .reasons import reasons

LONGEST_FACT = 200
THIS_COMPUTER = ("127.0.0.1", "localhost", "::1")


def sentence(error: BaseException) -> str:
    """What to tell the user, plain text. For anything that is not of our own family: that it was unexpected."""
    if isinstance(error, Problem):
        return log.scrub(str(error))
    if isinstance(error, OSError) and (error.filename is not None or error.errno in FULL):
        error = _disk(error)
    if not isinstance(error, PlatformError):
        return log.scrub(
            tr("Something unexpected happened ({name}). The log “{tag}” holds the details.").format(
                name=type(error).__name__, tag=log.TAG
            )
        )
    facts = {name: clean(value) for name, value in error.facts.items()}
    if error.kind is Kind.REFUSED and error.words:
        facts["words"] = clean(error.words).rstrip(".")
        parts = [fill(refused_in_words(), facts)]
    else:
        parts = [fill(template(error), facts)]
    if error.words and "words" not in facts:
        parts.append(tr("The platform says: “{words}”").format(words=clean(error.words)))
    if error.status is not None and not error.facts.get("reason"):
        parts.append(tr("HTTP status {status}.").format(status=error.status))
    if error.request_id:
        parts.append(tr("Request id for the platform's support: {id}.").format(id=clean(error.request_id)))
    return log.scrub(" ".join(parts))


def _disk(error: OSError) -> PlatformError:
    """A file that could not be read or written outside of the providers, which say so themselves."""
    facts = {"reason": "full"} if error.errno in FULL else {}
    if error.filename is not None:
        facts["file"] = Path(os.fsdecode(error.filename)).name
    return PlatformError(Kind.DISK, facts=facts)


def rich_sentence(error: BaseException) -> str:
    """The sentence for a widget that reads rich text."""
    return html.escape(sentence(error))


def clean(text: str) -> str:
    """One line of printable characters: no control codes, no marks that turn the direction of writing."""
    kept = "".join(one for one in " ".join(text.split()) if unicodedata.category(one) not in ("Cc", "Cf", "Co", "Cs"))
    return kept if len(kept) <= LONGEST_FACT else kept[: LONGEST_FACT - 1] + "…"


class _Facts(dict[str, str]):
    """Facts that are missing leave a gap that can be read."""

    def __missing__(self, name: str) -> str:
        return {"host": tr("the platform"), "file": tr("the file")}.get(name, "?")


def fill(text: str, facts: Mapping[str, str]) -> str:
    """The template with its facts; a fact is data and is never read as a template."""
    if text.startswith("{host}") and "host" not in facts:
        facts = {**facts, "host": tr("The platform")}
    return text.format_map(_Facts(facts))


def template(error: PlatformError) -> str:
    """The sentence for an error's kind, with places for its facts."""
    if error.kind is Kind.INPUT:
        platforms = (picterra, pix4d, pixel, pixxel, descarteslabs)
        known = {**inputs(), **{key: text for one in platforms for key, text in one.inputs().items()}}
        return known.get(error.facts.get("problem", "")) or tr("Something given cannot be used: {problem}.")
    further = {key: text for one in (pix4d, pixel, pixxel, descarteslabs) for key, text in one.reasons().items()}
    known_reason = {**reasons(), **further}.get((error.kind, error.facts.get("reason", "")))
    if known_reason is not None:
        return known_reason
    if error.kind is Kind.NOT_LOGGED_IN and error.facts.get("variable"):
        return tr(
            "{host} did not accept the key, which was taken from the environment variable {variable}. Correct it there,"
            " or choose a connection."
        )
    if error.kind is Kind.NOT_LOGGED_IN and error.facts.get("login_file"):
        return tr(
            "{host} did not accept the login in the file {login_file}. Log in anew with the vendor's program, or choose"
            " another connection."
        )
    if error.kind is Kind.FORBIDDEN and error.facts.get("variable"):
        return tr(
            "{host} does not allow this with the key from the environment variable {variable}. Look whether the key is"
            " right. If it is, use another one, or ask the owner for access."
        )
    if error.kind is Kind.UNREACHABLE and error.facts.get("host") in THIS_COMPUTER:
        return tr(
            "Nothing answers at {host}, which is this computer. If the connection leads to the sandbox, the sandbox may"
            " not be running: start it, then try again. Otherwise look at the address of the connection."
        )
    if error.kind is Kind.CERTIFICATE and error.facts.get("reason"):
        return tr(
            "The certificate of {host} could not be verified: {reason}. If your organisation has a certificate"
            " authority of its own, add it in QGIS under Settings > Options > Authentication > Manage Certificates."
        )
    if error.kind is Kind.THROTTLED and error.facts.get("retry_after"):
        return tr("{host} asks to slow down. Try again after {retry_after}.").replace(
            "{retry_after}", _moment(error.facts["retry_after"])
        )
    return kinds()[error.kind]


def refused_in_words() -> str:
    """The sentence for a refusal that the platform gives a reason for: that is what has to be read first."""
    return tr("The platform says: “{words}”. {host} refused the request. Correct what it names and try again.")


def _moment(retry_after: str) -> str:
    if retry_after.strip().isdigit():
        return tr("{seconds} seconds").format(seconds=retry_after.strip())
    return clean(retry_after).replace("{", "").replace("}", "")


def kinds() -> dict[Kind, str]:
    """The sentence of every kind; a test looks that none is missing."""
    return {
        Kind.UNREACHABLE: tr(
            "{host} cannot be reached. Look at the internet connection, at the address of the connection and at the"
            " proxy under Settings > Options > Network, then try again."
        ),
        Kind.TIMED_OUT: tr("{host} did not answer in time. Try again in a while."),
        Kind.PROXY: tr(
            "The proxy on the way to {host} refused or did not answer. Look at its address, user and password under"
            " Settings > Options > Network, then try again."
        ),
        Kind.CERTIFICATE: tr(
            "The certificate of {host} could not be verified. If your organisation has a certificate authority of its"
            " own, add it in QGIS under Settings > Options > Authentication > Manage Certificates."
        ),
        Kind.INTERRUPTED: tr("The connection to {host} was cut. Try again: what has arrived is kept where possible."),
        Kind.NOT_LOGGED_IN: tr(
            "{host} did not accept the key. Check the key of the connection under Settings > Options > Imagery Hub."
        ),
        Kind.FORBIDDEN: tr(
            "{host} does not allow this with the key of the connection. Look whether the key is right, under Settings >"
            " Options > Imagery Hub. If it is, use another one, or ask the owner for access."
        ),
        Kind.NOT_FOUND: tr(
            "{host} does not know what was asked for. It may have been removed: refresh the list and choose again."
        ),
        Kind.REFUSED: tr("{host} refused the request and did not say why. Look at what you gave, then try again."),
        Kind.CONFLICT: tr("{host} says that this contradicts its present state. Refresh and try again."),
        Kind.THROTTLED: tr("{host} asks to slow down. Try again in a few minutes."),
        Kind.SERVER_FAULT: tr("{host} has a fault of its own. Try again in a while."),
        Kind.BAD_ANSWER: tr(
            "{host} gave an answer that cannot be read. Check the address of the connection; if it is right, try again"
            " later."
        ),
        Kind.STORAGE_REFUSED: tr(
            "The storage behind the platform refused the transfer. Try again; if it stays, ask the platform's support."
        ),
        Kind.ADDRESS_EXPIRED: tr("The address for the transfer expired before the transfer ended. Start it again."),
        Kind.DAMAGED: tr("{file} did not arrive as it was sent and was put aside. Start the transfer again."),
        Kind.DISK: tr("{file} cannot be read or written. Make room or choose another place, then try again."),
        Kind.INPUT: tr("Something given cannot be used: {problem}."),
        Kind.JOB_FAILED: tr("The platform could not finish its work."),
        Kind.OPEN_QUESTION: tr(
            "The step “{step}” was begun, and it is not known whether the platform took it. Look on the platform: when"
            " the result is there, use it; when it is not, start anew."
        ),
        Kind.CANCELLED: tr("Stopped as asked. What was done so far is kept."),
        Kind.MISSING_LIBRARY: tr(
            "This needs the Python library “{library}”, which is not installed in this QGIS. Install it and start QGIS"
            " anew."
        ),
    }
