"""Geodata Pixel in the sandbox."""
