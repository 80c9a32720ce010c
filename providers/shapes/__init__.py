"""Geometry as files and texts: GeoJSON, WKT, OPF planes, the antimeridian, validity. Longitude, latitude, WGS 84."""
