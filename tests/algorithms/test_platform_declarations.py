"""What the algorithms of one platform owe beyond the others: who is asked before something is lost or paid, which
names a model's next step finds, and what is not shown."""

from __future__ import annotations

import re

import pytest
from algorithm_families import PLATFORMS, algorithms_of
from qgis.core import QgsProcessingAlgorithm, QgsProcessingProvider

LOST = ("delete", "remove")
COSTS = {
    "picterra": ("rundetector", "importraster", "runadvancedtool"),
    "pix4d": ("startprocessing",),
    "pixxel": ("ordertasking", "orderarchive", "createinsight", "runworkflow"),
}
"""What spends credits or tokens, and is only priced until it is agreed to."""
RESTORED = ("deleteprojects", "deletecollections")
"""What Pixel can restore asks nothing: the message bar takes it back."""


@pytest.mark.parametrize("platform", PLATFORMS)
def test_what_is_deleted_for_good_has_to_be_confirmed(imagery_hub: QgsProcessingProvider, platform: str) -> None:
    asking = 0
    for called, one in algorithms_of(imagery_hub, platform).items():
        confirmation = one.parameterDefinition("CONFIRM")
        if called in RESTORED:
            assert confirmation is None, one.name()
        elif called.startswith(LOST):
            assert confirmation is not None and confirmation.metadata().get("destroys"), one.name()
            asking += 1
    assert asking > 1


def test_what_pixel_deletes_wants_the_name_typed(imagery_hub: QgsProcessingProvider) -> None:
    for called, one in algorithms_of(imagery_hub, "pixel").items():
        if called.startswith(LOST) and called not in RESTORED:
            assert one.parameterDefinition("CONFIRM").type() == "string", one.name()


@pytest.mark.parametrize("platform", COSTS)
def test_what_costs_has_to_be_confirmed(imagery_hub: QgsProcessingProvider, platform: str) -> None:
    own = algorithms_of(imagery_hub, platform)
    for cost in COSTS[platform]:
        found = [one for called, one in own.items() if called.startswith(cost)]
        assert found, cost
        for one in found:
            confirmation = one.parameterDefinition("CONFIRM")
            assert confirmation is not None and not confirmation.metadata().get("destroys"), one.name()


def test_picterra_asks_for_nothing_else(imagery_hub: QgsProcessingProvider) -> None:
    for called, one in algorithms_of(imagery_hub, "picterra").items():
        asked = one.parameterDefinition("CONFIRM") is not None
        assert asked == called.startswith((*LOST, "set", *COSTS["picterra"])), one.name()


def test_picterras_getters_are_hidden_and_everything_else_is_shown(imagery_hub: QgsProcessingProvider) -> None:
    flag = QgsProcessingAlgorithm.Flag.FlagHideFromToolbox
    hidden = {called for called, one in algorithms_of(imagery_hub, "picterra").items() if one.flags() & flag}
    assert hidden == {f"get{what}" for what in
                      ("folder", "raster", "detector", "vectorlayer", "operation", "detectionareasupload")}


def test_each_of_picterra_names_what_it_acted_on(imagery_hub: QgsProcessingProvider) -> None:
    """So that the steps of a model can be put in order."""
    for called, one in algorithms_of(imagery_hub, "picterra").items():
        outputs = {output.name() for output in one.outputDefinitions()}
        wanted = {parameter.name() for parameter in one.parameterDefinitions()}
        if called.startswith(("list", "getgrants")):
            continue
        if "RASTER" in wanted and "VECTOR_LAYER" not in wanted:
            assert "RASTER_ID" in outputs, one.name()
        if "OPERATION" in wanted:
            assert "OPERATION_ID" in outputs, one.name()
        if "VECTOR_LAYER" in wanted:
            assert "VECTOR_LAYER_ID" in outputs, one.name()


def test_what_prepares_processing_of_pix4d_names_its_project(imagery_hub: QgsProcessingProvider) -> None:
    """So that the steps of a model can be put in order: points, marks, region and options before the start."""
    for called, one in algorithms_of(imagery_hub, "pix4d").items():
        outputs = {output.name() for output in one.outputDefinitions()}
        prepares = one.groupId() in ("pix4d_control_points", "pix4d_processing")
        if prepares and one.parameterDefinition("PROJECT") and not called.startswith("list"):
            assert "PROJECT_ID" in outputs, one.name()


def test_what_needs_a_role_or_a_plugin_of_pixel_says_so(imagery_hub: QgsProcessingProvider) -> None:
    needing = 0
    for one in algorithms_of(imagery_hub, "pixel").values():
        for needed in (getattr(one, "needs_role", ""), getattr(one, "needs_plugin", "")):
            needing += bool(needed)
            assert needed in one.shortHelpString(), one.name()
    assert needing


@pytest.mark.parametrize("platform", ["picterra", "pix4d"])
def test_no_parameter_takes_an_address_or_a_body(imagery_hub: QgsProcessingProvider, platform: str) -> None:
    for one in algorithms_of(imagery_hub, platform).values():
        for parameter in one.parameterDefinitions():
            assert not re.search("URL|JSON|BODY|ADDRESS|ENDPOINT", parameter.name()), (one.name(), parameter.name())
