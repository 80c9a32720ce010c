"""What the interface knows of Picterra: tables, no behaviour of its own."""
