"""Sending rasters: layers and files become rows of a form, and each row a job."""
