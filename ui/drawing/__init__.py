"""Drawing areas on the map with QGIS's own digitising, and the layer that holds them."""
