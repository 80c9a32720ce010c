"""Registering what was sent to the storage: in batches, each file once over all runs of a job (sections 7.3 to 7.5).

That a key registered twice makes one photo is ASSUMED (A18), so a batch in doubt is looked for on the platform, and
only what is missing there is registered again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ... import steps
from ...work import NOT_THERE, Work
from ..client import Pix4dClient
from ..project_records import BATCH_OF_INPUTS, PhotoInput, Registered

BATCH = "register "
EXTRA = "extra "


def register_inputs(api: Pix4dClient, project_id: str, inputs: Sequence[PhotoInput], work: Work) -> dict[str, str]:
    """Register photos, with their depth maps where they have them, and give the id of each by its key.

    A photo that the platform left out, since it found no image there, is not among them. Progress counts photos.
    """
    run = _Run(api, project_id, work, len(inputs))
    for step in [one for one in work.steps() if one.startswith(BATCH)]:
        noted = work.noted(step)
        if noted is not None:
            run.take(step, noted.value["keys"] if noted.done else noted.value)
    left = [one for one in inputs if one["photo"] not in run.ids]
    for begin in range(0, len(left), BATCH_OF_INPUTS):
        number = sum(one.startswith(BATCH) for one in work.steps())
        run.take(f"{BATCH}{number:04d}", left[begin:begin + BATCH_OF_INPUTS])
    unknown = [key for key, photo in run.ids.items() if not photo]
    if unknown:
        run.ids.update(photo_ids(api, project_id, unknown))
    return {one["photo"]: run.ids[one["photo"]] for one in inputs if run.ids.get(one["photo"])}


class _Run:
    """One run of such a registration. ``ids``: of what was registered by its key, empty where it is not known yet."""

    def __init__(self, api: Pix4dClient, project_id: str, work: Work, total: int) -> None:
        self._api = api
        self._project_id = project_id
        self._work = work
        self._total = total
        self.ids: dict[str, str] = {}

    def take(self, step: str, batch: Sequence[Any]) -> None:
        """Register a batch, unless an earlier run did."""
        doubt = steps.Doubt()
        answered: list[Registered] = []

        def send(inputs: Sequence[PhotoInput]) -> dict[str, Any]:
            answered.append(self._send(inputs))
            return noted(self._ids_in(answered[-1]))

        def noted(found: Mapping[str, str]) -> dict[str, Any]:
            return {"keys": [one["photo"] for one in batch], "ids": dict(found)}

        def adopt() -> Any:
            keys = [one["photo"] for one in batch]
            doubt.appeared(self._work, lambda: set(photo_ids(self._api, self._project_id, keys)))
            there = photo_ids(self._api, self._project_id, keys)
            missing = [one for one in batch if one["photo"] not in there]
            if len(missing) == len(batch):
                return NOT_THERE
            found = doubt.known(lambda: send(missing)) if missing else noted({})
            return {**found, "ids": {**there, **found["ids"]}}

        given: Any = steps.settle(self._work, step, lambda: doubt.known(lambda: send(batch)), adopt, list(batch))
        self.ids.update({key: given["ids"].get(key, "") for key in given["keys"]})
        done = min(len(self.ids), self._total)
        self._work.progress(done / max(self._total, 1), "registering", done=str(done), total=str(self._total))

    def _send(self, inputs: Sequence[PhotoInput]) -> Registered:
        plain = [one["photo"] for one in inputs if set(one) == {"photo"}]
        deep = [one for one in inputs if set(one) != {"photo"}]
        return self._api.inputs.register(self._project_id, plain, deep)

    @staticmethod
    def _ids_in(answer: Registered) -> dict[str, str]:
        """Ids by key, without the signed addresses beside them. The list comes empty after large calls."""
        listed = answer.get("images")
        found = listed if isinstance(listed, list) else []
        return {one["s3_key"]: str(one["id"]) for one in found if one.get("s3_key") and one.get("id")}


def photo_ids(api: Pix4dClient, project_id: str, keys: Iterable[str]) -> dict[str, str]:
    """The ids of those of these photos that the project has, by their keys."""
    wanted = set(keys)
    return {
        photo["s3_key"]: str(photo["id"])
        for photo in steps.entries(api.photos.list(project_id))
        if photo.get("s3_key") in wanted
    }


def register_extras(api: Pix4dClient, project_id: str, keys: Sequence[str], work: Work) -> list[str]:
    """Register files that are not photos, each once, and give their keys."""

    def register(key: str) -> Callable[[], str]:
        def do() -> str:
            api.extras.register(project_id, key)
            return key

        return do

    for number, key in enumerate(keys):
        _once_among_extras(api, project_id, key, register(key), work)
        work.progress((number + 1) / len(keys), "registering", done=str(number + 1), total=str(len(keys)))
    return list(keys)


def register_archive(api: Pix4dClient, project_id: str, key: str, work: Work) -> None:
    """Register a ZIP with photos, which counts as one extra file; its photos appear when processing opens it (7.4)."""

    def do() -> str:
        api.inputs.register(project_id, [key])
        return key

    _once_among_extras(api, project_id, key, do, work)


def _once_among_extras(api: Pix4dClient, project_id: str, key: str, do: Callable[[], str], work: Work) -> None:
    doubt = steps.Doubt()

    def there() -> set[str]:
        return {one["file_key"] for one in api.extras.list(project_id)} & {key}

    def adopt() -> Any:
        return key if doubt.appeared(work, there) else NOT_THERE

    steps.settle(work, EXTRA + key, lambda: doubt.known(do), adopt)
