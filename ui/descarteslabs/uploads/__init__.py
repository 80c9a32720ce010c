"""What became of an upload to the Descartes Labs catalog, with its log and stack trace, in a window."""
