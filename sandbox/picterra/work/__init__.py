"""The real imagery work behind the sandbox's Picterra.

Pure functions: paths in, paths and small records out. No HTTP, no state of the platform, so that every function runs
in a worker process and is tested alone.
"""
