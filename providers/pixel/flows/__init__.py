"""What takes more than one request: each flow is given the client and a ``Work``."""
