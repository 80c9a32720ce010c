"""Pixxel: one algorithm per thing that a user would ask the platform for.

To add algorithms, write a module beside this one with classes of :class:`.common.PixxelAlgorithm` (``called``,
``kind``; see ``projects.py``) and put these into the list below, in the order of the toolbox. Choices are declared by
the functions of ``common``. What an algorithm changes in the Hub's tree is told in ``ui/pixxel/changes.py``.
"""

from __future__ import annotations

#: ``module:Class`` of each algorithm, in the order of the toolbox.
ALGORITHMS: tuple[str, ...] = (
    # projects
    "projects:ListProjects",
    "projects:GetProject",
    "projects:Ping",
)
