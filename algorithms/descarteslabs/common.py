"""What all algorithms of the Descartes Labs catalog share: their groups, and how things are named in parameters.

* a product by its whole id, ``acme:harvest`` (``PRODUCT``);
* bands and images by the product's id and their own, ``acme:harvest:red`` (``BAND``, ``IMAGE``);
  ``providers.descarteslabs.places.inside_of`` takes them apart;
* an upload by product and name, ``acme:harvest/fields.tif`` (``UPLOAD``);
* a stored object by type and key, ``products/acme:harvest/fields.tif`` (``OBJECT``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qgis.core import QgsProcessingContext, QgsProcessingParameterBoolean, QgsProcessingParameterString
from qgis.PyQt.QtGui import QIcon

from ...core.icons import icon
from ...core.translation import tr
from ...providers.descarteslabs.places import Inside, inside_of
from ..parameters import choice_parameter
from ..parameters.plain import advanced, helped
from ..platform_algorithm import PlatformAlgorithm
from . import listers

PLATFORM = "descarteslabs"
PRODUCT, BAND, IMAGE, UPLOAD, OBJECT = "PRODUCT", "BAND", "IMAGE", "UPLOAD", "OBJECT"
AS_READER = "AS_READER"


class CatalogAlgorithm(PlatformAlgorithm):
    """One thing that a user would ask the catalog for. ``kind`` is one of the groups below; its icon is
    ``icons/<kind>.svg``."""

    platform_key = PLATFORM
    brands = ("descartes", "descarteslabs", "catalog")

    @classmethod
    def groups(cls) -> dict[str, str]:
        return {
            "projects": tr("Descartes Labs: products"),
            "vector_layers": tr("Descartes Labs: bands"),
            "rasters": tr("Descartes Labs: images"),
            "uploads": tr("Descartes Labs: uploads"),
            "results": tr("Descartes Labs: pixels"),
            "archive": tr("Descartes Labs: stored objects"),
        }

    def icon(self) -> QIcon:
        """Bands are no vector layers, though their group is called so."""
        return icon("spectra" if self.kind == "vector_layers" else self.kind)

    def inside(self, parameters: dict[str, Any], name: str, context: QgsProcessingContext) -> Inside:
        """The band or image that a parameter names. Raises ``InputProblem`` for what is none."""
        return inside_of(self.text(parameters, name, context))

    def inside_problems(
        self, parameters: dict[str, Any], context: QgsProcessingContext, name: str
    ) -> Iterator[str]:
        """What is wrong with the name of a band or image."""
        yield from self.required(parameters, context, name)
        if self.text(parameters, name, context):
            self.inside(parameters, name, context)


def product_parameter(
    optional: bool = False, several: bool = False, own: bool = True, words: str = "", in_menus: bool = True
) -> QgsProcessingParameterString:
    """The choice of a product, of the user's own or of all that can be read."""
    usual = tr("Whole id of the product, as in acme:harvest. The button lists those of the connection.")
    if several:
        usual = tr("Whole ids of products, separated by commas. The button lists those of the connection.")
    return choice_parameter(
        PRODUCT, tr("Products") if several else tr("Product"), listers.own_products if own else listers.products,
        platform=PLATFORM, kind="product" if in_menus else "", optional=optional, several=several,
        help=words or usual,
    )


def band_parameter(optional: bool = False, several: bool = False, words: str = "") -> QgsProcessingParameterString:
    """The choice of a band."""
    usual = tr("Whole id of the band, as in acme:harvest:red. The button lists those of the connection.")
    return choice_parameter(
        BAND, tr("Bands") if several else tr("Band"), listers.bands, platform=PLATFORM, kind="band",
        depends=(PRODUCT,), optional=optional, several=several, help=words or usual,
    )


def image_parameter(optional: bool = False, several: bool = False, words: str = "") -> QgsProcessingParameterString:
    """The choice of an image, or of some."""
    usual = tr("Whole id of the image, as in acme:harvest:fields. The button lists those of the connection.")
    if several:
        usual = tr("Whole ids of images, separated by commas. The button lists those of the connection.")
    return choice_parameter(
        IMAGE, tr("Images") if several else tr("Image"), listers.images, platform=PLATFORM, kind="image",
        depends=(PRODUCT,), optional=optional, several=several, help=words or usual,
    )


def declare_as_reader(algorithm: CatalogAlgorithm) -> None:
    """Declare that the metadata service is asked, which readers ask, instead of the catalog."""
    box = QgsProcessingParameterBoolean(AS_READER, tr("As readers see it"), False)
    words = tr("Asks the metadata service at once; without this it is asked where the catalog does not tell.")
    algorithm.addParameter(advanced(helped(box, words)))


def as_reader(algorithm: CatalogAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext) -> bool:
    """Whether the metadata service is to be asked."""
    return bool(algorithm.parameterAsBoolean(parameters, AS_READER, context))
