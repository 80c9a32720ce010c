"""The platforms, without QGIS: requests, boto3, shapely and the standard library only.

A notebook can import everything below this package. See ``docs/architecture.md`` for the floors of the house.
"""
