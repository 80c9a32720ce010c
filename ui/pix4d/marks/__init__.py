"""Marking control points and tie points in the photos of a project, beside the map."""
