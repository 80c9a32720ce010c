"""Raster files held against what a platform takes: what they are, what is wrong, and the GDAL steps against it."""
