"""The operations of the contract, one module per resource. Importing this package registers them all."""

from . import (  # noqa: E402, F401 - imported for the handlers that they register
    account,
    advanced_tools,
    annotations,
    detection_areas,
    detectors,
    folders,
    imports,
    markers,
    operations,
    raster_uploads,
    rasters,
    runs,
    training,
    vector_layers,
)
from .registry import operation

__all__ = ["operation"]
