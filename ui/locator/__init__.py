"""What connections hold, found from QGIS's locator bar."""
