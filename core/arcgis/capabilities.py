"""What a WMS says that it has: its layers and their coordinate systems. Server-made names are data only."""

from __future__ import annotations

from dataclasses import dataclass

from qgis.PyQt.QtXml import QDomDocument, QDomElement

from ..problems import Problem
from ..translation import tr


@dataclass(frozen=True)
class WmsLayer:
    """A layer that has a name; ``systems`` are as the service writes them, ``EPSG:25833``; ``style`` is its first."""

    name: str
    title: str
    systems: tuple[str, ...]
    style: str = ""


def layers_of(text: str) -> list[WmsLayer]:
    """The layers in a document of capabilities. Raises :class:`Problem` for what is none."""
    document = QDomDocument()
    answer = document.setContent(text, True)
    fine = answer[0] if isinstance(answer, tuple) else bool(answer)
    root = document.documentElement().firstChildElement("Capability")
    if not fine or root.isNull():
        raise Problem(tr("The service's WMS answers something else than a WMS does. “Refresh service” may help."))
    found: list[WmsLayer] = []
    _collect(root, (), found)
    return found


def _collect(above: QDomElement, inherited: tuple[str, ...], found: list[WmsLayer]) -> None:
    """Layers with a name, in their order; a layer has the systems of those above it, too."""
    layer = above.firstChildElement("Layer")
    while not layer.isNull():
        own = [*_texts(layer, "CRS"), *" ".join(_texts(layer, "SRS")).split()]
        systems = tuple(dict.fromkeys((*own, *inherited)))
        name = layer.firstChildElement("Name").text().strip()
        if name:
            style = layer.firstChildElement("Style").firstChildElement("Name").text().strip()
            found.append(WmsLayer(name, layer.firstChildElement("Title").text().strip() or name, systems, style))
        _collect(layer, systems, found)
        layer = layer.nextSiblingElement("Layer")


def _texts(element: QDomElement, tag: str) -> list[str]:
    texts = []
    child = element.firstChildElement(tag)
    while not child.isNull():
        texts.append(child.text().strip())
        child = child.nextSiblingElement(tag)
    return texts
