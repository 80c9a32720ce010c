"""What takes more than one request: each takes the client, and ``work`` that follows and remembers."""
