"""The choice of outputs of a project, for the algorithms that do something with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...core.choices import Choice
from ...core.messages.pix4d_outputs import states, title
from ...core.translation import tr
from ..parameters import choice_parameter
from .common import PLATFORM, PROJECT

RESULT, RESULTS = "RESULT", "RESULTS"


def outputs(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """The outputs of the project chosen beside it, those that are ready first; none while no project is chosen."""
    from ...providers.pix4d.flows.outputs import results

    if not values.get(PROJECT):
        return
    found = results(platform.api, values[PROJECT])
    for one in sorted(found, key=lambda one: not one.ready):
        name = title(one.type.name)
        if search.casefold() in f"{name} {one.type.name}".casefold():
            yield Choice(one.type.name, name, " · ".join(filter(None, (one.type.name, state_of(one.state)))))


def state_of(word: str) -> str:
    """The platform's word for whether an output can be had, in ours."""
    return states().get(word, word)


def output_parameter(words: str = "", kind: str = "output", several: bool = False, optional: bool = False) -> Any:
    """The choice of an output by its type, which stays when the project is processed anew, or by its id. ``kind``: the
    entries in whose menus the algorithm is."""
    usual = tr("Type or id of the output, such as ortho_cloud_optimized. The button lists those of the project.")
    if several:
        usual = tr("Types or ids of outputs, separated by commas. The button lists those of the project.")
    return choice_parameter(
        RESULTS if several else RESULT,
        tr("Outputs") if several else tr("Output"),
        outputs,
        platform=PLATFORM,
        kind=kind,
        optional=optional,
        several=several,
        depends=("CONNECTION", PROJECT),
        help=words or usual,
    )
