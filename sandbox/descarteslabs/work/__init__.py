"""What is really done with uploaded files and images; pure functions that know nothing of the server."""
