"""Sentences for failures whose ``facts["reason"]`` says more than their kind. A reason without one gets its kind's."""

from __future__ import annotations

from ...providers.errors import Kind
from ..translation import tr


def reasons() -> dict[tuple[Kind, str], str]:
    """Kind and reason to a template."""
    odd = tr("{host} answered something that is not expected of it. Check the address of the connection.")
    return {
        (Kind.BAD_ANSWER, "foreign_address"): tr(
            "{host} pointed to an address on another machine. It was not followed, so that the key stays with {host}."
            " Check the address of the connection."
        ),
        (Kind.BAD_ANSWER, "redirected"): tr(
            "{host} moved what was asked for to another address. Check the address of the connection."
        ),
        (Kind.BAD_ANSWER, "not_json"): tr(
            "{host} answered something that is not JSON, perhaps a web page. Check the address of the connection, and"
            " whether this network asks for a login first."
        ),
        (Kind.BAD_ANSWER, "too_large"): tr("{host} gave an answer that is far too long to be right. Try again later."),
        (Kind.BAD_ANSWER, "unusable_address"): tr("{host} gave an address that cannot be used. Try again later."),
        (Kind.BAD_ANSWER, "no_token"): tr("{host} accepted the login but gave no token. Try again later."),
        (Kind.BAD_ANSWER, "no_token_server"): tr(
            "Nobody can log in at {host} with the addresses of the connection. Check them under Settings > Options >"
            " Imagery Hub."
        ),
        (Kind.BAD_ANSWER, "missing_member"): tr(
            "The platform's answer lacks “{member}”. Try again; if it stays, tell the platform's support."
        ),
        (Kind.BAD_ANSWER, "page_repeated"): tr(
            "The platform gave the same page of a list again and again, so the list was not read to its end. Try again"
            " later."
        ),
        (Kind.BAD_ANSWER, "storage_moved"): tr(
            "The platform named another place for the files than before, while they were being sent. Start again."
        ),
        (Kind.BAD_ANSWER, "no_slot"): tr("The platform gave no place to send the file to. Try again in a while."),
        (Kind.BAD_ANSWER, "not_an_object"): odd,
        (Kind.BAD_ANSWER, "not_a_list"): odd,
        (Kind.DISK, "full"): tr("There is not enough room on the disk for {file}. Make room, then try again."),
        (Kind.DISK, "failed"): tr(
            "{file} could not be written (system error {code}). Look at the disk and its permissions, then try again."
        ),
        (Kind.DISK, "in_use"): tr(
            "Another download is writing {file} at this moment. Wait until it has ended, or choose another name."
        ),
        (Kind.DISK, "journal"): tr(
            "The progress of the job cannot be noted in the QGIS profile ({code}). Look whether its disk is full or"
            " cannot be written to, then try again."
        ),
        (Kind.DAMAGED, "file_changed"): tr(
            "{file} was changed while it was being sent. Start again when nothing writes to it."
        ),
        (Kind.DAMAGED, "size"): tr(
            "{file} has {found} bytes instead of {expected} and was not kept. Start the transfer again."
        ),
        (Kind.DAMAGED, "checksum"): tr(
            "{file} arrived with another checksum than it was sent with and was not kept. Start the transfer again."
        ),
        (Kind.DAMAGED, "keeps_changing"): tr(
            "{file} keeps changing on the platform while it is fetched. Try again when it is ready there."
        ),
        (Kind.DAMAGED, "document_size"): tr(
            "A file that should say which other files there are is far too long to be right. Download it by itself and"
            " look at it."
        ),
        (Kind.DAMAGED, "part_length"): tr("Part {part} of the file did not arrive whole. Start the transfer again."),
        (Kind.DAMAGED, "wrong_range"): tr(
            "The storage gave another piece than was asked for. Start the transfer again."
        ),
        (Kind.STORAGE_REFUSED, "insecure_redirect"): tr(
            "{host} wanted to go on without encryption. It was not followed. Tell the platform's support."
        ),
        (Kind.STORAGE_REFUSED, "too_many_redirects"): tr(
            "{host} sends from one address to the next without end. Try again later."
        ),
        (Kind.STORAGE_REFUSED, "content_encoding"): tr(
            "The storage sends the file in a form that was not asked for, so it cannot be checked. Look whether a proxy"
            " changes what passes through it."
        ),
    }
