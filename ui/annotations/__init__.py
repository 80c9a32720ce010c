"""Shapes that a platform learns from, as editable layers over the imagery: drawn, checked, pushed, pushed again."""
