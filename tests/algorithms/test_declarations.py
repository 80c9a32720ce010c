"""What every algorithm owes to its user, the modeler and qgis_process, whichever it is."""

from __future__ import annotations

import re
from typing import Any

import pytest
from algorithm_families import PLATFORMS, algorithms_of, all_algorithms
from qgis.core import (
    QgsApplication,
    QgsProcessingAlgorithm,
    QgsProcessingParameterDefinition,
    QgsProcessingProvider,
)

HIDDEN = QgsProcessingParameterDefinition.Flag.FlagHidden


@pytest.fixture
def own(imagery_hub: QgsProcessingProvider) -> list[QgsProcessingAlgorithm]:
    found = all_algorithms(imagery_hub)
    assert len(found) > sum(PLATFORMS.values())
    return found


@pytest.fixture(params=PLATFORMS)
def family(request: pytest.FixtureRequest, imagery_hub: QgsProcessingProvider) -> dict[str, QgsProcessingAlgorithm]:
    return algorithms_of(imagery_hub, request.param)


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


def test_failures_of_steps_that_qgis_calls_hold_nothing(own: list[QgsProcessingAlgorithm]) -> None:
    """See ``algorithms.failures.words_only``: a frame that a failure passes through stays for ever."""
    steps = ("prepareAlgorithm", "processAlgorithm", "postProcessAlgorithm")
    made = {(each, name) for one in own for each in type(one).__mro__ for name in steps
            if each.__module__.startswith("imagery_hub") and name in vars(each)}
    assert len(made) >= len(steps)
    assert [f"{each.__name__}.{name}" for each, name in made if not hasattr(vars(each)[name], "__wrapped__")] == []


def test_titles_do_not_repeat(family: dict[str, QgsProcessingAlgorithm]) -> None:
    titles = [one.displayName() for one in family.values()]
    assert len(set(titles)) == len(titles)


def test_nothing_is_confirmed_beforehand(own: list[QgsProcessingAlgorithm]) -> None:
    asked = [one.parameterDefinition("CONFIRM") for one in own]
    found = [one.defaultValue() for one in asked if one is not None]
    assert len(found) > 40
    # A box that is not ticked, or the name of what is deleted for good, to be typed.
    assert all(one in (False, None) for one in found)


def test_no_parameter_takes_a_secret(own: list[QgsProcessingAlgorithm]) -> None:
    """Parameters are kept in the history, in models and in jobs."""
    for one in own:
        for parameter in one.parameterDefinitions():
            assert not re.search("PASSWORD|SECRET|BODY", parameter.name()), (one.name(), parameter.name())


def test_creating_all_sends_nothing(run: Any, own: list[QgsProcessingAlgorithm]) -> None:
    before = run.sandbox.last_entry()
    for one in own:
        assert QgsApplication.processingRegistry().createAlgorithmById(one.id()) is not None
    assert run.sandbox.last_entry() == before
