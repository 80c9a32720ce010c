"""ArcGIS services on the map, by QGIS's own providers: their tokens, what they offer, their layers."""
