"""What every algorithm owes to its user, the modeler and qgis_process, whichever it is."""

from __future__ import annotations

import re
from typing import Any

import pytest
from qgis.core import (
    QgsApplication,
    QgsProcessingAlgorithm,
    QgsProcessingParameterDefinition,
    QgsProcessingProvider,
)

HIDDEN = QgsProcessingParameterDefinition.Flag.FlagHidden
DESTROYS = ("delete", "remove", "set")
COSTS = ("rundetector", "importraster", "runadvancedtool")


@pytest.fixture
def own(imagery_hub: QgsProcessingProvider) -> list[QgsProcessingAlgorithm]:
    """Those of Picterra, of the analysis, the search of all platforms, and what sends from one to another."""
    names = re.compile("picterra_|comparewithtruth|writesummary|searcheverywhere|senditem")
    found = [one for one in imagery_hub.algorithms() if names.match(one.name())]
    assert len(found) > 45
    return [one for one in found if one.name() != "picterra_detectobjects"]


def test_each_says_what_it_is(own: list[QgsProcessingAlgorithm]) -> None:
    for one in own:
        assert re.fullmatch("[a-z_]+", one.name())
        assert one.groupId().isascii()
        for text in (one.displayName(), one.group(), one.shortHelpString()):
            assert text, one.name()
        assert one.shortHelpString().endswith("."), one.name()
        assert one.tags(), one.name()
        assert not one.icon().isNull(), one.name()
        assert "!" not in one.shortHelpString()


def test_each_parameter_has_a_title_and_help(own: list[QgsProcessingAlgorithm]) -> None:
    for one in own:
        for parameter in one.parameterDefinitions():
            if not parameter.flags() & HIDDEN:
                assert parameter.description(), (one.name(), parameter.name())
                assert parameter.help().strip().endswith("."), (one.name(), parameter.name())


def test_getters_are_hidden_and_everything_else_is_shown(own: list[QgsProcessingAlgorithm]) -> None:
    flag = QgsProcessingAlgorithm.Flag.FlagHideFromToolbox
    hidden = {one.name() for one in own if one.flags() & flag}
    assert hidden == {f"picterra_get{what}" for what in
                      ("folder", "raster", "detector", "vectorlayer", "operation", "detectionareasupload")}


def test_what_destroys_or_costs_money_has_to_be_confirmed(own: list[QgsProcessingAlgorithm]) -> None:
    for one in own:
        called = one.name().removeprefix("picterra_")
        confirmed = one.parameterDefinition("CONFIRM") is not None
        assert confirmed == called.startswith((*DESTROYS, *COSTS)), one.name()
        if confirmed:
            assert one.parameterDefinition("CONFIRM").defaultValue() is False


def test_each_names_what_it_acted_on(own: list[QgsProcessingAlgorithm]) -> None:
    """So that the steps of a model can be put in order."""
    for one in own:
        outputs = {output.name() for output in one.outputDefinitions()}
        wanted = {parameter.name() for parameter in one.parameterDefinitions()}
        if one.name().startswith(("picterra_list", "picterra_getgrants")):
            continue
        if "RASTER" in wanted and "VECTOR_LAYER" not in wanted:
            assert "RASTER_ID" in outputs, one.name()
        if "OPERATION" in wanted:
            assert "OPERATION_ID" in outputs, one.name()
        if "VECTOR_LAYER" in wanted:
            assert "VECTOR_LAYER_ID" in outputs, one.name()


def test_titles_do_not_repeat(own: list[QgsProcessingAlgorithm]) -> None:
    titles = [one.displayName() for one in own]
    assert len(set(titles)) == len(titles)


def test_no_parameter_takes_an_address_or_a_body(own: list[QgsProcessingAlgorithm]) -> None:
    for one in own:
        for parameter in one.parameterDefinitions():
            assert not re.search("URL|JSON|BODY|ADDRESS|ENDPOINT", parameter.name()), (one.name(), parameter.name())


def test_creating_all_sends_nothing(run: Any, own: list[QgsProcessingAlgorithm]) -> None:
    before = run.sandbox.last_entry()
    for one in own:
        assert QgsApplication.processingRegistry().createAlgorithmById(one.id()) is not None
    assert run.sandbox.last_entry() == before
