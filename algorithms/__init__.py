"""The platforms' operations as Processing algorithms."""
