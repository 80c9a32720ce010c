"""Pictures of cubes and scenes: what people look at."""

from __future__ import annotations

import io
from typing import Any

import numpy
from PIL import Image

from . import ground
from .cube import Recipe, layout

RGB = (660.0, 555.0, 480.0)


def colours(recipe: Recipe) -> tuple[Any, Any]:
    """True colours of a recipe as 8 bits (rows, columns, 3), reflectance 0 to 0.35, and the pixels inside."""
    _, within, lying, factor, _ = layout(recipe)
    found = []
    for wavelength in RGB:
        table = numpy.array([ground.reflectance(one, wavelength, recipe.level) for one in ground.MATERIALS])
        found.append(numpy.clip(table[lying] * factor / 0.35, 0, 1) ** 0.7 * 255)
    picture = numpy.stack(found, axis=-1).astype(numpy.uint8)
    return numpy.where(within[..., None], picture, 0).astype(numpy.uint8), within


def jpeg(recipe: Recipe) -> bytes:
    """A quick look in true colours."""
    stream = io.BytesIO()
    Image.fromarray(colours(recipe)[0], "RGB").save(stream, "JPEG", quality=85)
    return stream.getvalue()
