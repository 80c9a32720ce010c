"""The Descartes Labs catalog, first generation: for private and sandbox servers, since the vendor retired it."""
