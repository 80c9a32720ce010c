"""Geodata Pixel: paths, client, flows, provider. Nothing of QGIS below here."""
