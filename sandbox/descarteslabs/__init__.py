"""The Descartes Labs catalog, first generation: products, bands, images, uploads, metadata, raster, storage."""
