"""“Send to” in the context menu of QGIS's layers."""
