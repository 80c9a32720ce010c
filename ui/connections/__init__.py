"""Managing connections: the page in QGIS's options and the dialog for one connection."""
