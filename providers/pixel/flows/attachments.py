"""Files that belong to a project, a data collection or an image: added, moved, fetched, deleted (notes, section 15)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from ... import steps
from ...errors import InputProblem, Kind, ServerFault
from ...transfer import FormTarget, SignedForm, TransferEngine, announced, download, safe_name, upload
from ...work import NOT_THERE, Work
from ..client import PixelClient
from ..client.attachments import Owner
from ..places import pair_of
from ..records import RESOURCE_TYPES, Attachment, NewAttachment

PENDING, COMPLETED = "Pending", "Completed"
AT_ONCE = 50
"""Files announced in one request. How many the platform takes is not documented."""
WHOLE = 2**62
"""A part that no file is larger than: the digest of the whole file."""


@dataclass(frozen=True)
class NewFile:
    """A file to attach, under a name of its own, with what is said of it."""

    path: Path
    name: str
    description: str = ""


@dataclass(frozen=True)
class Fetched:
    """``files``: where each attachment is, by its id. ``without``: names of those of which no address was told."""

    files: dict[str, Path]
    without: list[str]


def owner_of(text: str) -> Owner:
    """What attachments belong to, as it is written: ``project/10``."""
    return Owner(*pair_of(text, RESOURCE_TYPES))


def attach(
    api: PixelClient, engine: TransferEngine, owner: Owner, files: Sequence[NewFile], work: Work
) -> list[Attachment]:
    """Send files and attach them, and give the attachments in the order of the files.

    Taken up again it goes on with the attachments that were announced; a file that was cut starts again. Raises
    :class:`InputProblem` for a name that stands twice: the platform tells them apart by name only.
    """
    api = api.during(work)
    names = [one.name for one in files]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise InputProblem("pixel_attachment_twice", name=twice)
    made: list[Attachment] = []
    for start in range(0, len(files), AT_ONCE):
        block = files[start:start + AT_ONCE]
        shares = (start / len(files), (start + len(block)) / len(files))
        made += _Block(api, engine, owner, block, work.part(f"block-{start}", shares)).attach()
    work.progress(1.0, "done")
    return made


def move(api: PixelClient, owner: Owner, attachment_id: str, to: Owner, work: Work) -> None:
    """Give an attachment to another owner."""
    api = api.during(work)

    def adopt() -> Any:
        there = {str(one["id"]) for one in api.attachments.list(to)}
        return "moved" if attachment_id in there else NOT_THERE

    def send() -> str:
        api.attachments.move(owner, attachment_id, to)
        return "moved"

    if owner == to:
        raise InputProblem("pixel_attachment_there", id=attachment_id)
    steps.settle(work, "move", send, adopt)


def delete(api: PixelClient, owner: Owner, attachment_id: str, typed: str, work: Work) -> None:
    """Delete an attachment for good; ``typed`` has to be its name."""
    api = api.during(work)
    steps.require_name(work, lambda: _found(api, owner, attachment_id).get("name") or "", typed)

    def adopt() -> Any:
        there = {str(one["id"]) for one in api.attachments.list(owner)}
        return NOT_THERE if attachment_id in there else "gone"

    steps.settle(work, "delete", lambda: api.attachments.delete(owner, attachment_id), adopt)


def fetch(
    api: PixelClient, engine: TransferEngine, owner: Owner, wanted: Sequence[str], folder: Path, work: Work
) -> Fetched:
    """Download attachments into a folder, all that are complete where none is named. Whether the platform tells an
    address is ASSUMED (A10): those without one are named."""
    api = api.during(work)
    there = {str(one["id"]): one for one in api.attachments.list(owner)}
    unknown = next((one for one in wanted if one not in there), None)
    if unknown is not None:
        raise InputProblem("pixel_no_attachment", id=unknown, owner=str(owner))
    chosen = [there[one] for one in wanted] or [one for one in there.values() if one.get("status") != PENDING]
    # Once: what an earlier run of the job has brought takes up a name.
    names = work.once("names", lambda: _names(chosen, folder), lambda: NOT_THERE)
    files, without = {}, []
    for number, one in enumerate(chosen):
        identity = str(one["id"])
        if not one.get("download_url"):
            without.append(str(one.get("name") or identity))
            continue
        part = work.part(f"file-{identity}", (number / len(chosen), (number + 1) / len(chosen)))
        files[identity] = folder / names.get(identity, f"attachment-{identity}")
        download(partial(_address, api, owner, identity), files[identity], part, engine)
    return Fetched(files, without)


def _found(api: PixelClient, owner: Owner, attachment_id: str) -> Attachment:
    """One attachment; the platform only lists them. Raises :class:`InputProblem` where there is none."""
    found = next((one for one in api.attachments.list(owner) if str(one["id"]) == attachment_id), None)
    if found is None:
        raise InputProblem("pixel_no_attachment", id=attachment_id, owner=str(owner))
    return found


def _address(api: PixelClient, owner: Owner, attachment_id: str) -> str:
    address = _found(api, owner, attachment_id).get("download_url")
    if not address:
        raise ServerFault(Kind.BAD_ANSWER, facts={"reason": "missing_member", "member": "download_url"})
    return str(address)


def _names(chosen: Sequence[Attachment], folder: Path) -> dict[str, str]:
    """What each file is called: as the attachment, as far as it can be, with its number where that is taken."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for one in chosen:
        identity = str(one["id"])
        name = Path(safe_name(str(one.get("name") or ""), f"attachment-{identity}"))
        while name.name.casefold() in taken or (folder / name).exists():
            name = Path(f"{name.stem}-{identity}{name.suffix}")
        found[identity] = name.name
        taken.add(name.name.casefold())
    return found


