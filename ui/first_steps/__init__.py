"""What a newcomer sees before there is any connection."""
