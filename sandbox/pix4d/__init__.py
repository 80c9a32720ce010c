"""PIX4D cloud in the sandbox."""
