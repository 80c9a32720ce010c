"""Forms for what Pixel takes as JSON: rules for rasters, filters of the search, mappings of fields."""
