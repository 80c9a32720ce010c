"""What every algorithm of Pixel owes to its user, the modeler and qgis_process, whichever it is."""

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
SOFT = ("deleteprojects", "deletecollections")
"""What can be restored asks nothing: the message bar takes it back."""


@pytest.fixture
def own(imagery_hub: QgsProcessingProvider) -> list[QgsProcessingAlgorithm]:
    """Pixel's algorithms, without the shipped models."""
    found = [one for one in imagery_hub.algorithms() if one.name().startswith("pixel_")]
    assert len(found) > 50
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


def test_what_is_deleted_for_good_has_to_be_confirmed(own: list[QgsProcessingAlgorithm]) -> None:
    for one in own:
        confirmation = one.parameterDefinition("CONFIRM")
        called = one.name().removeprefix("pixel_")
        if called in SOFT:
            assert confirmation is None, one.name()
        elif called.startswith(("delete", "remove")):
            assert confirmation is not None, one.name()
            assert confirmation.metadata().get("destroys"), one.name()
            assert confirmation.type() == "string", one.name()  # the name, to be typed
        if confirmation is not None:
            # A box that is not ticked, or the name of what is deleted for good, to be typed.
            assert confirmation.defaultValue() in (False, None), one.name()


def test_titles_do_not_repeat(own: list[QgsProcessingAlgorithm]) -> None:
    titles = [one.displayName() for one in own]
    assert len(set(titles)) == len(titles)


def test_what_needs_a_role_or_a_plugin_says_so(own: list[QgsProcessingAlgorithm]) -> None:
    needing = 0
    for one in own:
        for needed in (getattr(one, "needs_role", ""), getattr(one, "needs_plugin", "")):
            needing += bool(needed)
            assert needed in one.shortHelpString(), one.name()
    assert needing


def test_no_parameter_takes_a_secret(own: list[QgsProcessingAlgorithm]) -> None:
    """Parameters are kept in the history, in models and in jobs."""
    for one in own:
        for parameter in one.parameterDefinitions():
            assert not re.search("PASSWORD|SECRET|BODY", parameter.name()), (one.name(), parameter.name())


def test_creating_all_sends_nothing(run_pixel: Any, own: list[QgsProcessingAlgorithm]) -> None:
    before = run_pixel.sandbox.last_entry()
    for one in own:
        assert QgsApplication.processingRegistry().createAlgorithmById(one.id()) is not None
    assert run_pixel.sandbox.last_entry() == before