class _Block:
    """Files that are announced in one request."""

    def __init__(
        self, api: PixelClient, engine: TransferEngine, owner: Owner, files: Sequence[NewFile], work: Work
    ) -> None:
        self.api = api
        self.engine = engine
        self.owner = owner
        self.files = files
        self.work = work
        self._fresh: dict[str, Attachment] = {}
        """As they were announced just now: their forms are used once, and asked for anew afterwards."""

    def attach(self) -> list[Attachment]:
        """Announce, send and complete."""
        ids = self._announced()
        for number, file in enumerate(self.files):
            part = self.work.part(f"file-{number}", (number / len(self.files), (number + 1) / len(self.files)))
            upload(file.path, SignedForm(partial(self._target, ids[file.name])), part, self.engine)
            part.once("complete", partial(self._complete, ids[file.name]), lambda: NOT_THERE)
        there = {str(one["id"]): one for one in self.api.attachments.list(self.owner)}
        return [there[ids[file.name]] for file in self.files if ids[file.name] in there]

    def _announced(self) -> dict[str, str]:
        """The ids by name, which is what the answer is paired by. When it did not come, those that appeared are it."""
        names = {one.name for one in self.files}

        def pending() -> list[Attachment]:
            return [one for one in self.api.attachments.list(self.owner, PENDING) if one.get("name") in names]

        before = steps.known_before(self.work, "announce", lambda: {str(one["id"]) for one in pending()})
        doubt = steps.Doubt()

        def send() -> dict[str, str]:
            files = [self._described(one) for one in self.files]
            return self._paired(doubt.known(lambda: self.api.attachments.create(self.owner, files)))

        def adopt() -> Any:
            new = doubt.appeared(self.work, lambda: {str(one["id"]) for one in pending()} - before)
            return self._paired([one for one in pending() if str(one["id"]) in new]) if new else NOT_THERE

        return steps.settle(self.work, "announce", send, adopt)

    def _described(self, file: NewFile) -> NewAttachment:
        digest = announced(file.path, WHOLE, self.work.check_cancelled)[0].md5
        return {"name": file.name, "description": file.description, "md5": digest}

    def _paired(self, answered: Sequence[Attachment]) -> dict[str, str]:
        found = {str(one.get("name")): one for one in answered}
        missing = next((one.name for one in self.files if one.name not in found), None)
        if missing is not None:
            raise ServerFault(Kind.BAD_ANSWER, facts={"reason": "pixel_not_announced", "file": missing})
        self._fresh = {str(one["id"]): one for one in answered}
        return {one.name: str(found[one.name]["id"]) for one in self.files}

    def _target(self, attachment_id: str) -> FormTarget:
        """Where the file goes: as it was announced, and as it is listed while it is pending once that is used up."""
        one = self._fresh.pop(attachment_id, None) or _found(self.api, self.owner, attachment_id)
        target = one.get("upload_file_params")
        if not target or not target.get("url"):
            raise ServerFault(Kind.BAD_ANSWER, facts={"reason": "no_slot"})
        return FormTarget(str(target["url"]), {**(target.get("fields") or {})})

    def _complete(self, attachment_id: str) -> str:
        self.api.attachments.update(self.owner, attachment_id, COMPLETED)
        return attachment_id
