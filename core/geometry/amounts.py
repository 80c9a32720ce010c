"""Areas and lengths as text: square kilometres, and what the project measures in beside them."""

from __future__ import annotations

from qgis.core import QgsProject, QgsUnitTypes
from qgis.PyQt.QtCore import QLocale

from ..translation import tr

#: From how many square kilometres on how many decimals are shown.
DECIMALS_FROM = ((1000, 0), (100, 1), (10, 2), (1, 3), (0.001, 4))


def area_text(square_metres: float) -> str:
    """Square kilometres, and the same in the project's own unit, which for square metres is the one that reads best."""
    text = km2_text(square_metres / 1e6)
    metres, _ = QgsUnitTypes.decodeAreaUnit("m2")
    kilometres, _ = QgsUnitTypes.decodeAreaUnit("km2")
    unit = QgsProject.instance().areaUnits()
    if unit == kilometres:
        return text
    value = square_metres * QgsUnitTypes.fromUnitToUnitFactor(metres, unit)
    other = QgsUnitTypes.formatArea(value, 2, unit)
    if not other.strip() or other.endswith(QgsUnitTypes.toAbbreviatedString(kilometres)):
        return text
    return tr("{area} ({same})").format(area=text, same=other)


def km2_text(square_kilometres: float) -> str:
    """Square kilometres with as many decimals as tell something."""
    decimals = next((count for least, count in DECIMALS_FROM if square_kilometres >= least), 6)
    if not square_kilometres:
        decimals = 0
    return tr("{number} km²").format(number=QLocale().toString(float(square_kilometres), "f", decimals))


def length_text(metres: float) -> str:
    """Metres or kilometres."""
    unit, _ = QgsUnitTypes.decodeDistanceUnit("meters")
    return str(QgsUnitTypes.formatDistance(metres, 1, unit))
