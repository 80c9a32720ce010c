"""Imagery Hub in QGIS's Browser panel and Data Source Manager: the same entries as in the Hub dock."""
