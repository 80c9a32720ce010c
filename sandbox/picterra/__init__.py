"""Picterra in the sandbox."""
