"""Picterra: rasters, detectors, annotations, detection and its results (API v2 of Forge)."""
