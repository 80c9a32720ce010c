"""The pictures of the user guide, taken of the real program."""
