"""Geodata Pixel: images, rasters and services of a tenant (its notes: ``pixel.md``)."""
