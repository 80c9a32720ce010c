"""The plugin's algorithms by platform, as the registry has them; the shipped models are not among them."""

from __future__ import annotations

from qgis.core import QgsProcessingAlgorithm, QgsProcessingModelAlgorithm, QgsProcessingProvider

#: At least so many algorithms each platform has.
PLATFORMS = {"picterra": 45, "pix4d": 80, "pixel": 85, "pixxel": 45, "descarteslabs": 30}


def all_algorithms(provider: QgsProcessingProvider) -> list[QgsProcessingAlgorithm]:
    """Those of the platforms, and those that belong to none of them."""
    return [one for one in provider.algorithms() if not isinstance(one, QgsProcessingModelAlgorithm)]


def algorithms_of(provider: QgsProcessingProvider, platform: str) -> dict[str, QgsProcessingAlgorithm]:
    """By what they are called without the platform."""
    begin = f"{platform}_"
    found = {one.name().removeprefix(begin): one for one in all_algorithms(provider) if one.name().startswith(begin)}
    assert len(found) >= PLATFORMS[platform], len(found)
    return found
