"""Widgets in Processing's dialogs that offer what a platform has."""
