"""Running a platform's analysis on several rasters at once: what it costs, and the results as layers."""
