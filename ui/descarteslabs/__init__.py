"""The Descartes Labs catalog in docks."""
