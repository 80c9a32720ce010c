"""What every algorithm of PIX4D owes to its user, the modeler and qgis_process, whichever it is."""

from __future__ import annotations

import re
from typing import Any

import pytest
from qgis.core import (
    QgsApplication,
    QgsProcessingAlgorithm,
    QgsProcessingModelAlgorithm,
    QgsProcessingParameterDefinition,
    QgsProcessingProvider,
)

HIDDEN = QgsProcessingParameterDefinition.Flag.FlagHidden
DESTROYS = ("delete", "remove")
COSTS = ("startprocessing",)


@pytest.fixture
def own(imagery_hub: QgsProcessingProvider) -> list[QgsProcessingAlgorithm]:
    """PIX4D's algorithms, without the shipped models."""
    found = [one for one in imagery_hub.algorithms() if one.name().startswith("pix4d_")]
    assert len(found) > 80
    return [one for one in found if not isinstance(one, QgsProcessingModelAlgorithm)]


def test_each_says_what_it_is(own: list[QgsProcessingAlgorithm]) -> None:
    for one in own:
        assert re.fullmatch("[a-z0-9_]+", one.name())
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
                assert parameter.help().strip().endswith((".", "?")), (one.name(), parameter.name())


def test_what_destroys_or_costs_money_has_to_be_confirmed(own: list[QgsProcessingAlgorithm]) -> None:
    for one in own:
        confirmation = one.parameterDefinition("CONFIRM")
        if one.name().removeprefix("pix4d_").startswith((*DESTROYS, *COSTS)):
            assert confirmation is not None, one.name()
        if confirmation is not None:
            # A box that is not ticked, or the name of what is deleted for good, to be typed.
            assert confirmation.defaultValue() in (False, None), one.name()


def test_titles_do_not_repeat(own: list[QgsProcessingAlgorithm]) -> None:
    titles = [one.displayName() for one in own]
    assert len(set(titles)) == len(titles)


def test_what_prepares_processing_names_its_project(own: list[QgsProcessingAlgorithm]) -> None:
    """So that the steps of a model can be put in order: points, marks, region and options before the start."""
    for one in own:
        outputs = {output.name() for output in one.outputDefinitions()}
        prepares = one.groupId() in ("pix4d_control_points", "pix4d_processing")
        if prepares and one.parameterDefinition("PROJECT") and not one.name().startswith("pix4d_list"):
            assert "PROJECT_ID" in outputs, one.name()


def test_no_parameter_takes_an_address_or_a_body(own: list[QgsProcessingAlgorithm]) -> None:
    for one in own:
        for parameter in one.parameterDefinitions():
            assert not re.search("URL|JSON|BODY|ADDRESS|ENDPOINT", parameter.name()), (one.name(), parameter.name())


def test_creating_all_sends_nothing(run_pix4d: Any, own: list[QgsProcessingAlgorithm]) -> None:
    before = run_pix4d.sandbox.last_entry()
    for one in own:
        assert QgsApplication.processingRegistry().createAlgorithmById(one.id()) is not None
    assert run_pix4d.sandbox.last_entry() == before
