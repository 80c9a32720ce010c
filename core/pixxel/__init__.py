"""Pixxel's imagery as layers of QGIS."""
