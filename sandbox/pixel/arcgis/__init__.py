"""An ArcGIS Server as far as QGIS asks one: published services by REST and WMS, and their tokens [K].

``tokens`` (who may ask), ``published`` (the services that run, by their paths), ``image_service`` and ``wms`` (what
image services answer), ``feature_service`` and ``feature_table`` (layers and their queries), ``pictures`` and
``relief`` (what is drawn, by GDAL), ``server`` (from a request to its answer), ``portal`` (a server of somebody else,
whose feature layer can be harvested).
"""
