"""What the desk has for PIX4D cloud."""
