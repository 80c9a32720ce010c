"""Annotations of a project as features that can be edited: points, lines, polygons and circles, and back."""
