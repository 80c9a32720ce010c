"""The platforms, without QGIS: requests, boto3, shapely and the standard library only.

A notebook can import everything below this package (``docs/user/notebook.md``). See ``docs/architecture.md`` for the
floors of the house.
"""
