"""What takes several requests."""
