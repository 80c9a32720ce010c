"""Geodata Pixel's images and rasters as rows of layers, and back."""
