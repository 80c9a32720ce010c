"""The real photogrammetric work behind the sandbox's PIX4D cloud.

Pure functions: paths in, paths and small records out. No HTTP, no state of the platform, so that every function runs
in a worker process and is tested alone. The way in is :func:`sandbox.pix4d.work.process.process`.

Nothing is reconstructed from the photos alone (no structure from motion): positions and attitudes are read from EXIF
and XMP, the terrain is what the sandbox is told, and with these the photos are really projected, blended and measured.
"""
