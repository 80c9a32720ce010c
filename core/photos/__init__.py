"""Photos of a flight as files: where they were taken, what they show of the ground, and how they are packed.

``reading.read(path)`` tells what a photo says of itself (EXIF and XMP); ``footprint`` what it covers on flat ground;
``files`` which photos a folder holds and how they are called in storage; ``archive`` packs them for PIX4D.
"""
