"""Pixxel: hyperspectral imagery, ordered, searched, delivered and analysed (notes in ``pixxel.md``)."""
