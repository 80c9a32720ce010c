"""Geodata Pixel in the window."""
