"""What the sandbox's Pixxel works out: pure functions on numbers and files, tested alone."""
