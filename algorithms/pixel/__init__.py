"""Geodata Pixel: one algorithm per thing that a user would ask the platform for.

To add algorithms, write a module beside this one with classes of :class:`.common.PixelAlgorithm` (``called``, ``kind``;
see ``projects.py``) and put these into the list below, in the order of the toolbox. Choices of projects and data
collections are declared by the functions of ``common``, which says how both are named. What an algorithm changes in the
Hub's tree is told in ``ui/pixel/nodes.py``, ``CHANGES``.
"""

from __future__ import annotations

#: ``module:Class`` of each algorithm, in the order of the toolbox.
ALGORITHMS: tuple[str, ...] = (
    # projects
    # data collections
    # uploads
    # images and rasters
    # search
    # optimisation
    # attachments
    # harvest services
    # ArcGIS services
    # analysis
    # users
)
