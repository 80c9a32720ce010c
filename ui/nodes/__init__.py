"""What the Hub dock and QGIS's Browser panel show of a platform: one description per kind of entry."""
